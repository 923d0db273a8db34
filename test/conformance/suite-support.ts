import { expect, onTestFinished } from 'vitest';
import type { CollectionSpec, Side, WriteIntent, WriteResult } from '../../electron/engine/port/connector.ts';
import { encodeKey, type Collation, type Key } from '../../electron/engine/port/key-codec.ts';
import { recordFrom, type RecordImage } from '../../electron/engine/port/record.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { AppError, type ErrorCode } from '../../shared/contract/errors.ts';
import type {
  ConformanceHarness,
  CreateOptions,
  NeutralCollection,
  NeutralSchema,
  RawRecord,
  TestSide,
} from './harness.ts';

export const rec = (fields: Readonly<Record<string, Value | undefined>>): RecordImage =>
  recordFrom(Object.entries(fields));

export const key = (...values: readonly Value[]): Key => encodeKey(values, []);

export const keyUnder = (collation: Collation, ...values: readonly Value[]): Key =>
  encodeKey(
    values,
    values.map(() => collation),
  );

/** A record with `id` and one or two fields that take anything. */
export const things: NeutralCollection = {
  name: 'things',
  fields: [
    { name: 'id', type: 'any' },
    { name: 'a', type: 'any', nullable: true },
    { name: 'b', type: 'any', nullable: true },
  ],
  key: ['id'],
};

export const thing = (id: Value, a: Value = null, b: Value = null): RecordImage => rec({ id, a, b });

/** People with a unique e-mail address, and notes that belong to people. */
export const office: NeutralSchema = {
  collections: [
    {
      name: 'people',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text' },
        { name: 'email', type: 'text', nullable: true },
      ],
      key: ['id'],
      unique: [{ name: 'people_email', fields: ['email'] }],
    },
    {
      name: 'notes',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'person', type: 'integer', nullable: true },
        { name: 'text', type: 'text' },
      ],
      key: ['id'],
      references: [{ fields: ['person'], parent: 'people', parentFields: ['id'], onDelete: 'cascade' }],
    },
  ],
};

/** Each with a code of its own, or none. */
export const badges: NeutralCollection = {
  name: 'badges',
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'code', type: 'text', nullable: true },
  ],
  key: ['id'],
};

/** The same names on both levels, and the primary key. */
export function specOf(collection: NeutralCollection): CollectionSpec {
  return {
    name: collection.name,
    physical: collection.name,
    key: collection.key ?? [],
    fields: collection.fields.map(({ name }) => ({ name, physical: name })),
  };
}

/** As the harness's kind takes it: in a document store the key field has the store's own name. */
export function specFor({ facts: { documents } }: ConformanceHarness, collection: NeutralCollection): CollectionSpec {
  const spec = specOf(collection);
  if (!documents) return spec;
  const isKey = ({ name }: { readonly name: string }): boolean => spec.key.includes(name);
  const fields = spec.fields.map((field) => (isKey(field) ? { ...field, physical: documents.key } : field));
  return documents.anyField ? { ...spec, fields: fields.filter(isKey), anyField: true } : { ...spec, fields };
}

export async function createSide(harness: ConformanceHarness, options: CreateOptions = {}): Promise<TestSide> {
  const side = await harness.create(options);
  onTestFinished(() => side.close());
  return side;
}

/** A new side of `collections`, bound to all of them under their own names. */
export async function bindSide(
  harness: ConformanceHarness,
  collections: readonly NeutralCollection[],
  options: CreateOptions = {},
): Promise<{ readonly test: TestSide; readonly side: Side }> {
  const test = await createSide(harness, { ...options, schema: { collections } });
  return { test, side: await test.connector.bind(collections.map((each) => specFor(harness, each))) };
}

/** The result of a batch of one. */
export async function writeOne(side: Side, intent: WriteIntent): Promise<WriteResult> {
  const results = await side.write({ intents: [intent] });
  expect(results).toHaveLength(1);
  return results[0] as WriteResult;
}

export const insertInto = (collection: string, at: Key, to: RecordImage, group?: number): WriteIntent => ({
  op: 'insert',
  collection,
  key: at,
  to,
  ...(group === undefined ? {} : { group }),
});

export const insertThing = (id: Value, a: Value = null, b: Value = null): WriteIntent =>
  insertInto('things', key(id), thing(id, a, b));

