import type { Ports } from '../ports.ts';

/**
 * Where the generations of an item or a hold begin: by chance, so that a decision made before the state was put back
 * from an older copy does not fit the item that is found anew.
 */
export const firstGeneration = ({ ids }: Pick<Ports, 'ids'>): number => 1 + Math.floor(ids.random() * 1_000_000_000);
