import { copyFileSync, linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MemoryDatabase } from '../../electron/connectors/memory/database.ts';
import { must } from '../../shared/lib/assert.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const items = table('items', { id: 'integer', name: 'text?' });
const other = table('other', { id: 'integer', name: 'text?' });
const item = (id: number, name = 'n'): Row => ({ id: BigInt(id), name });
const ids = (rows: readonly Row[]): number[] => rows.map(({ id }) => Number(id));
const options = (marker: boolean): BenchOptions => ({ tables: [items, other], settings: { marker } });

async function agreed(count: number, marker = false): Promise<Bench> {
  const bench = await Bench.open(options(marker));
  for (let id = 1; id <= count; id++) bench.putBoth('items', item(id));
  bench.putBoth('other', item(1));
  await bench.sync();
  return bench;
}

const SQL = `CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO items VALUES (1,'a'),(2,'b'),(3,'c'),(4,'d')`;
const files = (marker: boolean): Promise<SqliteBench> => SqliteBench.open(SQL, { items: ['id', 'name'] }, { marker });
const all = 'SELECT id, name FROM items ORDER BY id';

/** Puts a copy of a side, made earlier, in its place under a new inode. */
function swapFile(bench: SqliteBench, from: string): void {
  const path = bench.path('A');
  copyFileSync(from, `${path}.new`);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  renameSync(`${path}.new`, path);
}

