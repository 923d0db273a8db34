import type { LookupQuery } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { elementOfValue, valueOfElement } from '../../../engine/port/bson-value.ts';
import { BsonValue, type Value } from '../../../engine/port/value.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { askable, driverValueOf, cannotHold } from '../bson/build.ts';
import { elementNamed, elementsOf } from '../bson/walk.ts';
import { keyOfId } from '../id-key.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import type { IndexInfo } from '../describe/indexes.ts';

/** So many tuples are asked for at once; most find nothing, and then one answer stands for all of them. */
const CHUNK = 100;

type Tuple = readonly Value[];

/**
 * For each tuple the keys of the records that hold it; `names` are the server's own. What no document can hold finds
 * nothing, and NULL finds something only under an index that holds it too. What nobody can ask for finds nothing either:
 * the server itself judges it when it is written.
 */
export async function findTuples(
  database: MongoDatabase,
  bound: BoundCollection,
  { tuples, limit }: LookupQuery,
  { names, index }: { readonly names: readonly string[]; readonly index: IndexInfo | undefined },
): Promise<Key[][]> {
  const query = { names, index, limit };
  const nullsClash = index !== undefined && index.partial === null && !index.isSparse;
  const isFindable = (tuple: Tuple): boolean =>
    tuple.every((value) => (value === null ? nullsClash : isAskable(value)));
  const answers: Key[][] = [];
  for (let at = 0; at < tuples.length; at += CHUNK) {
    const chunk = tuples.slice(at, at + CHUNK);
    const real = chunk.filter(isFindable);
    const any = real.length > 1 && (await keysWith(database, bound, real, { ...query, limit: 1 })).length === 0;
    for (const tuple of chunk)
      answers.push(any || !isFindable(tuple) ? [] : await keysWith(database, bound, [tuple], query));
  }
  return answers;
}

const isAskable = (value: Value): boolean =>
  cannotHold(value) === '' && (!(value instanceof BsonValue) || askable(elementOfValue(value)) !== undefined);

export interface KeysQuery {
  readonly names: readonly string[];
  readonly index: IndexInfo | undefined;
  readonly limit: number;
}

/** Keys of documents that hold one of the tuples, as the index counts them. Not only what most members have: it is there. */
async function keysWith(
  database: MongoDatabase,
  bound: BoundCollection,
  tuples: readonly Tuple[],
  { names, index, limit }: KeysQuery,
): Promise<Key[]> {
  const terms = tuples.map((tuple) => ({
    $and: tuple.map((value, at) => (index ? entriesOf : termOf)(names[at] ?? '', value)),
  }));
  return keysMatching(database, bound, { filter: { $or: terms }, index, limit });
}

/** An index over lists holds each of their elements. */
function entriesOf(name: string, value: Value): Record<string, unknown> {
  if (!(value instanceof BsonValue) || value.type !== bsonType.array) return termOf(name, value);
  const elements = elementsOf(Buffer.from(value.bytes)).map(valueOfElement);
  return { $or: [value, ...elements].map((each) => termOf(name, each)) };
}

/** A field of a name with a dot in it is found by an expression alone: as a path the name would lead into documents. */
function termOf(name: string, value: Value): Record<string, unknown> {
  if (!name.includes('.') && !name.startsWith('$')) return { [name]: { $eq: driverValueOf(value) } };
  const field = { $getField: { field: { $literal: name }, input: '$$ROOT' } };
  return { $expr: { $eq: [field, { $literal: driverValueOf(value) }] } };
}

export async function keysMatching(
  database: MongoDatabase,
  bound: BoundCollection,
  { filter, index, limit }: { filter: Record<string, unknown>; index: IndexInfo | undefined; limit: number },
): Promise<Key[]> {
  const partial = index?.partial ? [index.partial] : [];
  const query = {
    filter: { $and: [filter, ...partial] },
    limit,
    idOnly: true,
    level: 'local' as const,
    ...(index?.collation ? { collation: index.collation } : {}),
  };
  const keys: Key[] = [];
  for await (const raw of database.find(bound.physical, query)) {
    const id = elementNamed(raw, '_id');
    const { key } = id ? keyOfId(id) : {};
    if (key !== undefined) keys.push(key);
  }
  return keys.sort();
}
