import type { Rejection, WriteIntent } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { must } from '../../../../shared/lib/assert.ts';
import type { Found } from '../bound-collection.ts';
import { readKeys } from '../read/read.ts';
import type { WriteContext } from './pinned.ts';
import { prepare } from './prepare.ts';
import { rejected } from './step.ts';

/** What is refused before anything is sent. What only the server tells is not known here. */
export async function foreseeRejections(
  { database, collection }: Pick<WriteContext, 'database' | 'collection'>,
  intents: readonly WriteIntent[],
): Promise<readonly (Rejection | null)[]> {
  const found = new Map<string, ReadonlyMap<Key, Found>>();
  for (const [name, several] of Map.groupBy(intents, (intent) => intent.collection)) {
    const keys = several.filter(({ op }) => op !== 'insert').map(({ key }) => key);
    found.set(name, await readKeys(database, collection(name), keys));
  }
  const comparing = database.hasTransactions ? 'exact' : 'best';
  return intents.map((intent, at) => {
    const current = must(found.get(intent.collection), 'what was read').get(intent.key);
    const prepared = prepare(intent, { at, bound: collection(intent.collection), current, comparing });
    if ('result' in prepared) return prepared.result.status === 'rejected' ? prepared.result : null;
    return 'needs' in prepared && !database.hasTransactions ? rejected(prepared.code, prepared.why).result : null;
  });
}
