import { describe, expect, test } from 'vitest';
import { RefusedWrite } from '../../electron/connectors/memory/transaction.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import { must } from '../../shared/lib/assert.ts';
import { dieAt, dieWhen, placesOf } from '../support/crash-points.ts';
import { Bench, plain, table, type Row } from '../support/engine-harness.ts';

const people = table(
  'people',
  { id: 'integer', name: 'text?', city: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const person = (id: number, name: string | null, city: string | null = null): Row => ({ id: BigInt(id), name, city });

/** One key was given twice; the names differ, and are unique. */
async function twice(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people], capabilities: { capture: false } });
  bench.putBoth('people', person(1, 'ann'));
  await bench.sync();
  bench.put('A', 'people', person(10, 'of A'));
  bench.put('B', 'people', person(10, 'of B'));
  await bench.sync();
  return bench;
}
const keepBoth = (bench: Bench): ReturnType<Bench['engine']['resolve']> =>
  bench.engine.resolve({ where: { kind: 'insert/insert' }, strategy: 'keep_both', who: 'ann' });

/** keep_both, killed when the moved record stands on B and nothing else happened yet. */
async function killedBetween(): Promise<Bench> {
  const whole = await twice();
  for (const nth of await placesOf(whole, () => keepBoth(whole))) {
    const bench = await twice();
    await dieAt(bench, nth, () => keepBoth(bench));
    if (bench.dump('B', 'people').length < 3 || bench.dump('A', 'people').length > 2) continue;
    if (bench.one('A', 'people', 10n)?.['name'] !== 'of A') continue;
    await bench.reopen();
    return bench;
  }
  throw new Error('Nothing was killed between the two sides');
}

/** A run that wrote the name on B and the city on A, and a side B that refuses a name. */
async function merged(
  local: typeof people = people,
): Promise<{ bench: Bench; run: number; refuse: (name: string | null) => void }> {
  const bench = await Bench.open({ tables: [local], tablesB: [people] });
  bench.putBoth('people', person(1, 'ann'));
  await bench.sync();
  let refused: string | null = null;
  bench.B.addTrigger({
    name: 'strict',
    collection: 'people',
    writes: [],
    fire: (_, { after }) => {
      if (refused !== null && fieldOf(after, 'name') === refused) throw new RefusedWrite('check', 'not wanted');
    },
  });
  bench.put('A', 'people', { id: 1n, name: 'new' });
  bench.put('B', 'people', { id: 1n, city: 'of B' });
  const { id } = await bench.sync();
  return { bench, run: id, refuse: (name) => void (refused = name) };
}

