import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { conflictKinds, strategies, type ConflictKind, type Strategy } from '../../shared/model/words.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import type { Row } from '../support/engine-harness.ts';
import { makers, person, type Made } from '../support/conflict-makers.ts';

/** What both sides hold afterwards under the key in dispute (and others that matter), or the strategies a refusal names. */
type Cell =
  | { readonly key: bigint; readonly is: Row | null; readonly and?: Row }
  | { readonly refused: readonly Strategy[] }
  /** It fits the kind, but the side refuses the record still: nothing changes, and the conflict stays. */
  | 'side refuses';
type Line = Readonly<Record<Strategy, Cell>>;

const pet = (id: bigint, owner: bigint): Row => ({ id, owner, name: 'Tom' });
const three: readonly Strategy[] = ['keep_local', 'keep_remote', 'merge'];
const no = { rename_local: { refused: three }, keep_both: { refused: three } };
const uniques: readonly Strategy[] = ['rename_local', 'keep_local', 'keep_remote', 'merge'];
const inserts: readonly Strategy[] = [...three, 'keep_both'];

const table: Readonly<Partial<Record<ConflictKind, Line>>> = {
  'update/update': {
    ...no,
    keep_local: { key: 2n, is: person(2, 'of A', 'Basel') },
    keep_remote: { key: 2n, is: person(2, 'of B', 'Basel') },
    merge: { key: 2n, is: person(2, 'given', 'Basel') },
  },
  'delete/update': {
    ...no,
    keep_local: { key: 2n, is: null },
    keep_remote: { key: 2n, is: person(2, 'bob', 'Basel') },
    merge: { key: 2n, is: person(2, 'bob', 'given') },
  },
  'insert/insert': {
    keep_local: { key: 3n, is: person(3, 'of A') },
    keep_remote: { key: 3n, is: person(3, 'of B') },
    merge: { key: 3n, is: person(3, 'given') },
    keep_both: { key: 3n, is: person(3, 'of B'), and: person(4, 'of A') },
    rename_local: { refused: inserts },
  },
  unique: {
    rename_local: { key: 3n, is: person(3, 'given', 'of A'), and: person(4, 'cyd', 'of B') },
    keep_local: { key: 3n, is: person(3, 'cyd', 'of A'), and: person(4, 'given', 'of B') },
    keep_remote: { key: 3n, is: person(3, null, 'of A'), and: person(4, 'cyd', 'of B') },
    merge: { key: 3n, is: person(3, 'given', 'of A'), and: person(4, 'cyd', 'of B') },
    keep_both: { refused: uniques },
  },
  'fk-parent-missing': {
    rename_local: { refused: ['merge', 'keep_remote'] },
    keep_both: { refused: ['merge', 'keep_remote'] },
    keep_local: { refused: ['merge', 'keep_remote'] },
    keep_remote: { key: 2n, is: null },
    merge: { key: 2n, is: pet(2n, 1n) },
  },
  'fk-child-exists': {
    rename_local: { refused: ['keep_remote'] },
    keep_both: { refused: ['keep_remote'] },
    merge: { refused: ['keep_remote'] },
    keep_local: { refused: ['keep_remote'] },
    keep_remote: { key: 2n, is: person(2, 'bob') },
  },
  'type-misfit': {
    rename_local: { refused: ['keep_remote', 'merge'] },
    keep_both: { refused: ['keep_remote', 'merge'] },
    keep_local: 'side refuses',
    keep_remote: { key: 2n, is: person(2, 'bob') },
    merge: { key: 2n, is: person(2, 'given') },
  },
  rejected: {
    rename_local: { refused: ['keep_remote', 'merge'] },
    keep_both: { refused: ['keep_remote', 'merge'] },
    keep_local: { key: 2n, is: person(2, 'zoe') },
    keep_remote: { key: 2n, is: person(2, 'bob') },
    merge: { key: 2n, is: person(2, 'given') },
  },
  bounce: {
    ...no,
    keep_local: { key: 2n, is: person(2, 'new', 'A') },
    keep_remote: { key: 2n, is: person(2, 'new', 'B') },
    merge: { key: 2n, is: person(2, 'new', 'given') },
  },
  undone: {
    ...no,
    keep_local: { key: 2n, is: person(2, 'of A') },
    keep_remote: { key: 2n, is: person(2, 'of B') },
    merge: { key: 2n, is: person(2, 'given') },
  },
};

/** The field that a merge gives, where it is not the one in dispute. */
const mergeFields: Readonly<Partial<Record<ConflictKind, readonly [string, Value]>>> = {
  'fk-parent-missing': ['owner', 1n],
  'type-misfit': ['name', 'given'],
  rejected: ['name', 'given'],
  bounce: ['city', 'given'],
  undone: ['name', 'given'],
};

