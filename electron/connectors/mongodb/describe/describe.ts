import { hash } from 'node:crypto';
import { EJSON } from 'bson';
import type { CollectionInfo, ReportedObject, SideSchema } from '../../../engine/port/schema.ts';
import { ID } from '../bound-collection.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import { MARKER_COLLECTION } from '../marker-collection.ts';
import { type IndexInfo, readIndexes, uniqueIndexes } from './indexes.ts';
import { indexStatement, traitsOf } from './traits.ts';

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Kept through renamings. Views have none. */
  readonly uuid?: string;
}

export interface Described {
  readonly schema: SideSchema;
  readonly ids: Readonly<Record<string, string>>;
}

/** What stands in a database and is nobody's: our own marker, and what the server writes to before it gets its name. */
export const isUnlisted = (name: string): boolean => name === MARKER_COLLECTION || /^tmp\.(agg_out|mr)\./.test(name);

/** Everything in the database but what is unlisted, and the UUIDs as of the same list; no document is read. */
export async function describeDatabase(database: MongoDatabase): Promise<Described> {
  const listed = await listCollections(database);
  const described = await Promise.all(
    listed.map(async (each) => ({ each, why: whyReported(each), indexes: await indexesOf(database, each) })),
  );
  const definitions = described.map(({ each, indexes }) =>
    canonical([each.name, each.type, each.options, indexes.map(({ definition }) => definition)]),
  );
  const schema: SideSchema = {
    collections: described.filter(({ why }) => why === '').map(({ each, indexes }) => infoOf(each, indexes)),
    reported: described.flatMap(({ each, why, indexes }) => reportedOf(each, why, indexes)),
    version: hash('sha256', definitions.join('\n'), 'hex').slice(0, 32),
  };
  return { schema, ids: idsOf(listed) };
}

/** The UUID of each collection, which a renaming keeps. */
export const collectionIds = async (database: MongoDatabase): Promise<Readonly<Record<string, string>>> =>
  idsOf(await listCollections(database));

const idsOf = (listed: readonly Listed[]): Readonly<Record<string, string>> =>
  Object.fromEntries(listed.flatMap(({ name, uuid }) => (uuid === undefined ? [] : [[name, uuid]])));

/** Names of everything that is described. */
export const listedNames = async (database: MongoDatabase): Promise<readonly string[]> =>
  (await listCollections(database)).map(({ name }) => name);

/** Names of the collections that can be kept in step. */
export async function syncedNames(database: MongoDatabase): Promise<ReadonlySet<string>> {
  const listed = await listCollections(database);
  return new Set(listed.filter((each) => whyReported(each) === '' && isSimple(each)).map(({ name }) => name));
}

async function listCollections({ db }: MongoDatabase): Promise<Listed[]> {
  const found = await db.listCollections({}, { promoteValues: false, promoteLongs: false }).toArray();
  return found
    .map(({ name, type, ...rest }) => ({
      name,
      type: type ?? 'collection',
      options: ('options' in rest ? rest.options : {}) as Record<string, unknown>,
      ...('info' in rest && rest.info?.uuid ? { uuid: rest.info.uuid.toString('hex') } : {}),
    }))
    .filter(({ name }) => !isUnlisted(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why a collection is not kept in step; '' if it is. */
function whyReported({ name, type, options }: Listed): string {
  if (name.startsWith('system.')) return 'it belongs to the server';
  if (name.startsWith('__tandem')) return 'it belongs to Tandem';
  if (type === 'view') return 'a view holds no documents of its own';
  // Not every server tells it by the type.
  if (type === 'timeseries' || options['timeseries'] !== undefined)
    return 'documents of a time series have no _id that identifies them';
  if (options['capped'] === true) return 'a capped collection drops documents by itself';
  if (type !== 'collection') return `collections of the type ${type} are not known`;
  return '';
}

const indexesOf = async (database: MongoDatabase, each: Listed): Promise<IndexInfo[]> =>
  each.type === 'collection' && whyReported(each) === '' ? readIndexes(database, each.name) : [];

/** Its `_id` are compared byte by byte. */
function isSimple({ options }: Listed): boolean {
  const { locale } = (options['collation'] ?? {}) as { locale?: unknown };
  return locale === undefined || locale === 'simple';
}

function infoOf(listed: Listed, indexes: readonly IndexInfo[]): CollectionInfo {
  const { name, options } = listed;
  const isKeyed = isSimple(listed);
  return {
    name,
    fields: [
      {
        name: ID,
        type: '',
        nullable: true,
        collation: isKeyed ? 'binary' : 'unknown',
        generated: false,
        hasDefault: true,
      },
    ],
    anyField: true,
    key: isKeyed ? { fields: [ID], collations: ['binary'], origin: 'primary' } : null,
    unique: uniqueIndexes(indexes),
    references: [],
    triggers: [],
    autoKey: false,
    create: statementsFor(name, options, indexes),
    traits: traitsOf(name, options, indexes),
  };
}

function statementsFor(name: string, options: Listed['options'], indexes: readonly IndexInfo[]): string[] {
  const create = canonical({ create: name, ...options });
  const definitions = indexes.map(({ definition }) => definition);
  return definitions.length === 0 ? [create] : [create, indexStatement(name, definitions)];
}

function reportedOf(listed: Listed, why: string, indexes: readonly IndexInfo[]): ReportedObject[] {
  const { name, type } = listed;
  if (why !== '') return [{ name, kind: type === 'view' ? 'view' : 'table', why }];
  const own = !isSimple(listed) ? [{ name, kind: 'table' as const, why: OWN_COLLATION }] : [];
  const expiring = indexes
    .filter(({ expires }) => expires)
    .map((index) => ({ name: `${name}.${index.name}`, kind: 'index' as const, why: EXPIRES }));
  return [...own, ...expiring];
}

const OWN_COLLATION = 'its own collation decides which _id are one, and Tandem does not know it';
const EXPIRES = 'it deletes documents by itself after some time, on the side where it stands';

const canonical = (value: unknown): string => EJSON.stringify(value, { relaxed: false });
