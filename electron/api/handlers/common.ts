import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { WireProgress } from '../../../shared/contract/run-shapes.ts';
import { specsOf } from '../../engine/bind-pair.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { Progress } from '../../engine/reports.ts';
import { sideNames, type CollectionSettings } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import type { KeyShape } from '../mapping/key-text.ts';
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

/** What a typed key of the collection consists of, as side A describes it. */
export async function keyShapeOf(open: OpenPair, collection: string): Promise<KeyShape> {
  const { settings, sides } = open;
  const rules = settings.collections.find(({ name }) => name === collection);
  if (!rules)
    throw notThere(
      `collection “${collection}” in pair ${settings.name}`,
      `There are: ${settings.collections.map(({ name }) => name).join(', ')}.`,
    );
  const schema = await sides.A.describe();
  const info = schema.collections.find(({ name }) => name === rules.physical.A);
  return {
    collection,
    ...(rules.anyField ? { isKnown: (key: Key) => isKnown(open, rules, key) } : {}),
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
