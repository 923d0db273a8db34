import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT);';
const people = (n: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) INSERT INTO admins SELECT i, 'user' || i FROM n;`;

describe('while a sync of 50,000 records runs', () => {
  it('[H12] conflicts, holds and brakes are listed at once', async () => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql('a.db', `${table} INSERT INTO admins VALUES (0, 'left');`);
    const b = office.sql('b.db', `${table} INSERT INTO admins VALUES (0, 'right');`);
    await client.call('pairs.add', { name: 'shop', a, b });
    await client.call('runs.start', { pair: 'shop' });
    office.sql('a.db', people(50_000));
    const reached = { scan: Promise.withResolvers<void>(), write: Promise.withResolvers<void>() };
    await client.subscribe(({ name, data }) => {
      if (name === 'run.progress' && (data.phase === 'scan' || data.phase === 'write')) reached[data.phase].resolve();
    });
    let ended = false;
    const run = client.call('runs.start', { pair: 'shop' }).finally(() => (ended = true));
    const stopped = run.catch((cause: unknown) => cause);
    for (const phase of ['scan', 'write'] as const) {
      await reached[phase].promise;
      const conflicts = await client.call('conflicts.list', { pair: 'shop' });
      expect(conflicts).toMatchObject([{ collection: 'admins', kind: 'insert/insert', status: 'open' }]);
      expect(await client.call('conflicts.show', { id: conflicts[0]?.id ?? 0 })).toEqual(conflicts[0]);
      expect(await client.call('holds.list', { pair: 'shop' })).toEqual([]);
      expect(await client.call('brakes.list', { pair: 'shop' })).toEqual([]);
      expect(await client.call('conflicts.index', { q: 'admins' })).toMatchObject({ total: 1 });
      expect((await client.call('pairs.activity', { pair: 'shop' })).buckets.at(-1)).toMatchObject({ runs: 2 });
      expect(await client.call('decisions.list', {})).toEqual([]);
      expect(await client.call('log.read', {})).toMatchObject({ more: false });
      const rule = { pair: 'shop', collection: 'admins', rule: 'local' } as const;
      expect(await client.call('rules.try', rule)).toMatchObject({ tried: 0 });
      expect(ended).toBe(false);
    }
    await client.call('runs.cancel', { pair: 'shop' });
    expect(await stopped).toMatchObject({ code: 'cancelled' });
  });
});
