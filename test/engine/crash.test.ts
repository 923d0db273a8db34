import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { must } from '../../shared/lib/assert.ts';
import { dieAt, dieEverywhere, modes, type Saga } from '../support/crash-points.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const authors = table(
  'authors',
  { id: 'integer', name: 'text', mail: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const books = table(
  'books',
  { id: 'integer', author: 'integer?', title: 'text?' },
  {
    references: [{ fields: ['author'], parent: 'authors', parentFields: ['id'] }],
  },
);
const options = { tables: [authors, books] };

async function library(bench: Bench): Promise<void> {
  bench.putBoth(
    'authors',
    { id: 1n, name: 'ann', mail: 'a@x' },
    { id: 2n, name: 'bob', mail: 'b@x' },
    { id: 3n, name: 'cyd', mail: null },
  );
  bench.putBoth('books', { id: 1n, author: 1n, title: 'One' }, { id: 2n, author: 3n, title: 'Two' });
  await bench.sync();
}

const copy: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    bench.put('A', 'authors', { id: 4n, name: 'dan' });
    bench.put('A', 'books', { id: 3n, author: 4n, title: 'Three' });
    bench.put('A', 'authors', { id: 1n, mail: null });
    bench.drop('B', 'books', 2n);
    bench.drop('B', 'authors', 3n);
  },
  act: (bench) => bench.sync(),
};

const merge: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    const names = [
      [1n, ''],
      [2n, 'ann'],
      [1n, 'bob'],
    ] as const;
    for (const [id, name] of names) bench.put('A', 'authors', { id, name });
    bench.put('B', 'authors', { id: 1n, mail: 'of b' });
    bench.put('B', 'authors', { id: 2n, mail: 'of b' });
    bench.put('A', 'books', { id: 1n, author: 2n });
    bench.put('B', 'books', { id: 1n, title: 'Uno' });
  },
  act: (bench) => bench.sync(),
};

const resolution: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    for (const side of ['A', 'B'] as const) bench.put(side, 'authors', { id: 1n, mail: `of ${side}` });
    bench.put('A', 'authors', { id: 1n, name: 'anna' });
    bench.put('B', 'books', { id: 1n, title: 'Edited' });
    bench.drop('A', 'books', 1n);
    bench.put('A', 'authors', { id: 10n, name: 'eve', mail: 'of A' });
    bench.put('B', 'authors', { id: 11n, name: 'eve', mail: 'of B' });
    await bench.sync();
    expect(await bench.open()).toHaveLength(3);
  },
  act: (bench) => bench.engine.resolve({ where: {}, strategy: 'keep_local', value: 'eve2', who: 'ann' }),
};

const keepBoth: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    bench.put('A', 'authors', { id: 10n, name: 'eve', mail: 'of A' });
    bench.put('B', 'authors', { id: 10n, name: 'fay', mail: 'of B' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'insert/insert' });
  },
  act: (bench) => bench.engine.resolve({ where: {}, strategy: 'keep_both', who: 'ann' }),
};

const changed: Saga['prepare'] = async (bench) => {
  await library(bench);
  bench.put('A', 'authors', { id: 4n, name: 'dan' });
  bench.put('A', 'authors', { id: 1n, mail: 'new', name: 'anna' });
  bench.put('B', 'authors', { id: 2n, name: 'bobby' });
  bench.put('A', 'authors', { id: 2n, mail: 'merged' });
  bench.drop('B', 'books', 2n);
  await bench.sync();
};
const takeBack = async (bench: Bench): Promise<void> => {
  const run = must(
    (await bench.engine.runs(50)).find((one) => one.trigger === 'manual' && writtenBy(one) > 0),
    'the run that wrote',
  ).id;
  try {
    await bench.engine.undo({ run }, 'ann');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'refused') throw error;
  }
};
const undo: Saga = { options, prepare: changed, act: takeBack };

const sendAgain: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    bench.put('A', 'authors', { id: 4n, name: 'dan' });
    bench.put('A', 'authors', { id: 2n, mail: 'merged' });
    bench.put('B', 'authors', { id: 2n, name: 'bobby' });
    await bench.sync();
    await takeBack(bench);
  },
  async act(bench) {
    for (const { collection, key } of await bench.engine.holds())
      await bench.engine.answerHold({ collection, key, answer: 'send-again', who: 'ann' });
    await bench.sync();
  },
};

const numbered = (from: number, to: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ id: BigInt(from + i), name: `n${from + i}`, mail: null }));
const answered = (answer: 'let-go' | 'bring-back'): Saga => ({
  options,
  async prepare(bench) {
    bench.putBoth('authors', ...numbered(1, 12));
    await bench.sync();
    for (let id = 1n; id <= 7n; id++) bench.drop('A', 'authors', id);
    bench.put('B', 'authors', { id: 12n, mail: 'edited' });
    await bench.sync();
    expect(await bench.engine.brakes()).toHaveLength(1);
  },
  async act(bench) {
    for (const { id } of await bench.engine.brakes()) await bench.engine.answerBrake(id, answer, 'ann');
    await bench.sync();
  },
});

/** The collection books vanishes on A and is made again, empty; a person wants it back as the other side has it. */
const refill: Saga = {
  options,
  async prepare(bench) {
    await library(bench);
    const whole = bench.A.snapshot();
    bench.A.restore({ ...whole, collections: [authors] });
    await bench.sync();
    bench.A.restore({ ...whole, tables: new Map([...whole.tables].filter(([name]) => name !== 'books')) });
    await bench.sync();
    expect(await bench.engine.brakes()).toMatchObject([{ kind: 'missing', collection: 'books' }]);
  },
  async act(bench) {
    for (const { id } of await bench.engine.brakes()) await bench.engine.answerBrake(id, 'bring-back', 'ann');
    await bench.sync();
    if (bench.both('books').length !== 2) throw new Error('The books did not come back');
  },
};

describe('A crash at any step', () => {
  const sagas = {
    copy,
    merge,
    resolution,
    keepBoth,
    undo,
    sendAgain,
    letGo: answered('let-go'),
    bringBack: answered('bring-back'),
    refill,
  };
  for (const [name, saga] of Object.entries(sagas)) {
    for (const mode of modes) {
      test(`[E22] ${name} (${mode.name}): wherever the program dies, the end is the same, nothing twice, no edit lost`, async () => {
        expect(await dieEverywhere(saga, mode)).toBeGreaterThan(10);
      });
    }
  }

  test('[E12] what was committed before a crash stands in the bytes of the state, and half a commit never does', async () => {
    for (let nth = 1; nth <= 12; nth++) {
      const bench = await Bench.open({ ...options, capabilities: { capture: false } });
      await copy.prepare(bench);
      await dieAt(bench, nth * 4, () => bench.sync());
      const sent = await bench.store.actions(1, { status: 'sent', order: 'id', limit: 100 });
      const journal = await bench.journal();
      await bench.reopen({ bytes: bench.store.serialize() });
      expect(await bench.store.actions(1, { status: 'sent', order: 'id', limit: 100 })).toEqual(sent);
      expect(await bench.journal()).toEqual(journal);
      for (const action of sent)
        expect(journal.some((row) => row.action === action.id && row.status === 'intended')).toBe(true);
      await bench.sync();
      expect(bench.both('authors').map(({ id }) => id)).toEqual([1n, 2n, 4n]);
      await bench.expectPeace('authors', 'books');
    }
  });
});
