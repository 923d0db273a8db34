import { must } from '../../../shared/lib/assert.ts';
import { encodeKey, type Key } from '../../engine/port/key-codec.ts';
import type { Connector, WriteIntent } from '../../engine/port/connector.ts';
import { fieldOf, recordFrom } from '../../engine/port/record.ts';
import type { SampleEdit } from './edits.ts';
import type { SampleRow } from './office.ts';
import { sampleSpecs, type SampleTable } from './tables.ts';

const keyOf = (id: bigint): Key => encodeKey([id], ['binary']);

export async function insertRows(
  connector: Connector,
  tables: readonly (readonly [SampleTable, readonly SampleRow[]])[],
): Promise<void> {
  await edit(
    connector,
    tables.flatMap(([table, rows]) => rows.map((row) => ({ insert: table, row }))),
  );
}

/** As another program would do it, beside the pair. Each of them has to be taken. */
export async function edit(connector: Connector, edits: readonly SampleEdit[]): Promise<void> {
  const side = await connector.bind(sampleSpecs);
  try {
    const intents: WriteIntent[] = [];
    for (const each of edits) {
      if ('insert' in each) {
        const { insert, row } = each;
        intents.push({
          op: 'insert',
          collection: insert,
          key: keyOf(row['id'] as bigint),
          to: recordFrom(Object.entries(row)),
        });
        continue;
      }
      const collection = 'update' in each ? each.update : each.remove;
      const key = keyOf(each.id);
      const stored = must((await side.read(collection, [key])).get(key), `the record ${each.id} of ${collection}`);
      intents.push(
        'update' in each
          ? {
              op: 'update',
              collection,
              key,
              changes: Object.entries(each.set).map(([name, to]) => ({ name, from: fieldOf(stored, name), to })),
            }
          : { op: 'delete', collection, key, expect: stored },
      );
    }
    const results = await side.write({ intents });
    must(results.every(({ status }) => status === 'applied') || undefined, 'that every edit of the sample is taken');
  } finally {
    await side.close();
  }
}
