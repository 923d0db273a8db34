import { renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endsOf } from '../../electron/api/handlers/activity.ts';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT);';

describe('what moved in the last days', () => {
  it('[W19] counts records by the side they went to, conflicts, runs and failures, in stretches without gaps', async () => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql('a.db', `${table} INSERT INTO admins VALUES (1, 'ann'), (2, 'bob'), (3, 'cyd');`);
    const b = office.sql('b.db', `${table} INSERT INTO admins VALUES (4, 'dan');`);
    await client.call('pairs.add', { name: 'shop', a, b });
    expect((await client.call('pairs.activity', { pair: 'shop' })).buckets).toHaveLength(14);
    await client.call('runs.start', { pair: 'shop' });
    office.sql('a.db', "UPDATE admins SET username = 'anna' WHERE id = 1");
    office.sql('b.db', "UPDATE admins SET username = 'annie' WHERE id = 1");
    await client.call('runs.start', { pair: 'shop' });
    const week = await client.call('pairs.activity', { pair: 'shop', days: 7 });
    expect(week.buckets.at(-1)).toMatchObject({ toA: 1, toB: 3, conflicts: 1, runs: 2, failed: 0 });
    expect(week.buckets.slice(1).map(({ from }) => from)).toEqual(week.buckets.slice(0, -1).map(({ to }) => to));
    const day = await client.call('pairs.activity', { pair: 'shop', days: 1 });
    expect(day.buckets).toHaveLength(24);
    expect(day.buckets.reduce((sum, { toB }) => sum + toB, 0)).toBe(3);
    await expect(client.call('pairs.activity', { pair: 'shap' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('[W19] a sync that failed counts as failed, although a side is away', async () => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql('a.db', table);
    const b = office.sql('b.db', table);
    await client.call('pairs.add', { name: 'shop', a, b });
    await client.call('runs.start', { pair: 'shop' });
    await office.close();
    renameSync(b, `${b}.away`);
    const later = await office.connect();
    await later.call('runs.start', { pair: 'shop' }).catch(() => undefined);
    const { buckets } = await later.call('pairs.activity', { pair: 'shop' });
    expect(buckets.at(-1)).toMatchObject({ runs: 2, failed: 1 });
  });

  it('[W19] days are those of this computer', () => {
    const now = new Date(2026, 2, 30, 15, 20).getTime();
    const ends = endsOf(now, 3).map((end) => new Date(end));
    expect(ends.map((end) => [end.getDate(), end.getHours()])).toEqual([
      [28, 0],
      [29, 0],
      [30, 0],
      [31, 0],
    ]);
    expect(endsOf(now, 2)).toHaveLength(49);
  });
});
