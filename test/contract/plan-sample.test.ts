import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT, phone TEXT);';
const rows = "INSERT INTO admins VALUES (1, 'ann', '1'), (2, 'bob', '2'), (3, 'cyd', '3');";

describe('a plan', () => {
  it('[W26] tells its actions field by field, each side for itself', async () => {
    const office = new Office();
    const client = await office.connect();
    const [a, b] = [office.sql('a.db', table + rows), office.sql('b.db', table + rows)];
    await client.call('pairs.add', { name: 'shop', a, b });
    await client.call('runs.start', { pair: 'shop' });
    office.sql('a.db', "UPDATE admins SET phone = NULL WHERE id = 1; INSERT INTO admins VALUES (4, 'dan', '4');");
    office.sql('b.db', "UPDATE admins SET username = 'anna' WHERE id = 1; DELETE FROM admins WHERE id = 3;");
    const { sample, actions } = await client.call('plan.make', { pair: 'shop' });
    expect(actions).toHaveLength(3);
    const told = sample.map(({ key, ...change }) => ({ key: key.text, ...change }));
    const collection = 'admins';
    expect(told).toEqual([
      {
        collection,
        key: '1',
        title: 'anna',
        side: 'A',
        what: 'update',
        fields: [{ field: 'username', before: 'ann', after: 'anna' }],
      },
      {
        collection,
        key: '1',
        title: 'anna',
        side: 'B',
        what: 'update',
        fields: [{ field: 'phone', before: '1', after: null }],
      },
      {
        collection,
        key: '3',
        title: 'cyd',
        side: 'A',
        what: 'delete',
        fields: [
          { field: 'id', before: { $numberLong: '3' } },
          { field: 'phone', before: '3' },
          { field: 'username', before: 'cyd' },
        ],
      },
      {
        collection,
        key: '4',
        title: 'dan',
        side: 'B',
        what: 'insert',
        fields: [
          { field: 'id', after: { $numberLong: '4' } },
          { field: 'phone', after: '4' },
          { field: 'username', after: 'dan' },
        ],
      },
    ]);
    expect((await client.call('plan.make', { pair: 'shop', sample: 1 })).sample).toHaveLength(2);
  });
});
