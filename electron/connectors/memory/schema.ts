import { createHash } from 'node:crypto';
import type { Collation } from '../../engine/port/key-codec.ts';
import { decodeRecord, encodeRecord } from '../../engine/port/record-codec.ts';
import { fieldOf, recordFrom } from '../../engine/port/record.ts';
import type { CollectionInfo, FieldInfo, ForeignKey } from '../../engine/port/schema.ts';
import { classOf, type Value } from '../../engine/port/value.ts';

/** A collection of a memory database. Left out means: nullable no, collation binary, no key, no index, no reference. */
export interface MemoryCollection {
  readonly name: string;
  readonly fields: readonly MemoryField[];
  readonly key?: readonly string[];
  readonly unique?: readonly MemoryUnique[];
  readonly references?: readonly MemoryReference[];
  /** After a record was inserted or updated, `field` is set to `to` in it. */
  readonly rewrites?: { readonly name: string; readonly field: string; readonly to: Value };
}

export interface MemoryUnique {
  readonly name: string;
  readonly fields: readonly string[];
  /** One record at most may hold NULL, or nothing, as in the indexes of document stores. */
  readonly nullsClash?: true;
}

export interface MemoryField {
  readonly name: string;
  /** A value of another class is refused, never converted; `any` takes every class. */
  readonly type: 'any' | 'integer' | 'real' | 'text' | 'blob';
  readonly nullable?: boolean;
  readonly collation?: Collation;
}

export interface MemoryReference {
  readonly fields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
  /** What a transaction with `references: 'enforce'` does to the children of a deleted record. */
  readonly onDelete?: 'cascade' | 'set null' | 'no action';
}

export function collationsOf(collection: MemoryCollection, fields: readonly string[]): Collation[] {
  return fields.map((name) => collection.fields.find((field) => field.name === name)?.collation ?? 'binary');
}

export const referenceName = (child: string, reference: MemoryReference): string =>
  `${child}(${reference.fields.join(', ')}) -> ${reference.parent}(${reference.parentFields.join(', ')})`;

/** Why `value` cannot stand in `field`, or `null`. */
export function misfit(field: MemoryField, value: Value): { code: 'not-null' | 'type'; detail: string } | null {
  if (value === null) return field.nullable ? null : { code: 'not-null', detail: `${field.name} must not be NULL` };
  const found = classOf(value);
  if (field.type !== 'any' && field.type !== found) {
    return { code: 'type', detail: `${field.name} takes ${field.type} values, not ${found}` };
  }
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
    return { code: 'type', detail: `${field.name} takes integers of 64 bits` };
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    return { code: 'type', detail: `${field.name} holds half of a surrogate pair, which is no text` };
  }
  return null;
}

const PREFIX = 'create collection ';

/** The statement that `parseStatement` turns into an equal collection. */
export function statementOf(collection: MemoryCollection): string {
  const { rewrites } = collection;
  const to = rewrites && encodeRecord(recordFrom([['to', rewrites.to]])).toString('base64');
  return PREFIX + JSON.stringify({ ...collection, ...(rewrites && { rewrites: { ...rewrites, to } }) });
}

/** Throws a `SyntaxError` for anything that `statementOf` does not produce. */
export function parseStatement(statement: string): MemoryCollection {
  if (!statement.startsWith(PREFIX))
    throw new SyntaxError(`not a statement of a memory database: ${statement.slice(0, 40)}`);
  const collection = JSON.parse(statement.slice(PREFIX.length)) as MemoryCollection;
  const { rewrites } = collection;
  if (!rewrites) return collection;
  const to = fieldOf(decodeRecord(Buffer.from(String(rewrites.to), 'base64')), 'to') ?? null;
  return { ...collection, rewrites: { ...rewrites, to } };
}

export function describeCollection(collection: MemoryCollection, triggers: CollectionInfo['triggers']): CollectionInfo {
  return {
    name: collection.name,
    fields: collection.fields.map(describeField),
    key: collection.key
      ? { fields: collection.key, collations: collationsOf(collection, collection.key), origin: 'primary' }
      : null,
    unique: (collection.unique ?? []).map((index) => ({
      ...index,
      collations: collationsOf(collection, index.fields),
      partial: false,
    })),
    references: (collection.references ?? []).map((reference) => describeReference(collection.name, reference)),
    triggers,
    autoKey: false,
    create: [statementOf(collection)],
  };
}

function describeField({ name, type, nullable = false, collation = 'binary' }: MemoryField): FieldInfo {
  return { name, type, nullable, collation, generated: false, hasDefault: false };
}

function describeReference(child: string, reference: MemoryReference): ForeignKey {
  const { fields, parent, parentFields, onDelete = 'no action' } = reference;
  return { name: referenceName(child, reference), fields, parent, parentFields, onDelete, onUpdate: 'no action' };
}

export function schemaVersion(collections: readonly CollectionInfo[]): string {
  const text = JSON.stringify(collections.map(({ create, triggers }) => [create, triggers]));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
