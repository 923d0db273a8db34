import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import type { PairOptions } from '../../shared/config/pair-options.ts';
import { openPairEngine } from '../../electron/engine/open-pair-engine.ts';
import type { WriteBatch } from '../../electron/engine/port/connector.ts';
import { tappedConnector } from '../support/tapped.ts';
import { Office } from './home-support.ts';

const schema =
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, city TEXT, createdAt TEXT, updatedAt TEXT); CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';

async function pair(options: Partial<PairOptions>, connect: Parameters<Office['connect']>[0] = {}) {
  const office = new Office();
  office.sql('a.db', schema);
  office.sql('b.db', schema);
  const client = await office.connect(connect);
  await client.call('pairs.add', { name: 'shop', a: office.path('a.db'), b: office.path('b.db') });
  await client.call('config.set', { values: options });
  return { office, client };
}

const busy = (): AppError =>
  new AppError({ code: 'busy', operation: 'write', message: 'The database is locked.', retry: 'backoff' });

/** Two edits of one field, one name used twice, and a record added twice. */
function dispute(office: Office): void {
  office.sql('a.db', "UPDATE admins SET city = 'of A' WHERE id = 1; INSERT INTO posts VALUES(7, 'of A');");
  office.sql('b.db', "UPDATE admins SET city = 'of B' WHERE id = 1; INSERT INTO posts VALUES(7, 'of B');");
  office.sql('a.db', "INSERT INTO admins VALUES(2, 'john', NULL, '2020-01-01', '2020-01-01')");
  office.sql('b.db', "INSERT INTO admins VALUES(3, 'john', NULL, '2020-01-01', '2021-01-01')");
}

async function disputed(strategy: PairOptions['conflictResolutionStrategy']) {
  const { office, client } = await pair({ conflictResolutionStrategy: strategy });
  office.sql('a.db', "INSERT INTO admins VALUES(1, 'ann', NULL, NULL, NULL)");
  await client.call('runs.start', { pair: 'shop' });
  dispute(office);
  await client.call('runs.start', { pair: 'shop' });
  await client.call('runs.start', { pair: 'shop' });
  const open = await client.call('conflicts.list', {});
  const city = (file: string) => office.rows(file, 'SELECT city FROM admins WHERE id = 1');
  return {
    open: open.map(({ kind }) => kind).sort(),
    cities: [...city('a.db'), ...city('b.db')].map((row) => (row as { city: string }).city),
    johns: office.rows('b.db', 'SELECT id, username FROM admins WHERE id > 1 ORDER BY id'),
  };
}

const bothJohns = (renamed: unknown) => [
  { id: 2, username: renamed },
  { id: 3, username: 'john' },
];

describe('The settings of a pair are honoured', () => {
  it('[W6] conflictResolutionStrategy: each one decides what it makes sense for, and leaves the rest', async () => {
    const all = ['insert/insert', 'unique', 'update/update'];
    expect(await disputed('manual')).toMatchObject({ open: all, cities: ['of A', 'of B'] });
    expect(await disputed('keep_local')).toMatchObject({ open: ['unique'], cities: ['of A', 'of A'] });
    expect(await disputed('keep_remote')).toMatchObject({
      open: [],
      cities: ['of B', 'of B'],
      johns: bothJohns(null),
    });
    expect(await disputed('rename_local')).toMatchObject({
      open: ['insert/insert', 'update/update'],
      johns: bothJohns(expect.stringMatching(/^john_[a-z0-9]{4}$/)),
    });
    expect(await disputed('keep_both')).toMatchObject({ open: ['unique', 'update/update'] });
    expect(await disputed('auto')).toMatchObject({
      open: ['insert/insert', 'update/update'],
      johns: bothJohns(null),
    });
  });

  it('[W6] conflictResolutionStrategy takes no merge, and says why', async () => {
    const { client } = await pair({});
    await expect(client.call('config.set', { values: { conflictResolutionStrategy: 'merge' } })).rejects.toMatchObject({
      message: expect.stringContaining('only a person can name the value') as string,
    });
  });

  it('[W9] collectionsToSync limits a sync, a plan and a comparison', async () => {
    const { office, client } = await pair({ collectionsToSync: ['posts'] });
    office.sql('a.db', "INSERT INTO admins(id, username) VALUES(1, 'ann'); INSERT INTO posts VALUES(1, 'x');");
    expect((await client.call('plan.make', { pair: 'shop' })).total).toBe(1);
    const run = await client.call('runs.start', { pair: 'shop' });
    expect(run.localToRemote).toEqual({ posts: 1 });
    expect(office.rows('b.db', 'SELECT * FROM admins')).toEqual([]);
    expect(await client.call('receipts.compare', { pair: 'shop' })).toMatchObject({ collections: [{ name: 'posts' }] });
    await client.call('config.set', { values: { collectionsToSync: null } });
    expect((await client.call('runs.start', { pair: 'shop' })).localToRemote).toEqual({ admins: 1, posts: 0 });
  });

  it('[W9] batchSize is the most that one write holds, maxRetries how often it is tried again', async () => {
    const writes: number[] = [];
    let fails = 0;
    const { office, client } = await pair(
      { batchSize: 3, maxRetries: 1 },
      {
        openPairEngine: (parts) =>
          openPairEngine({
            ...parts,
            sides: {
              A: parts.sides.A,
              B: tappedConnector(parts.sides.B, 'B', ({ name, when, args }) => {
                if (name !== 'write' || when !== 'before') return;
                writes.push((args[0] as WriteBatch).intents.length);
                if (fails-- > 0) throw busy();
              }),
            },
          }),
      },
    );
    for (let id = 1; id <= 7; id++) office.sql('a.db', `INSERT INTO posts VALUES(${id}, 'x')`);
    await client.call('runs.start', { pair: 'shop' });
    expect(writes).toEqual([3, 3, 1]);
    writes.length = 0;
    office.sql('a.db', "INSERT INTO posts VALUES(8, 'x')");
    fails = 2;
    await expect(client.call('runs.start', { pair: 'shop' })).rejects.toMatchObject({ code: 'busy' });
    expect(writes).toEqual([1, 1]);
    fails = 1;
    expect((await client.call('runs.start', { pair: 'shop' })).localToRemote).toMatchObject({ posts: 1 });
  });
});
