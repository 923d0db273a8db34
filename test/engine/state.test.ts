import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { must } from '../../shared/lib/assert.ts';
import { openState } from '../../electron/engine/state/open-state.ts';
import { Bench, plain, table } from '../support/engine-harness.ts';

const notes = table('notes', { id: 'integer', a: 'text?', b: 'text?', c: 'text?' });

async function agreed(settings = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [notes], settings });
  bench.putBoth('notes', { id: 1n, a: 'a', b: 'b', c: 'c' });
  await bench.sync();
  return bench;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tandem-state-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const refusal = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('It was not refused');
};

describe('State', () => {
  test('[E12] one commit that fails in its last part leaves nothing of its first', async () => {
    const path = join(folder(), 'state.db');
    const store = openState({ path });
    const { id } = await store.openPair('office', 1);
    const key = (await agreed()).keyOf('notes', 1n);
    const bad = {
      at: 1,
      get who(): string {
        throw new Error('torn');
      },
      what: 'x',
      detail: '',
    };
    await expect(
      store.commit(id, {
        touch: [{ collection: 'notes', key }],
        cursors: [{ side: 'A', token: 'later' }],
        pair: { n: 9 },
        audit: [bad],
      }),
    ).rejects.toThrow('torn');
    await store.close();
    const again = openState({ path });
    onTestFinished(() => again.close());
    expect(await again.countDirty(id)).toBe(0);
    expect((await again.cursors(id)).size).toBe(0);
    expect((await again.pair(id)).n).toBe(0);
  });

  test('[E12] a commit is durable when it resolves: another connection sees it while ours is still open', async () => {
    const path = join(folder(), 'state.db');
    const store = openState({ path });
    onTestFinished(() => store.close());
    const { id } = await store.openPair('office', 1);
    await store.commit(id, { pair: { n: 7 } });
    const other = new Database(path, { readonly: true });
    onTestFinished(() => void other.close());
    expect(other.prepare('SELECT n FROM pair').pluck().get()).toBe(7);
  });

  test('[E13] a key that became dirty again after its values were read stays dirty, and the edit flows with the next pass', async () => {
    const bench = await Bench.open({ tables: [notes] });
    bench.putBoth('notes', { id: 1n, a: 'a' });
    let edits = 0;
    bench.tap.current = async ({ on, name, when }) => {
      if (on !== 'B' || name !== 'read' || when !== 'after' || edits++ > 0) return;
      bench.put('A', 'notes', { id: 1n, b: 'in between' });
      await bench.engine.hint('notes', [bench.keyOf('notes', 1n)]);
    };
    await bench.sync();
    bench.tap.current = null;
    await bench.sync();
    expect(edits).toBeGreaterThan(0);
    expect(bench.both('notes')).toMatchObject([{ b: 'in between' }]);
    await bench.expectPeace('notes');
    expect(await bench.store.countDirty(1)).toBe(0);
  });

  test('[E13] cleaning names the generation: an older one leaves the key dirty', async () => {
    const bench = await agreed();
    const about = { collection: 'notes', key: bench.keyOf('notes', 1n) };
    const {
      gens: [first],
    } = await bench.store.commit(1, { touch: [about] });
    const {
      gens: [second],
    } = await bench.store.commit(1, { touch: [about] });
    await bench.store.commit(1, { clean: [{ ...about, gen: must(first, 'a generation') }] });
    expect(await bench.store.countDirty(1)).toBe(1);
    await bench.store.commit(1, { clean: [{ ...about, gen: must(second, 'a generation') }] });
    expect(await bench.store.countDirty(1)).toBe(0);
  });

  test('[E14] one open item per key: the same values keep its generation, new values and another kind raise it, equal sides close it', async () => {
    const bench = await agreed();
    const edit = async (a: string, b: string): Promise<void> => {
      bench.put('A', 'notes', { id: 1n, a });
      bench.put('B', 'notes', { id: 1n, a: b });
      await bench.sync();
    };
    await edit('A1', 'B1');
    const first = await bench.theConflict();
    await bench.engine.hint('notes', [first.key]);
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ id: first.id, generation: first.generation });
    await edit('A2', 'B1');
    const second = await bench.theConflict();
    expect([second.id, second.generation]).toEqual([first.id, first.generation + 1]);
    expect(plain(second.local)).toMatchObject({ a: 'A2' });
    bench.drop('B', 'notes', 1n);
    await bench.sync();
    const third = await bench.theConflict();
    expect([third.id, third.generation, third.kind]).toEqual([first.id, second.generation + 1, 'delete/update']);
    bench.drop('A', 'notes', 1n);
    await bench.sync();
    expect(await bench.open()).toEqual([]);
    expect(await bench.engine.conflicts({ all: true })).toMatchObject([{ id: first.id, state: 'vanished' }]);
    expect(await bench.base('notes', 1n)).toBeNull();
    bench.put('A', 'notes', { id: 1n, a: 'new life' });
    await bench.sync();
    expect(bench.both('notes')).toMatchObject([{ a: 'new life' }]);
  });

  for (const mode of ['WAL', 'DELETE']) {
    test(`[E15] a state file of a newer version (${mode}) is refused, names what to do, and is byte for byte as it was`, () => {
      const path = join(folder(), 'state.db');
      const db = new Database(path);
      db.pragma(`journal_mode = ${mode}`);
      db.exec('CREATE TABLE later(x); INSERT INTO later VALUES (1); PRAGMA user_version = 9999');
      db.close();
      const before = readFileSync(path);
      expect(refusal(() => openState({ path }))).toMatchObject({ code: 'state-newer' });
      expect(refusal(() => openState({ path })).hint).not.toBe('');
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(readdirSync(join(path, '..'))).toEqual(['state.db']);
    });
  }

  test('[E15] a damaged state file is refused with a remedy and left as it is', async () => {
    const path = join(folder(), 'state.db');
    const store = openState({ path });
    await store.openPair('office', 1);
    await store.close();
    const sound = readFileSync(path);
    const damages: Record<string, Buffer> = {
      'no database at all': Buffer.from('this is a letter to my aunt'.repeat(50)),
      'a broken page of definitions': Buffer.concat([
        sound.subarray(0, 100),
        Buffer.alloc(3996, 0xff),
        sound.subarray(4096),
      ]),
      'cut short': sound.subarray(0, 5000),
    };
    for (const [what, bytes] of Object.entries(damages)) {
      writeFileSync(path, bytes);
      const error = refusal(() => openState({ path }));
      expect([what, error.code]).toEqual([what, 'state-corrupt']);
      expect(error.hint).toContain('backup');
      expect([what, readFileSync(path).equals(bytes)]).toEqual([what, true]);
    }
  });

  test('[E16] a base that is too large is kept as hashes of its fields: merges and conflicts go on by field, only before is gone', async () => {
    const bench = await Bench.open({ tables: [notes], settings: { keepDocBytes: 200 } });
    const long = 'x'.repeat(400);
    bench.putBoth(
      'notes',
      { id: 1n, a: long, b: 'b', c: null },
      { id: 2n, a: long, b: 'b', c: 'c' },
      { id: 3n, a: long },
    );
    await bench.sync();
    expect((await bench.facts('notes', 1n)).base).toMatchObject({ doc: null });
    expect((await bench.facts('notes', 1n)).base?.vector?.size).toBe(4);
    bench.put('A', 'notes', { id: 1n, b: 'of A' });
    bench.put('B', 'notes', { id: 1n, c: 'of B' });
    bench.put('A', 'notes', { id: 2n, c: 'of A' });
    bench.put('B', 'notes', { id: 2n, c: 'of B', a: 'short' });
    bench.drop('A', 'notes', 3n);
    await bench.sync();
    expect(bench.one('B', 'notes', 1n)).toEqual({ id: 1n, a: long, b: 'of A', c: 'of B' });
    expect(bench.one('B', 'notes', 3n)).toBeNull();
    const conflict = await bench.theConflict();
    expect(conflict).toMatchObject({ kind: 'update/update', fields: ['c'], base: null, baseKept: false });
    await bench.engine.resolve({ where: { id: conflict.id }, strategy: 'keep_local', who: 'ann' });
    expect(bench.one('B', 'notes', 2n)).toEqual({ id: 2n, a: 'short', b: 'b', c: 'of A' });
    await bench.expectPeace('notes');
  });

  for (const { how, count, size } of [
    { how: 'adopted records', count: 60, size: 800 },
    { how: 'a first copy', count: 1200, size: 100 },
  ]) {
    test(`[E16] of ${how} a pair keeps no more in all than it may, and has room again where they go`, async () => {
      const bench = await Bench.open({ tables: [notes], settings: { keepPairBytes: 20_000, batchSize: 100 } });
      const ids = Array.from({ length: count }, (_, i) => BigInt(i + 1));
      const kept = async (): Promise<bigint[]> => {
        const found: bigint[] = [];
        for (const id of ids) if ((await bench.facts('notes', id)).base?.doc) found.push(id);
        return found;
      };
      for (const id of ids) {
        bench.put('A', 'notes', { id, a: 'x'.repeat(size), b: null, c: null });
        if (how === 'adopted records') bench.put('B', 'notes', { id, a: 'x'.repeat(size), b: null, c: null });
      }
      await bench.sync();
      const before = await kept();
      expect(before.length).toBeGreaterThan(20_000 / size / 2);
      expect(before.length).toBeLessThanOrEqual(20_000 / size);
      const [gone, stays] = [before.slice(0, 10), ids.slice(-5)];
      for (const id of gone) bench.drop('A', 'notes', id);
      await bench.sync();
      await bench.reopen({ bytes: bench.store.serialize() });
      for (const id of stays) bench.put('B', 'notes', { id, a: 'y'.repeat(size) });
      await bench.sync();
      expect(await kept()).toEqual([...before.slice(10), ...stays]);
      expect(bench.both('notes')).toHaveLength(count - 10);
    });
  }

  test('[E16] nothing is kept where nothing may be, and edits are merged all the same', async () => {
    const bench = await Bench.open({ tables: [notes], settings: { keepPairBytes: 0 } });
    bench.putBoth('notes', { id: 1n, a: 'a', b: 'b', c: 'c' });
    await bench.sync();
    expect((await bench.facts('notes', 1n)).base).toMatchObject({ doc: null });
    bench.put('A', 'notes', { id: 1n, a: 'of A' });
    bench.put('B', 'notes', { id: 1n, b: 'of B' });
    await bench.sync();
    expect(bench.both('notes')).toEqual([{ id: 1n, a: 'of A', b: 'of B', c: 'c' }]);
  });

  test('[E16] a large record that came back unchanged after a delete is no edit, and a base of hashes is promoted by field', async () => {
    const bench = await Bench.open({ tables: [notes], settings: { keepDocBytes: 100 } });
    const big = { id: 1n, a: 'x'.repeat(200), b: 'b', c: 'c' };
    bench.putBoth('notes', big);
    await bench.sync();
    bench.drop('B', 'notes', 1n);
    bench.put('B', 'notes', big);
    await bench.sync();
    expect(bench.both('notes')).toEqual([big]);
    bench.put('A', 'notes', { id: 1n, b: 'of A' });
    bench.put('B', 'notes', { id: 1n, c: 'of B' });
    let once = true;
    bench.tap.current = ({ on, name, when }) => {
      if (on === 'A' && name === 'write' && when === 'before' && once)
        bench.put('A', 'notes', { id: 1n, c: 'meanwhile' });
      if (on === 'A' && name === 'write') once = false;
    };
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['c'] });
    expect([bench.one('A', 'notes', 1n), bench.one('B', 'notes', 1n)]).toEqual([
      { ...big, b: 'of A', c: 'meanwhile' },
      { ...big, b: 'of A', c: 'of B' },
    ]);
  });
});