describe('Trust in a side', () => {
  for (const marker of [false, true]) {
    test(`[E40] a replaced file ${marker ? '(with a fitting marker) ' : ''}sets the base aside: nothing is deleted, reverted or copied before the answer`, async () => {
      const bench = await files(marker);
      await bench.sync();
      await bench.close();
      const copy = join(bench.folder, 'copy.db');
      copyFileSync(bench.path('A'), copy);
      await bench.reopen();
      bench.exec(
        'A',
        "UPDATE items SET name = 'late' WHERE id = 1; DELETE FROM items WHERE id = 4; INSERT INTO items VALUES (9,'new')",
      );
      await bench.sync();
      const b = bench.rows('B', all);
      expect(b).toEqual([
        [1, 'late'],
        [2, 'b'],
        [3, 'c'],
        [9, 'new'],
      ]);
      await bench.close();
      swapFile(bench, copy);
      await bench.reopen();
      for (let i = 0; i < 2; i++) {
        expect(writtenBy(await bench.sync())).toBe(0);
        expect(bench.rows('B', all)).toEqual(b);
        expect(bench.rows('A', all)).toEqual([
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
          [4, 'd'],
        ]);
      }
      const brakes = await bench.engine.brakes();
      expect(brakes).toMatchObject([{ collection: '', side: 'A', counts: { different: 1, onlyA: 1, onlyB: 1 } }]);
      await bench.engine.answerBrake(must(brakes[0], 'a brake').id, 'bring-back', 'ann');
      expect(bench.rows('A', all)).toEqual([
        [1, 'late'],
        [2, 'b'],
        [3, 'c'],
        [4, 'd'],
        [9, 'new'],
      ]);
      expect(bench.rows('B', all)).toEqual(bench.rows('A', all));
      expect(writtenBy(await bench.sync())).toBe(0);
    });
  }

  for (const marker of [false, true])
    test(`[E40] [E77] both paths lead to one file by now ${marker ? '(with markers)' : ''}: nothing is synced, compared or undone`, async () => {
      const bench = await files(marker);
      await bench.sync();
      const first = must((await bench.engine.runs(1))[0], 'the first run').id;
      await bench.close();
      rmSync(bench.path('B'));
      linkSync(bench.path('A'), bench.path('B'));
      await bench.reopen();
      const refused = { code: 'same-database', hint: expect.stringContaining('Put the other database back') };
      await expect(bench.sync()).rejects.toMatchObject(refused);
      await expect(bench.engine.compare()).rejects.toMatchObject(refused);
      await expect(bench.engine.undo({ run: first }, 'ann')).rejects.toMatchObject(refused);
      expect(bench.rows('A', all)).toHaveLength(4);
    });

  test('[E40] a file that is replaced while the engine is open is noticed, and nothing of it is taken as deletes', async () => {
    const bench = await files(false);
    await bench.sync();
    const empty = await SqliteBench.open('CREATE TABLE items(id INTEGER PRIMARY KEY, name TEXT)', {
      items: ['id', 'name'],
    });
    await empty.close();
    swapFile(bench, empty.path('A'));
    await expect(bench.sync()).rejects.toMatchObject({ code: 'replaced' });
    expect(bench.rows('B', all)).toHaveLength(4);
    await bench.reopen();
    await bench.sync();
    expect(bench.rows('B', all)).toHaveLength(4);
    expect(await bench.engine.brakes()).toMatchObject([{ collection: '', side: 'A', counts: { onlyB: 4 } }]);
  });

  for (const side of ['A', 'B'] as const) {
    test(`[E40] [E44] a restored copy of ${side} is known by its marker, however few records differ`, async () => {
      const bench = await agreed(5, true);
      const earlier = bench[side].snapshot();
      bench.put('A', 'items', item(1, 'new'));
      await bench.sync();
      bench[side].restore(earlier);
      expect(writtenBy(await bench.sync())).toBe(0);
      const good = side === 'A' ? 'B' : 'A';
      expect(bench.one(good, 'items', 1n)).toEqual(item(1, 'new'));
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({
        kind: 'restored',
        side,
        collection: '',
        counts: { different: 1, onlyA: 0, onlyB: 0 },
      });
      expect((await bench.store.items(1, { open: true, limit: 10 })).map(({ kind }) => kind)).toEqual(['restored']);
      expect(await bench.open()).toEqual([]);
      await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
      expect(bench.both('items')[0]).toEqual(item(1, 'new'));
      await bench.expectPeace('items', 'other');
    });
  }

  for (const [answer, third] of [
    ['bring-back', item(3, 'new')],
    ['let-go', item(3)],
  ] as const)
    test(`[E42] ${answer} of a restored side decides nothing that waited for a person before`, async () => {
      const bench = await agreed(8, true);
      for (const side of ['A', 'B'] as const) bench.put(side, 'items', item(1, `of ${side}`));
      bench.put('A', 'items', item(2, 'sent'));
      const sent = await bench.sync();
      await bench.engine.undo({ run: sent.id }, 'ann');
      const earlier = bench.B.snapshot();
      bench.put('A', 'items', item(3, 'new'));
      await bench.sync();
      bench.B.restore(earlier);
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({ kind: 'restored', count: 1, counts: { different: 1 } });
      expect(brake?.cause).toContain('2 records that waited for you before are left out of this question');
      await bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann');
      expect((await bench.open()).map(({ key }) => key)).toEqual([bench.keyOf('items', 1n), bench.keyOf('items', 2n)]);
      const both = (id: bigint): unknown[] => [bench.one('A', 'items', id), bench.one('B', 'items', id)];
      expect(both(1n)).toEqual([item(1, 'of A'), item(1, 'of B')]);
      expect(both(2n)[0]).not.toEqual(both(2n)[1]);
      expect(both(3n)).toEqual([third, third]);
      await bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' });
      await bench.expectPeace('items', 'other');
    });

  test('[E40] [E42] let go after a restored copy makes its state, absence included, that of both sides', async () => {
    const bench = await agreed(5, true);
    const earlier = bench.A.snapshot();
    bench.put('B', 'items', item(6));
    bench.put('B', 'items', item(1, 'new'));
    bench.drop('B', 'items', 5n);
    await bench.sync();
    bench.A.restore(earlier);
    await bench.sync();
    const [brake] = await bench.engine.brakes();
    expect(brake?.counts).toEqual({ different: 1, onlyA: 1, onlyB: 1 });
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
    expect(bench.both('items')).toEqual([1, 2, 3, 4, 5].map((id) => item(id)));
    await bench.expectPeace('items');
  });

  for (const answer of ['bring-back', 'let-go'] as const)
    test(`[E42] a restored side that has a deleted record again says that ${answer} gives it to both`, async () => {
      const bench = await agreed(8, true);
      const earlier = bench.B.snapshot();
      bench.drop('A', 'items', 2n);
      bench.drop('B', 'items', 3n);
      bench.put('A', 'items', item(9));
      await bench.sync();
      bench.B.restore(earlier);
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({ count: 3, counts: { onlyA: 1, onlyB: 2, different: 0 } });
      expect(brake?.cause).toContain(
        '2 records that had been deleted on both sides are there again: either answer gives them to both.',
      );
      await bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann');
      expect(ids(bench.both('items'))).toEqual(expect.arrayContaining([2, 3]));
      await bench.expectPeace('items', 'other');
    });

  for (const [what, edits, asks] of [
    ['whose program went on', 3, true],
    ['on which one of the last writes still stands', 0, false],
  ] as const)
    test(`[E41] an older copy ${what} ${asks ? 'is known by what the last run left, and nothing of it is taken for edits' : 'is no older copy'}`, async () => {
      const bench = await agreed(12);
      const earlier = bench.B.snapshot();
      bench.put('A', 'items', item(12, 'hours of work'));
      bench.put('A', 'items', item(99, 'new'));
      await bench.sync();
      bench.B.restore(earlier);
      for (let id = 1; id <= edits; id++) bench.put('B', 'items', item(id, `app ${id}`));
      if (!asks) bench.put('B', 'items', item(99, 'new'));
      await bench.sync();
      expect((await bench.engine.brakes()).map(({ kind, side }) => [kind, side])).toEqual(
        asks ? [['restored', 'B']] : [],
      );
      expect([bench.one('A', 'items', 12n), bench.one('A', 'items', 99n)]).toEqual([
        item(12, asks ? 'hours of work' : 'n'),
        item(99, 'new'),
      ]);
    });

  for (const answer of ['bring-back', 'let-go'] as const)
    test(`[E42] what was edited on a restored side since is overwritten by no answer about the side: ${answer}`, async () => {
      const bench = await agreed(8, true);
      const earlier = bench.B.snapshot();
      for (const id of [1, 2, 3]) bench.put('A', 'items', item(id, 'new'));
      await bench.sync();
      bench.B.restore(earlier);
      bench.put('B', 'items', item(3, 'since'));
      bench.put('B', 'items', item(4, 'since'));
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({ kind: 'restored', side: 'B', count: 2, counts: { different: 2 } });
      expect(brake?.cause).toContain('2 records that were edited on Remote since are left out of this question');
      await bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann');
      const name = answer === 'let-go' ? 'n' : 'new';
      expect([1n, 2n].map((id) => bench.one('A', 'items', id))).toEqual([item(1, name), item(2, name)]);
      expect([bench.one('A', 'items', 3n), bench.one('B', 'items', 3n)]).toEqual([item(3, 'new'), item(3, 'since')]);
      expect((await bench.open()).map(({ key }) => key)).toEqual([3n, 4n].map((id) => bench.keyOf('items', id)));
      await bench.engine.resolve({ where: {}, strategy: 'keep_remote', who: 'ann' });
      expect(bench.both('items')[3]).toEqual(item(4, 'since'));
      await bench.expectPeace('items', 'other');
    });

  test('[E42] [E73] once such an answer is undone, nothing is offered as what was agreed on last', async () => {
    const bench = await agreed(5, true);
    const earlier = bench.A.snapshot();
    bench.put('B', 'items', item(6));
    await bench.sync();
    bench.A.restore(earlier);
    await bench.sync();
    const [brake] = await bench.engine.brakes();
    const { id: run } = await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
    await bench.engine.undo({ run }, 'ann');
    const [hold] = await bench.engine.holds();
    expect(hold?.choices.map(({ answer }) => answer)).toEqual(['send-again', 'take-remote', 'keep-apart']);
    const asked = { collection: 'items', answer: 'old-on-both', who: 'ann' } as const;
    const { failed, answered } = await bench.engine.answerHolds(asked);
    expect([answered, failed.map(({ why }) => why)]).toEqual([0, [expect.stringContaining('was set aside')]]);
    expect(bench.one('B', 'items', 6n)).toEqual(item(6));
  });

  test('[E40] the other side restored, too, before the answer: the answer is refused, a new question tells both', async () => {
    const bench = await agreed(5, true);
    const earlier = { A: bench.A.snapshot(), B: bench.B.snapshot() };
    bench.put('A', 'items', item(1, 'new'));
    bench.put('B', 'items', item(2, 'new'));
    await bench.sync();
    bench.A.restore(earlier.A);
    await bench.sync();
    const asked = must((await bench.engine.brakes())[0], 'a brake');
    bench.B.restore(earlier.B);
    bench.put('A', 'items', item(3, 'later'));
    await expect(bench.engine.answerBrake(asked.id, 'bring-back', 'ann')).rejects.toMatchObject({ code: 'moved' });
    expect([bench.one('A', 'items', 3n), bench.one('B', 'items', 3n)]).toEqual([item(3, 'later'), item(3)]);
    await bench.sync();
    const [anew, ...more] = await bench.engine.brakes();
    expect([anew?.side, anew?.counts, more]).toEqual(['B', { onlyA: 0, onlyB: 0, different: 1 }, []]);
    expect(anew?.cause).toMatch(/^This computer was restored .* Remote was restored /);
    await bench.engine.answerBrake(must(anew, 'a brake').id, 'bring-back', 'ann');
    expect(bench.both('items')[2]).toEqual(item(3, 'later'));
    await bench.expectPeace('items', 'other');
  });

  test('[E40] the same side restored once more before the answer: the answer is refused, also after a sync that met it', async () => {
    const bench = await agreed(5, true);
    const oldest = bench.A.snapshot();
    for (const id of [1, 2]) {
      bench.put('A', 'items', item(id, 'new'));
      await bench.sync();
    }
    const older = bench.A.snapshot();
    bench.put('A', 'items', item(3, 'new'));
    await bench.sync();
    bench.A.restore(older);
    await bench.sync();
    const asked = must((await bench.engine.brakes())[0], 'a brake');
    expect(asked.counts.different).toBe(1);
    bench.A.restore(oldest);
    bench.put('B', 'items', item(6, 'later'));
    await bench.sync();
    await expect(bench.engine.answerBrake(asked.id, 'let-go', 'ann')).rejects.toMatchObject({ code: 'not-found' });
    expect(bench.one('B', 'items', 6n)).toEqual(item(6, 'later'));
    const [anew, ...more] = await bench.engine.brakes();
    expect([anew?.counts, more]).toEqual([{ onlyA: 0, onlyB: 1, different: 3 }, []]);
    await bench.engine.answerBrake(must(anew, 'a brake').id, 'bring-back', 'ann');
    await bench.expectPeace('items', 'other');
  });

  test('[E40] a state put back from an earlier copy is older than the markers: nothing is reverted', async () => {
    const bench = await agreed(5, true);
    const earlier = bench.store.serialize();
    for (const id of [1, 2]) bench.put('A', 'items', item(id, 'second'));
    bench.drop('A', 'items', 3n);
    await bench.sync();
    await bench.reopen({ bytes: earlier });
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(bench.both('items')).toEqual([item(1, 'second'), item(2, 'second'), item(4), item(5)]);
    bench.put('A', 'items', item(4, 'after'));
    await bench.sync();
    for (const { id } of await bench.engine.brakes()) await bench.engine.answerBrake(id, 'bring-back', 'ann');
    await bench.sync();
    expect(ids(bench.both('items'))).toEqual([1, 2, 4, 5]);
    await bench.expectPeace('items');
  });

  for (const returned of [2, 3]) {
    test(`[E41] without a marker, ${returned} records that show again what the journal replaced ${returned < 3 ? 'flow as edits' : 'are taken as a restored copy'}`, async () => {
      const bench = await agreed(6);
      for (let id = 1; id <= returned; id++) bench.put('B', 'items', item(id, 'second'));
      await bench.sync();
      for (let id = 1; id <= returned; id++) bench.put('A', 'items', item(id));
      await bench.sync();
      const brakes = await bench.engine.brakes();
      expect(brakes.map(({ kind, side }) => [kind, side])).toEqual(returned < 3 ? [] : [['restored', 'A']]);
      expect(bench.one('B', 'items', 1n)).toEqual(item(1, returned < 3 ? 'n' : 'second'));
      if (brakes[0]) await bench.engine.answerBrake(brakes[0].id, 'bring-back', 'ann');
      expect(bench.both('items')[0]).toEqual(item(1, returned < 3 ? 'n' : 'second'));
      await bench.expectPeace('items');
    });
  }

  test('[E41] without a marker, many records equal on both sides and unknown to the base are an older state', async () => {
    const bench = await agreed(8);
    const earlier = bench.store.serialize();
    for (let id = 1; id <= 5; id++) bench.put('A', 'items', item(id, 'second'));
    await bench.sync();
    bench.put('B', 'items', item(8, 'edit'));
    await bench.reopen({ bytes: earlier });
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(bench.one('A', 'items', 8n)).toEqual(item(8));
    const brakes = await bench.engine.brakes();
    expect(brakes).toMatchObject([{ kind: 'state-older', collection: '', count: 1 }]);
    await bench.engine.answerBrake(must(brakes[0], 'a brake').id, 'let-go', 'ann');
    expect(bench.both('items')).toHaveLength(8);
    await bench.expectPeace('items');
  });

  test('[E44] the marker is raised before a run’s first write and again before the acknowledgement, on both sides', async () => {
    const bench = await agreed(2, true);
    bench.put('A', 'items', item(1, 'new'));
    const steps: string[] = [];
    bench.tap.current = ({ on, name, when, args }) => {
      if (when === 'after') return;
      if (name === 'raise' || (name === 'write' && on !== 'state')) steps.push(`${on} ${name}`);
      if (name === 'commit' && ((args[1] as { setBase?: unknown[] }).setBase?.length ?? 0) > 0)
        steps.push('acknowledged');
    };
    await bench.sync();
    expect(steps).toEqual(['A raise', 'B raise', 'B write', 'A raise', 'B raise', 'acknowledged']);
    expect(bench.A.marker('office')?.n).toBe(bench.B.marker('office')?.n);
    expect((await bench.store.pair(1)).n).toBe(bench.A.marker('office')?.n);
  });

  test('[E44] a side that shows another number ends the pass: nothing is acknowledged, and the sides are looked at again', async () => {
    const bench = await agreed(3, true);
    const earlier: ReturnType<MemoryDatabase['snapshot']> = bench.B.snapshot();
    bench.put('A', 'items', item(1, 'new'));
    let restored = false;
    bench.tap.current = ({ on, name, when }) => {
      if (restored || on !== 'B' || name !== 'write' || when !== 'after') return;
      restored = true;
      bench.B.restore(earlier);
    };
    await bench.sync();
    bench.tap.current = null;
    expect(bench.one('A', 'items', 1n)).toEqual(item(1, 'new'));
    const [brake] = await bench.engine.brakes();
    expect(brake).toMatchObject({ kind: 'restored', side: 'B', counts: { different: 1 } });
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
    expect(bench.both('items')[0]).toEqual(item(1, 'new'));
  });
});
