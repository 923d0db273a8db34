import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import { specsOf } from '../../engine/bind-pair.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { CollectionInfo, SideSchema } from '../../engine/port/schema.ts';
import { defaultCollection } from '../../engine/settings.ts';

/** So long counting goes on; what comes then is not counted. */
const MOST_MS = 1500;

type Counted = WireAddressTest['collections'];

/** What stands on a side, with the number of records where counting takes no time to speak of. */
export async function collectionsOf(connector: Connector, { collections, reported }: SideSchema): Promise<Counted> {
  const begun = performance.now();
  const found: Counted = [];
  for (const info of collections) {
    const why = reported.find(({ kind, name }) => kind === 'table' && name === info.name)?.why;
    found.push({
      name: info.name,
      records: performance.now() - begun < MOST_MS ? await countOf(connector, info) : null,
      key: info.key && info.key.fields.join(', '),
      unique: uniqueOf(info),
      fields: info.fields.length,
      notSynced: info.key === null ? (why ?? 'nothing tells its records apart') : null,
    });
  }
  const known = new Set(found.map(({ name }) => name));
  for (const { kind, name, why } of reported)
    if ((kind === 'view' || kind === 'table' || kind === 'virtual') && !known.has(name))
      found.push({ name, records: null, key: null, unique: [], fields: 0, notSynced: why });
  return found;
}

/** An index over an expression has no field that could be named. */
function uniqueOf({ unique, key }: CollectionInfo): string[][] {
  const named = unique.flatMap(({ fields }) => {
    const names = fields.filter((field) => field !== null);
    return names.length === fields.length ? [names] : [];
  });
  const own = key?.fields.join('\0');
  return [...new Map(named.map((fields) => [fields.join('\0'), fields])).entries()].flatMap(([id, fields]) =>
    id === own ? [] : [fields],
  );
}

/** Null where a side does not count, or does not take part as it is. */
async function countOf(connector: Connector, { name, key, fields, anyField }: CollectionInfo): Promise<number | null> {
  if (key === null) return null;
  const names = fields.filter(({ generated }) => !generated).map((field) => field.name);
  const collection = { ...defaultCollection(name, names, key.fields), ...(anyField ? { anyField } : {}) };
  try {
    const side = await connector.bind(specsOf([collection], 'A'));
    try {
      return (await side.digest?.count(name)) ?? null;
    } finally {
      await side.close();
    }
  } catch {
    return null;
  }
}
