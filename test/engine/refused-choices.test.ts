import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { Strategy } from '../../shared/model/words.ts';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import { Bench, table } from '../support/engine-harness.ts';

const unique = [{ name: 'by_name', fields: ['name'] }];
const people = table('people', { id: 'integer', name: 'text?' }, { unique });
const badges = table('badges', { id: 'integer', name: 'text' }, { unique });
const pets = table(
  'pets',
  { id: 'integer', owner: 'integer?' },
  { references: [{ fields: ['owner'], parent: 'people', parentFields: ['id'] }] },
);

async function refusal(bench: Bench, request: Omit<ResolveRequest, 'who' | 'where'>): Promise<string> {
  const [item] = await bench.open();
  const where = { id: must(item, 'a conflict').id };
  const dry = await bench.engine.resolve({ ...request, where, who: 'ann', dryRun: true });
  const { failed } = await bench.engine.resolve({ ...request, where, who: 'ann' });
  expect(failed).toEqual(dry.failed);
  return must(failed[0], 'a refusal').text;
}

async function clash(name: 'people' | 'badges'): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, badges, pets] });
  bench.put('A', name, { id: 1n, name: 'ann' });
  bench.put('B', name, { id: 2n, name: 'ann' });
  bench.putBoth(name, { id: 3n, name: 'taken' });
  await bench.sync();
  return bench;
}

/** The name of one record was edited on both sides, and the conflict is found. */
async function editedOnBoth(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people] });
  bench.putBoth('people', { id: 1n, name: 'old' });
  await bench.sync();
  bench.put('A', 'people', { id: 1n, name: 'a' });
  bench.put('B', 'people', { id: 1n, name: 'b' });
  await bench.sync();
  return bench;
}

describe('a choice that is refused', () => {
  const isTaken: readonly (readonly [Strategy, 'people' | 'badges', string])[] = [
    ['merge', 'people', '.'],
    ['keep_local', 'people', '.'],
    ['rename_local', 'people', ', or leave it out and take the suggestion.'],
    ['keep_remote', 'people', ', or leave it out, which clears the field.'],
    ['keep_remote', 'badges', ', or leave it out and take the suggestion.'],
  ];
  test.each(isTaken)('[E50] %s of %s with a value that is taken says what else can be given', async (...each) => {
    const [strategy, name, instead] = each;
    const bench = await clash(name);
    expect(await refusal(bench, { strategy, value: 'taken' })).toBe(
      `The value taken is taken already. Choose another one${instead}`,
    );
  });

  test('[E50] for what was given with it names all that is possible, and not itself alone', async () => {
    const bench = await editedOnBoth();
    const possible = 'Possible here: keep_local, keep_remote, merge.';
    for (const request of [
      { strategy: 'merge', fields: new Map([['nam', 'x']]) },
      { strategy: 'merge' },
      { strategy: 'keep_local', value: 'x' },
      { strategy: 'rename_local' },
    ] as const)
      expect((await refusal(bench, request)).endsWith(possible)).toBe(true);
  });

  test.each(['keep_both', 'rename_local', 'keep_remote'] as const)(
    '[E50] %s of a clash that is over by now says so, offers nothing, and the next sync settles it',
    async (strategy) => {
      const bench = await clash('people');
      bench.put('B', 'people', { id: 2n, name: 'eve' });
      expect(await refusal(bench, { strategy })).toBe(
        'The clash is over: the other record does not hold this value any more. Nothing was written; the next sync settles it.',
      );
      await bench.sync();
      expect(await bench.open()).toEqual([]);
    },
  );

  test('[E50] [E93] names nothing that would be refused as well', async () => {
    const bench = await Bench.open({ tables: [people, pets] });
    bench.put('A', 'people', { id: 1n, name: 'a' });
    bench.put('B', 'people', { id: 1n, name: 'b' });
    bench.put('A', 'people', { id: 2n, name: 'c' });
    bench.put('B', 'people', { id: 3n, name: 'a' });
    bench.put('A', 'pets', { id: 1n, owner: 1n });
    await bench.sync();
    const said = await refusal(bench, { strategy: 'keep_both' });
    expect(said).toBe(
      'Other records refer to the local one, so it cannot get a new key. Possible here: keep_remote, merge.',
    );
  });

  test('[E167] a conflict whose decision was undone says by which run, and how another value gets there', async () => {
    const bench = await editedOnBoth();
    const { id } = must((await bench.open())[0], 'a conflict');
    const again = { strategy: 'merge', fields: new Map([['name', 'zed']]), where: { id }, who: 'ann' } as const;
    await bench.engine.resolve({ strategy: 'keep_local', where: { id }, who: 'ann' });
    const resolved = (await bench.engine.resolve(again)).failed[0];
    const undo = await bench.engine.undo({ conflict: id }, 'ann');
    const undone = (await bench.engine.resolve(again)).failed[0];
    expect([resolved, undone]).toEqual([
      { id, code: 'already-resolved', text: `Conflict ${id} is resolved already, by ann.` },
      {
        id,
        code: 'already-resolved',
        text: `Conflict ${id} was resolved, by ann, and undone by run ${undo.run}. people 1 rests since then; its answers: \`tandem holds\`. To put another value there, edit it on either side with your own program: that ends the hold, and the next sync takes it up, or asks you anew.`,
      },
    ]);
    bench.put('B', 'people', { id: 1n, name: 'zed' });
    await bench.sync();
    const asked = await bench.open();
    expect([asked.length, asked[0]?.id === id, await bench.engine.holds({})]).toEqual([1, false, []]);
    expect((await bench.engine.resolve(again)).failed[0]?.text).toBe(
      `Conflict ${id} was resolved, by ann, and undone by run ${undo.run}.`,
    );
  });
});
