import { AppError } from '../../../shared/contract/errors.ts';
import type { Key } from '../port/key-codec.ts';
import type { RecordImage } from '../port/record.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { DirtyRow } from '../state/stored.ts';
import type { Pass } from './context.ts';

/** A record that is there and cannot be given. */
export interface Unreadable {
  readonly side: SideName;
  readonly why: string;
}

/** Both sides' records under these keys, and the keys that a side holds but cannot give. */
export interface BothRead {
  readonly A: ReadonlyMap<Key, RecordImage>;
  readonly B: ReadonlyMap<Key, RecordImage>;
  readonly unreadable: ReadonlyMap<Key, Unreadable>;
}

/** One record that cannot be read never stops the rest: the batch is read again one by one, and that record is named. */
export async function readBoth(pass: Pass, collection: string, keys: readonly Key[]): Promise<BothRead> {
  const unreadable = new Map<Key, Unreadable>();
  const found = { A: new Map<Key, RecordImage>(), B: new Map<Key, RecordImage>() };
  for (const side of sideNames) {
    for (const [key, record] of await readSide(pass, side, collection, keys, unreadable)) found[side].set(key, record);
  }
  return { ...found, unreadable };
}

/** What was read of dirty records, and the touches it was read after. */
export interface Looked {
  readonly generations: ReadonlyMap<Key, number>;
  readonly read: BothRead;
}

export const looked = (rows: readonly DirtyRow[], read: BothRead): Looked => ({
  generations: new Map(rows.map(({ key, gen }) => [key, gen])),
  read,
});

/** What this pass has read of these rows already, once; read anew where one of them was touched since (L5). */
export async function readOnce(pass: Pass, collection: string, rows: readonly DirtyRow[]): Promise<BothRead> {
  const before = pass.looked.get(collection);
  pass.looked.delete(collection);
  if (before && rows.every(({ key, gen }) => before.generations.get(key) === gen)) return before.read;
  return readBoth(
    pass,
    collection,
    rows.map(({ key }) => key),
  );
}

/** The records that the side can give; those it cannot are put among `unreadable`. */
export async function readSide(
  pass: Pass,
  side: SideName,
  collection: string,
  keys: readonly Key[],
  unreadable: Map<Key, Unreadable>,
): Promise<ReadonlyMap<Key, RecordImage>> {
  try {
    return await pass.sides[side].read(collection, keys);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'value-invalid') throw error;
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) {
      unreadable.set(only, { side, why: error.message });
      return new Map();
    }
  }
  const found = new Map<Key, RecordImage>();
  for (const key of keys)
    for (const [at, record] of await readSide(pass, side, collection, [key], unreadable)) found.set(at, record);
  return found;
}