/** `changes`: field → [from, to]. */
export function updateIn(
  collection: string,
  at: Key,
  changes: Readonly<Record<string, readonly [Value | undefined, Value | undefined]>>,
  group?: number,
): WriteIntent {
  const list = Object.entries(changes).map(([name, [from, to]]) => ({ name, from, to }));
  return { op: 'update', collection, key: at, changes: list, ...(group === undefined ? {} : { group }) };
}

export const deleteFrom = (collection: string, at: Key, expected: RecordImage, group?: number): WriteIntent => ({
  op: 'delete',
  collection,
  key: at,
  expect: expected,
  ...(group === undefined ? {} : { group }),
});

/** Intents over the office: a person, a note of a person, and the deletes of both. */
export const person = (id: bigint, group?: number): WriteIntent =>
  insertInto('people', key(id), rec({ id, name: 'p', email: null }), group);
export const note = (id: bigint, of: bigint | null, group?: number): WriteIntent =>
  insertInto('notes', key(id), rec({ id, person: of, text: 't' }), group);
export const noPerson = (id: bigint, group?: number): WriteIntent =>
  deleteFrom('people', key(id), rec({ id, name: 'p', email: null }), group);
export const noNote = (id: bigint, of: bigint | null, group?: number): WriteIntent =>
  deleteFrom('notes', key(id), rec({ id, person: of, text: 't' }), group);

export const statusesOf = (results: readonly WriteResult[]): string[] => results.map(({ status }) => status);

/** Puts records in through the connector and insists that all of them arrive. */
export async function fill(side: Side, intents: readonly WriteIntent[]): Promise<void> {
  expect(await side.write({ intents })).toEqual(intents.map(() => ({ status: 'applied' })));
}

export async function scanAll(
  side: Side,
  collection: string,
  limit = 1000,
): Promise<{
  readonly keys: Key[];
  readonly records: Map<Key, RecordImage>;
  readonly left: { readonly what: string; readonly why: string }[];
}> {
  const found = {
    keys: [] as Key[],
    records: new Map<Key, RecordImage>(),
    left: [] as { what: string; why: string }[],
  };
  let after: Key | null = null;
  do {
    const page = await side.scan(collection, after, limit);
    expect(page.records.length).toBeLessThanOrEqual(limit);
    for (const { key: at, record } of page.records) {
      found.keys.push(at);
      found.records.set(at, record);
    }
    found.left.push(...page.left);
    after = page.next;
  } while (after !== null);
  return found;
}

export async function readOne(side: Side, collection: string, at: Key): Promise<RecordImage | null> {
  return (await side.read(collection, [at])).get(at) ?? null;
}

/** What others read, in the order of `id` or `name`. */
export async function rawOf(side: TestSide, collection: string): Promise<readonly RawRecord[]> {
  const first = (record: RawRecord): Key => key(record['id'] ?? record['name'] ?? null);
  return (await side.readRaw(collection)).toSorted((a, b) => (first(a) < first(b) ? -1 : 1));
}

/** The rejection of a call, which has to be an `AppError` with words in it. */
export async function failureOf(call: Promise<unknown>, code?: ErrorCode): Promise<AppError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  const failure = error as AppError;
  expect(failure.message).toMatch(/\w/);
  if (code !== undefined) expect(failure.code).toBe(code);
  return failure;
}

/** Pairs of texts that are one value under a collation, and pairs that are two although they look alike. */
export const textForms: Readonly<
  Record<
    Collation,
    {
      readonly equal: readonly (readonly [string, string])[];
      readonly different: readonly (readonly [string, string])[];
    }
  >
> = {
  binary: {
    equal: [],
    different: [
      ['a', 'A'],
      ['a', 'a '],
      ['\u00e9', 'e\u0301'],
      ['a\0b', 'a\0c'],
    ],
  },
  nocase: {
    equal: [
      ['Anna', 'aNNA'],
      ['x[Y', 'X[y'],
      ['a\0b', 'A\0c'],
    ],
    different: [
      ['\u00e9', '\u00c9'],
      ['a', 'a '],
      ['a\0b', 'a\0bc'],
    ],
  },
  rtrim: {
    equal: [
      ['a', 'a  '],
      ['', '   '],
    ],
    different: [
      ['a', 'A'],
      ['a', ' a'],
      ['a', 'a\t'],
      ['a', 'a\0'],
    ],
  },
};
