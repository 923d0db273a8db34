import { must } from '../../../shared/lib/assert.ts';
import type { Base } from '../plan/base.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { Pass } from '../run/context.ts';
import { readBoth } from '../run/read-both.ts';
import type { SideName } from '../settings.ts';
import type { HoldRow } from '../state/waiting.ts';

/** A record that rests, as both sides show it now. */
export interface Stands extends Record<SideName, State> {
  readonly base: Base | null;
}

export async function standing(pass: Pass, holds: readonly HoldRow[]): Promise<ReadonlyMap<Key, Stands>> {
  const { collection } = must(holds[0], 'a page with holds');
  const keys = holds.map(({ key }) => key);
  const { A, B } = await readBoth(pass, collection, keys);
  const facts = await pass.store.facts(pass.id, collection, keys);
  return new Map(
    keys.map((key) => [key, { A: A.get(key) ?? null, B: B.get(key) ?? null, base: facts.get(key)?.base ?? null }]),
  );
}
