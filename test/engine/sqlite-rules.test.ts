import { describe, expect, test } from 'vitest';
import { encodeKey } from '../../electron/engine/port/key-codec.ts';
import { fieldOf, recordFrom } from '../../electron/engine/port/record.ts';
import { intentOf } from '../../electron/engine/run/apply.ts';
import { defaultCollection } from '../../electron/engine/settings.ts';
import { must } from '../../shared/lib/assert.ts';
import { writtenBy } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SQL = `CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, active INTEGER, CHECK (name <> 'zoe'));
  CREATE UNIQUE INDEX one_active ON people(name) WHERE active = 1;
  CREATE UNIQUE INDEX one_word ON people(trim(name), active);
  CREATE TABLE pets(id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id) ON DELETE CASCADE ON UPDATE CASCADE);
  INSERT INTO people VALUES (1,'ann',0),(2,'bob',0); INSERT INTO pets VALUES (1,1),(2,1),(3,2)`;
const people = 'SELECT id, name, active FROM people ORDER BY id';
const pets = 'SELECT id, owner FROM pets ORDER BY id';
const open = async (): Promise<SqliteBench> => {
  const bench = await SqliteBench.open(SQL, { people: ['id', 'name', 'active'], pets: ['id', 'owner'] });
  await bench.sync();
  return bench;
};

describe('Rules that only the database itself can judge', () => {
  test('[E28] [E35] a clash in a partial or an expression index parks the record; nothing is overwritten, all others flow', async () => {
    const bench = await open();
    bench.exec('A', "INSERT INTO people VALUES (3,'cyd',1),(5,' dan',NULL),(7,'flows',0)");
    bench.exec('B', "INSERT INTO people VALUES (4,'CYD',1),(6,'dan ',2)");
    bench.exec('A', 'UPDATE people SET active = 2 WHERE id = 5');
    await bench.sync();
    const conflicts = await bench.engine.conflicts({});
    const waiting = conflicts.map(({ kind, local, remote }) => [
      kind,
      fieldOf(local, 'id') ?? null,
      fieldOf(remote, 'id') ?? null,
    ]);
    expect(waiting).toEqual([
      ['unique', 3n, null],
      ['rejected', 5n, null],
      ['rejected', null, 6n],
    ]);
    const agreed = [
      [1, 'ann', 0],
      [2, 'bob', 0],
    ];
    expect(bench.rows('A', people)).toEqual([...agreed, [3, 'cyd', 1], [5, ' dan', 2], [7, 'flows', 0]]);
    expect(bench.rows('B', people)).toEqual([...agreed, [4, 'CYD', 1], [6, 'dan ', 2], [7, 'flows', 0]]);
    expect(writtenBy(await bench.sync())).toBe(0);
    bench.exec('B', 'DELETE FROM people WHERE id IN (4, 6)');
    await bench.sync();
    expect(bench.rows('B', people)).toEqual(bench.rows('A', people));
    expect(bench.rows('A', people)).toHaveLength(5);
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[E35] a CHECK that only one side has parks the record there, with what the database says', async () => {
    const bench = await open();
    bench.exec(
      'B',
      "CREATE TRIGGER no_max BEFORE INSERT ON people WHEN new.name = 'max' BEGIN SELECT RAISE(ABORT, 'max is not wanted'); END",
    );
    bench.exec('A', "INSERT INTO people VALUES (8,'max',0),(9,'moe',0)");
    await bench.sync();
    const [conflict] = await bench.engine.conflicts({});
    expect(must(conflict, 'a conflict')).toMatchObject({ kind: 'rejected', collection: 'people' });
    expect(conflict?.reason).toContain('max is not wanted');
    expect(bench.rows('B', people)).toEqual([
      [1, 'ann', 0],
      [2, 'bob', 0],
      [9, 'moe', 0],
    ]);
  });

  test('[E32] [E34] cascades arrive as the deletes of the side where they happened; the engine itself sets none off', async () => {
    const bench = await open();
    bench.exec('A', 'PRAGMA foreign_keys = ON; DELETE FROM people WHERE id = 1');
    expect(bench.rows('A', pets)).toEqual([[3, 2]]);
    bench.exec('B', 'INSERT INTO pets VALUES (4,1)');
    await bench.sync();
    expect(bench.rows('B', people)).toEqual([
      [1, 'ann', 0],
      [2, 'bob', 0],
    ]);
    expect(bench.rows('B', pets)).toEqual([
      [3, 2],
      [4, 1],
    ]);
    expect((await bench.engine.conflicts({})).map(({ kind }) => kind).sort()).toEqual([
      'fk-child-exists',
      'fk-parent-missing',
    ]);
    bench.exec('B', 'DELETE FROM pets WHERE id = 4');
    await bench.sync();
    await bench.sync();
    for (const sql of [people, pets]) expect(bench.rows('B', sql)).toEqual(bench.rows('A', sql));
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[E2] [E19] values of every class arrive as they are, and a second pass writes nothing', async () => {
    const bench = await SqliteBench.open('CREATE TABLE v(id INTEGER PRIMARY KEY, x)', { v: ['id', 'x'] });
    bench.exec(
      'A',
      "INSERT INTO v VALUES (1,NULL),(2,9007199254740993),(3,1.0),(4,''),(5,x''),(6,'1'),(7,-0.0),(8,1e999),(9,x'00ff')",
    );
    await bench.sync();
    const typed = 'SELECT id, typeof(x), quote(x) FROM v ORDER BY id';
    expect(bench.rows('B', typed)).toEqual(bench.rows('A', typed));
    expect(writtenBy(await bench.sync())).toBe(0);
    expect((await bench.engine.compare()).equal).toBe(true);
  });
});

