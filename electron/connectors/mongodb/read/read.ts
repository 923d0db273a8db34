import type { ClientSession } from 'mongodb';
import type { Key } from '../../../engine/port/key-codec.ts';
import type { BoundCollection, Found } from '../bound-collection.ts';
import { askable } from '../bson/build.ts';
import { elementOfKey } from '../id-key.ts';
import type { MongoDatabase } from '../mongo-database.ts';

const CHUNK = 1000;
/** Nobody may take it for deleted. */
const UNASKABLE = 'nobody can ask a server for its _id';

/** What stands under `keys`, as far as something does: records, and documents that cannot take part. */
export async function readKeys(
  database: MongoDatabase,
  bound: BoundCollection,
  keys: readonly Key[],
  session?: ClientSession,
): Promise<Map<Key, Found>> {
  const found = new Map<Key, Found>();
  for (let at = 0; at < keys.length; at += CHUNK) {
    const ids: unknown[] = [];
    for (const key of keys.slice(at, at + CHUNK)) {
      const id = askable(elementOfKey(key));
      if (id === undefined) found.set(key, { left: { what: `a document of ${bound.spec.name}`, why: UNASKABLE, key } });
      else ids.push(id);
    }
    if (ids.length === 0) continue;
    for await (const batch of database.batches(bound.physical, { filter: { _id: { $in: ids } }, session }))
      for (const raw of batch) {
        const document = bound.found(raw);
        const key = 'left' in document ? document.left.key : document.key;
        if (key !== undefined) found.set(key, document);
      }
  }
  return found;
}