function requestFor({ conflict }: Made, strategy: Strategy): ResolveRequest {
  const common = {
    where: { id: conflict.id },
    strategy,
    generation: conflict.generation,
    who: 'ann',
    notes: 'because',
  };
  if (strategy === 'merge' && mergeFields[conflict.kind])
    return { ...common, fields: new Map([mergeFields[conflict.kind] ?? ['', null]]) };
  const needs =
    strategy === 'merge' || (conflict.kind === 'unique' && (strategy === 'rename_local' || strategy === 'keep_local'));
  return needs ? { ...common, value: 'given' } : common;
}

const dumps = ({ bench }: Made): unknown =>
  ['people', 'pets'].map((name) => [bench.dump('A', name), bench.dump('B', name)]);

function expectCell(made: Made, strategy: Strategy, cell: Cell): Promise<void> {
  if (cell === 'side refuses') return expectSideRefuses(made, strategy);
  return 'refused' in cell ? expectRefused(made, strategy, cell.refused) : expectDecided(made, strategy, cell);
}

async function expectRefused(made: Made, strategy: Strategy, possible: readonly Strategy[]): Promise<void> {
  const before = dumps(made);
  const report = await made.bench.engine.resolve(requestFor(made, strategy));
  expect(report).toMatchObject({ resolved: [], failed: [{ id: made.conflict.id, code: 'refused' }] });
  const text = report.failed[0]?.text ?? '';
  for (const one of strategies)
    expect([one, text.split('Possible here: ')[1]?.includes(one) ?? false]).toEqual([one, possible.includes(one)]);
  expect(dumps(made)).toEqual(before);
  expect((await made.bench.open()).map(({ id, state }) => [id, state])).toContainEqual([made.conflict.id, 'open']);
}

async function expectDecided(
  made: Made,
  strategy: Strategy,
  { key, is, and }: Extract<Cell, { key: bigint }>,
): Promise<void> {
  const { bench, conflict } = made;
  const report = await bench.engine.resolve(requestFor(made, strategy));
  expect(report).toMatchObject({ failed: [], resolved: [{ id: conflict.id }] });
  for (const side of ['A', 'B'] as const) {
    expect([side, bench.one(side, conflict.collection, key)]).toEqual([side, is]);
    expect(bench.dump(side, conflict.collection)).toEqual(expect.arrayContaining(and ? [and] : []));
  }
  expect(await bench.base(conflict.collection, key)).toEqual(is);
  expect(await bench.engine.conflicts({ id: conflict.id })).toMatchObject([
    { state: 'resolved', strategy, resolvedBy: 'ann', notes: 'because' },
  ]);
  expect(
    (await bench.journal({ run: report.run })).filter(({ origin }) => origin === 'resolve').length,
  ).toBeGreaterThan(0);
  const again = await bench.engine.resolve({ ...requestFor(made, strategy), where: { id: conflict.id } });
  expect(again).toMatchObject({ resolved: [], failed: [{ code: 'already-resolved' }] });
  for (const one of await bench.open()) expect(one.id).not.toBe(conflict.id);
}

async function expectSideRefuses(made: Made, strategy: Strategy): Promise<void> {
  const before = dumps(made);
  const report = await made.bench.engine.resolve(requestFor(made, strategy));
  expect(report).toMatchObject({ resolved: [], failed: [{ id: made.conflict.id }] });
  expect(dumps(made)).toEqual(before);
  expect(await made.bench.open()).toContainEqual(expect.objectContaining({ id: made.conflict.id, state: 'open' }));
  await made.bench.sync();
  expect((await made.bench.open()).map(({ id }) => id)).toContain(made.conflict.id);
}

describe('Every strategy for every kind of conflict', () => {
  test('[E50] the table is complete: every kind but those answered elsewhere, and in it every strategy', () => {
    const elsewhere: readonly ConflictKind[] = ['schema', 'restored'];
    expect(Object.keys(table).sort()).toEqual(conflictKinds.filter((kind) => !elsewhere.includes(kind)).sort());
    for (const line of Object.values(table)) expect(Object.keys(line).sort()).toEqual([...strategies].sort());
  });

  for (const [kind, line] of Object.entries(table) as [ConflictKind, Line][]) {
    for (const strategy of strategies) {
      const cell = line[strategy];
      const works = typeof cell === 'object' && 'key' in cell;
      test(`[E46] [E47] [E48] [E49] [E50] ${kind}, ${strategy}: ${works ? 'both sides have what was decided' : 'nothing is written, and what is possible is named'}`, async () => {
        const made = await must(makers[kind], `a way to make ${kind}`)();
        made.cure();
        await expectCell(made, strategy, cell);
        expect((await made.bench.engine.conflicts({ id: made.conflict.id })).length).toBe(1);
      });
    }
  }
});
