import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);';
const rows = "INSERT INTO t VALUES(1,'a'),(2,'b'),(3,'c');";

async function pairIn(office: Office, options: { readonly marker?: boolean } = {}): Promise<Connection> {
  const client = await office.connect();
  const sides = { a: office.sql('a.db', table + rows), b: office.sql('b.db', table) };
  await client.call('pairs.add', { name: 'shop', ...sides, options });
  await client.call('runs.start', { pair: 'shop' });
  return client;
}

const values = (office: Office, file: string): unknown[] => office.rows(file, 'SELECT id, v FROM t ORDER BY id');

describe('renaming a pair', () => {
  for (const marker of [false, true]) {
    it(`[P24] keeps base, history, conflicts and comments; the next sync goes on (${marker ? 'with' : 'without'} a marker)`, async () => {
      const office = new Office();
      const client = await pairIn(office, { marker });
      office.sql('a.db', "UPDATE t SET v='mine' WHERE id=1");
      office.sql('b.db', "UPDATE t SET v='theirs' WHERE id=1");
      await client.call('runs.start', { pair: 'shop' });
      writeFileSync(
        office.home.config,
        readFileSync(office.home.config, 'utf8').replace('  shop:', '  # ours\n  shop:'),
      );
      const report = await client.call('pairs.rename', { pair: 'shop', name: 'store' });
      expect(report).toMatchObject({ name: 'store', notes: [] });
      expect(readFileSync(office.home.config, 'utf8')).toContain('  # ours\n  store:');
      expect((await client.call('runs.list', {})).map(({ id, pair }) => [id, pair])).toEqual([
        [2, 'store'],
        [1, 'store'],
      ]);
      expect(await client.call('conflicts.list', {})).toMatchObject([{ id: 1, pair: 'store', status: 'open' }]);
      await expect(client.call('pairs.show', { pair: 'shop' })).rejects.toMatchObject({ code: 'not-found' });
      // Only a base tells a deletion from a record that was added on the other side.
      office.sql('a.db', 'DELETE FROM t WHERE id=2');
      const run = await client.call('runs.start', { pair: 'store' });
      expect(run).toMatchObject({ outcome: 'completed', brakes: [], localToRemote: { t: 1 }, remoteToLocal: { t: 0 } });
      expect(values(office, 'b.db')).toEqual([
        { id: 1, v: 'theirs' },
        { id: 3, v: 'c' },
      ]);
      const named = (file: string): unknown[] =>
        office
          .rows(file, "SELECT 1 FROM sqlite_schema WHERE name = '_tandem_marker'")
          .flatMap(() => office.rows(file, 'SELECT pair FROM _tandem_marker'));
      expect([named('a.db'), named('b.db')]).toEqual(marker ? [[{ pair: 'store' }], [{ pair: 'store' }]] : [[], []]);
      await client.call('runs.undo', { run: 1, collection: 't', key: { parts: ['3'] } });
      expect(values(office, 'b.db')).toEqual([{ id: 1, v: 'theirs' }]);
    });
  }

  it('[P24] with a marker still tells a restored copy, and a pair of the old name begins without base', async () => {
    const office = new Office();
    const client = await pairIn(office, { marker: true });
    await client.call('pairs.rename', { pair: 'shop', name: 'store' });
    office.sql('b.db', "UPDATE _tandem_marker SET n = n - 1; UPDATE t SET v='old' WHERE id=1");
    expect(await client.call('runs.start', { pair: 'store' })).toMatchObject({
      outcome: 'stopped',
      brakes: [{ kind: 'restored' }],
    });
    const sides = { a: office.sql('c.db', table + rows), b: office.sql('d.db', table) };
    await client.call('pairs.add', { name: 'shop', ...sides });
    expect(await client.call('runs.start', { pair: 'shop' })).toMatchObject({ localToRemote: { t: 3 } });
  });

  it('[P24] is refused for the name of another pair, and of one that was removed; nothing is changed', async () => {
    const office = new Office();
    const client = await pairIn(office);
    const sides = { a: office.sql('c.db', table), b: office.sql('d.db', table) };
    await client.call('pairs.add', { name: 'other', ...sides });
    const before = readFileSync(office.home.config, 'utf8');
    await expect(client.call('pairs.rename', { pair: 'shop', name: 'other' })).rejects.toMatchObject({
      code: 'already-exists',
      message: 'Renaming the pair shop to other failed: there is already a pair of this name.',
    });
    await expect(client.call('pairs.rename', { pair: 'nix', name: 'new' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(readFileSync(office.home.config, 'utf8')).toBe(before);
    await client.call('runs.start', { pair: 'other' });
    await client.call('pairs.remove', { pair: 'other' });
    await expect(client.call('pairs.rename', { pair: 'shop', name: 'other' })).rejects.toMatchObject({
      code: 'already-exists',
      hint: 'Choose another name, or delete that history first: tandem pair remove other --purge',
    });
    await client.call('pairs.remove', { pair: 'other', purge: true });
    expect(await client.call('pairs.rename', { pair: 'shop', name: 'other' })).toMatchObject({ name: 'other' });
  });

  it('[P24] is refused where the databases hold a marker of that name, and leaves none of its own', async () => {
    const office = new Office();
    const client = await pairIn(office, { marker: true });
    office.sql('b.db', "INSERT INTO _tandem_marker VALUES('store', 1, 7, 0, '[]')");
    await expect(client.call('pairs.rename', { pair: 'shop', name: 'store' })).rejects.toMatchObject({
      code: 'already-exists',
    });
    expect(office.rows('a.db', 'SELECT pair FROM _tandem_marker')).toEqual([{ pair: 'shop' }]);
    expect(office.rows('b.db', "SELECT pair, n FROM _tandem_marker WHERE pair = 'store'")).toEqual([
      { pair: 'store', n: 7 },
    ]);
    expect(await client.call('runs.start', { pair: 'shop' })).toMatchObject({ outcome: 'completed', brakes: [] });
  });

  it('[P24] is refused while a sync of the pair runs', async () => {
    const office = new Office();
    const client = await pairIn(office);
    office.sql(
      'a.db',
      'WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, i FROM n',
    );
    const sync = client.call('runs.start', { pair: 'shop' });
    await expect(client.call('pairs.rename', { pair: 'shop', name: 'store' })).rejects.toMatchObject({
      code: 'sync-in-progress',
      message: 'Renaming the pair shop failed: a sync of it is in progress.',
    });
    expect((await sync).pair).toBe('shop');
    expect(await client.call('pairs.rename', { pair: 'shop', name: 'store' })).toMatchObject({ name: 'store' });
  });
});
