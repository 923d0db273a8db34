import { describe, expect, it } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);';
const rows = "INSERT INTO t VALUES(1,'a'),(2,'b'),(3,'c');";

async function pairIn(office: Office, triggers = true): Promise<Connection> {
  const client = await office.connect();
  const sides = { a: office.sql('a.db', table + rows), b: office.sql('b.db', table) };
  await client.call('pairs.add', { name: 'shop', ...sides, options: { triggers } });
  return client;
}

const values = (office: Office, file: string): unknown[] =>
  office.rows(file, 'SELECT v FROM t ORDER BY id').map((row) => (row as { v: string }).v);
const kept = (office: Office): number[] =>
  ['a.db', 'b.db'].map((file) => office.rows(file, "SELECT name FROM sqlite_schema WHERE name LIKE '%tandem%'").length);
const levels = async (client: Connection): Promise<unknown[]> => {
  const [status] = await client.call('status.show', { pair: 'shop' });
  return [status?.capture.A?.level, status?.capture.B?.level];
};
const ALL = 3 + 2 + 1;

describe('triggers in SQLite files', () => {
  it('[P34] [L16] are added by the first sync and by none that only looks, and tell of what changes both ways', async () => {
    const office = new Office();
    const client = await pairIn(office);
    await client.call('pairs.preview', { pair: 'shop' });
    expect(kept(office)).toEqual([0, 0]);
    expect(await levels(client)).toEqual(['gated-scan', 'gated-scan']);
    await client.call('runs.start', { pair: 'shop' });
    expect(kept(office)).toEqual([ALL, ALL]);
    expect(await levels(client)).toEqual(['triggers', 'triggers']);
    office.sql('a.db', "UPDATE t SET v='A' WHERE id=1; INSERT INTO t VALUES(4,'d')");
    office.sql('b.db', "DELETE FROM t WHERE id=2; UPDATE t SET v='C' WHERE id=3");
    await client.call('runs.start', { pair: 'shop' });
    expect([values(office, 'a.db'), values(office, 'b.db')]).toEqual([
      ['A', 'C', 'd'],
      ['A', 'C', 'd'],
    ]);
    const again = await client.call('runs.start', { pair: 'shop' });
    expect([again.localToRemote, again.remoteToLocal]).toEqual([{ t: 0 }, { t: 0 }]);
  });

  it('[P34] a migration that loses them is noticed, and nothing that it changed is missed', async () => {
    const office = new Office();
    const client = await pairIn(office);
    await client.call('runs.start', { pair: 'shop' });
    office.sql(
      'a.db',
      "CREATE TABLE n(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO n SELECT id, v || '!' FROM t WHERE id < 3; DROP TABLE t; ALTER TABLE n RENAME TO t",
    );
    await client.call('runs.start', { pair: 'shop' });
    expect(values(office, 'b.db')).toEqual(['a!', 'b!']);
    expect(kept(office)).toEqual([ALL, ALL]);
    expect((await client.call('status.show', { pair: 'shop' }))[0]?.capture.A).toMatchObject({
      level: 'triggers',
      why: expect.stringContaining('made them anew') as string,
    });
  });

  it('[P34] what no trigger saw is found by the audit (L1)', async () => {
    const office = new Office();
    const client = await pairIn(office);
    await client.call('runs.start', { pair: 'shop' });
    // As if the program had switched triggers off: the change stands, and its note does not.
    office.sql('a.db', "UPDATE t SET v='unseen' WHERE id=1; DELETE FROM _tandem_changes WHERE t IS NOT NULL");
    await client.call('runs.start', { pair: 'shop' });
    expect(values(office, 'b.db')).toEqual(['a', 'b', 'c']);
    await client.call('config.set', { pair: 'shop', values: { auditHours: 0.000_000_1 } });
    await client.call('runs.start', { pair: 'shop' });
    expect(values(office, 'b.db')).toEqual(['unseen', 'b', 'c']);
  });

  for (const [how, end] of [
    ['pairs.edit', (client) => client.call('pairs.edit', { pair: 'shop', options: { triggers: false } })],
    ['config.set', (client) => client.call('config.set', { pair: 'shop', values: { triggers: false } })],
    ['pairs.remove', (client) => client.call('pairs.remove', { pair: 'shop', purge: false })],
    [
      'pairs.rename and pairs.remove',
      async (client) => {
        await client.call('pairs.rename', { pair: 'shop', name: 'store' });
        await client.call('pairs.remove', { pair: 'store', purge: false });
      },
    ],
  ] as readonly (readonly [string, (client: Connection) => Promise<unknown>])[])
    it(`[P34] [L16] go with ${how}`, async () => {
      const office = new Office();
      const client = await pairIn(office);
      await client.call('runs.start', { pair: 'shop' });
      expect(kept(office)).toEqual([ALL, ALL]);
      await end(client);
      expect(kept(office)).toEqual([0, 0]);
      office.sql('a.db', "INSERT INTO t VALUES(9,'i')");
    });

  it('[P34] switched on later, a sync looks at every record once and goes on with them', async () => {
    const office = new Office();
    const client = await pairIn(office, false);
    await client.call('runs.start', { pair: 'shop' });
    expect(kept(office)).toEqual([0, 0]);
    await client.call('pairs.edit', { pair: 'shop', options: { triggers: true } });
    office.sql('b.db', "UPDATE t SET v='B' WHERE id=1");
    await client.call('runs.start', { pair: 'shop' });
    expect(values(office, 'a.db')).toEqual(['B', 'b', 'c']);
    expect(await levels(client)).toEqual(['triggers', 'triggers']);
  });

  it('[P34] are unsupported where neither side is a SQLite file', async () => {
    const client = await new Office().connect();
    const sides = { a: 'mongodb://127.0.0.1:1/a', b: 'mongodb://127.0.0.1:1/b' };
    await expect(
      client.call('pairs.add', { name: 'far', ...sides, options: { triggers: true } }),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });
});
