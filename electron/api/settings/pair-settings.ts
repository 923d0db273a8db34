import { AppError } from '../../../shared/contract/errors.ts';
import { collectionOptionTable } from '../../../shared/config/collection-options.ts';
import { defaultsOf } from '../../../shared/config/option.ts';
import { pairOptionTable, type PairOptions } from '../../../shared/config/pair-options.ts';
import { ownDefaults } from './env-defaults.ts';
import { envPlace, isStillMeant } from './env-file.ts';
import { isReportCollection, reportCollections } from '../stamps/report-collections.ts';
import type { CollectionEntry, ConfigFile, PairEntry } from '../../../shared/config/schema.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { FIELD_ORDER } from '../../engine/port/connector.ts';
import {
  CHANGED_AT,
  stampForms,
  type CollectionSettings,
  type PairSettings,
  type Policy,
  type SideName,
} from '../../engine/settings.ts';

/** The pair of this name; `not-found` names the nearest one. */
export function pairEntryOf(file: ConfigFile, name: string): PairEntry {
  const entry = Object.hasOwn(file.pairs, name) ? file.pairs[name] : undefined;
  if (entry) return entry;
  const known = Object.keys(file.pairs);
  const near = nearest(name, known);
  throw new AppError({
    code: 'not-found',
    operation: 'pairs',
    message: `There is no pair “${name}”.`,
    next: 'Nothing was done.',
    hint: near
      ? `Did you mean ${near}?`
      : known.length > 0
        ? `There are: ${known.join(', ')}.`
        : 'Add one with `tandem pair add`.',
    subject: { pair: name },
  });
}

/** Every option of the pair with its effective value. */
export function pairOptionsOf(entry: PairEntry): PairOptions {
  const values: Record<string, unknown> = { ...defaultsOf(pairOptionTable), ...ownDefaults(entry) };
  for (const key of Object.keys(pairOptionTable)) {
    const given = entry[key as keyof PairOptions];
    if (given !== undefined) values[key] = given;
  }
  return values as PairOptions;
}

/** Do collections that appear become part of the pair with the next sync? */
export function takesUp(entry: PairEntry): boolean {
  const { newCollections, collectionsToSync } = pairOptionsOf(entry);
  return newCollections && collectionsToSync === null;
}

/** Does no sync of the pair ever write to this side? Then it need not be writable. A pair that has no collections yet goes by its direction. */
export function isSourceOnly(
  {
    direction,
    collections,
    marker,
    stamp,
  }: Pick<PairEntry, 'direction' | 'marker' | 'stamp'> & {
    readonly collections: Readonly<Record<string, Pick<PairEntry['collections'][string], 'direction'>>>;
  },
  side: SideName,
): boolean {
  const away = side === 'A' ? 'a-to-b' : 'b-to-a';
  const ways = Object.values(collections).map((rules) => rules.direction ?? direction);
  return !marker && !(stamp && side === 'A') && (ways.length > 0 ? ways : [direction]).every((way) => way === away);
}

/** What the engine works with. */
export function pairSettingsOf(name: string, entry: PairEntry): PairSettings {
  const options = pairOptionsOf(entry);
  const wanted = options.collectionsToSync;
  const isReport = ({ physical: { A, B } }: CollectionSettings): boolean =>
    options.stamp && (isReportCollection(A) || isReportCollection(B));
  const isWanted = (collection: CollectionSettings): boolean =>
    (wanted === null || wanted.includes(collection.name)) && !isReport(collection);
  const all = Object.entries(entry.collections).map(([collection, rules]) =>
    collectionSettings(collection, rules, entry, options),
  );
  return {
    name,
    sideLabel: { A: entry.a.name, B: entry.b.name },
    sideMove: sideMoves(name, entry),
    collections: all.filter(isWanted),
    resting: all.filter((collection) => !isWanted(collection)),
    leftOut: [...(entry.leftOut ?? []), ...(options.stamp ? reportCollections : [])],
    batchSize: options.batchSize,
    maxRetries: options.maxRetries,
    brakes: {
      deletePercent: options.brakeDeletePercent,
      deleteCount: options.brakeDeleteCount,
      smallPercent: options.brakeSmallPercent,
      smallSize: options.brakeSmallSize,
      changePercent: options.brakeChangePercent,
      changeCount: options.brakeChangeCount,
      periodDays: options.brakePeriodDays,
    },
    marker: options.marker,
    stamp: options.stamp,
    auditHours: options.auditHours,
    keepDocBytes: options.keepDocBytes,
    keepPairBytes: options.keepPairBytes,
    journalDays: options.journalDays,
  };
}

/** Addresses that come from a `.env` are changed there. */
const sideMoves = (name: string, { env }: PairEntry): PairSettings['sideMove'] =>
  env !== undefined && isStillMeant(env)
    ? { A: `MONGODB_LOCAL_URL in ${envPlace(env)}`, B: `MONGODB_CLOUD_URL in ${envPlace(env)}` }
    : { A: `tandem pair edit ${name} --a ADDRESS`, B: `tandem pair edit ${name} --b ADDRESS` };

function collectionSettings(
  name: string,
  entry: CollectionEntry,
  pair: PairEntry,
  options: PairOptions,
): CollectionSettings {
  const rules = defaultsOf(collectionOptionTable);
  const isStamped = options.stamp && entry.anyField === true;
  return {
    name,
    physical: { A: entry.a, B: entry.b },
    key: entry.key,
    fields: entry.fields.map((field) =>
      typeof field === 'string' ? { name: field, A: field, B: field } : { name: field.name, A: field.a, B: field.b },
    ),
    direction: entry.direction ?? pair.direction,
    policy: entry.policy ?? policyOf(options.conflictResolutionStrategy),
    fieldPolicy: entry.fieldPolicy ?? rules.fieldPolicy,
    newestBy: entry.newestBy ?? rules.newestBy,
    merge: entry.merge ?? rules.merge,
    groups: entry.groups ?? rules.groups,
    touch: [
      ...(entry.touch ?? rules.touch),
      ...(entry.anyField ? [FIELD_ORDER] : []),
      ...(isStamped ? [CHANGED_AT] : []),
    ],
    ...(entry.anyField ? { anyField: true as const } : {}),
    ...(isStamped ? { omit: stampForms } : {}),
    uniqueFields: entry.uniqueFields ?? rules.uniqueFields,
  };
}

/** Two strategies are a rule of the plan itself; the others are applied to the conflicts that a run left open. */
function policyOf(strategy: PairOptions['conflictResolutionStrategy']): Policy {
  if (strategy === 'keep_local') return 'local';
  if (strategy === 'keep_remote') return 'remote';
  return 'ask';
}
