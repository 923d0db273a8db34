import { hashRecord, hexHash } from '../port/record-codec.ts';
import type { State } from '../port/record.ts';

export const hashOf = (state: State): Buffer | null => state && hashRecord(state);
export const hexOf = (state: State): string => (state ? hexHash(state) : '');
export const sameHash = (x: Buffer | null, y: Buffer | null): boolean =>
  x === null || y === null ? x === y : x.equals(y);
