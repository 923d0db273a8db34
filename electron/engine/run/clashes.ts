import type { Rejection } from '../port/connector.ts';
import type { Key } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow, KeyRef } from '../state/stored.ts';
import { refName, type Pass } from './context.ts';
import type { Links } from './links.ts';
import { writesOf } from './tuples.ts';

/** A record that a side refused in this run for the sake of others that hold its unique value, as far as they are known. */
export interface Clash extends KeyRef {
  readonly side: SideName;
  readonly owners: Set<Key>;
}

const NOBODY = '' as Key;

/**
 * Of a unique value that only the side can judge (an expression, a condition) nobody sees beforehand who gives it up.
 * So a refusal is noted once for each holder that the side names, and the record sent again within the run: by then
 * the holder has moved, or both go together. Answers whether there is something new to try.
 */
export function noteClash(pass: Pass, { collection, key }: ActionRow, side: SideName, refused: Rejection): boolean {
  if (refused.code !== 'unique') return false;
  const { clashes } = pass.tally;
  const name = `${side}\0${collection}\0${key}`;
  const clash = clashes.get(name) ?? { collection, key, side, owners: new Set<Key>() };
  clashes.set(name, clash);
  const owner = refused.ownerKey ?? NOBODY;
  if (clash.owners.has(owner)) return false;
  clash.owners.add(owner);
  pass.tally.tryAgain.add(refName({ collection, key }));
  return true;
}

/** Who holds a value goes before the one who was refused for it; those that hold each other's go together (E30). */
export async function linkClashes(pass: Pass, links: Links): Promise<void> {
  for (const { collection, key, side, owners } of pass.tally.clashes.values()) {
    const staged = await pass.store.staged(pass.id, pass.run, collection, [key, ...owners]);
    const after = staged.get(key);
    for (const owner of after ? owners : []) {
      const before = staged.get(owner);
      if (after && before && writesOf(before).some((write) => write.side === side))
        links.add({ before: before.id, after: after.id, kind: 'unique', side, fields: [] });
    }
  }
}
