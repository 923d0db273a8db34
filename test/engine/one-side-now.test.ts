import { describe, expect, test } from 'vitest';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import { must } from '../../shared/lib/assert.ts';
import { Bench, plain, table, type Row } from '../support/engine-harness.ts';

const rooms = table('rooms', { id: 'integer' });
const people = table(
  'people',
  { id: 'integer', name: 'text?', note: 'text?', room: 'integer?' },
  {
    unique: [{ name: 'by_name', fields: ['name'] }],
    references: [{ fields: ['room'], parent: 'rooms', parentFields: ['id'] }],
  },
);
const person = (id: bigint, name: string, note = 'x', room: bigint | null = null): Row => ({ id, name, note, room });

/** Person 1 of this computer and person 2 of the remote side are both called ann by now; more was edited beside. */
async function clash(edits: Partial<Record<'A' | 'B', Row>>): Promise<Bench> {
  const bench = await Bench.open({ tables: [rooms, people] });
  bench.putBoth('rooms', { id: 7n });
  bench.putBoth('people', person(1n, 'one'), person(2n, 'two'));
  await bench.sync();
  bench.put('A', 'people', { id: 1n, name: 'ann' });
  bench.put('B', 'people', { id: 2n, name: 'ann' });
  for (const side of ['A', 'B'] as const) bench.put(side, 'people', edits[side] ?? { id: 1n });
  return bench;
}

const idOf = async (bench: Bench, kind: string): Promise<number> =>
  must(
    (await bench.open()).find((item) => item.kind === kind),
    kind,
  ).id;

interface Decided {
  readonly text: string | undefined;
  /** What is done on each side, by record. */
  readonly ops: ReadonlyMap<string, unknown>;
}

/** What a dry run says and what is done then, which has to be the same; and it leaves the sides as it foretold. */
async function triedAndDone(bench: Bench, given: Pick<ResolveRequest, 'strategy' | 'value'>): Promise<Decided> {
  const request: ResolveRequest = { ...given, where: { id: await idOf(bench, 'unique') }, who: 'ann' };
  const dry = await bench.engine.resolve({ ...request, dryRun: true });
  const real = await bench.engine.resolve(request);
  const ops = [dry, real].map(({ wrote }) => new Map(wrote.map(({ key, op }) => [key, op])));
  expect(ops[0]).toEqual(ops[1]);
  const [text, done] = [dry, real].map(({ resolved }) => resolved[0]?.text);
  expect(done).toBe(text);
  for (const { key, a, b } of dry.preview) {
    const id = key === bench.keyOf('people', 1n) ? 1n : 2n;
    expect([bench.one('A', 'people', id), bench.one('B', 'people', id)]).toEqual([plain(a), plain(b)]);
  }
  return { text, ops: must(ops[0], 'the writes') };
}

