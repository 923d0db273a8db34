import { AppError } from '../../shared/contract/errors.ts';
import { must } from '../../shared/lib/assert.ts';
import { own } from '../../shared/lib/own.ts';
import type { Collation } from './port/key-codec.ts';
import type { CollectionSpec, Connector, Side } from './port/connector.ts';
import type { SideSchema } from './port/schema.ts';
import type { Value } from './port/value.ts';
import { fieldsOutside, notInPair, type NotInPair } from './not-in-pair.ts';
import type { Shape } from './plan/complete.ts';
import type { PairEngineParts } from './pair-engine.ts';
import type { Identities, PairContext } from './run/context.ts';
import { constraintsOf, type Constraints } from './run/constraints.ts';
import { unlikeTraits } from './compare-traits.ts';
import { sideNames, type CollectionSettings, type SideName } from './settings.ts';
import type { PairRow } from './state/stored.ts';

/** The sides of a pair bound to those of its collections that both have now. */
export interface Binding {
  readonly sides: { readonly A: Side; readonly B: Side };
  readonly collections: ReadonlyMap<string, CollectionSettings>;
  readonly constraints: Constraints;
  readonly keys: PairContext['keys'];
  readonly versions: Readonly<Record<SideName, string>>;
  /** What the sides told of themselves in the same look; `null` where one of them did not. */
  readonly identities: Identities | null;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly outside: PairContext['outside'];
  /** What stands on a side, is not part of the pair, and was not left out by a person. */
  readonly notInPair: readonly NotInPair[];
  /** What the collections were made with, where the two sides are not alike. */
  readonly unlike: readonly string[];
  /** Collections that both have and that one of them cannot keep in step any more, as it defines them now. */
  readonly unfit: ReadonlyMap<string, Unfit>;
}
export interface Unfit {
  readonly side: SideName;
  readonly why: string;
}

/**
 * A collection that a side lacks, that lost a synced field there, or that was synced and does not fit any more, is left
 * out; the schema watch brakes it. Rejects with `schema-mismatch` where one that was never synced does not fit.
 */
export async function bindPair(
  { settings, sides: connectors }: Pick<PairEngineParts, 'settings' | 'sides'>,
  synced: PairRow['keys'],
): Promise<Binding> {
  const schemas = { A: await connectors.A.describe(), B: await connectors.B.describe() };
  const there = settings.collections.filter((collection) =>
    sideNames.every((side) => isThere(schemas[side], collection, side)),
  );
  const unfit = new Map<string, Unfit>();
  const sides = await bindFitting(connectors, there, synced, unfit);
  const usable = there.filter(({ name }) => !unfit.has(name));
  return {
    unfit,
    sides,
    collections: new Map(usable.map((collection) => [collection.name, collection])),
    constraints: constraintsOf(usable, schemas),
    keys: new Map(usable.map((collection) => [collection.name, keyOf(schemas.A, collection)])),
    versions: { A: schemas.A.version, B: schemas.B.version },
    identities: identitiesIn(schemas),
    shapes: new Map(
      usable.flatMap((collection) =>
        collection.anyField ? [] : [[collection.name, shapeOf(connectors, schemas, collection)]],
      ),
    ),
    outside: new Map(usable.map((collection) => [collection.name, outsideOf(schemas, collection)])),
    notInPair: notInPair(schemas, settings),
    unlike: unlikeTraits(schemas, settings),
  };
}

/** A collection whose records bring fields of their own has none outside of the pair. */
function outsideOf(
  schemas: Readonly<Record<SideName, SideSchema>>,
  collection: CollectionSettings,
): Readonly<Record<SideName, readonly string[]>> {
  const on = (side: SideName): readonly string[] => {
    const found = schemas[side].collections.find(({ name }) => name === collection.physical[side]);
    return collection.anyField ? [] : fieldsOutside(collection, side, found?.fields ?? []);
  };
  return { A: on('A'), B: on('B') };
}

/** As both sides told them with their definitions. */
export const identitiesIn = ({ A, B }: Partial<Record<SideName, SideSchema>>): Identities | null =>
  A?.identity && B?.identity ? { A: A.identity, B: B.identity } : null;

/** Both sides, bound to what fits on both; what does not is put among `unfit`. */
async function bindFitting(
  connectors: PairEngineParts['sides'],
  there: readonly CollectionSettings[],
  synced: PairRow['keys'],
  unfit: Map<string, Unfit>,
): Promise<Binding['sides']> {
  const bound: Side[] = [];
  for (;;) {
    const side = sideNames[bound.length];
    if (side === undefined) return { A: must(bound[0], 'side A'), B: must(bound[1], 'side B') };
    try {
      const fitting = there.filter(({ name }) => !unfit.has(name));
      bound.push(await connectors[side].bind(specsOf(fitting, side)));
    } catch (cause) {
      // Both are bound to the same collections, so they begin anew.
      for (const one of bound.splice(0)) await one.close();
      const collection = isMisfit(cause) ? (cause.subject.collection ?? '') : '';
      if (!isMisfit(cause) || own(synced, collection) === undefined) throw cause;
      unfit.set(collection, { side, why: cause.message });
    }
  }
}

const isMisfit = (cause: unknown): cause is AppError => cause instanceof AppError && cause.code === 'schema-mismatch';

/** Can the side keep the collection in step, as it defines it now? */
export async function fits(connector: Connector, collection: CollectionSettings, side: SideName): Promise<boolean> {
  try {
    await (await connector.bind(specsOf([collection], side))).close();
    return true;
  } catch (cause) {
    if (isMisfit(cause)) return false;
    throw cause;
  }
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

function keyOf(schema: SideSchema, collection: CollectionSettings): { collations: Collation[] } {
  const info = schema.collections.find(({ name }) => name === collection.physical.A);
  const fields = collection.key.map((name) => {
    const physical = collection.fields.find((field) => field.name === name)?.A;
    return info?.fields.find((field) => field.name === physical);
  });
  return {
    collations: fields.map((field) =>
      field === undefined || field.collation === 'unknown' ? 'binary' : field.collation,
    ),
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