const TEXTS = [
  ...Array.from({ length: 1100 }, (_, i) => `k${String(i).padStart(4, '0')}`),
  ...Array.from({ length: 400 }, (_, i) => `${String.fromCodePoint(0x100 + i)}x`),
];
const fillTexts = `INSERT INTO t VALUES ${TEXTS.map((text) => `('${text}', 'v ${text}')`).join(', ')};`;
const texts = 'SELECT k, v FROM t ORDER BY k COLLATE NOCASE';

/** A side in UTF-16 and one in UTF-8, as two programs made them. */
async function unlike(a: string, b: string): Promise<SqliteBench> {
  const bench = new SqliteBench({ collections: [defaultCollection('t', ['k', 'v'], ['k'])] });
  bench.exec('A', `PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT); ${a}`);
  bench.exec('B', `CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT); ${b}`);
  await bench.reopen();
  return bench;
}

describe('A side that orders text otherwise than by its keys', () => {
  test('[SQ34] [E63] a first copy out of a UTF-16 file is whole: counted, told by the timeline, taken back by record', async () => {
    const bench = await unlike(fillTexts, '');
    const run = await bench.sync();
    expect(run.aToB).toEqual({ t: TEXTS.length });
    expect(bench.rows('B', texts)).toEqual(bench.rows('A', texts));
    const receipt = await bench.engine.compare();
    expect(receipt.collections).toEqual([
      { name: 't', equal: TEXTS.length, different: 0, onlyA: 0, onlyB: 0, waiting: 0, apart: 0 },
    ]);
    for (const text of ['k0003', 'k1099', '\u0100x', '\u0201x']) {
      const key = encodeKey([text], ['binary']);
      expect(await bench.engine.timeline('t', key)).toHaveLength(1);
      const undone = await bench.engine.undo({ run: run.id, collection: 't', key }, 'ann');
      expect(undone).toMatchObject({ restored: 1, refused: [] });
    }
    expect(bench.rows('B', 'SELECT count(*) FROM t')).toEqual([[TEXTS.length - 4]]);
    expect(bench.rows('A', 'SELECT count(*) FROM t')).toEqual([[TEXTS.length]]);
  });

  test('[SQ34] two full sides are counted once each, and their edits and deletes arrive', async () => {
    const bench = await unlike(fillTexts, fillTexts);
    bench.exec('B', "UPDATE t SET v = 'other' WHERE k = 'k0005'; DELETE FROM t WHERE k = 'k0006'");
    expect((await bench.engine.preview()).collections).toEqual([
      {
        name: 't',
        equal: TEXTS.length - 2,
        onlyA: 1,
        onlyB: 0,
        different: 1,
        uniqueClashes: 0,
        clashingA: 0,
        clashingB: 0,
      },
    ]);
    await bench.sync();
    bench.exec('B', "DELETE FROM t WHERE k IN ('k0007', '\u0100x')");
    bench.exec('A', "UPDATE t SET v = 'edited' WHERE k = 'k0009'");
    const run = await bench.sync();
    expect([run.aToB, run.bToA]).toEqual([{ t: 1 }, { t: 2 }]);
    expect((await bench.engine.compare()).collections).toEqual([
      { name: 't', equal: TEXTS.length - 3, different: 0, onlyA: 0, onlyB: 0, waiting: 1, apart: 0 },
    ]);
  });
});

