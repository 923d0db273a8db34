import { Binary, MaxKey, MinKey } from 'bson';
import { encodeKey, type Key } from '../../../engine/port/key-codec.ts';

/**
 * A range of keys that one query finds. A comparison in MongoDB stays inside one type, so a scan steps over all of them
 * in the order of keys. Where the server sorts a type in another way than keys do, the ids of the whole range are read
 * and sorted here (`isSorted` false).
 */
export interface Bracket {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly isSorted: boolean;
  /** The rank of its keys: their second character. */
  readonly rank: string;
  /** Numbers that are none: their keys share the rank of the others and come after them. */
  readonly only?: Key;
}

const NAN_KEY = encodeKey([Number.NaN], []);

const sorted = (rank: string, filter: Bracket['filter']): Bracket => ({ rank, filter, isSorted: true });
const unsorted = (rank: string, type: string): Bracket => ({ rank, filter: { $type: type }, isSorted: false });

/** In the order of keys (key-codec.ts, bson-key.ts). */
export const brackets: readonly Bracket[] = [
  sorted('\x02', { $eq: new MinKey() }),
  sorted('\x05', { $eq: null }),
  sorted('\x10', { $gte: Number.NEGATIVE_INFINITY }),
  { ...sorted('\x10', { $eq: Number.NaN }), only: NAN_KEY },
  sorted('\x20', { $gte: '' }),
  unsorted('\x22', 'object'),
  unsorted('\x30', 'binData'),
  sorted('\x31', { $type: 'binData', $gte: new Binary(new Uint8Array(0), 0) }),
  sorted('\x38', { $type: 'objectId' }),
  sorted('\x40', { $type: 'bool' }),
  sorted('\x48', { $type: 'date' }),
  sorted('\x50', { $type: 'timestamp' }),
  unsorted('\x60', 'dbPointer'),
  unsorted('\x62', 'javascript'),
  unsorted('\x64', 'javascriptWithScope'),
  sorted('\xf0', { $eq: new MaxKey() }),
];

/** The bracket in which a scan goes on after `key`. */
export function bracketAfter(key: Key): number {
  if (key === NAN_KEY) return brackets.findIndex(({ only }) => only === key);
  const at = brackets.findIndex(({ rank }) => rank >= (key[1] ?? ''));
  return at < 0 ? brackets.length : at;
}

export const isIn = (bracket: Bracket, key: Key): boolean =>
  key[1] === bracket.rank && (bracket.only === undefined ? key !== NAN_KEY : key === bracket.only);
