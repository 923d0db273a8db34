import { renameSync } from 'node:fs';
import type { Params } from '../../shared/contract/calls.ts';
import { describe, expect, it } from 'vitest';
import { Office } from './home-support.ts';

const schema = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, name TEXT, city TEXT);';
const rows = "INSERT INTO admins VALUES (1, 'ann', 'x'), (2, 'bob', 'x');";

/** Two pairs: one with a conflict and an edit nobody has synced yet, one that was never synced. */
async function twoPairs() {
  const office = new Office();
  const client = await office.connect();
  for (const name of ['a.db', 'b.db', 'c.db']) office.sql(name, schema + rows);
  office.sql('d.db', schema);
  await client.call('pairs.add', { name: 'shop', a: office.path('a.db'), b: office.path('b.db') });
  await client.call('runs.start', { pair: 'shop' });
  await client.call('pairs.add', { name: 'other', a: office.path('c.db'), b: office.path('d.db') });
  for (const [file, value] of [
    ['a.db', 'HERE'],
    ['b.db', 'THERE'],
  ] as const)
    office.sql(file, `UPDATE admins SET city = '${value}' WHERE id = 1`);
  await client.call('runs.start', { pair: 'shop' });
  office.sql('a.db', "UPDATE admins SET city = 'unrelated' WHERE id = 2");
  return { office, client };
}

