import type { Collation } from '../port/key-codec.ts';
import { changedFields, type State } from '../port/record.ts';
import type { SideSchema } from '../port/schema.ts';
import { Ranks } from './ranks.ts';
import type { TupleRule } from './tuples.ts';
import { otherSide, sideNames, type CollectionSettings, type SideName } from '../settings.ts';

/** A value, or a tuple of values, that one record at most may hold on a side. */
export interface UniqueRule {
  readonly name: string;
  readonly collection: string;
  readonly fields: readonly string[];
  readonly collations: readonly Collation[];
  /** NULL is a value like any other. */
  readonly nullsClash: boolean;
  /** The side has an index for it; otherwise the person declared it (`uniqueFields`). */
  readonly index: string | null;
}

export interface ReferenceRule {
  readonly name: string;
  readonly child: string;
  readonly fields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
  /** How the parent's fields are compared. */
  readonly collations: readonly Collation[];
}

/** What a parent is found by. */
export const parentTuple = ({ parentFields, collations }: ReferenceRule): TupleRule => ({
  fields: parentFields,
  collations,
});

/** Per side: what the plan is judged by before anything is written (L9). Expressions and partial indexes are left to the side itself. */
export interface Constraints {
  readonly unique: Readonly<Record<SideName, ReadonlyMap<string, readonly UniqueRule[]>>>;
  /** Collections with a unique index beside the key, whoever judges it. */
  readonly guarded: Readonly<Record<SideName, ReadonlySet<string>>>;
  /** By child. */
  readonly references: Readonly<Record<SideName, ReadonlyMap<string, readonly ReferenceRule[]>>>;
  /** The order of collections and phases, before records are looked at. */
  readonly ranks: Ranks;
  /** By parent. */
  readonly children: Readonly<Record<SideName, ReadonlyMap<string, readonly ReferenceRule[]>>>;
}

export function constraintsOf(
  collections: readonly CollectionSettings[],
  schemas: Readonly<Record<SideName, SideSchema>>,
): Constraints {
  const references = bySide((side) => referenceRules(collections, schemas[side], side));
  return {
    unique: bySide((side) => groupBy(uniqueRules(collections, schemas, side), (rule) => rule.collection)),
    guarded: bySide((side) => guardedIn(collections, schemas[side], side)),
    references: bySide((side) => groupBy(references[side], (rule) => rule.child)),
    ranks: new Ranks(
      collections.map(({ name }) => name),
      sideNames.flatMap((side) => references[side]),
    ),
    children: bySide((side) => groupBy(references[side], (rule) => rule.parent)),
  };
}

const bySide = <T>(make: (side: SideName) => T): Record<SideName, T> => ({ A: make('A'), B: make('B') });

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(key(item), [...(map.get(key(item)) ?? []), item]);
  return map;
}

function guardedIn(collections: readonly CollectionSettings[], schema: SideSchema, side: SideName): Set<string> {
  const found = new Set(schema.collections.filter(({ unique }) => unique.length > 0).map(({ name }) => name));
  return new Set(collections.filter(({ physical }) => found.has(physical[side])).map(({ name }) => name));
}

/** What the pair calls a field of the side; `undefined` if it is no part of the pair. */
function logicalNames(collection: CollectionSettings, side: SideName): (physical: string) => string | undefined {
  const names = new Map(collection.fields.map((field) => [field[side], field.name]));
  const taken = new Set(names.values());
  return (physical) => names.get(physical) ?? (collection.anyField && !taken.has(physical) ? physical : undefined);
}

function uniqueRules(
  collections: readonly CollectionSettings[],
  schemas: Readonly<Record<SideName, SideSchema>>,
  side: SideName,
): UniqueRule[] {
  return collections.flatMap((collection) => {
    const enforced = indexRules(collection, schemas[side], side);
    const covered = new Set(enforced.map((rule) => rule.fields.join('\0')));
    const declared = collection.uniqueFields
      .filter((field) => !covered.has(field))
      .map((field): UniqueRule => ({
        name: `declared:${field}`,
        collection: collection.name,
        fields: [field],
        collations: ['binary'],
        nullsClash: false,
        index: null,
      }));
    return [...enforced, ...declared];
  });
}

