import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { CollectionEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { keyAdvice, uniqueIndexOver } from '../../../shared/model/key-advice.ts';
import type { CollectionInfo, FieldInfo, ReportedObject, SideSchema } from '../../engine/port/schema.ts';
import { sideNames, type Direction, type SideName } from '../../engine/settings.ts';
import { affinityOf, type Affinity } from '../../../shared/model/affinity.ts';
import { called, isCalled, matchByName, namesOfMatch, type Match } from '../../../shared/lib/match-by-name.ts';
import { compareTraits } from '../../engine/compare-traits.ts';

export interface Wanted {
  /** Logical names a person gave; null = everything there is. */
  readonly collections: readonly string[] | null;
  /** Key fields for collections whose schema names none. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Fields that shall be unique although no index says so. */
  readonly uniqueFields: Readonly<Record<string, readonly string[]>>;
  readonly direction: Direction;
  /** Of single collections, by any of their names. */
  readonly directions?: Readonly<Record<string, Direction>>;
  readonly labels: Readonly<Record<SideName, string>>;
}

export interface Comparison {
  /** What can be kept in step. */
  readonly collections: ReadonlyMap<string, CollectionEntry>;
  /** On one side only. */
  readonly missing: readonly { readonly name: string; readonly on: SideName; readonly from: CollectionInfo }[];
  /** Names that neither side has. */
  readonly unknown: readonly string[];
  readonly findings: readonly WireFinding[];
}

/** What two sides have in common, what stands in the way, and what is left out. Pure. */
export function compareSchemas(a: SideSchema, b: SideSchema, wanted: Wanted): Comparison {
  const matches = matchByName(a.collections, b.collections, ({ anyField }) => !anyField);
  const asked = wanted.collections;
  const meant = new Set((asked ?? []).flatMap((name) => called(matches, name, namesOfMatch)));
  const chosen = asked === null ? matches : matches.filter((match) => meant.has(match));
  const named = [...(asked ?? []), ...Object.keys(wanted.directions ?? {}), ...Object.keys(wanted.uniqueFields)];
  const unknown = [...new Set(named)].filter((name) => !matches.some((match) => isCalled(match, name)));
  const ways = saidOf(matches, wanted.directions ?? {});
  const unique = saidOf(matches, wanted.uniqueFields);
  const collections = new Map<string, CollectionEntry>();
  const missing: Comparison['missing'][number][] = [];
  const findings: WireFinding[] = [...reported('A', a, chosen, wanted), ...reported('B', b, chosen, wanted)];
  for (const match of chosen) {
    const from = match.a ?? must(match.b, 'a collection on one side');
    const to = match.b ?? from;
    const taken = match.a && match.b ? null : takenName(match.name, from, match.a ? ['B', b] : ['A', a], wanted);
    if (taken) findings.push(taken);
    if (taken) continue;
    const own = {
      ...wanted,
      direction: ways.get(match) ?? wanted.direction,
      uniqueFields: { [match.name]: unique.get(match) ?? [] },
    };
    const result = compareCollections(match, from, to, own);
    findings.push(...result.findings);
    if (result.entry && match.a && match.b)
      findings.push(...compareTraits(match.name, { A: match.a, B: match.b }, own));
    if (result.entry)
      collections.set(match.name, {
        ...result.entry,
        ...(own.direction === wanted.direction ? {} : { direction: own.direction }),
      });
    if (!match.a || !match.b) missing.push({ name: match.name, on: match.a ? 'B' : 'A', from });
  }
  return { collections, missing, unknown, findings };
}

/** What a person said of single collections, by any name of theirs; letter case counts where both spellings exist. */
const saidOf = <T>(
  matches: readonly Match<CollectionInfo>[],
  said: Readonly<Record<string, T>>,
): ReadonlyMap<Match<CollectionInfo>, T> =>
  new Map(
    Object.entries(said).flatMap(([name, value]) =>
      called(matches, name, namesOfMatch).map((match) => [match, value] as const),
    ),
  );

/** Nothing can be created where something that no sync carries stands under the name. */
function takenName(
  name: string,
  { name: physical, anyField }: CollectionInfo,
  [side, { reported: seen }]: readonly [SideName, SideSchema],
  { labels, collections }: Wanted,
): WireFinding | null {
  const isSame = (other: string): boolean =>
    other === physical || (!anyField && other.toLowerCase() === physical.toLowerCase());
  const there = seen.find((one) => STANDS.has(one.kind) && isSame(one.name));
  if (!there) return null;
  const what = there.kind === 'view' ? 'a view' : 'something else';
  const text = `On ${labels[side]} ${what} stands under this name (${there.why}), so it is left out. Rename one of the two to keep it in step.`;
  return { collection: name, side, text, blocks: collections !== null };
}
const STANDS: ReadonlySet<ReportedObject['kind']> = new Set(['view', 'virtual', 'shadow', 'table']);

/** A chosen table without a key is judged by itself, with the key that the person names for it. */
function reported(
  side: SideName,
  schema: SideSchema,
  chosen: readonly Match<CollectionInfo>[],
  { labels }: Wanted,
): readonly WireFinding[] {
  const own = side === 'A' ? 'a' : 'b';
  const judged = new Set(chosen.flatMap(({ [own]: info }) => (info && !info.key ? [info.name] : [])));
  return schema.reported
    .filter(({ name, kind }) => kind !== 'table' || !judged.has(name))
    .map(({ name, kind, why }) => ({
      collection: '',
      side,
      text: `${kind} ${displayValue(name)} on ${labels[side]} is not synced: ${why}`,
      blocks: false,
    }));
}

interface Compared {
  readonly entry: CollectionEntry | null;
  readonly findings: readonly WireFinding[];
}

/** Where one side alone has it, `a` and `b` are the same. */
function compareCollections(
  match: Match<CollectionInfo>,
  a: CollectionInfo,
  b: CollectionInfo,
  wanted: Wanted,
): Compared {
  const { name } = match;
  const findings: WireFinding[] = [];
  const say = (text: string, blocks: boolean, side: SideName | null = null): void =>
    void findings.push({ collection: name, side, text, blocks });
  if (name === '__proto__')
    return {
      entry: null,
      findings: [
        {
          collection: name,
          side: null,
          text: 'A collection of this name cannot be configured; it is left out, and where it is created it stays empty.',
          blocks: wanted.collections !== null,
        },
      ],
    };
  if (a.anyField !== b.anyField) {
    say(
      'It holds documents with fields of their own on one side and has fixed fields on the other; such two cannot be kept in step.',
      true,
    );
    return { entry: null, findings };
  }
  const fields = matchByName(a.fields, b.fields);
  const key = keyOf(match, a, b, fields, wanted, say);
  if (!key) return { entry: null, findings };
  const synced = fields.filter((field) => fits(field, key, wanted, say));
  for (const { name: trigger, writes } of [...a.triggers, ...b.triggers]) {
    const isOnBoth = [a, b].every(({ triggers }) => triggers.some((one) => one.name === trigger));
    const twice = isOnBoth ? ' It runs on both sides, so what it adds up or counts it adds twice for one edit.' : '';
    if (writes.length > 0)
      say(
        `The trigger ${displayValue(trigger)} also writes ${writes.map((each) => displayValue(each)).join(', ')}; such writes count as edits of their own side.${twice}`,
        false,
      );
  }
  const entry: CollectionEntry = {
    a: a.name,
    b: b.name,
    key: [...key],
    fields: synced.map(({ name: field, a: mine, b: theirs }) =>
      mine?.name === theirs?.name ? field : { name: field, a: mine?.name ?? field, b: theirs?.name ?? field },
    ),
    ...(a.anyField ? { anyField: true as const } : {}),
    ...uniqueFields(name, { fields: synced, anyField: a.anyField ?? false, key }, wanted, say),
  };
  return { entry, findings };
}

/** Declared by the person; a field that no side has, or that is not synced, cannot be kept unique. */
function uniqueFields(
  name: string,
  {
    fields,
    anyField,
    key,
  }: { readonly fields: readonly Match<FieldInfo>[]; readonly anyField: boolean; readonly key: readonly string[] },
  wanted: Wanted,
  say: Say,
): Pick<CollectionEntry, 'uniqueFields'> {
  const asked = Object.hasOwn(wanted.uniqueFields, name) ? (wanted.uniqueFields[name] ?? []) : [];
  const found = asked.flatMap(
    (field) => fields.find((match) => isCalled(match, field))?.name ?? (anyField ? field : []),
  );
  const unknown = asked.filter((field) => !anyField && !fields.some((match) => isCalled(match, field)));
  if (unknown.length > 0) say(`The fields ${unknown.join(', ')}, which shall be unique, are not on both sides.`, true);
  const own = found.filter((field) => key.length !== 1 || field !== key[0]);
  return own.length > 0 ? { uniqueFields: [...new Set(own)] } : {};
}

export type Say = (text: string, blocks: boolean, side?: SideName | null) => void;

/** Logical names of the key, if both sides agree on one. */
function keyOf(
  { name, a: mine, b: theirs }: Match<CollectionInfo>,
  a: CollectionInfo,
  b: CollectionInfo,
  fields: readonly Match<FieldInfo>[],
  wanted: Wanted,
  say: Say,
): readonly string[] | null {
  const named = Object.hasOwn(wanted.keys, name) ? wanted.keys[name] : undefined;
  const explicit = wanted.collections !== null;
  if (named) {
    const unknown = named.filter((field) => !fields.some((match) => match.a && match.b && isCalled(match, field)));
    if (unknown.length > 0) say(`The key fields ${unknown.join(', ')} are not on both sides.`, true);
    if (unknown.length > 0) return null;
    const key = named.map((field) =>
      must(
        fields.find((match) => isCalled(match, field)),
        'a field',
      ),
    );
    sayUnindexed({ A: a, B: b }, key, wanted, say);
    return key.map((field) => field.name);
  }
  if (!a.key || !b.key) {
    const without = sideNames
      .filter((side) => (side === 'A' ? mine : theirs)?.key === null)
      .map((side) => wanted.labels[side]);
    const why = a.anyField
      ? `It has a collation of its own on ${without.join(' and ')}, which decides which _id are one, and Tandem does not know it. Leave it out, or make it anew without.`
      : `It has no key on ${without.join(' and ')}, so its records cannot be told apart; ${keyAdvice(name)}. Or leave it out.`;
    say(why, explicit);
    return null;
  }
  const logical = (side: 'a' | 'b', physical: readonly string[]): readonly string[] =>
    physical.map((field) => fields.find((match) => match[side]?.name === field)?.name ?? field);
  const [keyA, keyB] = [logical('a', a.key.fields), logical('b', b.key.fields)];
  if (keyA.length !== keyB.length || keyA.some((field, i) => field !== keyB[i])) {
    say(
      `The keys differ: ${a.key.fields.join(', ')} on ${wanted.labels.A}, ${b.key.fields.join(', ')} on ${wanted.labels.B}.`,
      true,
    );
    return null;
  }
  const collations = b.key.collations;
  if (a.key.collations.some((collation, i) => collation !== collations[i])) {
    say(
      `The keys are compared differently: ${a.key.collations.join(', ')} on ${wanted.labels.A}, ${collations.join(', ')} on ${wanted.labels.B}. Two records of one side could be one record on the other.`,
      true,
    );
    return null;
  }
  return keyA;
}

/** A key that the person names has to be kept unique by the databases: nothing else keeps two records apart. */
function sayUnindexed(
  tables: Readonly<Record<SideName, CollectionInfo>>,
  key: readonly Match<FieldInfo>[],
  { labels }: Pick<Wanted, 'labels'>,
  say: Say,
): void {
  const missing = new Map<string, string[]>();
  for (const side of sideNames) {
    const table = tables[side];
    const names = key.map((field) => (side === 'A' ? field.a : field.b)?.name ?? field.name);
    const covers = (fields: readonly (string | null)[]): boolean =>
      fields.every((field) => field !== null && names.includes(field));
    if (table.anyField || (table.key && covers(table.key.fields))) continue;
    if (table.unique.some((index) => !index.partial && covers(index.fields))) continue;
    const statement = uniqueIndexOver(table.name, names);
    missing.set(statement, [...(missing.get(statement) ?? []), labels[side]]);
  }
  const fields = key.map(({ name }) => name).join(', ');
  for (const [statement, sides] of missing)
    say(
      `Nothing keeps ${fields} from standing in two records on ${sides.join(' and ')}; a unique index there does: ${statement}.`,
      true,
    );
}

/** True if the field is synced. */
export function fits(
  { name, a, b }: Match<FieldInfo>,
  key: readonly string[],
  { labels }: Pick<Wanted, 'labels'>,
  say: Say,
): boolean {
  if (!a || !b) return oneSided(a ?? must(b, 'a field on one side'), a ? 'A' : 'B', labels, say);
  if (name === '__proto__') {
    say('A field named __proto__ cannot be configured; it is left out.', !a.nullable && !a.hasDefault);
    return false;
  }
  if (a.generated || b.generated) {
    if (a.generated !== b.generated)
      say(
        `The field ${name} is computed on ${labels[a.generated ? 'A' : 'B']} and stored on ${labels[a.generated ? 'B' : 'A']}; it is left out.`,
        false,
      );
    return false;
  }
  const [mine, theirs] = [affinityOf(a.type), affinityOf(b.type)];
  if (mine === theirs) return true;
  const open = (affinity: Affinity): boolean => affinity === 'none' || affinity === 'numeric';
  const near = (open(mine) || open(theirs)) && !key.includes(name);
  say(
    `The field ${name} is ${a.type || 'without type'} on ${labels.A} and ${b.type || 'without type'} on ${labels.B}.${near ? ' Values that one side would store differently become conflicts.' : ' Its values cannot be the same on both.'}`,
    !near,
  );
  return near;
}

function oneSided(field: FieldInfo, side: SideName, labels: Wanted['labels'], say: Say): boolean {
  if (field.generated) return false;
  const harmless = field.nullable || field.hasDefault;
  say(
    `The field ${field.name} is on ${labels[side]} only; ${harmless ? 'it is left out.' : `new records from the other side could not be written there, because it needs a value.`}`,
    !harmless,
    side,
  );
  return false;
}
