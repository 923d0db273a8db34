import { AppError } from '../../../shared/contract/errors.ts';
import type { WireAddReport, WireFinding, WireIncludeRequest } from '../../../shared/contract/pair-shapes.ts';
import type { CollectionEntry, PairEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { own } from '../../../shared/lib/own.ts';
import { leftOutName, notInPairName, unmapped, type NotInPair } from '../../engine/not-in-pair.ts';
import { refuseReports } from '../stamps/refusals.ts';
import { pairSettingsOf } from '../settings/pair-settings.ts';
import { compareSchemas, type Comparison } from './compare-schemas.ts';
import type { LackingField } from './imagined-side.ts';
import { fieldName, namedAny, namedFree, type Mapped } from './include-names.ts';
import { grow, type Both } from './include-fields.ts';
import { createSteps } from './missing-schema.ts';
import { otherKindText } from './refusals.ts';

/** What taking in and leaving out come to, before anything is written. */
export interface Inclusion {
  /** The pair as it is to be. */
  readonly entry: PairEntry;
  /** Collections that are new in it. */
  readonly collections: ReadonlyMap<string, CollectionEntry>;
  /** Fields that are new in collections it has. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly missing: Comparison['missing'];
  readonly lacking: readonly LackingField[];
  readonly steps: WireAddReport['create'];
  readonly findings: readonly WireFinding[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly dismissed: readonly string[];
}

/** Pure: looks at schemas and configuration alone, and refuses what cannot be. */
export function planInclusion(pair: string, entry: PairEntry, request: WireIncludeRequest, both: Both): Inclusion {
  const { collections: mapped, resting, leftOut } = pairSettingsOf(pair, entry);
  const free = unmapped(both.schemas, [...mapped, ...resting]);
  const known = { pair, entry, free };
  const out = namedAny(known, request.leaveOut ?? []);
  const { add = [] } = request;
  const all = add === 'all';
  const wanted = add === 'all' ? free.filter((one) => !isLeftOut(leftOut, one)) : namedFree(known, add);
  const kept = wanted.filter((one) => !out.free.includes(one));
  if (entry.stamp)
    refuseReports(
      pair,
      'pairs.include',
      kept.map(({ collection }) => collection),
    );
  const whole = compareWhole(entry, kept, request, both);
  const grown = growAll(entry, kept, both);
  const findings = [...whole.findings, ...grown.findings];
  const blocking = findings.filter(({ blocks }) => blocks);
  if (blocking.length > 0 && !all) throw blocked(pair, blocking);
  const shrunk = out.mapped.reduce((sum, one) => without(pair, sum, one, both), {
    ...entry.collections,
    ...grown.entries,
  });
  // A collection that something stands in the way of stays out with all it would have brought.
  const bad = new Set(whole.findings.filter(({ blocks }) => blocks).map(({ collection }) => collection));
  const collections = new Map([...whole.collections].filter(([name]) => !bad.has(name)));
  const missing = whole.missing.filter(({ name }) => collections.has(name));
  const added = [...collections.keys(), ...grown.added.map(notInPairName)];
  const after = { ...shrunk, ...Object.fromEntries(collections) };
  return {
    entry: {
      ...entry,
      ...toSync(entry.collectionsToSync, after, [...collections.keys()]),
      collections: after,
      leftOut: leftOutAfter(entry, after, out),
    },
    collections,
    fields: grown.fields,
    missing,
    lacking: grown.lacking,
    steps: [...createSteps(missing), ...grown.steps],
    findings,
    added,
    removed: out.mapped.map(notInPairName),
    dismissed: out.free.map(notInPairName),
  };
}

/** A pair that syncs some of its collections syncs what was taken in, too. */
function toSync(before: PairEntry['collectionsToSync'], after: Entries, added: readonly string[]): Partial<PairEntry> {
  if (!before) return {};
  const names = [...before, ...added].filter((name) => own(after, name));
  return { collectionsToSync: names.length > 0 ? names : null };
}

const isLeftOut = (leftOut: readonly string[], one: NotInPair): boolean =>
  leftOut.includes(notInPairName(one)) || leftOut.includes(leftOutName(one));

/** What is mapped now was never left out; what left, or was dismissed, is. */
function leftOutAfter(
  { leftOut = [] }: PairEntry,
  after: Entries,
  out: { readonly mapped: readonly Mapped[]; readonly free: readonly NotInPair[] },
): string[] {
  const mapped = new Set(
    Object.entries(after).flatMap(([collection, { fields }]) =>
      [null, ...fields.map(fieldName)].map((field) => notInPairName({ collection, field })),
    ),
  );
  const more = [...out.mapped.map(notInPairName), ...out.free.map(leftOutName)];
  return [...new Set([...leftOut, ...more])].filter((name) => !mapped.has(name.replace(/^[ab]:/, '')));
}

type Whole = Pick<Comparison, 'collections' | 'missing' | 'findings'>;

function compareWhole(
  { direction }: PairEntry,
  kept: readonly NotInPair[],
  { keys = {}, add, expiry = false }: WireIncludeRequest,
  both: Both,
): Whole {
  const names = kept.filter(({ field }) => field === null).map(({ collection }) => collection);
  if (names.length === 0) return { collections: new Map(), missing: [], findings: [] };
  const { A, B } = both.schemas;
  const comparison = compareSchemas(A, B, {
    collections: names,
    keys,
    uniqueFields: {},
    direction,
    labels: both.labels,
  });
  const { collections, missing, findings } = comparison;
  // Who takes in all there is has not said yes to what has to be asked about.
  const own_ = findings
    .filter(({ collection }) => collection !== '')
    .map((one) => ({ ...one, blocks: one.blocks || (one.asks === true && add === 'all' && !expiry) }));
  if (both.kinds.A === both.kinds.B) return { collections, missing, findings: own_ };
  const other = missing.map(({ name, on }) => ({
    collection: name,
    side: on,
    text: otherKindText(both.labels[on]),
    blocks: true,
  }));
  return { collections, missing, findings: [...own_, ...other] };
}

interface Grown extends Pick<Inclusion, 'fields' | 'lacking' | 'steps' | 'findings'> {
  readonly entries: Readonly<Record<string, CollectionEntry>>;
  readonly added: readonly Mapped[];
}

function growAll({ collections }: PairEntry, kept: readonly NotInPair[], both: Both): Grown {
  const wanted = Map.groupBy(
    kept.filter(({ field }) => field !== null),
    ({ collection }) => collection,
  );
  const grown = [...wanted].map(([name, ones]) => {
    const before = must(own(collections, name), 'a collection of the pair');
    return {
      name,
      before,
      after: grow(
        name,
        before,
        ones.flatMap(({ field }) => field ?? []),
        both,
      ),
    };
  });
  return {
    entries: Object.fromEntries(grown.map(({ name, before, after }) => [name, { ...before, fields: after.fields }])),
    fields: Object.fromEntries(
      grown.filter(({ after }) => after.added.length > 0).map(({ name, after }) => [name, after.added]),
    ),
    added: grown.flatMap(({ name, after }) => after.added.map((field) => ({ collection: name, field }))),
    lacking: grown.flatMap(({ after }) => after.lacking),
    steps: grown.flatMap(({ after }) => after.steps),
    findings: grown.flatMap(({ after }) => after.findings),
  };
}

type Entries = Readonly<Record<string, CollectionEntry>>;

/** The collections without this part; a part that the rest cannot do without is refused. */
function without(pair: string, entries: Entries, { collection, field }: Mapped, both: Both): Entries {
  if (field === null) {
    const left = Object.entries(entries).filter(([name]) => name !== collection);
    if (left.length === 0)
      throw refused(
        pair,
        collection,
        'it is the last collection of the pair',
        `Remove the pair instead: tandem pair remove ${pair}`,
      );
    return Object.fromEntries(left);
  }
  const entry = must(own(entries, collection), 'a collection of the pair');
  const name = `${collection}.${field}`;
  if (entry.key.includes(field))
    throw refused(pair, name, 'it is part of the key', 'Leave out the whole collection, or nothing of its key.');
  const rule = ruleThatNames(entry, field);
  if (rule !== null)
    throw refused(
      pair,
      name,
      `the rule ${rule} names it`,
      `Change the rule first: tandem config set pairs.${pair}.collections.${collection}.${rule}`,
    );
  if (needsValue(entry, field, both))
    throw refused(
      pair,
      name,
      'it takes no NULL and has no default, so new records could not be written without it',
      'Leave out the whole collection, or give the field a default.',
    );
  return { ...entries, [collection]: { ...entry, fields: entry.fields.filter((one) => fieldName(one) !== field) } };
}

function ruleThatNames(
  { newestBy, touch, uniqueFields, groups, fieldPolicy }: CollectionEntry,
  field: string,
): string | null {
  if (newestBy === field) return 'newestBy';
  if (touch?.includes(field)) return 'touch';
  if (uniqueFields?.includes(field)) return 'uniqueFields';
  if (groups?.some((group) => group.includes(field))) return 'groups';
  return own(fieldPolicy ?? {}, field) === undefined ? null : 'fieldPolicy';
}

function needsValue(entry: CollectionEntry, field: string, { schemas }: Both): boolean {
  const called = entry.fields.find((one) => fieldName(one) === field);
  return (['A', 'B'] as const).some((side) => {
    const physical = typeof called === 'object' ? called[side === 'A' ? 'a' : 'b'] : field;
    const table = schemas[side].collections.find(({ name }) => name === entry[side === 'A' ? 'a' : 'b']);
    const info = table?.fields.find(({ name }) => name === physical);
    return info !== undefined && !info.nullable && !info.hasDefault;
  });
}

function blocked(pair: string, findings: readonly WireFinding[]): AppError {
  const texts = findings.slice(0, 5).map(({ collection, text }) => `${collection}: ${text}`);
  return new AppError({
    code: 'schema-mismatch',
    operation: 'pairs.include',
    message: `Changing what belongs to ${pair} failed: ${texts.join(' ')}`,
    next: 'Nothing was changed on either side.',
    hint: 'Make the schemas fit, or take in only what does.',
    subject: { pair },
    retry: 'after-user-action',
  });
}

function refused(pair: string, name: string, why: string, hint: string): AppError {
  return new AppError({
    code: 'refused',
    operation: 'pairs.include',
    message: `Leaving ${name} out of ${pair} failed: ${why}.`,
    next: 'Nothing was changed.',
    hint,
    subject: { pair },
  });
}