describe('What was decided, and nothing else', () => {
  it('[H13] a bulk decision without a pair opens only pairs with such a conflict, and names runs and records as they are', async () => {
    const { office, client } = await twoPairs();
    const where = { kind: 'update/update', collection: 'admins' } as const;
    const dry = await client.call('conflicts.resolve', { where, strategy: 'keep_remote', dryRun: true });
    expect([dry.runs, dry.wrote.length, dry.resolved.length]).toEqual([[], 1, 1]);
    const report = await client.call('conflicts.resolve', { where, strategy: 'keep_remote' });
    const runs = await client.call('runs.list', {});
    expect(report.runs).toEqual([{ pair: 'shop', run: runs[0]?.id }]);
    expect(report.wrote).toMatchObject([{ pair: 'shop', key: { text: '1' }, local: 'update', remote: null }]);
    expect(runs.filter(({ pair }) => pair === 'other')).toEqual([]);
    expect(office.rows('d.db', 'SELECT * FROM admins')).toEqual([]);
    expect(office.rows('b.db', 'SELECT city FROM admins WHERE id = 2')).toEqual([{ city: 'x' }]);
    const auto = await client.call('conflicts.autoResolve', { max: 5 });
    expect([auto.runs, auto.wrote, office.rows('d.db', 'SELECT * FROM admins')]).toEqual([[], [], []]);
    expect((await client.call('runs.list', {})).length).toBe(runs.length);
  });

  it('[H17] chosen ones of several pairs are one run each, and what cannot be decided is answered by its number', async () => {
    const { office, client } = await twoPairs();
    await client.call('runs.start', { pair: 'other' });
    for (const [file, city] of [
      ['a.db', 'A'],
      ['b.db', 'B'],
      ['c.db', 'C'],
      ['d.db', 'D'],
    ] as const)
      office.sql(file, `UPDATE admins SET city = '${city}' WHERE id = 2`);
    for (const pair of ['shop', 'other']) await client.call('runs.start', { pair });
    const { rows } = await client.call('conflicts.index', {});
    expect(rows.map(({ pair }) => pair)).toEqual(['shop', 'shop', 'other']);
    office.sql('a.db', "UPDATE admins SET city = 'later' WHERE id = 1");
    const chosen = [...rows.map(({ id, generation }) => ({ id, generation })), { id: 999 }];
    const report = await client.call('conflicts.resolve', { chosen, strategy: 'keep_remote' });
    const [moved, ...decided] = rows.map(({ id }) => id);
    expect(report.resolved.map(({ id }) => id)).toEqual(decided);
    expect(report.failed).toMatchObject([{ pair: 'shop', id: moved, code: 'moved' }]);
    expect([report.notFound, report.runs.map(({ pair }) => pair)]).toEqual([[999], ['shop', 'other']]);
    expect(['a.db', 'c.db'].map((file) => office.rows(file, 'SELECT city FROM admins ORDER BY id'))).toEqual([
      [{ city: 'later' }, { city: 'B' }],
      [{ city: 'x' }, { city: 'D' }],
    ]);
    for (const { pair, run } of report.runs) await client.call('runs.undo', { pair, run });
    expect(office.rows('c.db', 'SELECT city FROM admins WHERE id = 2')).toEqual([{ city: 'C' }]);
  });

  it('[H17] a pair whose side is away refuses its own, and those of another pair are decided', async () => {
    const { office, client } = await twoPairs();
    await client.call('runs.start', { pair: 'other' });
    office.sql('c.db', "UPDATE admins SET city = 'C' WHERE id = 2");
    office.sql('d.db', "UPDATE admins SET city = 'D' WHERE id = 2");
    await client.call('runs.start', { pair: 'other' });
    const { rows } = await client.call('conflicts.index', {});
    renameSync(office.path('a.db'), office.path('elsewhere.db'));
    const report = await client.call('conflicts.resolve', {
      chosen: rows.map(({ id, generation }) => ({ id, generation })),
      strategy: 'keep_remote',
    });
    expect(report.failed.map(({ pair }) => pair)).toEqual(['shop']);
    expect(report.resolved.map(({ pair }) => pair)).toEqual(['other']);
    expect(office.rows('c.db', 'SELECT city FROM admins WHERE id = 2')).toEqual([{ city: 'D' }]);
  });

  it('[H17] one way of naming what is meant, and a generation for each', async () => {
    const { client } = await twoPairs();
    const requests: Params<'conflicts.resolve'>[] = [
      { strategy: 'keep_local' },
      { id: 1, chosen: [{ id: 1 }], strategy: 'keep_local' },
      { where: {}, chosen: [{ id: 1 }], strategy: 'keep_local' },
      { chosen: [{ id: 1 }], generation: 1, strategy: 'keep_local' },
    ];
    for (const request of requests)
      await expect(client.call('conflicts.resolve', request)).rejects.toMatchObject({ code: 'usage' });
    await expect(client.call('conflicts.resolve', { chosen: [], strategy: 'keep_local' })).rejects.toMatchObject({
      operation: 'conflicts.resolve',
    });
  });

  it('[H14] holds are listed by run and collection up to a limit, counted without one, and answered at once after a dry run', async () => {
    const { office, client } = await twoPairs();
    await client.call('conflicts.resolve', { where: {}, strategy: 'keep_local' });
    const { id: run } = await client.call('runs.start', { pair: 'other' });
    await client.call('runs.undo', { run });
    expect(await client.call('holds.count', {})).toEqual([
      { pair: 'other', undoneRun: run, collection: 'admins', count: 2, apart: 0 },
    ]);
    expect(await client.call('holds.list', { pair: 'other', run, collection: 'admins', limit: 1 })).toMatchObject([
      {
        key: { text: '1' },
        choices: [
          { answer: 'send-again', remote: { name: 'ann' } },
          { answer: 'old-on-both', local: null, remote: null },
          { answer: 'keep-apart', remote: null },
        ],
      },
    ]);
    expect(await client.call('holds.list', { run: run + 1 })).toEqual([]);
    const dry = await client.call('holds.answerAll', { pair: 'other', run, answer: 'send-again', dryRun: true });
    expect(dry).toMatchObject({ run: null, answered: 2, written: { B: { insert: 2 } }, failed: [], dryRun: true });
    expect(office.rows('d.db', 'SELECT * FROM admins')).toEqual([]);
    const done = await client.call('holds.answerAll', { pair: 'other', run, answer: 'send-again' });
    expect(done).toMatchObject({ answered: 2, written: { B: { insert: 2 } }, failed: [], dryRun: false });
    expect(office.rows('d.db', 'SELECT * FROM admins')).toHaveLength(2);
    expect(await client.call('holds.count', { pair: 'other' })).toEqual([]);
    expect(await client.call('runs.show', { id: done.run ?? 0 })).toMatchObject({ trigger: 'hold', pair: 'other' });
  });
});
