import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, phone TEXT, changed TEXT);';
const rows = [1, 2, 3, 4].map((i) => `INSERT INTO admins VALUES (${i}, 'user${i}', '${i}', '2026-01-0${i}');`).join('');

describe('a rule is tried on what persons decided', () => {
  it('[W24] says what it would have decided alike, otherwise, asked about, and what could not be tried', async () => {
    const office = new Office();
    const client = await office.connect();
    const [a, b] = [office.sql('a.db', table + rows), office.sql('b.db', table + rows)];
    await client.call('pairs.add', { name: 'shop', a, b });
    const tryOut = (rule: Parameters<typeof client.call<'rules.try'>>[1]['rule']) =>
      client.call('rules.try', { pair: 'shop', collection: 'admins', rule });
    expect(await tryOut('local')).toMatchObject({ tried: 0, samples: [] });
    await client.call('runs.start', { pair: 'shop' });
    office.sql(
      'a.db',
      `UPDATE admins SET phone = 'a' || id, changed = '2026-02-0' || id WHERE id < 4; DELETE FROM admins WHERE id = 4;
       INSERT INTO admins VALUES (7, 'john', NULL, NULL);`,
    );
    office.sql(
      'b.db',
      `UPDATE admins SET phone = 'b' || id, changed = '2026-02-0' || (5 - id);
       INSERT INTO admins VALUES (8, 'john', NULL, NULL);`,
    );
    await client.call('runs.start', { pair: 'shop' });
    const { rows: waiting } = await client.call('conflicts.index', {});
    const idOf = (key: string): number => waiting.find((row) => row.key.text === key)?.id ?? 0;
    await client.call('conflicts.resolve', { id: idOf('1'), strategy: 'keep_local' });
    await client.call('conflicts.resolve', { id: idOf('2'), strategy: 'keep_remote' });
    const fields = [
      ['phone', { typed: 'both' }],
      ['changed', { typed: '2026-03-01' }],
    ] as [string, { typed: string }][];
    await client.call('conflicts.resolve', { id: idOf('3'), strategy: 'merge', fields });
    await client.call('conflicts.resolve', { id: idOf('4'), strategy: 'keep_remote' });
    await client.call('conflicts.resolve', { id: idOf('7'), strategy: 'rename_local', value: { typed: 'john2' } });
    const before = await client.call('decisions.list', {});

    const local = await tryOut('local');
    expect(local).toMatchObject({ tried: 4, same: 1, other: 3, asks: 0 });
    expect(local.notTried).toEqual({ otherKinds: 1, valuesGone: 0, byRule: 0 });
    const told = local.samples.map(({ key, title, person, rule, same }) => [key.text, title, person, rule, same]);
    expect(told).toEqual([
      ['4', 'user4', 'remote', 'local', false],
      ['3', 'user3', 'value', 'local', false],
      ['2', 'user2', 'remote', 'local', false],
      ['1', 'user1', 'local', 'local', true],
    ]);
    expect(await tryOut('keep_remote')).toMatchObject({ tried: 4, same: 2, other: 2, asks: 0 });
    expect(await tryOut('ask')).toMatchObject({ tried: 4, same: 0, other: 0, asks: 4 });
    expect(await tryOut('edit-wins')).toMatchObject({ same: 1, asks: 3 });
    // By time A has the later one of 3, B of 1 and 2; a deletion has none.
    expect(await tryOut({ policy: 'newest', newestBy: 'changed' })).toMatchObject({ same: 1, other: 2, asks: 1 });
    expect(await client.call('decisions.list', {})).toEqual(before);
    expect(await client.call('conflicts.index', {})).toMatchObject({ total: 0 });
    await expect(client.call('rules.try', { pair: 'shop', collection: 'admin', rule: 'local' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean admins?',
    });
  });
});