/** B has a field of its own, which is not part of the pair. */
async function withNotes(sql = ''): Promise<SqliteBench> {
  const bench = await SqliteBench.open(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
    { t: ['id', 'v'] },
  );
  bench.exec('B', `ALTER TABLE t ADD COLUMN note TEXT; ${sql}`);
  await bench.reopen();
  await bench.sync();
  return bench;
}
const all = 'SELECT * FROM t ORDER BY id';
const ofTwo = encodeKey([2n], ['binary']);

describe('Fields outside the pair', () => {
  async function refusedDelete(): Promise<SqliteBench> {
    const bench = await withNotes();
    bench.exec('B', "UPDATE t SET note = 'by hand' WHERE id = 2");
    bench.exec('A', 'DELETE FROM t WHERE id IN (2, 3)');
    await bench.sync();
    return bench;
  }

  test('[SQ49] [E35] a delete waits where the row holds more than the pair carries, and all others flow', async () => {
    const bench = await refusedDelete();
    expect(bench.rows('B', all)).toEqual([
      [1, 'a', null],
      [2, 'b', 'by hand'],
    ]);
    const [conflict] = await bench.engine.conflicts({});
    expect(conflict).toMatchObject({ kind: 'rejected', collection: 't', key: ofTwo, local: null });
    expect(conflict?.reason).toBe(
      'Remote keeps this record: it also holds note, which is not part of the pair; deleting it would lose that for good. It waits here, and stops only what depends on it.',
    );
    expect(conflict?.possible).toEqual(expect.arrayContaining(['keep_local', 'keep_remote']));
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(await bench.engine.conflicts({})).toHaveLength(1);
  });

  test('[SQ49] keep_remote brings the record back, and the field beside it stays', async () => {
    const bench = await refusedDelete();
    const report = await bench.engine.resolve({ where: { kind: 'rejected' }, strategy: 'keep_remote', who: 'ann' });
    expect(report.failed).toEqual([]);
    expect(bench.rows('A', all)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(bench.rows('B', 'SELECT note FROM t WHERE id = 2')).toEqual([['by hand']]);
    await bench.sync();
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[SQ49] keep_local deletes it knowingly, and says what goes for good', async () => {
    const bench = await refusedDelete();
    const report = await bench.engine.resolve({ where: { kind: 'rejected' }, strategy: 'keep_local', who: 'ann' });
    expect(report.failed).toEqual([]);
    expect(report.resolved[0]?.text).toContain('What only Remote holds of it, outside the pair, goes for good.');
    expect(bench.rows('B', all)).toEqual([[1, 'a', null]]);
    expect((await bench.engine.compare()).equal).toBe(true);
  });

  test('[SQ49] an undo deletes no such row, and says why; what else the run wrote goes back', async () => {
    const bench = await withNotes();
    bench.exec('A', "INSERT INTO t VALUES (4, 'd'), (5, 'e')");
    const run = await bench.sync();
    bench.exec('B', "UPDATE t SET note = 'on the new one' WHERE id = 4");
    const undone = await bench.engine.undo({ run: run.id }, 'ann');
    expect(undone).toMatchObject({
      restored: 1,
      refused: [{ collection: 't', why: expect.stringContaining('Remote keeps this record: it also holds note') }],
    });
    expect(bench.rows('B', 'SELECT id, note FROM t WHERE id > 3')).toEqual([[4, 'on the new one']]);
    expect((await bench.engine.holds()).map(({ key }) => key)).toEqual([encodeKey([5n], ['binary'])]);
    expect(writtenBy(await bench.sync())).toBe(0);
  });

  test('[SQ49] keep_both hands no field of one record to another', async () => {
    const bench = await SqliteBench.open('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)', { t: ['id', 'v'] });
    bench.exec(
      'A',
      "ALTER TABLE t ADD COLUMN note TEXT; INSERT INTO t VALUES (1, 'Alice', 'about Alice'), (2, 'Ann', NULL)",
    );
    bench.exec('B', "INSERT INTO t VALUES (1, 'Bob'), (2, 'Ben')");
    await bench.reopen();
    await bench.sync();
    const both = await bench.engine.resolve({ where: { kind: 'insert/insert' }, strategy: 'keep_both', who: 'ann' });
    expect(both.failed.map(({ code, text }) => [code, text])).toEqual([
      ['refused', expect.stringContaining('The record on This computer also holds note')],
    ]);
    expect(bench.rows('A', all)).toEqual([
      [1, 'Alice', 'about Alice'],
      [2, 'Ben', null],
      [3, 'Ann', null],
    ]);
    expect(fieldOf(must((await bench.engine.conflicts({}))[0], 'a conflict').local, 'v')).toBe('Alice');
  });

  const refusing = {
    A: {
      failed: [],
      stands: [['Bob'], ['Bob', 'Alice']],
      open: { kind: 'rejected', reason: expect.stringContaining('This computer refuses this record: too long') },
    },
    B: {
      failed: [{ text: 'Remote refuses this record: too long.' }],
      stands: [['Alice'], ['Bob']],
      open: { kind: 'insert/insert' },
    },
  };
  for (const side of ['A', 'B'] as const)
    test(`[E49] where ${side} refuses the moved record, neither record is lost`, async () => {
      const bench = await SqliteBench.open('CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)', { t: ['k', 'v'] });
      bench.exec(
        side,
        "CREATE TRIGGER short BEFORE INSERT ON t WHEN length(new.k) > 3 BEGIN SELECT RAISE(ABORT, 'too long'); END",
      );
      bench.exec('A', "INSERT INTO t VALUES ('abc', 'Alice')");
      bench.exec('B', "INSERT INTO t VALUES ('abc', 'Bob')");
      await bench.sync();
      const where = { kind: 'insert/insert' } as const;
      const { failed } = await bench.engine.resolve({ where, strategy: 'keep_both', who: 'ann' });
      const stands = (['A', 'B'] as const).map((at) => bench.rows(at, 'SELECT v FROM t ORDER BY k').flat());
      const [open] = await bench.engine.conflicts({});
      expect({ failed, stands, open }).toMatchObject(refusing[side]);
    });

  test('[SQ35] [E127] a negative zero that a person decides on is kept as zero, and nobody is told of a change', async () => {
    const bench = await SqliteBench.open('CREATE TABLE t (k TEXT PRIMARY KEY, v REAL)', { t: ['k', 'v'] });
    bench.exec('A', "INSERT INTO t VALUES ('a', 1.5)");
    bench.exec('B', "INSERT INTO t VALUES ('a', 2.5)");
    await bench.sync();
    const where = { kind: 'insert/insert' } as const;
    const { failed, byItself } = await bench.engine.resolve({ where, strategy: 'merge', value: -0, who: 'ann' });
    expect([failed, byItself]).toEqual([[], []]);
    expect([bench.rows('A', 'SELECT v FROM t'), bench.rows('B', 'SELECT v FROM t')]).toEqual([[[0]], [[0]]]);
    expect(writtenBy(await bench.sync())).toBe(0);
  });

  test('[SQ49] whoever lets a braked mass of deletes go has these rows deleted, too', async () => {
    const bench = await withNotes();
    const more = Array.from({ length: 9 }, (_, i) => `(${i + 4}, 'more')`).join(', ');
    for (const side of ['A', 'B'] as const) bench.exec(side, `INSERT INTO t (id, v) VALUES ${more}`);
    await bench.sync();
    bench.exec('A', 'DELETE FROM t');
    bench.exec('B', "UPDATE t SET note = 'by hand' WHERE id = 2");
    await bench.sync();
    expect(bench.rows('B', all)).toHaveLength(12);
    const [brake] = await bench.engine.brakes();
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
    expect(bench.rows('B', all)).toEqual([]);
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[SQ49] a write tells the side when a person decided, and when another record takes the place', () => {
    const about = { collection: 't', key: ofTwo, group: null };
    const record = (v: string) => recordFrom([['v', v]]);
    const deleted = (['plan', 'undo', 'hold', 'resolve', 'brake'] as const).map((origin) =>
      intentOf({ ...about, origin, note: {} }, record('x'), null),
    );
    const base = { collection: 't', key: ofTwo, op: 'delete', expect: record('x') };
    expect(deleted).toEqual([base, base, base, ...[1, 2].map(() => ({ ...base, evenWithMore: true }))]);
    const strategies = ['keep_remote', 'merge', 'keep_both'] as const;
    const updated = strategies.map((strategy) =>
      intentOf({ ...about, origin: 'resolve', note: { strategy } }, record('x'), record('y')),
    );
    expect(updated.map((intent) => 'replaces' in intent)).toEqual([false, false, true]);
  });
});
