import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { decodeKey } from '../../electron/engine/port/key-codec.ts';
import { writtenBy, type Bench } from '../support/engine-harness.ts';
import { peoplePair, person, theHold, undoneEdit } from '../support/people-and-pets.ts';

const pair = (settings = {}): Promise<Bench> => peoplePair({ settings }, ['ann', 'bob']);
const undone = async (): Promise<Bench> => undoneEdit(await pair());
const OLD = person(1, 'ann');

describe('Undo', () => {
  test('[E53] undo takes back insert, delete, copy and merge of a run on the sides it wrote, with the base they had before', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    bench.put('B', 'people', { id: 1n, zip: 'of B' });
    bench.drop('B', 'people', 2n);
    bench.put('A', 'people', person(3, 'cyd'));
    const { id } = await bench.sync();
    expect(await bench.engine.undo({ run: id }, 'ann')).toMatchObject({
      kept: 0,
      leftOnHold: 0,
      refused: [],
      restored: 3,
    });
    expect(bench.dump('A', 'people')).toEqual([person(1, 'new'), person(2, 'bob'), person(3, 'cyd')]);
    expect(bench.dump('B', 'people')).toEqual([person(1, 'ann', { zip: 'of B' })]);
    expect([await bench.base('people', 1n), await bench.base('people', 2n), await bench.base('people', 3n)]).toEqual([
      OLD,
      person(2, 'bob'),
      null,
    ]);
    expect(await bench.engine.runs(1)).toMatchObject([{ trigger: 'undo', undoOf: `run ${id}` }]);
  });

  test('[W2] [W12] [E71] the conflict, and the run that carried its decision out, name the undo of that decision; a key that is not on hold leaves no run', async () => {
    const bench = await pair();
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, city: `of ${side}` });
    await bench.sync();
    const { id } = await bench.theConflict();
    const { run } = await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    const undoneIn = async () => (await bench.engine.conflicts({ id })).map((item) => item.undoneIn);
    expect(await undoneIn()).toEqual([undefined]);
    const undo = await bench.engine.undo({ conflict: id }, 'ann');
    expect(await undoneIn()).toEqual([undo.run]);
    const answer = { collection: 'people', key: bench.keyOf('people', 2n), answer: 'send-again', who: 'ann' } as const;
    await expect(bench.engine.answerHold(answer)).rejects.toMatchObject({ code: 'not-found' });
    const [last, before] = await bench.engine.runs(2);
    expect([last?.id, last?.undoOf, before?.id, before?.undoneBy]).toEqual([
      undo.run,
      `conflict ${id}`,
      run,
      [undo.run],
    ]);
  });

  test('[E124] an undo that is refused before it wrote anything stands in no history', async () => {
    const bench = await pair();
    const { id } = await bench.sync();
    const before = (await bench.engine.runs(5)).map((run) => run.id);
    await expect(bench.engine.undo({ run: id }, 'ann')).rejects.toMatchObject({ code: 'refused' });
    expect((await bench.engine.runs(5)).map((run) => run.id)).toEqual(before);
    expect((await bench.engine.status()).lastDecision).toBeUndefined();
  });

  test('[E53] only fields that still hold what the run wrote go back; the base of all others stays', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new', city: 'new' });
    bench.put('A', 'people', { id: 2n, name: 'bobby' });
    const { id } = await bench.sync();
    bench.put('B', 'people', { id: 1n, city: 'mine' });
    bench.put('B', 'people', { id: 2n, name: 'robert' });
    expect(await bench.engine.undo({ run: id }, 'ann')).toMatchObject({ restored: 1, kept: 1 });
    expect(bench.dump('B', 'people')).toEqual([person(1, 'ann', { city: 'mine' }), person(2, 'robert')]);
    expect(await bench.base('people', 1n)).toEqual(person(1, 'ann', { city: 'new' }));
    expect(await bench.base('people', 2n)).toEqual(person(2, 'bobby'));
    expect((await theHold(bench)).fields).toEqual(['name']);
  });

  test('[E53] [E57] an edit between the look and the write of an undo is not overwritten, and named', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    const { id } = await bench.sync();
    let once = true;
    bench.tap.current = ({ on, name, when }) => {
      if (!once || on !== 'B' || name !== 'write' || when !== 'before') return;
      once = false;
      bench.put('B', 'people', { id: 1n, name: 'meanwhile' });
    };
    const why = 'The record changed again while it was being restored, and stays as it is.';
    const refused = [{ collection: 'people', key: bench.keyOf('people', 1n), why }];
    expect(await bench.engine.undo({ run: id }, 'ann')).toMatchObject({ restored: 0, refused });
    expect(bench.one('B', 'people', 1n)?.['name']).toBe('meanwhile');
    expect(await bench.engine.holds()).toEqual([]);
    await bench.sync();
    expect(bench.both('people')[0]?.['name']).toBe('meanwhile');
  });

  test('[E53] one record of a run, or what was written for one conflict, is undone alone', async () => {
    const bench = await pair();
    for (const id of [1n, 2n]) bench.put('A', 'people', { id, city: 'new' });
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run, collection: 'people', key: bench.keyOf('people', 2n) }, 'ann');
    expect(bench.dump('B', 'people').map(({ city }) => city)).toEqual(['new', null]);
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, zip: `of ${side}` });
    await bench.sync();
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    await bench.engine.undo({ conflict: id }, 'ann');
    expect([bench.one('A', 'people', 1n)?.['zip'], bench.one('B', 'people', 1n)?.['zip']]).toEqual(['of A', 'of B']);
    expect(await bench.base('people', 1n)).toEqual(person(1, 'ann', { city: 'new' }));
  });

  test('[E77] what the other side deleted meanwhile is the last copy and stays, with or without a brake; the rest goes back', async () => {
    for (const [many, brakes] of [
      [1, 0],
      [12, 1],
    ] as const) {
      const bench = await pair();
      for (let id = 100; id < 120; id++) bench.put('A', 'people', person(id, `p${id}`));
      const { id: run } = await bench.sync();
      for (let id = 100; id < 100 + many; id++) bench.drop('A', 'people', BigInt(id));
      if (brakes > 0) await bench.sync();
      expect(await bench.engine.brakes()).toHaveLength(brakes);
      const report = await bench.engine.undo({ run }, 'ann');
      expect(report).toMatchObject({ restored: 20 - many, kept: many, written: { B: { delete: 20 - many } } });
      expect(bench.dump('B', 'people').slice(2)).toEqual(
        Array.from({ length: many }, (_, i) => person(100 + i, `p${100 + i}`)),
      );
    }
  });

  test('[E76] tried out, an undo counts what it would write on each side and leaves nothing behind', async () => {
    const bench = await pair();
    for (const id of [1n, 2n]) bench.put('A', 'people', { id, name: `new ${id}` });
    bench.put('B', 'people', person(3, 'cyd'));
    const { id: run } = await bench.sync();
    bench.put('B', 'people', { id: 2n, name: 'edited since' });
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people'), await bench.engine.runs(9)];
    expect(await bench.engine.undo({ run }, 'ann', true)).toEqual({
      run: 0,
      byItself: [],
      without: [],
      restored: 2,
      inPart: [],
      resting: 2,
      kept: 1,
      leftOnHold: 0,
      written: { A: { insert: 0, update: 0, delete: 1 }, B: { insert: 0, update: 1, delete: 0 } },
      refused: [],
    });
    expect([bench.dump('A', 'people'), bench.dump('B', 'people'), await bench.engine.runs(9)]).toEqual(before);
    expect(await bench.engine.holds()).toEqual([]);
    const { written, restored } = await bench.engine.undo({ run }, 'ann');
    expect({ written, restored }).toMatchObject({ restored: 2, written: { A: { delete: 1 }, B: { update: 1 } } });
  });

  test('[E57] a key on hold is left out of a further undo, and the undo says so', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'first' });
    bench.put('A', 'people', { id: 2n, name: 'first2' });
    const one = await bench.sync();
    bench.put('A', 'people', { id: 1n, name: 'second' });
    const two = await bench.sync();
    await bench.engine.undo({ run: two.id }, 'ann');
    expect(await bench.engine.undo({ run: one.id }, 'ann')).toMatchObject({ leftOnHold: 1, restored: 1 });
    expect(bench.dump('B', 'people').map(({ name }) => name)).toEqual(['first', 'bob']);
  });

  test('[E57] what cannot be undone any more says why: undone before, too old, or in the way of others', async () => {
    const bench = await pair({ journalDays: 1 });
    bench.put('A', 'people', person(3, 'cyd'));
    bench.put('A', 'people', { id: 2n, name: 'robert' });
    const { id } = await bench.sync();
    bench.put('B', 'pets', { id: 1n, owner: 3n });
    bench.put('B', 'people', person(4, 'bob'));
    const report = await bench.engine.undo({ run: id }, 'ann');
    expect(report).toMatchObject({ restored: 0 });
    expect(report.refused.map(({ key }) => key).sort()).toEqual([2n, 3n].map((one) => bench.keyOf('people', one)));
    expect(report.refused.map(({ why }) => why).toSorted()).toEqual([
      'Records on Remote refer to people 3: pets 1.',
      'people 4 on Remote has the same name, which must be unique. Change that one first, and sync.',
    ]);
    expect(bench.dump('B', 'people').map(({ name }) => name)).toEqual(['ann', 'robert', 'cyd', 'bob']);
    bench.now += 3 * 86_400_000;
    await bench.sync();
    await bench.sync();
    await expect(bench.engine.undo({ run: id }, 'ann')).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('1 days'),
    });
    const twice = await undone();
    const [run] = (await twice.engine.runs(9)).filter((one) => one.trigger === 'manual' && writtenBy(one) > 0);
    await expect(twice.engine.undo({ run: must(run, 'the run').id }, 'ann')).rejects.toMatchObject({ code: 'refused' });
  });

  const twoRecords = {
    async rename_local() {
      const bench = await pair();
      bench.put('A', 'people', person(10, 'new'));
      bench.put('B', 'people', person(11, 'new'));
      await bench.sync();
      return bench;
    },
    async keep_both() {
      const bench = await pair();
      bench.put('A', 'people', person(10, 'here'));
      bench.put('B', 'people', person(10, 'there'));
      await bench.sync();
      return bench;
    },
  } as const;
  for (const strategy of ['rename_local', 'keep_both'] as const) {
    test(`[E72] the undo of a conflict decided by ${strategy} takes back both records that the decision wrote`, async () => {
      const bench = await twoRecords[strategy]();
      const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      const { id } = await bench.theConflict();
      const { failed, wrote } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann' });
      expect([failed, wrote.length]).toEqual([[], 2]);
      expect(await bench.engine.undo({ conflict: id }, 'ann')).toMatchObject({ restored: 2, kept: 0, refused: [] });
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
      for (let i = 0; i < 2; i++) expect(writtenBy(await bench.sync())).toBe(0);
    });

    test(`[E72] what ${strategy} wrote goes back together or not at all`, async () => {
      const bench = await twoRecords[strategy]();
      const { id } = await bench.theConflict();
      const { wrote } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann' });
      const other = must(
        wrote.find(({ op }) => op.A === 'insert'),
        'the record that came to A',
      );
      const [key] = decodeKey(other.key);
      for (const side of ['A', 'B'] as const)
        if (other.op[side]) bench.put(side, 'people', { id: must(key, 'a key'), city: 'edited since' });
      const stands = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      const report = await bench.engine.undo({ conflict: id }, 'ann');
      expect([report.restored, report.kept + report.refused.length]).toEqual([0, 2]);
      expect(report.refused.map(({ why }) => why).join(' ')).toContain(`people ${String(key)}`);
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(stands);
      expect(await bench.engine.holds()).toEqual([]);
    });
  }

  for (const side of ['A', 'B'] as const)
    test(`[E72] a record that the decision wrote on both sides and that was edited on ${side} alone stays on both`, async () => {
      const moved = await twoRecords.keep_both();
      const [bench, { id }] = [moved, await moved.theConflict()];
      const { wrote } = await bench.engine.resolve({ where: { id }, strategy: 'keep_both', who: 'ann' });
      const copy = must(
        wrote.find(({ op }) => op.A === 'insert' && op.B === 'insert'),
        'the record that came to both',
      );
      bench.put(side, 'people', { id: must(decodeKey(copy.key)[0], 'a key'), name: 'edited since' });
      const stands = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      for (const dryRun of [true, false]) {
        const report = await bench.engine.undo({ conflict: id }, 'ann', dryRun);
        expect([report.restored, report.kept + report.refused.length]).toEqual([0, 2]);
      }
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(stands);
      const merged = await pair();
      for (const at of ['A', 'B'] as const) merged.put(at, 'people', { id: 1n, name: `of ${at}` });
      await merged.sync();
      const clash = await merged.theConflict();
      await merged.engine.resolve({ where: { id: clash.id }, strategy: 'merge', value: 'merged', who: 'ann' });
      merged.put(side, 'people', { id: 1n, name: 'edited since' });
      expect(await merged.engine.undo({ conflict: clash.id }, 'ann')).toMatchObject({ restored: 0, kept: 1 });
      expect(merged.one(side === 'A' ? 'B' : 'A', 'people', 1n)).toMatchObject({ name: 'merged' });
    });

  test('[E72] the undo of a conflict takes back its own decision, not a later one about the same record', async () => {
    const bench = await pair();
    const decide = async (zip: string): Promise<{ id: number; run: number }> => {
      for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, zip: `${zip} of ${side}` });
      await bench.sync();
      const { id } = await bench.theConflict();
      const { run } = await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
      return { id, run };
    };
    const first = await decide('first');
    const second = await decide('second');
    const why = expect.stringContaining(`Run ${second.run} wrote it again since.`);
    expect(await bench.engine.undo({ conflict: first.id }, 'ann')).toMatchObject({ restored: 0, refused: [{ why }] });
    expect(bench.both('people')[0]?.['zip']).toBe('second of A');
  });
});
