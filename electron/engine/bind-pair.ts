import type { Collation } from './port/key-codec.ts';
import type { CollectionSpec, Side } from './port/connector.ts';
import type { SideSchema } from './port/schema.ts';
import type { Value } from './port/value.ts';
import { notInPair, type NotInPair } from './not-in-pair.ts';
import type { Shape } from './plan/complete.ts';
import type { PairEngineParts } from './pair-engine.ts';
import type { PairContext } from './run/context.ts';
import { constraintsOf, type Constraints } from './run/constraints.ts';
import { sideNames, type CollectionSettings, type SideName } from './settings.ts';

/** The sides of a pair bound to those of its collections that both have now. */
export interface Binding {
  readonly sides: { readonly A: Side; readonly B: Side };
  readonly collections: ReadonlyMap<string, CollectionSettings>;
  readonly constraints: Constraints;
  readonly keys: PairContext['keys'];
  readonly versions: Readonly<Record<SideName, string>>;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** What stands on a side, is not part of the pair, and was not left out by a person. */
  readonly notInPair: readonly NotInPair[];
}

/** A collection that a side lacks, or that lost a synced field there, is left out; the schema watch brakes it. */
export async function bindPair({ settings, sides: connectors }: PairEngineParts): Promise<Binding> {
  const schemas = { A: await connectors.A.describe(), B: await connectors.B.describe() };
  const usable = settings.collections.filter((collection) =>
    sideNames.every((side) => isThere(schemas[side], collection, side)),
  );
  const sides = { A: await connectors.A.bind(specsOf(usable, 'A')), B: await connectors.B.bind(specsOf(usable, 'B')) };
  return {
    sides,
    collections: new Map(usable.map((collection) => [collection.name, collection])),
    constraints: constraintsOf(usable, schemas),
    keys: new Map(usable.map((collection) => [collection.name, keyOf(schemas.A, collection)])),
    versions: { A: schemas.A.version, B: schemas.B.version },
    shapes: new Map(
      usable.flatMap((collection) =>
        collection.anyField ? [] : [[collection.name, shapeOf(connectors, schemas, collection)]],
      ),
    ),
    notInPair: notInPair(schemas, settings),
  };
}

/** What each side holds in the mapped fields where nobody gave a value. */
function shapeOf(
  connectors: PairEngineParts['sides'],
  schemas: Readonly<Record<SideName, SideSchema>>,
  { physical, fields }: CollectionSettings,
): Shape {
  const byDefault = (side: SideName, field: CollectionSettings['fields'][number]): Value | undefined =>
    schemas[side].collections
      .find(({ name }) => name === physical[side])
      ?.fields.find(({ name }) => name === field[side])?.default;
  return {
    fields: new Map(fields.map((field) => [field.name, { A: byDefault('A', field), B: byDefault('B', field) }])),
    nullIsValue: sideNames.some((side) => connectors[side].capabilities.missingFields),
  };
}

/** The side has the collection with all its synced fields. */
export function isThere(schema: SideSchema, collection: CollectionSettings, side: SideName): boolean {
  const found = schema.collections.find(({ name }) => name === collection.physical[side]);
  return (
    found !== undefined && collection.fields.every((field) => found.fields.some(({ name }) => name === field[side]))
  );
}

/** How the side compares the key of the collection: each field with its type and collation. */
export function keyShape(schema: SideSchema, collection: CollectionSettings, side: SideName): string {
  const found = schema.collections.find(({ name }) => name === collection.physical[side]);
  return collection.key
    .map((name) => {
      const physical = collection.fields.find((field) => field.name === name)?.[side];
      const field = found?.fields.find((one) => one.name === physical);
      return `${field?.type.toUpperCase() ?? ''} ${field?.collation.toUpperCase() ?? ''}`.trim();
    })
    .join(', ');
}

function keyOf(schema: SideSchema, collection: CollectionSettings): { collations: Collation[]; types: string[] } {
  const info = schema.collections.find(({ name }) => name === collection.physical.A);
  const fields = collection.key.map((name) => {
    const physical = collection.fields.find((field) => field.name === name)?.A;
    return info?.fields.find((field) => field.name === physical);
  });
  return {
    collations: fields.map((field) =>
      field === undefined || field.collation === 'unknown' ? 'binary' : field.collation,
    ),
    types: fields.map((field) => field?.type ?? ''),
  };
}

/** What the side is told of the collections it is bound to. */
export const specsOf = (collections: readonly CollectionSettings[], side: SideName): CollectionSpec[] =>
  collections.map(({ name, physical, key, fields, anyField, omit }) => ({
    name,
    physical: physical[side],
    key,
    fields: fields.map((field) => ({ name: field.name, physical: field[side] })),
    ...(anyField ? { anyField } : {}),
    ...(omit ? { omit } : {}),
  }));
