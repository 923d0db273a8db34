import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { writtenBy } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SQL = `CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1,'a'),(2,'b'),(3,'c'),(4,'d')`;
const all = 'SELECT id, name FROM items ORDER BY id';

describe('Definitions that changed', () => {
  for (const side of ['A', 'B'] as const) {
    test(`[E43] a collection that vanished on ${side} stops as missing, one that lost a synced field as schema; others flow, nothing is deleted`, async () => {
      for (const kind of ['missing', 'schema'] as const) {
        const bench = await SqliteBench.open(`${SQL}; CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT)`, {
          items: ['id', 'name'],
          other: ['id', 'name'],
        });
        await bench.sync();
        bench.exec(side, kind === 'missing' ? 'DROP TABLE items' : 'ALTER TABLE items DROP COLUMN name');
        bench.exec(side, "INSERT INTO other VALUES (7,'flows')");
        await bench.sync();
        await bench.reopen();
        await bench.sync();
        const kept = side === 'A' ? 'B' : 'A';
        expect(bench.rows(kept, all)).toEqual([
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
          [4, 'd'],
        ]);
        expect(bench.rows(kept, 'SELECT id FROM other')).toEqual([[7]]);
        const brakes = await bench.engine.brakes();
        const leaveOut = [kind === 'missing' ? 'items' : 'items.name'];
        expect(brakes).toMatchObject([{ kind, side, collection: 'items', possible: ['keep'], leaveOut }]);
        await expect(bench.engine.answerBrake(must(brakes[0], 'a brake').id, 'let-go', 'ann')).rejects.toMatchObject({
          code: 'schema-mismatch',
        });
        expect(bench.rows(kept, all)).toHaveLength(4);
      }
    });
  }

  for (const [how, sql] of [
    [
      'has another primary key',
      'CREATE TABLE made(id INTEGER, name TEXT PRIMARY KEY); INSERT INTO made SELECT * FROM items; DROP TABLE items; ALTER TABLE made RENAME TO items',
    ],
    [
      'computes a synced column by itself',
      "ALTER TABLE items DROP COLUMN name; ALTER TABLE items ADD COLUMN name TEXT AS ('n' || id)",
    ],
  ] as const)
    test(`[E43] [E92] a table that ${how} by now stops that table; others flow, and the pair stays open`, async () => {
      const bench = await SqliteBench.open(`${SQL}; CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT)`, {
        items: ['id', 'name'],
        other: ['id', 'name'],
      });
      await bench.sync();
      bench.exec('A', sql);
      bench.exec('A', "INSERT INTO other VALUES (7,'flows')");
      for (let i = 0; i < 2; i++) {
        const run = await bench.sync();
        expect([run.status, run.brakes.map(({ collection, side, kind }) => [collection, side, kind])]).toEqual([
          'completed',
          [['items', 'A', 'schema']],
        ]);
        await bench.reopen();
      }
      expect(bench.rows('B', 'SELECT id FROM other')).toEqual([[7]]);
      expect(bench.rows('B', all)).toHaveLength(4);
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({ possible: ['keep'], leaveOut: ['items'] });
      await expect(bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann')).rejects.toMatchObject({
        code: 'schema-mismatch',
      });
      bench.exec('A', `DROP TABLE items; ${SQL}; UPDATE items SET name = 'mended' WHERE id = 1`);
      await bench.sync();
      await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
      expect(bench.rows('B', all)[0]).toEqual([1, 'mended']);
      expect(await bench.engine.brakes()).toEqual([]);
    });

  for (const atOnce of [true, false])
    test(`[E150] a collection that both sides renamed, ${atOnce ? 'at once' : 'one after the other'}, is one question that names both`, async () => {
      const bench = await SqliteBench.open(`${SQL}; CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT)`, {
        items: ['id', 'name'],
        other: ['id', 'name'],
      });
      await bench.sync();
      bench.exec('B', 'ALTER TABLE items RENAME TO goods');
      if (!atOnce) await bench.sync();
      bench.exec('A', 'ALTER TABLE items RENAME TO things');
      await bench.sync();
      const both =
        'items does not exist on This computer and on Remote any more. Nobody deleted its 4 records one by one.';
      expect(await bench.engine.brakes()).toMatchObject([{ kind: 'missing', cause: both, possible: ['keep'] }]);

      bench.exec('A', 'ALTER TABLE things RENAME TO items');
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      const onB = 'items does not exist on Remote any more. Nobody deleted its 4 records one by one.';
      expect(brake).toMatchObject({ side: 'B', cause: onB, possible: ['keep'] });
      const answer = bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
      await expect(answer).rejects.toMatchObject({ code: 'schema-mismatch' });

      bench.exec('B', 'ALTER TABLE goods RENAME TO items');
      await bench.sync();
      expect([await bench.engine.brakes(), bench.rows('A', all), bench.rows('B', all)]).toEqual([
        [],
        bench.rows('B', all),
        bench.rows('A', all),
      ]);
    });

  test('[E150] where neither side has any collection, the one question names both', async () => {
    const bench = await SqliteBench.open(`${SQL}; CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT)`, {
      items: ['id', 'name'],
      other: ['id', 'name'],
    });
    await bench.sync();
    for (const side of ['A', 'B'] as const) bench.exec(side, 'DROP TABLE items; DROP TABLE other');
    await bench.sync();
    const cause = expect.stringContaining('exists on This computer and on Remote any more: they look like') as string;
    expect(await bench.engine.brakes()).toMatchObject([{ collection: '', kind: 'missing', cause, possible: ['keep'] }]);
  });

  for (const answer of [null, 'keep'] as const) {
    for (const kind of ['missing', 'schema'] as const) {
      test(`[E43] [E38] what is ${kind} and leaves the pair ends its brake${answer ? ', also one that was kept' : ''}; everything else flows`, async () => {
        const bench = await SqliteBench.open(`${SQL}; CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT)`, {
          items: ['id', 'name'],
          other: ['id', 'name'],
        });
        await bench.sync();
        bench.exec('A', kind === 'missing' ? 'DROP TABLE items' : 'ALTER TABLE items DROP COLUMN name');
        bench.exec('A', "INSERT INTO other VALUES (7,'flows')");
        await bench.sync();
        const { id } = must((await bench.engine.brakes())[0], 'a brake');
        if (answer) await bench.engine.answerBrake(id, answer, 'ann');
        const kept = { answer: 'keep', answeredBy: 'ann', answeredAt: expect.any(Number) };
        expect(await bench.engine.brakes()).toMatchObject([answer === null ? { kind } : kept]);
        const [items, other] = bench.settings.collections;
        const less = {
          ...must(items, 'items'),
          fields: must(items, 'items').fields.filter(({ name }) => name === 'id'),
        };
        const left = kind === 'missing' ? [must(other, 'other')] : [less, must(other, 'other')];
        bench.settings = { ...bench.settings, collections: left };
        await bench.reopen();
        if (kind === 'schema') bench.exec('A', 'INSERT INTO items VALUES (9)');
        await bench.sync();
        expect(await bench.engine.brakes()).toEqual([]);
        const ids = bench.rows('B', 'SELECT id FROM items ORDER BY id');
        expect(ids).toEqual(kind === 'schema' ? [[1], [2], [3], [4], [9]] : [[1], [2], [3], [4]]);
      });
    }
  }

  test('[E43] a field that is added outside the pair, and a table nobody syncs, stop nothing', async () => {
    const bench = await SqliteBench.open(SQL, { items: ['id', 'name'] });
    await bench.sync();
    bench.exec(
      'A',
      "ALTER TABLE items ADD COLUMN extra TEXT; CREATE TABLE mine(x); UPDATE items SET name = 'new', extra = 'x' WHERE id = 1",
    );
    await bench.sync();
    await bench.sync();
    expect(await bench.engine.brakes()).toEqual([]);
    expect(bench.rows('B', all)[0]).toEqual([1, 'new']);
    expect(bench.rows('A', 'SELECT extra FROM items WHERE id = 1')).toEqual([['x']]);
  });

  const losses = [
    {
      what: 'a collection that vanished and was made again, empty',
      lose: 'DROP TABLE items',
      again: 'CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT)',
    },
    {
      what: 'a field that vanished and was made again, all NULL',
      lose: 'ALTER TABLE items DROP COLUMN name',
      again: 'ALTER TABLE items ADD COLUMN name TEXT',
    },
  ];
  for (const side of ['A', 'B'] as const) {
    for (const { what, lose, again } of losses) {
      test(`[E42] [E43] ${what} on ${side}: bring back fills it from the other side, which loses nothing`, async () => {
        const bench = await SqliteBench.open(SQL, { items: ['id', 'name'] });
        await bench.sync();
        bench.exec(side, lose);
        await bench.sync();
        bench.exec(side, again);
        await bench.sync();
        const other = side === 'A' ? 'B' : 'A';
        const whole = [
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
          [4, 'd'],
        ];
        expect(bench.rows(other, all)).toEqual(whole);
        const [brake] = await bench.engine.brakes();
        await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
        await bench.sync();
        expect(bench.rows(other, all)).toEqual(whole);
        expect(bench.rows(side, all)).toEqual(whole);
      });
    }
  }

  for (const side of ['A', 'B'] as const) {
    for (const kept of [true, false])
      test(`[E43] [E110] a field that is back on ${side} is filled, ${kept ? '' : 'without documents in the base, '}and what else was edited there meanwhile stays and flows`, async () => {
        const made = `CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT, note TEXT); INSERT INTO items VALUES (1,'a','n1'),(2,'b','n2'),(3,'c','n3'),(4,'d','n4'),(5,'e',NULL)`;
        const settings = kept ? {} : { keepDocBytes: 0 };
        const bench = await SqliteBench.open(made, { items: ['id', 'name', 'note'] }, settings);
        await bench.sync();
        bench.exec(side, 'ALTER TABLE items DROP COLUMN note');
        bench.exec(
          side,
          "UPDATE items SET name = 'edited' WHERE id = 1; DELETE FROM items WHERE id = 2; INSERT INTO items VALUES (9,'new')",
        );
        bench.exec(side === 'A' ? 'B' : 'A', "UPDATE items SET note = 'later' WHERE id = 3");
        await bench.sync();
        bench.exec(side, "ALTER TABLE items ADD COLUMN note TEXT; UPDATE items SET note = 'typed' WHERE id = 5");
        const [brake] = await bench.engine.brakes();
        await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
        expect(await bench.engine.conflicts({})).toEqual([]);
        const whole = [
          [1, 'edited', 'n1'],
          [2, 'b', 'n2'],
          [3, 'c', 'later'],
          [4, 'd', 'n4'],
          [5, 'e', 'typed'],
          [9, 'new', null],
        ];
        const rows = 'SELECT id, name, note FROM items ORDER BY id';
        expect([bench.rows('A', rows), bench.rows('B', rows)]).toEqual([whole, whole]);
        expect(writtenBy(await bench.sync())).toBe(0);
      });
  }

  const two = "CREATE TABLE other(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO other VALUES (1,'x')";
  const fields = { items: ['id', 'name'], other: ['id', 'name'] };

  for (const side of ['A', 'B'] as const) {
    test(`[E43] all collections vanished on ${side}: one question, answers are refused, and with the records back it goes by itself`, async () => {
      const bench = await SqliteBench.open(`${SQL}; ${two}`, fields);
      await bench.sync();
      bench.exec(side, 'DROP TABLE items; DROP TABLE other');
      await bench.sync();
      const [brake, ...more] = await bench.engine.brakes();
      expect([brake, more]).toMatchObject([{ kind: 'missing', side, collection: '', count: 5, of: 5 }, []]);
      for (const answer of ['bring-back', 'let-go'] as const)
        await expect(bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann')).rejects.toMatchObject({
          code: 'schema-mismatch',
        });
      bench.exec(side, `${SQL}; ${two}; UPDATE items SET name = 'edited' WHERE id = 2`);
      await bench.sync();
      expect(await bench.engine.brakes()).toEqual([]);
      expect(bench.rows(side === 'A' ? 'B' : 'A', all)[1]).toEqual([2, 'edited']);
    });
  }

  test('[E43] one collection that is back with its records asks nothing; one that a person paused stays paused', async () => {
    for (const paused of [false, true]) {
      const bench = await SqliteBench.open(`${SQL}; ${two}`, fields);
      await bench.sync();
      bench.exec('A', 'DROP TABLE items');
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      if (paused) await bench.engine.answerBrake(must(brake, 'a brake').id, 'keep', 'ann');
      bench.exec('A', SQL);
      await bench.sync();
      expect((await bench.engine.brakes()).map(({ answer }) => answer)).toEqual(paused ? ['keep'] : []);
      expect(bench.rows('B', all)).toHaveLength(4);
    }
  });

  test('[E58] a collection that a side lacks is not equal: what the other side has is counted, and the lack is named', async () => {
    const bench = await SqliteBench.open(`${SQL}; ${two}`, fields);
    await bench.sync();
    bench.exec('A', 'DROP TABLE items');
    await bench.sync();
    const receipt = await bench.engine.compare();
    expect(receipt.equal).toBe(false);
    expect(receipt.collections.find(({ name }) => name === 'items')).toMatchObject({ equal: 0, onlyA: 0, onlyB: 4 });
    expect(receipt.notCompared.filter((line) => line.startsWith('items'))).toEqual([
      'items: it does not exist as the pair knows it on This computer',
    ]);
  });
});
