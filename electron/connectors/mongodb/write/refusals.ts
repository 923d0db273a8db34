import type { Key } from '../../../engine/port/key-codec.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { askable } from '../bson/build.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { elementNamed } from '../bson/walk.ts';
import { type IndexInfo, readIndexes } from '../describe/indexes.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import { keysMatching } from '../read/lookup.ts';
import type { StatementError } from './send.ts';
import type { Rejection } from '../../../engine/port/connector.ts';
import type { Step } from './step.ts';

const DUPLICATE: ReadonlySet<number> = new Set([11000, 11001, 12582]);
const VALIDATION = 121;
const TOO_LARGE: ReadonlySet<number> = new Set([10334, 17280, 17419, 17420, 2]);
const MISFIT: ReadonlySet<number> = new Set([14, 52, 55, 57]);

/** The document is there already, under this `_id`. */
export const isOwnKey = ({ code, message }: StatementError): boolean =>
  DUPLICATE.has(code) && / index: _id_(?:[ .]|$)/.test(message);

/** What a statement was refused for, in the words of the port. */
export async function rejectionOf(database: MongoDatabase, step: Step, error: StatementError): Promise<Rejection> {
  const { code, message } = error;
  if (DUPLICATE.has(code)) return duplicate(database, step, error);
  if (code === VALIDATION)
    return { status: 'rejected', code: 'check', detail: 'it does not pass the validator of the collection' };
  if (TOO_LARGE.has(code) && /large|size|16793600|16777216/i.test(message))
    return { status: 'rejected', code: 'too-large', detail: 'it is larger than the server takes' };
  return { status: 'rejected', code: MISFIT.has(code) ? 'type' : 'other', detail: message };
}

async function duplicate(database: MongoDatabase, step: Step, error: StatementError): Promise<Rejection> {
  const { bound, intent } = step;
  const index = await indexNamedIn(database, bound, error.message);
  const owner = index && (await ownerOf(database, step, index, error.values));
  return {
    status: 'rejected',
    code: 'unique',
    // The values of the record are not repeated: they may be private.
    detail: `another document holds this value in ${index?.name ?? 'a unique index'} already`,
    ...(index ? { index: index.name, ...fieldsIn(bound, index) } : {}),
    ...(owner === undefined || owner === intent.key ? {} : { ownerKey: owner }),
  };
}

/** The fields of a record that the index looks at, unless it looks into documents. */
function fieldsIn(bound: BoundCollection, { key }: IndexInfo): { readonly field?: string } {
  const names = [...key.keys()].map((path) => (path.includes('.') ? undefined : bound.logicalOf(path)));
  return names.includes(undefined) ? {} : { field: names.join(', ') };
}

async function indexNamedIn(
  database: MongoDatabase,
  bound: BoundCollection,
  message: string,
): Promise<IndexInfo | undefined> {
  const find = (): IndexInfo | undefined =>
    bound.indexes.find(({ name }) => message.includes(` index: ${name} dup key`));
  const known = find();
  if (known) return known;
  bound.indexes = await readIndexes(database, bound.physical);
  return find();
}

/** The document that holds the value already. An index with a collation tells sort keys, so the value is ours. */
async function ownerOf(
  database: MongoDatabase,
  { bound, intent, intended }: Step,
  index: IndexInfo,
  told: ReadonlyMap<string, unknown>,
): Promise<Key | undefined> {
  const paths = [...index.key.keys()];
  const values = paths.map((path) =>
    index.collation === null && told.has(path) ? told.get(path) : ownValue(intended, path),
  );
  if (values.includes(undefined)) return undefined;
  const filter = { $and: paths.map((path, at) => ({ [path]: { $eq: values[at] } })) };
  const keys = await keysMatching(database, bound, { filter, index, limit: 2 });
  return keys.find((key) => key !== intent.key);
}

/** The document of the same transaction that holds the value; outside of it nobody sees that one yet. */
export function ownerAmong(
  written: readonly Step[],
  { bound, intent, intended }: Step,
  name?: string,
): Key | undefined {
  const index = bound.indexes.find((each) => each.name === name);
  if (!index) return undefined;
  const tuple = (document: Buffer | null): string =>
    JSON.stringify([...index.key.keys()].map((path) => ownValue(document, path)));
  const wanted = tuple(intended);
  return written.find(
    (step) => step.bound === bound && step.intent.key !== intent.key && tuple(step.intended) === wanted,
  )?.intent.key;
}

/** What our document holds under a path; `undefined` where a list stands in its way, or nobody can ask for it. */
function ownValue(document: Buffer | null, path: string): unknown {
  const [first = '', ...rest] = path.split('.');
  const element = document ? elementNamed(document, first) : undefined;
  if (!element) return null;
  if (rest.length === 0) return element.type === bsonType.array ? undefined : askable(element);
  return element.type === bsonType.object ? ownValue(element.bytes, rest.join('.')) : undefined;
}
