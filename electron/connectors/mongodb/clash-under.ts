import { EJSON } from 'bson';
import type { Document } from 'mongodb';
import type { Command, MongoDatabase } from './mongo-database.ts';

export const indexesIn = ({ indexes }: Command): readonly Document[] => (Array.isArray(indexes) ? indexes : []);

/** Two documents that have one value under the first unique index of the command for which there are any, in words. */
export async function clashUnder(database: MongoDatabase, command: Command): Promise<string | null> {
  for (const index of indexesIn(command)) {
    const found = index['unique'] ? await firstClash(database, String(command['createIndexes']), index) : null;
    if (found !== null) return found;
  }
  return null;
}

/** By the values as the index compares them. What stands in several elements of lists the server alone judges. */
async function firstClash(
  { db }: MongoDatabase,
  collection: string,
  { key, sparse, partialFilterExpression, collation }: Document,
): Promise<string | null> {
  const paths = Object.keys(key as Document);
  const some = paths.map((path) => ({ [path]: { $exists: true } }));
  const stages: Document[] = [
    { $match: (partialFilterExpression as Document | undefined) ?? (sparse ? { $or: some } : {}) },
    {
      $group: {
        _id: Object.fromEntries(paths.map((path, i) => [`v${i}`, { $ifNull: [`$${path}`, null] }])),
        count: { $sum: 1 },
        first: { $first: '$_id' },
        last: { $last: '$_id' },
      },
    },
    { $match: { count: { $gt: 1 } } },
    { $limit: 1 },
  ];
  const options = {
    allowDiskUse: true,
    ...(collation ? { collation: collation as Document & { locale: string } } : {}),
  };
  const [clash] = await db.collection(collection).aggregate(stages, options).toArray();
  if (!clash) return null;
  const named = [clash['first'], clash['last']].map((id) => EJSON.stringify(id, { relaxed: true })).join(' and ');
  return `the documents with the _id ${named} have one value in ${paths.join(', ')}`;
}