describe('A decision of which one half stands', () => {
  test('[E59] [E149] a run whose program ended in the middle counts what it had written', async () => {
    const bench = await Bench.open({ tables: [people], settings: { batchSize: 1 }, capabilities: { capture: false } });
    bench.putBoth('people', person(9, 'both'));
    await bench.sync();
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 9n, city: `of ${side}` });
    const make = async (): Promise<unknown> => {
      for (const id of [1, 2, 3]) bench.put('A', 'people', person(id, `name ${id}`));
      return bench.sync();
    };
    let writes = 0;
    await dieWhen(
      bench,
      ({ on, name, when }) => on === 'B' && name === 'write' && when === 'before' && ++writes > 2,
      make,
    );
    await bench.reopen();
    const { state, sentence } = await bench.engine.status();
    expect([state, sentence]).toEqual(['stopped', expect.stringContaining('The last sync was cut off')]);
    const told = async (): Promise<unknown> => {
      const run = must((await bench.engine.runs(5)).at(-2), 'the run that was cut off');
      return [run.status, run.aToB, run.written.B, run.conflicts, (await bench.engine.recordsOf(run.id)).total];
    };
    await bench.sync();
    expect(await told()).toEqual(['failed', { people: 2 }, { insert: 2, update: 0, delete: 0 }, { people: 1 }, 2]);
    expect(bench.dump('B', 'people')).toHaveLength(4);
  });

  test('[E149] a plan whose program ended in the middle leaves nothing, and no sync is said to be cut off', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.put('A', 'people', person(1, 'ann'));
    const { id } = await bench.sync();
    bench.put('A', 'people', person(2, 'bob'));
    await dieWhen(
      bench,
      ({ on, name }) => on === 'B' && name === 'read',
      () => bench.engine.plan({}),
    );
    await bench.reopen();
    expect(await bench.engine.runs(5)).toMatchObject([{ id, status: 'completed' }]);
    expect((await bench.engine.status()).state).toBe('waiting');
    expect((await bench.sync()).id).toBe(id + 1);
  });

  const ids = [1, 2, 3];
  const edited = async (): Promise<Bench> => {
    const bench = await Bench.open({ tables: [people], settings: { batchSize: 1 } });
    bench.putBoth('people', ...ids.map((id) => person(id, `name ${id}`)));
    await bench.sync();
    for (const id of ids)
      for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: BigInt(id), city: `of ${side}` });
    await bench.sync();
    return bench;
  };
  const killedAt = (nth: number) => {
    let writes = 0;
    return ({ on, name, when }: Parameters<Parameters<typeof dieWhen>[1]>[0]): boolean =>
      on === 'B' && name === 'write' && when === 'before' && ++writes === nth;
  };

  test('[E149] a decision of many conflicts whose program ended in the middle says how far it came and what can be done', async () => {
    const bench = await edited();
    const decide = () => bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' });
    await dieWhen(bench, killedAt(3), decide);
    await bench.reopen();
    const { state, sentence, lastDecision } = await bench.engine.status();
    const run = must(lastDecision, 'the decision').id;
    const text = `A decision was cut off after 2 of 3 conflicts: its program ended in the middle. 1 record more was just being written. The next sync looks at what was under way; what was not decided waits as before, and takes the same answer again. To take back what it wrote: \`tandem undo run ${run}\`.`;
    expect([state, sentence, lastDecision?.aToB]).toEqual(['stopped', text, { people: 2 }]);
    expect((await bench.engine.runs(1))[0]?.error?.message).toBe(text);
    await bench.sync();
    expect((await bench.engine.status()).sentence).toBe('Waiting for you (1). Everything else goes on.');
    expect((await decide()).failed).toEqual([]);
    await bench.expectPeace('people');
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 2 });
  });

  test('[E149] [E171] of conflicts that were named, those decided stand, and the rest takes the same answer', async () => {
    const bench = await edited();
    const [one, other, left] = (await bench.open()).map(({ id }) => id);
    const ids = [other, left].map((id) => must(id, 'it'));
    const decide = () => bench.engine.resolve({ where: { ids }, strategy: 'keep_local', who: 'ann' });
    await dieWhen(bench, killedAt(2), decide);
    await bench.reopen();
    expect((await bench.engine.runs(1))[0]?.error?.message).toContain('cut off after 1 of 2 conflicts');
    await bench.sync();
    expect((await bench.open()).map(({ id }) => id)).toEqual([one, left]);
    const { resolved, failed } = await decide();
    expect(resolved.map(({ id }) => id)).toEqual([left]);
    expect(failed.map(({ id, code }) => [id, code])).toEqual([[other, 'already-resolved']]);
  });

  test('[E149] an undo and an answer to holds that were cut off say so, each with what goes on', async () => {
    const bench = await edited();
    await bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' });
    const undone = must((await bench.engine.runs(1))[0], 'the decision').id;
    await dieWhen(bench, killedAt(2), () => bench.engine.undo({ run: undone }, 'ann'));
    await bench.reopen();
    expect((await bench.engine.status()).sentence).toBe(
      'An undo was cut off after 1 record: its program ended in the middle. 1 record more was just being written. The next sync finishes what was under way; for the rest, undo again.',
    );
    await bench.sync();
    await bench.engine.undo({ run: undone }, 'ann');
    await dieWhen(bench, killedAt(1), () =>
      bench.engine.answerHolds({ run: undone, answer: 'send-again', who: 'ann' }),
    );
    await bench.reopen();
    expect((await bench.engine.status()).sentence).toMatch(
      /^An answer to what rests was cut off after 0 records: .* rests as before, and takes the same answer again\. To take back what it wrote: `tandem undo run \d+`\.$/,
    );
  });

  test('[E49] keep_both that was killed between its sides is finished, not made a second time', async () => {
    const bench = await killedBetween();
    await bench.sync();
    expect(await bench.open()).toEqual([]);
    expect(bench.both('people')).toEqual([person(1, 'ann'), person(10, 'of B'), person(11, 'of A')]);
    const [item] = await bench.engine.conflicts({ all: true });
    expect(item).toMatchObject({ state: 'resolved', strategy: 'keep_both', resolvedBy: 'ann' });
    await bench.engine.undo({ conflict: must(item, 'the conflict').id }, 'ann');
    expect([bench.one('A', 'people', 10n), bench.one('B', 'people', 10n)]).toEqual([
      person(10, 'of A'),
      person(10, 'of B'),
    ]);
    expect([bench.one('A', 'people', 11n), bench.one('B', 'people', 11n)]).toEqual([null, null]);
  });

  test('[E49] where the record was edited since it was killed, the same answer takes the key that its copy has', async () => {
    const bench = await killedBetween();
    bench.put('A', 'people', person(10, 'of A', 'edited'));
    await bench.sync();
    expect((await bench.open()).map(({ kind }) => kind)).toContain('insert/insert');
    expect((await keepBoth(bench)).failed).toEqual([]);
    await bench.sync();
    expect(bench.both('people')).toEqual([person(1, 'ann'), person(10, 'of B'), person(11, 'of A', 'edited')]);
    await bench.expectPeace('people');
  });

  test('[E53] an undo that one side refuses says what it restored on the other, and the rest is undone later', async () => {
    const { bench, run, refuse } = await merged();
    refuse('ann');
    const half = await bench.engine.undo({ run }, 'ann');
    expect(half).toMatchObject({ restored: 0, resting: 1, refused: [], inPart: [{ side: 'A' }] });
    expect(half.inPart[0]?.why).toContain('not wanted');
    expect([half.written.A.update, half.written.B.update]).toEqual([1, 0]);
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      person(1, 'new', null),
      person(1, 'new', 'of B'),
    ]);
    const rows = await bench.journal({ run });
    expect(rows.map(({ side, status }) => `${side} ${status}`).toSorted()).toEqual(['A undone', 'B applied']);
    expect(await bench.engine.holds()).toMatchObject([{ fields: ['city'] }]);
    refuse(null);
    await bench.sync();
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 1, inPart: [], leftOnHold: 0 });
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      person(1, 'new', null),
      person(1, 'ann', 'of B'),
    ]);
    expect(await bench.engine.holds()).toMatchObject([{ fields: ['city', 'name'] }]);
    await expect(bench.engine.undo({ run }, 'ann')).rejects.toMatchObject({ code: 'refused' });
  });

  test('[E53] what the side that is asked first refuses is not taken back on the other', async () => {
    const { bench, run, refuse } = await merged({ ...people, unique: [] });
    refuse('ann');
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 0, inPart: [], refused: [{}] });
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    expect(await bench.engine.holds()).toEqual([]);
  });

  test('[E56] an answer that one side refuses is told as written on the other, and the old value stays the old one', async () => {
    const { bench, run, refuse } = await merged();
    await bench.engine.undo({ run }, 'ann');
    refuse('new');
    const answer = async (how: 'send-again' | 'old-on-both'): Promise<unknown> => {
      const { collection, key } = must((await bench.engine.holds())[0], 'a hold');
      return bench.engine.answerHold({ collection, key, answer: how, who: 'ann' });
    };
    const error = await answer('send-again').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Written on .* only: people 1\..*not wanted/) });
    expect(error).toMatchObject({ next: expect.stringMatching(/^Nothing was written on /) });
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      person(1, 'new', 'of B'),
      person(1, 'ann', 'of B'),
    ]);
    expect(await bench.base('people', 1n)).toEqual(person(1, 'ann'));
    await bench.sync();
    const [hold] = await bench.engine.holds();
    const old = hold?.choices.find(({ answer: one }) => one === 'old-on-both');
    expect([plain(old?.local ?? null), plain(old?.remote ?? null)]).toEqual([person(1, 'ann'), person(1, 'ann')]);
    await answer('old-on-both');
    expect(bench.both('people')).toEqual([person(1, 'ann')]);
    await bench.expectPeace('people');
  });

  test('[E55] an edit of the one held field in which the sides differ ends the hold, and flows', async () => {
    const { bench, run, refuse } = await merged();
    await bench.engine.undo({ run }, 'ann');
    refuse('new');
    const { collection, key } = must((await bench.engine.holds())[0], 'a hold');
    await bench.engine.answerHold({ collection, key, answer: 'send-again', who: 'ann' }).catch(() => undefined);
    bench.put('A', 'people', { id: 1n, name: 'newer' });
    await bench.sync();
    expect(bench.both('people')).toEqual([person(1, 'newer', 'of B')]);
    expect(await bench.engine.holds()).toEqual([]);
    await bench.expectPeace('people');
  });

  test('[E72] what keep_both wrote and an undo took back is sent again together, and rests once', async () => {
    for (const many of [false, true]) {
      const bench = await twice();
      const { run } = await keepBoth(bench);
      const undone = await bench.engine.undo({ run }, 'ann');
      expect(undone).toMatchObject({ restored: 2, resting: 1, inPart: [] });
      const [hold, ...others] = await bench.engine.holds();
      expect([hold?.key, others]).toEqual([bench.keyOf('people', 10n), []]);
      const along = [{ collection: 'people', key: bench.keyOf('people', 11n) }];
      expect(hold?.along).toEqual(along);
      const answer = { answer: 'send-again', who: 'ann' } as const;
      const said = many
        ? await bench.engine.answerHolds({ ...answer, run })
        : (await bench.engine.answerHold({ ...answer, ...must(hold, 'a hold') })).record;
      expect(said).toMatchObject(many ? { answered: 1, failed: [] } : { along });
      expect(bench.both('people')).toEqual([person(1, 'ann'), person(10, 'of B'), person(11, 'of A')]);
      await bench.expectPeace('people');
    }
  });

  test('[E72] where the moved record cannot come back, the one that gives its key up stays, too', async () => {
    for (const taken of ['the key', 'the name'] as const) {
      const bench = await twice();
      const { run } = await keepBoth(bench);
      await bench.engine.undo({ run }, 'ann');
      bench.put('B', 'people', taken === 'the key' ? person(11, 'new') : person(12, 'of A'));
      const { collection, key } = must((await bench.engine.holds())[0], 'a hold');
      const request = { collection, key, answer: 'send-again', who: 'ann' } as const;
      await expect(bench.engine.answerHold(request)).rejects.toMatchObject({ code: 'refused' });
      expect([bench.one('A', 'people', 10n), bench.one('B', 'people', 10n)]).toEqual([
        person(10, 'of A'),
        person(10, 'of B'),
      ]);
      expect(await bench.engine.holds()).toHaveLength(1);
    }
  });
});