describe('the other record of a unique clash', () => {
  test('[E143] [E90] that waits in another conflict, too, is written on its own side alone, tried out as done', async () => {
    const bench = await clash({ A: { id: 2n, note: 'here' }, B: { id: 2n, note: 'there' } });
    await bench.sync();
    const other = await idOf(bench, 'update/update');
    const { text, ops } = await triedAndDone(bench, { strategy: 'keep_local', value: 'eve' });
    expect(text).toBe(
      `The record on This computer keeps its name; the other one gets eve, on Remote now, and on This computer when conflict ${other} is decided.`,
    );
    expect(ops.get(bench.keyOf('people', 2n))).toEqual({ B: 'update' });
    expect((await bench.theConflict()).id).toBe(other);
    await bench.engine.resolve({ where: { id: other }, strategy: 'keep_local', who: 'ann' });
    expect(bench.both('people')).toEqual([person(1n, 'ann'), person(2n, 'eve', 'here')]);
    await bench.expectPeace('people');
  });

  test('[E143] [E48] is the one of this computer as well', async () => {
    const bench = await clash({ A: { id: 1n, note: 'here' }, B: { id: 1n, note: 'there' } });
    await bench.sync();
    const other = await idOf(bench, 'update/update');
    const { text } = await triedAndDone(bench, { strategy: 'keep_remote' });
    expect(text).toBe(
      `name of the record on This computer is cleared, on This computer now, and on Remote when conflict ${other} is decided; the other record keeps its value.`,
    );
    expect((await bench.theConflict()).id).toBe(other);
    await bench.engine.resolve({ where: { id: other }, strategy: 'keep_remote', who: 'ann' });
    expect(bench.both('people')).toEqual([{ ...person(1n, '', 'there'), name: null }, person(2n, 'ann')]);
    await bench.expectPeace('people');
  });

  test('[E143] stays on its own side where the other one lacks what it refers to', async () => {
    const bench = await clash({ B: { id: 2n, room: 7n } });
    bench.drop('A', 'rooms', 7n);
    await bench.sync();
    const { text } = await triedAndDone(bench, { strategy: 'keep_local', value: 'eve' });
    expect(text).toContain('gets eve, on Remote alone for now.');
  });

  test('[E143] that waits for nothing else is written on both sides, with what was edited beside', async () => {
    const bench = await clash({ A: { id: 2n, note: 'here' } });
    await bench.sync();
    const { text } = await triedAndDone(bench, { strategy: 'keep_local', value: 'eve' });
    expect(text).toContain('gets eve, on both sides.');
    expect(bench.both('people')).toEqual([person(1n, 'ann'), person(2n, 'eve', 'here')]);
    await bench.expectPeace('people');
  });

  test('[E143] [E90] that brings another unique value where a third record has it waits for that one', async () => {
    const cards = table(
      'cards',
      { id: 'integer', mail: 'text?', code: 'integer?' },
      {
        unique: [
          { name: 'by_mail', fields: ['mail'] },
          { name: 'by_code', fields: ['code'] },
        ],
      },
    );
    const bench = await Bench.open({ tables: [cards] });
    bench.put('A', 'cards', { id: 3n, mail: 'ann', code: 2n });
    bench.put('A', 'cards', { id: 2n, mail: 'bob', code: 4n });
    bench.put('B', 'cards', { id: 1n, mail: 'ann', code: 4n });
    await bench.sync();
    const [mail, code] = await bench.open();
    const request = { where: { id: mail?.id ?? 0 }, strategy: 'keep_local', value: 'eve', who: 'ann' } as const;
    const dry = await bench.engine.resolve({ ...request, dryRun: true });
    const real = await bench.engine.resolve(request);
    expect(dry.resolved).toEqual(real.resolved);
    expect(real.resolved[0]?.text).toContain(
      `gets eve, on Remote now, and on This computer when conflict ${code?.id} is decided.`,
    );
    const ops = [dry, real].map(({ wrote }) => new Map(wrote.map(({ key, op }) => [key, op])));
    expect(ops[0]).toEqual(ops[1]);
    expect(ops[0]?.get(bench.keyOf('cards', 1n))).toEqual({ B: 'update' });
    expect(bench.one('A', 'cards', 1n)).toBeNull();
    await bench.engine.resolve({ where: { id: code?.id ?? 0 }, strategy: 'rename_local', who: 'ann' });
    await bench.expectPeace('cards');
  });

  test('[E143] [E90] that an undo set back and that was edited since waits for that to be decided', async () => {
    const bench = await Bench.open({ tables: [rooms, people] });
    bench.put('A', 'people', person(1n, 'ann'));
    bench.put('B', 'people', person(1n, 'bob'));
    await bench.sync();
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    await bench.engine.undo({ conflict: id }, 'ann');
    bench.put('A', 'people', { id: 1n, note: 'edited' });
    await bench.sync();
    bench.put('B', 'people', { id: 1n, note: 'edited as well' });
    bench.put('B', 'people', person(3n, 'ann'));
    await bench.sync();
    bench.drop('B', 'people', 1n);
    await bench.sync();
    const other = await idOf(bench, 'undone');
    const { text, ops } = await triedAndDone(bench, { strategy: 'rename_local', value: 'eve' });
    expect(text).toBe(
      `The record on This computer gets name eve, on This computer now, and on Remote when conflict ${other} is decided; the other record keeps its value.`,
    );
    expect(ops.get(bench.keyOf('people', 1n))).toEqual({ A: 'update' });
    expect(bench.one('B', 'people', 1n)).toBeNull();
    expect((await bench.theConflict()).id).toBe(other);
  });

  for (const [edit, what] of [
    ['edited', 'gets name eva, as on This computer'],
    ['deleted', 'is deleted, as on This computer'],
  ] as const)
    test(`[E90] that the other side ${edit} since goes along, and does not keep its value`, async () => {
      const bench = await Bench.open({ tables: [rooms, people] });
      bench.putBoth('people', person(1n, 'ann'), { ...person(2n, ''), name: null });
      await bench.sync();
      const edits = {
        edited: () => bench.put('A', 'people', { id: 1n, name: 'eva' }),
        deleted: () => bench.drop('A', 'people', 1n),
      };
      edits[edit]();
      bench.put('A', 'people', { id: 2n, name: 'ann' });
      await bench.sync({ collections: ['people'], key: bench.keyOf('people', 2n) });
      const { text, ops } = await triedAndDone(bench, { strategy: 'merge', value: 'zoe' });
      expect(text).toBe(`The record on This computer gets name zoe, on both sides; the other record ${what}.`);
      expect(ops.size).toBe(2);
      await bench.expectPeace('people');
    });

  test('[E90] of this computer that the other side edited since does not keep its value either', async () => {
    const bench = await Bench.open({ tables: [rooms, people] });
    bench.putBoth('people', person(1n, 'ann'), { ...person(2n, ''), name: null });
    await bench.sync();
    bench.put('B', 'people', { id: 1n, name: 'eva' });
    bench.put('B', 'people', { id: 2n, name: 'ann' });
    await bench.sync({ collections: ['people'], key: bench.keyOf('people', 2n) });
    const { text, ops } = await triedAndDone(bench, { strategy: 'keep_local', value: 'zoe' });
    expect(text).toBe(
      'The record on This computer gets name eva, as on Remote; the other one gets zoe, on both sides.',
    );
    expect(ops.size).toBe(2);
    await bench.expectPeace('people');
  });
});
