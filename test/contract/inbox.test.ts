import { describe, expect, it } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { Office } from './home-support.ts';

const schema = `CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, phone TEXT);
  CREATE TABLE orders(id INTEGER PRIMARY KEY, note TEXT);`;
const shared = `${schema} INSERT INTO admins VALUES (1, 'ann', '1'), (2, 'bob', '2'); INSERT INTO orders VALUES (7, 'x');`;

/** Two edits, a delete against an edit, one added twice, and one name wanted twice. */
async function disputed(office: Office, name: string): Promise<Connection> {
  const client = await office.connect();
  const a = office.sql(`${name}-a.db`, shared);
  const b = office.sql(`${name}-b.db`, shared);
  await client.call('pairs.add', { name, a, b });
  await client.call('runs.start', { pair: name });
  office.sql(
    `${name}-a.db`,
    `UPDATE admins SET phone = '11' WHERE id = 1; UPDATE orders SET note = 'here' WHERE id = 7;
     INSERT INTO admins VALUES (3, 'john', NULL); INSERT INTO orders VALUES (8, 'here');`,
  );
  office.sql(
    `${name}-b.db`,
    `UPDATE admins SET phone = '12' WHERE id = 1; DELETE FROM orders WHERE id = 7;
     INSERT INTO admins VALUES (4, 'john', NULL); INSERT INTO orders VALUES (8, 'there');`,
  );
  await client.call('runs.start', { pair: name });
  return client;
}

describe('the list of an inbox', () => {
  it('[W18] shows each conflict as a light row: what people call the record, and what is in dispute', async () => {
    const office = new Office();
    const client = await disputed(office, 'shop');
    const { total, rows } = await client.call('conflicts.index', {});
    const listed = await client.call('conflicts.list', {});
    expect(total).toBe(4);
    expect(rows.map(({ id, generation, openedAt }) => ({ id, generation, at: openedAt }))).toEqual(
      listed.map(({ id, generation, at }) => ({ id, generation, at })),
    );
    const shown = rows.map(({ collection, kind, key, title, summary }) => [collection, kind, key.text, title, summary]);
    expect(shown).toHaveLength(4);
    expect(new Set(shown.map((row) => row.join(' | ')))).toEqual(
      new Set([
        'admins | unique | 3 | john | admins.username “john” is used twice',
        'admins | update/update | 1 | ann | phone differs',
        'orders | delete/update | 7 | 7 | deleted on Remote, changed here',
        'orders | insert/insert | 8 | 8 | added on both sides, note differs',
      ]),
    );
  });

  it('[W18] filters, counts what each other filter would show, and searches what a row shows', async () => {
    const office = new Office();
    const client = await disputed(office, 'shop');
    const all = await client.call('conflicts.index', {});
    const admins = await client.call('conflicts.index', { collection: 'admins', kind: ['unique', 'insert/insert'] });
    expect(admins).toMatchObject({ total: 1, rows: [{ title: 'john' }] });
    expect(admins.counts.kinds).toEqual(
      expect.arrayContaining([
        { kind: 'unique', n: 1 },
        { kind: 'update/update', n: 1 },
      ]),
    );
    expect(admins.counts.collections.toSorted((x, y) => (x.collection < y.collection ? -1 : 1))).toEqual([
      { pair: 'shop', collection: 'admins', n: 1 },
      { pair: 'shop', collection: 'orders', n: 1 },
    ]);
    expect(admins.counts.pairs).toEqual([{ pair: 'shop', n: 1 }]);
    const found = await client.call('conflicts.index', { q: 'JOHN twice' });
    expect(found).toMatchObject({ total: 1, rows: [{ title: 'john', kind: 'unique' }] });
    expect(found.counts.kinds).toEqual([{ kind: 'unique', n: 1 }]);
    const deleted = await client.call('conflicts.index', { q: 'deleted', kind: ['unique'] });
    expect(deleted).toMatchObject({ total: 0, rows: [], counts: { kinds: [{ kind: 'delete/update', n: 1 }] } });
    const second = await client.call('conflicts.index', { offset: 1, limit: 2 });
    expect(second).toEqual({ ...all, rows: all.rows.slice(1, 3) });
    expect((await client.call('conflicts.index', { q: 'o', offset: 1, limit: 1 })).rows).toHaveLength(1);
  });

  it('[W18] shows those that are over apart, tells pairs apart, and looks at no side', async () => {
    const office = new Office();
    await disputed(office, 'shop');
    const client = await disputed(office, 'till');
    const [first] = (await client.call('conflicts.index', { pair: 'till', kind: ['update/update'] })).rows;
    await client.call('conflicts.resolve', { id: first?.id, strategy: 'keep_local' });
    const over = await client.call('conflicts.index', { resolved: true });
    expect(over).toMatchObject({ total: 1, rows: [{ id: first?.id, pair: 'till', status: 'resolved' }] });
    const till = await client.call('conflicts.index', { pair: 'till' });
    expect(till).toMatchObject({
      total: 3,
      counts: {
        pairs: [
          { pair: 'shop', n: 4 },
          { pair: 'till', n: 3 },
        ],
      },
    });
    expect(new Set(till.rows.map(({ pair }) => pair))).toEqual(new Set(['till']));
    await office.close();
    office.sql('till-a.db', 'DROP TABLE admins');
    const later = await (await office.connect()).call('conflicts.index', { pair: 'till' });
    expect(later).toEqual(till);
    await expect((await office.connect()).call('conflicts.index', { pair: 'tll' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