function indexRules(collection: CollectionSettings, schema: SideSchema, side: SideName): UniqueRule[] {
  const info = schema.collections.find(({ name }) => name === collection.physical[side]);
  const names = logicalNames(collection, side);
  return (info?.unique ?? []).flatMap((index): UniqueRule[] => {
    const fields = index.fields.map((field) => (field === null ? undefined : names(field)));
    if (index.partial || fields.some((field) => field === undefined)) return [];
    if (index.collations.includes('unknown') || sameSet(fields as string[], collection.key)) return [];
    return [
      {
        name: index.name,
        collection: collection.name,
        fields: fields as string[],
        collations: index.collations as Collation[],
        nullsClash: index.nullsClash ?? false,
        index: index.name,
      },
    ];
  });
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item));

function referenceRules(
  collections: readonly CollectionSettings[],
  schema: SideSchema,
  side: SideName,
): ReferenceRule[] {
  const byPhysical = new Map(collections.map((collection) => [collection.physical[side], collection]));
  return collections.flatMap((collection) => {
    const info = schema.collections.find(({ name }) => name === collection.physical[side]);
    const names = logicalNames(collection, side);
    return (info?.references ?? []).flatMap((reference): ReferenceRule[] => {
      const parent = byPhysical.get(reference.parent);
      const fields = reference.fields.map(names);
      const parentFields = parent ? reference.parentFields.map(logicalNames(parent, side)) : [];
      if (!parent || fields.includes(undefined) || parentFields.includes(undefined)) return [];
      const collations = reference.parentFields.map((field) => collationOf(schema, reference.parent, field));
      return [
        {
          name: reference.name,
          child: collection.name,
          fields: fields as string[],
          parent: parent.name,
          parentFields: parentFields as string[],
          collations,
        },
      ];
    });
  });
}

function collationOf(schema: SideSchema, collection: string, field: string): Collation {
  const found = schema.collections
    .find(({ name }) => name === collection)
    ?.fields.find(({ name }) => name === field)?.collation;
  return found === undefined || found === 'unknown' ? 'binary' : found;
}

/** The other side's rule for the same fields, if it has one. */
export const rulesFor = (constraints: Constraints, side: SideName, collection: string): readonly UniqueRule[] =>
  constraints.unique[side].get(collection) ?? [];

export const mirrored = (constraints: Constraints, side: SideName, rule: UniqueRule): UniqueRule | undefined =>
  rulesFor(constraints, otherSide(side), rule.collection).find(({ fields }) => sameSet(fields, rule.fields));

/** Does a write from one state to the other touch a field that a unique rule or a reference looks at? */
export function isConstrained(
  constraints: Constraints,
  side: SideName,
  collection: string,
  from: State,
  to: State | undefined,
): boolean {
  if (to === undefined) return false;
  const looked = lookedAt(constraints, side, collection);
  if (looked.size === 0) return false;
  return from === null || to === null || changedFields(from, to).some((name) => looked.has(name));
}

const fieldsLookedAt = new WeakMap<Constraints, Map<string, ReadonlySet<string>>>();

function lookedAt(constraints: Constraints, side: SideName, collection: string): ReadonlySet<string> {
  const known = fieldsLookedAt.get(constraints) ?? new Map<string, ReadonlySet<string>>();
  fieldsLookedAt.set(constraints, known);
  const name = `${side}${collection}`;
  const found = known.get(name);
  if (found) return found;
  const { unique, references, children } = constraints;
  const fields = new Set([
    ...(unique[side].get(collection) ?? []).flatMap((rule) => rule.fields),
    ...(references[side].get(collection) ?? []).flatMap((rule) => rule.fields),
    ...(children[side].get(collection) ?? []).flatMap((rule) => rule.parentFields),
  ]);
  known.set(name, fields);
  return fields;
}
