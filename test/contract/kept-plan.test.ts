import { describe, expect, it } from 'vitest';
import type { WirePlanPage } from '../../shared/contract/plan-shapes.ts';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT);';
const people = (n: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) INSERT INTO admins SELECT i, 'user' || i FROM n;`;

/** So many that a plan of them is larger than an answer may be. */
const MANY = 170_000;

async function officeOf(n: number) {
  const office = new Office();
  const client = await office.connect();
  const both = { a: office.sql('a.db', table + people(n)), b: office.sql('b.db', table) };
  await client.call('pairs.add', { name: 'shop', ...both, count: false });
  return { office, client };
}

describe('a kept plan', () => {
  it('[W27] of 170,000 changes is read page by page, each record once, where the whole is too large for one answer', async () => {
    const { client } = await officeOf(MANY);
    const whole = client.call('plan.make', { pair: 'shop', sample: 0 });
    await expect(whole).rejects.toMatchObject({ code: 'oversize' });
    const { id, total, entries, actions } = await client.call('plan.make', {
      pair: 'shop',
      sample: 5,
      entries: 'kept',
    });
    expect([total, entries, actions.length]).toEqual([MANY, [], 5]);
    const rows: WirePlanPage['rows'] = [];
    while (rows.length < total)
      rows.push(
        ...(await client.call('plan.entries', { pair: 'shop', plan: id ?? '', offset: rows.length, limit: 10_000 }))
          .rows,
      );
    expect(new Set(rows.map(({ key }) => key)).size).toBe(MANY);
    expect(rows.every(({ op }) => op.A === null && op.B === 'insert')).toBe(true);
    const beyond = await client.call('plan.entries', { pair: 'shop', plan: id ?? '', offset: total });
    expect(beyond.rows).toEqual([]);
  }, 400_000);

  it('[W27] is carried out by its number, without what is left out, and only where both sides still hold what it says', async () => {
    const { office, client } = await officeOf(6);
    const make = async (): Promise<string> =>
      (await client.call('plan.make', { pair: 'shop', entries: 'kept' })).id ?? '';
    const id = await make();
    const { rows } = await client.call('plan.entries', { pair: 'shop', plan: id, limit: 2 });
    const without = rows.map(({ entry: { collection, key } }) => ({ collection, key }));
    office.sql('a.db', "UPDATE admins SET username = 'eve' WHERE id = 6");
    await expect(client.call('runs.start', { pair: 'shop', kept: { id, without } })).rejects.toMatchObject({
      code: 'moved',
    });
    expect(office.rows('b.db', 'SELECT id FROM admins')).toEqual([]);
    await client.call('runs.start', { pair: 'shop', kept: { id: await make(), without } });
    expect(office.rows('b.db', 'SELECT id FROM admins ORDER BY id')).toEqual(
      [3, 4, 5, 6].map((each) => ({ id: each })),
    );
  });

  it('[W27] is not-found once others took its place, and for another pair', async () => {
    const { office, client } = await officeOf(1);
    const make = async (): Promise<string> =>
      (await client.call('plan.make', { pair: 'shop', entries: 'kept' })).id ?? '';
    const first = await make();
    const last = [await make(), await make(), await make(), await make()].at(-1) ?? '';
    const gone = { code: 'not-found', hint: 'Make the plan again.' };
    await expect(client.call('plan.entries', { pair: 'shop', plan: first })).rejects.toMatchObject(gone);
    await expect(client.call('runs.start', { pair: 'shop', kept: { id: first } })).rejects.toMatchObject(gone);
    const other = { a: office.sql('c.db', table), b: office.sql('d.db', table) };
    await client.call('pairs.add', { name: 'other', ...other });
    await expect(client.call('plan.entries', { pair: 'other', plan: last })).rejects.toMatchObject(gone);
    const { rows } = await client.call('plan.entries', { pair: 'shop', plan: last });
    const plan = rows.map(({ entry }) => entry);
    await expect(client.call('runs.start', { pair: 'shop', kept: { id: last }, plan })).rejects.toMatchObject({
      code: 'usage',
    });
    expect(office.rows('b.db', 'SELECT id FROM admins')).toEqual([]);
  });
});
