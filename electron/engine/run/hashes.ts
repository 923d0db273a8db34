import { hashBytes, hashRecord, hexHash } from '../port/record-codec.ts';
import type { State } from '../port/record.ts';
import type { CollectionSettings } from '../settings.ts';

export const hashOf = (state: State): Buffer | null => state && hashRecord(state);
export const hexOf = (state: State): string => (state ? hexHash(state) : '');
export const sameHash = (x: Buffer | null, y: Buffer | null): boolean =>
  x === null || y === null ? x === y : x.equals(y);

/** Hashes of records tell something of each other only where they are about the same fields. */
export const fieldsHash = ({ fields, omit = {} }: CollectionSettings): string =>
  hashBytes(Buffer.from(JSON.stringify([fields.map(({ name }) => name).sort(), Object.keys(omit).sort()]))).toString(
    'hex',
  );

/** Do the hashes of what runs replaced name this state? An empty one stands for "there was no record". */
export function wasBefore(hashes: readonly Buffer[] | undefined, state: State): boolean {
  const now = hashOf(state) ?? Buffer.alloc(0);
  return hashes?.some((hash) => hash.equals(now)) ?? false;
}
