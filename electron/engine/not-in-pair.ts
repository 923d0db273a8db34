import { matchByName, type Match } from '../../shared/lib/match-by-name.ts';
import type { FieldInfo, SideSchema } from './port/schema.ts';
import type { CollectionSettings, PairSettings, SideName } from './settings.ts';

/** A collection, or a field of a collection of the pair, that a side has and the pair does not. */
export interface NotInPair {
  readonly collection: string;
  /** `null`: the whole collection. */
  readonly field: string | null;
  /** The side that has it; `null`: both. */
  readonly side: SideName | null;
  /** A collection without a key where it stands. */
  readonly keyless?: true;
}

type Schemas = Readonly<Record<SideName, SideSchema>>;

/** The name that people use: `Album`, `Album.Title`. */
export const notInPairName = ({ collection, field }: Pick<NotInPair, 'collection' | 'field'>): string =>
  field === null ? collection : `${collection}.${field}`;

/** How `leftOut` notes it. What one side alone has is left out only for as long as the other side lacks it. */
export const leftOutName = (one: NotInPair): string =>
  one.side === null ? notInPairName(one) : `${one.side.toLowerCase()}:${notInPairName(one)}`;

/** What stands on a side, is not part of the pair, and was not left out by a person. */
export function notInPair(
  schemas: Schemas,
  settings: Pick<PairSettings, 'collections' | 'resting' | 'leftOut'>,
): NotInPair[] {
  const leftOut = new Set(settings.leftOut);
  return unmapped(schemas, [...settings.collections, ...settings.resting]).filter(
    (one) => !leftOut.has(notInPairName(one)) && !leftOut.has(leftOutName(one)),
  );
}

/** All that stands on a side and is mapped by none of the collections. Of a side that is away nothing is known. */
export function unmapped({ A, B }: Schemas, collections: readonly CollectionSettings[]): NotInPair[] {
  if (A.version === '' || B.version === '') return [];
  const free = (side: SideName, schema: SideSchema): SideSchema['collections'] =>
    schema.collections.filter(({ name }) => !collections.some(({ physical }) => physical[side] === name));
  const whole = matchByName(free('A', A), free('B', B), ({ anyField }) => !anyField).map((match) => ({
    collection: match.name,
    field: null,
    side: sideOf(match),
    ...([match.a, match.b].some((info) => info?.key === null && !info.anyField) ? { keyless: true as const } : {}),
  }));
  return [...whole, ...collections.flatMap((collection) => unmappedFields({ A, B }, collection))];
}

/** Fields that a side computes by itself can be no part of a pair. */
function unmappedFields({ A, B }: Schemas, { name, physical, fields, anyField }: CollectionSettings): NotInPair[] {
  if (anyField) return [];
  const free = (side: SideName, schema: SideSchema): { readonly name: string }[] =>
    (schema.collections.find((one) => one.name === physical[side])?.fields ?? []).filter(
      (field) => !field.generated && !fields.some((mapped) => mapped[side] === field.name),
    );
  return matchByName(free('A', A), free('B', B)).map((match) => ({
    collection: name,
    field: match.name,
    side: sideOf(match),
  }));
}

const sideOf = ({ a, b }: Match<unknown>): SideName | null => (a === undefined ? 'B' : b === undefined ? 'A' : null);

/** Fields that the side has, that the pair does not map and that hold what somebody put there. */
export const fieldsOutside = (
  collection: CollectionSettings,
  side: SideName,
  fields: readonly FieldInfo[],
): readonly string[] =>
  fields
    .filter(({ name }) => !Object.hasOwn(collection.omit ?? {}, name))
    .filter(({ name, generated }) => !generated && !collection.fields.some((field) => field[side] === name))
    .map(({ name }) => name);
