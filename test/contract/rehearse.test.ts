import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  forgetMemoryDatabase,
  memoryKind,
  registerMemoryDatabase,
} from '../../electron/connectors/memory/connector.ts';
import { MemoryDatabase } from '../../electron/connectors/memory/database.ts';
import { Office, sha256 } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, age INTEGER);';
const people = (n: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) INSERT INTO admins SELECT i, 'user' || i, 30 FROM n;`;
const dump = 'SELECT * FROM admins ORDER BY id';

/** Two files that were kept in step, and edited since. */
async function officeWithEdits(mode: 'wal' | 'delete' = 'delete') {
  const office = new Office();
  const a = office.sql('a.db', `PRAGMA journal_mode = ${mode}; ${table} ${people(20)}`);
  const b = office.sql('b.db', `PRAGMA journal_mode = ${mode}; ${table}`);
  const client = await office.connect();
  await client.call('pairs.add', { name: 'shop', a, b, options: { marker: true } });
  await client.call('runs.start', { pair: 'shop' });
  office.sql('a.db', "UPDATE admins SET age = 31 WHERE id = 1; INSERT INTO admins VALUES (21, 'ann', 5)");
  office.sql('b.db', 'UPDATE admins SET age = 32 WHERE id IN (1, 2)');
  return { office, client, a, b };
}

/** What the state says about the pair, copies of tables left out. */
const known = (office: Office): unknown =>
  ['pair', 'run', 'base', 'item', 'journal', 'dirty', 'brake'].map((name) =>
    office.rows('home/state/tandem.db', `SELECT * FROM ${name}`),
  );
const leftOvers = (office: Office): string[] => readdirSync(office.home.state).filter((name) => /rehears/.test(name));

describe('rehearsing a sync', () => {
  it.each(['delete', 'wal'] as const)(
    '[W7] in %s mode reports what the next sync then does, and leaves pair and originals as they are',
    async (mode) => {
      const { office, client, a, b } = await officeWithEdits(mode);
      const before = { rows: [office.rows('a.db', dump), office.rows('b.db', dump)], known: known(office) };
      const files = [sha256(a), sha256(b)];
      const tried = await client.call('runs.rehearse', { pair: 'shop' });
      expect([office.rows('a.db', dump), office.rows('b.db', dump)]).toEqual(before.rows);
      expect([sha256(a), sha256(b)]).toEqual(files);
      expect(known(office)).toEqual(before.known);
      expect(leftOvers(office)).toEqual([]);
      expect(tried).toMatchObject({
        pair: 'shop',
        run: {
          status: 'completed',
          localToRemote: { admins: 1 },
          remoteToLocal: { admins: 1 },
          conflicts: { admins: 1 },
          brakes: [],
          written: { A: { insert: 0, update: 1, delete: 0 }, B: { insert: 1, update: 0, delete: 0 } },
        },
        waiting: { conflicts: 1, holds: 0 },
      });
      for (const side of ['A', 'B'] as const) {
        const { before: was, after, changedByOthers } = tried.unchanged[side];
        expect({ was, changedByOthers }).toEqual({ was: after, changedByOthers: false });
      }
      expect(tried.unchanged.A.before).not.toBe(tried.unchanged.B.before);
      // Keys of 12 bytes; the record 21, ann, 5 and one changed number.
      expect(tried.bytes).toBe(12 + (8 + 3 + 8) + 12 + 8);
      const size = 'SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size';
      const sizes = [office.rows('a.db', size), office.rows('b.db', size)].flat() as { n: number }[];
      expect(tried.copied).toBe(sizes.reduce((sum, { n }) => sum + n, 0));
      expect(tried.seconds).toBeGreaterThanOrEqual(0);
      const done = await client.call('runs.start', { pair: 'shop' });
      for (const part of ['localToRemote', 'remoteToLocal', 'conflicts', 'written', 'adopted', 'parked'] as const)
        expect(done[part]).toEqual(tried.run[part]);
      expect(done.brakes).toEqual([]);
    },
  );

  it('[W7] keeps to the collections and the direction asked for, and applies the strategy of the pair', async () => {
    const { client } = await officeWithEdits();
    const oneWay = await client.call('runs.rehearse', { pair: 'shop', direction: 'a-to-b', collections: ['admins'] });
    expect(oneWay.run).toMatchObject({ localToRemote: { admins: 1 }, remoteToLocal: { admins: 0 } });
    await client.call('config.set', { values: { conflictResolutionStrategy: 'keep_local' } });
    expect((await client.call('runs.rehearse', { pair: 'shop' })).waiting).toEqual({ conflicts: 0, holds: 0 });
  });

  it('[W7] shows a brake where the next sync would brake, also that of a replaced file', async () => {
    const { office, client } = await officeWithEdits();
    office.sql('a.db', 'DELETE FROM admins WHERE id > 3');
    const deleted = await client.call('runs.rehearse', { pair: 'shop' });
    expect(deleted.run.brakes).toMatchObject([{ collection: 'admins', kind: 'deletes' }]);
    expect(await client.call('brakes.list', {})).toEqual([]);
    rmSync(office.path('b.db'));
    office.sql('b.db', `${table} ${people(3)}`);
    const replaced = await client.call('runs.rehearse', { pair: 'shop' });
    expect(replaced.run.brakes).toMatchObject([{ collection: '', kind: 'replaced', side: 'B' }]);
    expect(await client.call('brakes.list', {})).toEqual([]);
  });

  it('[W7] says so if another program wrote meanwhile, and that only', async () => {
    const { office, client } = await officeWithEdits('wal');
    let wrote = false;
    await client.subscribe(({ name, data }) => {
      if (wrote || name !== 'run.progress' || data.activity !== 'rehearse') return;
      wrote = true;
      office.sql('b.db', "INSERT INTO admins VALUES (99, 'meanwhile', 1)");
    });
    const { unchanged, run } = await client.call('runs.rehearse', { pair: 'shop' });
    expect(wrote).toBe(true);
    expect(run.status).toBe('completed');
    expect(unchanged.A).toMatchObject({ before: unchanged.A.after, changedByOthers: false });
    expect(unchanged.B.changedByOthers).toBe(true);
    expect(unchanged.B.after).not.toBe(unchanged.B.before);
    expect(office.rows('b.db', 'SELECT count(*) AS n FROM admins WHERE id = 99')).toEqual([{ n: 1 }]);
  });

  it('[W7] is stopped by a cancel, refused beside a running sync, and leaves no copy', async () => {
    const { office, client } = await officeWithEdits();
    office.sql('a.db', people(2000).replace('INSERT', 'INSERT OR IGNORE'));
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    await client.subscribe(({ name }) => name === 'run.progress' && begun.resolve());
    const stopped = client.call('runs.rehearse', { pair: 'shop' }, { signal: stop.signal });
    await begun.promise;
    expect(leftOvers(office)).toHaveLength(1);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled', message: 'Rehearsing shop was stopped.' });
    expect(leftOvers(office)).toEqual([]);
    const running = client.call('runs.start', { pair: 'shop' });
    await expect(client.call('runs.rehearse', { pair: 'shop' })).rejects.toMatchObject({ code: 'sync-in-progress' });
    await running;
    expect(leftOvers(office)).toEqual([]);
  });

  it('[W7] a sync that would fail is reported under the names of the originals', async () => {
    const { office, client, b } = await officeWithEdits();
    // Too large to be checked when it is opened.
    office.sql('b.db', 'CREATE TABLE filler(x); INSERT INTO filler VALUES (zeroblob(5000000));');
    office.sql('b.db', people(1000).replace('INSERT', 'INSERT OR IGNORE'));
    await client.call('runs.start', { pair: 'shop' });
    await office.close();
    const bytes = readFileSync(b);
    bytes.fill(0xa5, bytes.length - 4096 * 8, bytes.length - 4096 * 2);
    writeFileSync(b, bytes);
    const { run, unchanged } = await (await office.connect()).call('runs.rehearse', { pair: 'shop' });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'corrupt' } });
    expect(run.error?.message).toContain(`the database ${b} is damaged`);
    expect(unchanged.B.after).toBe(unchanged.B.before);
    expect(leftOvers(office)).toEqual([]);
  });

  it('[W7] copies that a killed engine left are gone when the next one starts', async () => {
    const { office } = await officeWithEdits();
    await office.close();
    const left = join(office.home.state, 'rehearsal-killed');
    office.sql('home/state/keep.db', table);
    mkdirSync(left);
    office.sql('home/state/rehearsal-killed/a.db', table);
    await office.connect();
    expect(leftOvers(office)).toEqual([]);
    expect(readdirSync(office.home.state)).toContain('keep.db');
  });

  it('[W7] a kind of which no copy can be made is unsupported, and an unknown pair not-found', async () => {
    const office = new Office();
    const admins = { name: 'admins', fields: [{ name: 'id', type: 'integer' }], key: ['id'] } as const;
    for (const name of ['a', 'b']) {
      registerMemoryDatabase(new MemoryDatabase({ name, collections: [admins] }));
      onTestFinished(() => forgetMemoryDatabase(name));
    }
    const client = await office.connect({ kinds: [memoryKind] });
    await client.call('pairs.add', { name: 'shop', a: 'memory:a', b: 'memory:b' });
    await expect(client.call('runs.rehearse', { pair: 'shop' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('of kind memory') as string,
    });
    expect(leftOvers(office)).toEqual([]);
    await expect(client.call('runs.rehearse', { pair: 'shp' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean shop?',
    });
  });
});
