import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import type { KeyRef } from '../../../shared/contract/values.ts';
import type { WireProgress } from '../../../shared/contract/run-shapes.ts';
import { specsOf } from '../../engine/bind-pair.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { Progress } from '../../engine/reports/run.ts';
import { sideNames, type CollectionSettings, type PairSettings } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { keyFromRef, keyText, type KeyShape } from '../mapping/key-text.ts';
import { wireProgress } from '../mapping/runs.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';

/** The named pair, or all of them in the order of the configuration. */
export function pairNames(host: Host, pair: string | undefined): readonly string[] {
  const file = host.config.load();
  if (pair === undefined) return Object.keys(file.pairs);
  pairEntryOf(file, pair);
  return [pair];
}

/** The first pair in which `find` finds something; ids are of the home, so at most one has it. */
export async function findIn<T>(
  host: Host,
  pair: string | undefined,
  find: (open: OpenPair) => Promise<T | null>,
  missing: () => AppError,
): Promise<{ readonly pair: string; readonly found: T }> {
  for (const name of pairNames(host, pair)) {
    const found = await host.pool.use(name, 'state', find);
    if (found !== null) return { pair: name, found };
  }
  throw missing();
}

export function notThere(what: string, hint: string): AppError {
  return new AppError({
    code: 'not-found',
    operation: 'find',
    message: `There is no ${what}.`,
    next: 'Nothing was done.',
    hint,
  });
}

const EVERY_MS = 100;

/** Tells progress to whoever listens: each new phase and collection, then at most ten times a second. */
export function progressTeller(
  host: Host,
  pair: string,
  activity: WireProgress['activity'],
): (progress: Progress) => void {
  let last = { phase: '', collection: '', at: 0 };
  return (progress) => {
    const now = host.ports.clock.now();
    const moved = progress.phase !== last.phase || progress.collection !== last.collection;
    const complete = progress.all > 0 && progress.done >= progress.all;
    // A clock that was set back tells more, never less.
    if (!moved && !complete && now >= last.at && now - last.at < EVERY_MS) return;
    last = { phase: progress.phase, collection: progress.collection, at: now };
    host.events.publish('run.progress', wireProgress(pair, activity, progress));
  };
}

/** The key of a record in a collection of the pair, or, where the pair has none of this name, of its history. */
export function keyIn(open: OpenPair, collection: string, ref: KeyRef): Promise<Key> {
  if ('hex' in ref || open.settings.collections.some(({ name }) => name === collection))
    return keyFromRef(ref, () => keyShapeOf(open, collection));
  return keyInHistory(open, collection, ref.parts);
}

/** Nothing says any more how such a key is typed, so it is found by how it is shown. */
async function keyInHistory(open: OpenPair, collection: string, parts: readonly string[]): Promise<Key> {
  const known = await open.engine.keysInHistory(collection);
  if (known.length === 0) throw noCollection(open.settings, collection);
  const typed = parts.join(',');
  const found = known.find((key) => keyText(key).replaceAll(/, ?/g, ',') === typed);
  if (found !== undefined) return found;
  throw notThere(
    `record ${parts.join(', ')} of “${collection}” in the history of ${open.settings.name}`,
    `${collection} is not synced by the pair any more; \`tandem history\` lists the runs, and \`tandem run show ID\` what each wrote.`,
  );
}

export function noCollection(settings: Pick<PairSettings, 'name' | 'collections'>, collection: string): AppError {
  const names = settings.collections.map(({ name }) => name);
  const near = nearest(collection, names);
  return notThere(
    `collection “${collection}” in pair ${settings.name}`,
    near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`,
  );
}

/** What a typed key of the collection consists of, as side A describes it. */
export async function keyShapeOf(open: OpenPair, collection: string): Promise<KeyShape> {
  const { settings, sides } = open;
  const rules = settings.collections.find(({ name }) => name === collection);
  if (!rules) throw noCollection(open.settings, collection);
  const schema = await sides.A.describe();
  const info = schema.collections.find(({ name }) => name === rules.physical.A);
  return {
    collection,
    isDocument: rules.anyField === true,
    isKnown: (key: Key) => isKnown(open, rules, key),
    parts: rules.key.map((logical) => {
      const physical = must(
        rules.fields.find(({ name }) => name === logical),
        'a key field among the fields',
      ).A;
      const field = info?.fields.find(({ name }) => name === physical);
      const at = info?.key?.fields.indexOf(physical) ?? -1;
      const collation =
        info?.key?.collations[at] ??
        (field?.collation === 'nocase' || field?.collation === 'rtrim' ? field.collation : 'binary');
      return { name: logical, type: field?.type ?? '', collation };
    }),
  };
}

/** A record under this key is on a side, or was written by a run. */
async function isKnown({ engine, sides }: OpenPair, rules: CollectionSettings, key: Key): Promise<boolean> {
  if ((await engine.timeline(rules.name, key)).length > 0) return true;
  for (const side of sideNames) {
    const bound = await sides[side].bind(specsOf([rules], side));
    try {
      if ((await bound.read(rules.name, [key])).has(key)) return true;
    } finally {
      await bound.close();
    }
  }
  return false;
}
