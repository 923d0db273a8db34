import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

describe('a sample to try everything with', () => {
  it('[W23] is a pair that is in step but for six conflicts of several kinds', async () => {
    const office = new Office();
    const client = await office.connect();
    const made = await client.call('sample.make', {});
    const folder = join(office.path('home'), 'sample');
    expect(made).toEqual({ pair: 'sample', a: join(folder, 'this-computer.db'), b: join(folder, 'remote.db') });
    const { rows } = await client.call('conflicts.index', { pair: 'sample' });
    expect(new Set(rows.map(({ kind, title, summary }) => `${kind} | ${title} | ${summary}`))).toEqual(
      new Set([
        'unique | John Marten | admins.username “john” is used twice',
        'update/update | Fabio Grau | phone differs',
        'update/update | Lamp festival 7 | starts_at differs',
        'update/update | Letter to the members, part 3 | body differs',
        'delete/update | First aid course, second evening | deleted here, changed on Remote',
        'delete/update | Milo Lund | deleted on Remote, changed here',
      ]),
    );
    const [run] = await client.call('runs.list', { pair: 'sample', limit: 1 });
    expect(run).toMatchObject({ status: 'completed', outcome: 'completed' });
    expect(office.rows('home/sample/remote.db', 'SELECT city, phone FROM members WHERE id = 9')).toEqual([
      { city: 'Basel', phone: '+41 61 555 09 09' },
    ]);
  });

  it('[W23] is made once, and its files stay when the pair is removed', async () => {
    const office = new Office();
    const client = await office.connect();
    const { a, b } = await client.call('sample.make', {});
    await expect(client.call('sample.make', {})).rejects.toMatchObject({ code: 'already-exists' });
    await client.call('conflicts.resolve', {
      where: { pair: 'sample', kind: 'update/update' },
      strategy: 'keep_remote',
    });
    expect(await client.call('conflicts.index', { pair: 'sample' })).toMatchObject({ total: 3 });
    await client.call('pairs.remove', { pair: 'sample', purge: true });
    expect([a, b].map((path) => existsSync(path))).toEqual([true, true]);
    await expect(client.call('sample.make', {})).rejects.toMatchObject({ code: 'already-exists' });
    expect(await client.call('pairs.list', {})).toEqual([]);
  });
});
