import type { UniqueIndex } from '../../../engine/port/schema.ts';
import type { Collation } from '../../../engine/port/key-codec.ts';
import type { MongoDatabase } from '../mongo-database.ts';

/** An index as `listIndexes` gives it, without what only this server's own bookkeeping needs. */
export interface IndexInfo {
  readonly name: string;
  /** Paths in their order, each with its kind (1, -1, "hashed" …). */
  readonly key: ReadonlyMap<string, unknown>;
  readonly isUnique: boolean;
  readonly isSparse: boolean;
  readonly partial: Readonly<Record<string, unknown>> | null;
  /** `null`: the simple one. */
  readonly collation: Readonly<Record<string, unknown>> | null;
  readonly expires: boolean;
  /** Everything, for a statement that makes an equal one. */
  readonly definition: Readonly<Record<string, unknown>>;
}

/** The indexes of a collection but that of `_id`. */
export async function readIndexes(database: MongoDatabase, collection: string): Promise<IndexInfo[]> {
  const definitions = await database.db
    .collection(collection)
    .listIndexes({ promoteValues: false, promoteLongs: false })
    .toArray();
  return definitions
    .map(({ ns: _ns, ...definition }) => indexOf(definition))
    .filter(({ name }) => name !== '_id_')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function indexOf(definition: Readonly<Record<string, unknown>>): IndexInfo {
  const { name, key, unique, sparse, partialFilterExpression, collation, expireAfterSeconds } = definition;
  const { locale } = (collation ?? {}) as { locale?: unknown };
  return {
    name: String(name),
    key: new Map(Object.entries(key as Record<string, unknown>)),
    isUnique: isSet(unique),
    isSparse: isSet(sparse),
    partial: (partialFilterExpression as Record<string, unknown> | undefined) ?? null,
    collation: locale === undefined || locale === 'simple' ? null : (collation as Record<string, unknown>),
    expires: expireAfterSeconds !== undefined,
    definition,
  };
}

/** Old programs wrote 1 for true. */
const isSet = (value: unknown): boolean => value !== undefined && Number(value) !== 0;

/** A path into documents is no field of a record: only the server can judge it. */
export function uniqueIndexes(indexes: readonly IndexInfo[]): UniqueIndex[] {
  return indexes
    .filter(({ isUnique }) => isUnique)
    .map(({ name, key, isSparse, partial, collation }) => ({
      name,
      fields: [...key].map(([path, kind]) => (path.includes('.') || !isPlainKind(kind) ? null : path)),
      collations: [...key].map((): Collation | 'unknown' => (collation === null ? 'binary' : 'unknown')),
      partial: isSparse || partial !== null,
      ...(isSparse || asksFor(partial, [...key.keys()]) ? {} : { nullsClash: true as const }),
    }));
}

/** A filter that asks something of an indexed field leaves out documents that lack it. */
function asksFor(filter: unknown, paths: readonly string[]): boolean {
  if (Array.isArray(filter)) return filter.some((each) => asksFor(each, paths));
  if (typeof filter !== 'object' || filter === null) return false;
  return Object.entries(filter).some(
    ([name, value]) => paths.includes(name) || (name === '$and' && asksFor(value, paths)),
  );
}

const isPlainKind = (kind: unknown): boolean => Math.abs(Number(kind)) > 0;
