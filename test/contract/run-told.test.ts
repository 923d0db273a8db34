import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT, phone TEXT);';

describe('what people ask about a run later', () => {
  it('[W25] how much it carried, as the rehearsal had said, and what was decided in it by rules and by persons', async () => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql('a.db', `${table} INSERT INTO admins VALUES (1, 'ann', '1'), (2, 'bob', 'ü');`);
    const b = office.sql('b.db', table);
    await client.call('pairs.add', { name: 'shop', a, b });
    const first = await client.call('runs.rehearse', { pair: 'shop' });
    const run = await client.call('runs.start', { pair: 'shop' });
    expect(run).toMatchObject({ bytes: first.bytes, decisions: 0, retries: 0 });
    office.sql('a.db', "UPDATE admins SET phone = '12345' WHERE id = 1");
    const second = await client.call('runs.rehearse', { pair: 'shop' });
    const update = await client.call('runs.start', { pair: 'shop' });
    expect(update.bytes).toBe(second.bytes);
    expect(update.bytes).toBeLessThan(run.bytes ?? 0);

    const edit = (mark: string): void => {
      office.sql('a.db', `UPDATE admins SET phone = 'a${mark}'`);
      office.sql('b.db', `UPDATE admins SET phone = 'b${mark}'`);
    };
    edit('x');
    expect(await client.call('runs.start', { pair: 'shop' })).toMatchObject({ decisions: 0, conflicts: { admins: 2 } });
    const { runs } = await client.call('conflicts.resolve', { where: { pair: 'shop' }, strategy: 'keep_local' });
    expect(await client.call('runs.show', { id: runs[0]?.run ?? 0 })).toMatchObject({
      decisions: 2,
      trigger: 'resolve',
    });
    await client.call('config.set', { pair: 'shop', values: { conflictResolutionStrategy: 'keep_remote' } });
    edit('y');
    expect(await client.call('runs.start', { pair: 'shop' })).toMatchObject({ decisions: 2, conflicts: { admins: 0 } });
  });

  it('[W25] a first copy that streams counts alike, and a run of an earlier version says that nobody counted', async () => {
    const office = new Office();
    const client = await office.connect();
    const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO admins SELECT i, 'user' || i, NULL FROM n;`;
    const [a, b] = [office.sql('a.db', table + many), office.sql('b.db', table)];
    await client.call('pairs.add', { name: 'shop', a, b });
    const { bytes } = await client.call('runs.rehearse', { pair: 'shop' });
    const run = await client.call('runs.start', { pair: 'shop' });
    expect(run).toMatchObject({ bytes, localToRemote: { admins: 1500 } });
    await office.close();
    office.sql(
      'home/state/tandem.db',
      "UPDATE run SET report = json_remove(report, '$.bytes', '$.retries', '$.decisions')",
    );
    const later = await (await office.connect()).call('runs.show', { id: run.id });
    expect(later).toEqual({ ...run, bytes: null, retries: null, decisions: null });
  });
});
