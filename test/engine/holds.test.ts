import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { HoldAnswer } from '../../shared/model/words.ts';
import type { HoldReport } from '../../electron/engine/reports/waiting.ts';
import { plain, writtenBy, type Bench } from '../support/engine-harness.ts';
import { peoplePair, person, theHold, undoneEdit } from '../support/people-and-pets.ts';

const pair = (settings = {}): Promise<Bench> => peoplePair({ settings }, ['ann', 'bob']);
const undone = async (): Promise<Bench> => undoneEdit(await pair());
const answer = (
  bench: Bench,
  { collection, key, generation }: HoldReport,
  how: HoldAnswer,
): ReturnType<Bench['engine']['answerHold']> =>
  bench.engine.answerHold({ collection, key, generation, answer: how, who: 'ann' });
const NEW = person(1, 'new', { city: 'new' });
const OLD = person(1, 'ann');

describe('Holds', () => {
  test('[E54] what was restored rests: syncs, a restart and the audit write neither side', async () => {
    const bench = await undone();
    const looks: (() => Promise<unknown> | void)[] = [
      () => undefined,
      () => bench.reopen(),
      () => void (bench.now += 48 * 3_600_000),
    ];
    for (const look of looks) {
      await look();
      expect(writtenBy(await bench.sync())).toBe(0);
      expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([NEW, OLD]);
    }
    const hold = await theHold(bench);
    expect([plain(hold.local), plain(hold.remote), hold.fields]).toEqual([NEW, OLD, ['city', 'name']]);
    expect((await bench.engine.compare()).collections[0]).toMatchObject({ waiting: 1, different: 0 });
  });

  test('[E54] [E55] a field that is not held may be edited: nothing held is written, and equal sides end the hold', async () => {
    const bench = await undone();
    bench.put('A', 'people', { id: 1n, zip: 'edited' });
    await bench.sync();
    expect(bench.one('B', 'people', 1n)).toMatchObject({ name: 'ann', city: null });
    expect(bench.one('A', 'people', 1n)).toMatchObject({ name: 'new', city: 'new' });
    bench.put('A', 'people', { id: 1n, name: 'ann', city: null });
    await bench.sync();
    expect(bench.both('people')[0]).toEqual(person(1, 'ann', { zip: 'edited' }));
    expect(await bench.engine.holds()).toEqual([]);
    await bench.expectPeace('people');
  });

  test('[E55] an edit of a held field releases this field only; when none is held it flows away from the side of the edit', async () => {
    const bench = await undone();
    bench.put('A', 'people', { id: 1n, name: 'newer' });
    await bench.sync();
    expect((await theHold(bench)).fields).toEqual(['city']);
    expect(bench.one('B', 'people', 1n)).toEqual(OLD);
    bench.put('A', 'people', { id: 1n, city: 'newer' });
    await bench.sync();
    expect(bench.both('people')[0]).toEqual(person(1, 'newer', { city: 'newer' }));
    await bench.expectPeace('people');
  });

  test('[E55] anything else is an undone conflict, which an edit that would flow does not close, but equal sides do', async () => {
    const bench = await undone();
    bench.put('B', 'people', { id: 1n, name: 'of B', city: 'of B' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'undone' });
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      NEW,
      person(1, 'of B', { city: 'of B' }),
    ]);
    bench.put('B', 'people', { id: 1n, name: 'ann', city: null });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'undone' });
    expect(bench.one('B', 'people', 1n)).toEqual(OLD);
    bench.put('B', 'people', { id: 1n, name: 'new', city: 'new' });
    await bench.sync();
    await bench.expectPeace('people');
    expect(await bench.engine.conflicts({ all: true })).toMatchObject([{ state: 'vanished' }]);
  });

  test('[E55] a held record that was deleted on one side, or edited back to what the other shows, is never written over', async () => {
    const bench = await undone();
    bench.drop('B', 'people', 1n);
    await bench.sync();
    expect(bench.one('A', 'people', 1n)).toEqual(NEW);
    expect(bench.one('B', 'people', 1n)).toBeNull();
    expect((await bench.open()).length + (await bench.engine.holds()).length).toBe(1);
  });

  for (const [how, both] of [
    ['send-again', NEW],
    ['old-on-both', OLD],
  ] as const) {
    test(`[E56] ${how} gives both sides the value and the base, and ends the hold`, async () => {
      const bench = await undone();
      await answer(bench, await theHold(bench), how);
      expect(bench.both('people')[0]).toEqual(both);
      expect(await bench.base('people', 1n)).toEqual(both);
      expect(await bench.engine.holds()).toEqual([]);
      await bench.expectPeace('people');
    });

    test(`[E56] ${how} is refused if the record changed since it was shown, and an edit in between is not overwritten`, async () => {
      for (const side of ['A', 'B'] as const) {
        const bench = await undone();
        const shown = await theHold(bench);
        bench.put(side, 'people', { id: 1n, city: 'later' });
        await expect(answer(bench, shown, how)).rejects.toMatchObject({
          code: expect.stringMatching(/^(moved|not-found)$/),
        });
        expect(bench.one(side, 'people', 1n)?.['city']).toBe('later');
        const again = await undone();
        let once = true;
        again.tap.current = ({ on, name, when }) => {
          if (!once || on === 'state' || name !== 'write' || when !== 'before') return;
          once = false;
          again.put(side, 'people', { id: 1n, city: 'later' });
        };
        const said = await answer(again, await theHold(again), how).then(
          () => 'done',
          (cause: { code?: string }) => cause.code,
        );
        const written = how === 'send-again' ? 'B' : 'A';
        expect([how, side, said]).toEqual([how, side, side === written ? 'moved' : 'done']);
        again.tap.current = null;
        await again.sync();
        const kept =
          again.one(side, 'people', 1n)?.['city'] === 'later' ||
          again.one(side === 'A' ? 'B' : 'A', 'people', 1n)?.['city'] === 'later';
        expect([how, side, kept]).toEqual([how, side, true]);
      }
    });
  }

  test('[E56] keep apart leaves both sides and the hold as they are', async () => {
    const bench = await undone();
    await answer(bench, await theHold(bench), 'keep-apart');
    expect(writtenBy(await bench.sync())).toBe(0);
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([NEW, OLD]);
    expect((await theHold(bench)).choices.map(({ answer: how }) => how)).not.toContain('keep-apart');
    await answer(bench, await theHold(bench), 'send-again');
    expect(bench.both('people')[0]).toEqual(NEW);
  });

  test('[E122] what is kept apart on purpose waits for nobody, says who keeps it, and can still be answered', async () => {
    const bench = await undone();
    expect(await bench.engine.status()).toMatchObject({ state: 'waiting', holds: 1, apart: 0 });
    await answer(bench, await theHold(bench), 'keep-apart');
    await bench.sync();
    await bench.reopen();
    expect(await theHold(bench)).toMatchObject({ kept: { by: 'ann', at: expect.any(Number) } });
    expect(await bench.engine.status()).toMatchObject({
      state: 'in-step',
      holds: 0,
      apart: 1,
      sentence: 'In step at the last sync, but for 1 record kept apart on purpose.',
    });
    const { equal, collections } = await bench.engine.compare();
    expect([equal, collections[0]]).toMatchObject([false, { waiting: 0, apart: 1, different: 0 }]);
    const bulk = { collection: 'people', answer: 'old-on-both', who: 'bob' } as const;
    expect(await bench.engine.answerHolds(bulk)).toMatchObject({ run: 0, answered: 0, failed: [] });
    expect(await theHold(bench)).toMatchObject({ kept: { by: 'ann' } });
    await answer(bench, await theHold(bench), 'old-on-both');
    expect(bench.both('people')[0]).toEqual(OLD);
    expect(await bench.engine.status()).toMatchObject({ state: 'in-step', holds: 0, apart: 0 });
  });

  test('[E73] a choice shows the edits of other fields, too, which flow when the hold ends', async () => {
    for (const how of ['send-again', 'old-on-both'] as const) {
      const bench = await undone();
      bench.put('A', 'people', { id: 1n, zip: 'edited' });
      await bench.sync();
      const hold = await theHold(bench);
      const shown = must(
        hold.choices.find((choice) => choice.answer === how),
        how,
      );
      await answer(bench, hold, how);
      expect([plain(shown.local), plain(shown.remote)]).toEqual([
        bench.one('A', 'people', 1n),
        bench.one('B', 'people', 1n),
      ]);
      expect(bench.one('B', 'people', 1n)?.['zip']).toBe('edited');
    }
  });

  test('[E56] old on both keeps what either side edited meanwhile in fields that are not held', async () => {
    for (const side of ['A', 'B'] as const) {
      const bench = await undone();
      bench.put(side, 'people', { id: 1n, zip: 'mine' });
      await bench.sync();
      for (const hold of await bench.engine.holds()) await answer(bench, hold, 'old-on-both');
      await bench.sync();
      expect([side, bench.both('people')[0]]).toEqual([side, person(1, 'ann', { zip: 'mine' })]);
    }
  });

  test('[E56] old on both never deletes a record whose old document was too large to be kept', async () => {
    for (const whole of [false, true]) {
      const bench = await pair({ keepDocBytes: 200 });
      const long = 'x'.repeat(400);
      bench.put('A', 'people', { id: 1n, zip: long });
      await bench.sync();
      expect((await bench.facts('people', 1n)).base).toMatchObject({ doc: null });
      if (whole) bench.drop('A', 'people', 1n);
      else bench.put('A', 'people', { id: 1n, name: 'new' });
      const { id } = await bench.sync();
      await bench.engine.undo({ run: id }, 'ann');
      expect(bench.one('B', 'people', 1n)).toEqual(person(1, 'ann', { zip: long }));
      await answer(bench, await theHold(bench), 'old-on-both');
      expect([whole, bench.one('B', 'people', 1n)]).toEqual([whole, person(1, 'ann', { zip: long })]);
      expect(bench.one('A', 'people', 1n) !== null || whole).toBe(true);
    }
  });

  test('[E56] send again of a record that was inserted, deleted or merged gives both sides what the run had given', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    bench.put('B', 'people', { id: 1n, zip: 'of B' });
    bench.drop('B', 'people', 2n);
    bench.put('A', 'people', person(3, 'cyd'));
    const { id } = await bench.sync();
    const after = bench.both('people');
    await bench.engine.undo({ run: id }, 'ann');
    for (const hold of await bench.engine.holds()) await answer(bench, hold, 'send-again');
    expect(bench.both('people')).toEqual(after);
    await bench.expectPeace('people');
  });

  const choices = ({ choices: all }: HoldReport): unknown =>
    Object.fromEntries(all.map((one) => [one.answer, [plain(one.local), plain(one.remote)]]));

  test('[E73] a hold shows what each answer would leave on both sides, also a value that neither shows now', async () => {
    const bench = await pair();
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, name: `of ${side}` });
    await bench.sync();
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    await bench.engine.undo({ conflict: id }, 'ann');
    const hold = await theHold(bench);
    const [ofA, ofB] = [person(1, 'of A'), person(1, 'of B')];
    expect(choices(hold)).toEqual({
      'send-again': [ofA, ofA],
      'old-on-both': [OLD, OLD],
      'take-remote': [ofB, ofB],
      'keep-apart': [ofA, ofB],
    });
    const { record } = await answer(bench, hold, 'old-on-both');
    expect([plain(record.before.local), plain(record.local), plain(record.remote)]).toEqual([ofA, OLD, OLD]);
    expect(bench.both('people')[0]).toEqual(OLD);
  });

  test('[E73] where both sides added the record there is no old value: it is not offered, refused, and nothing is deleted', async () => {
    const bench = await pair();
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', person(3, `of ${side}`));
    await bench.sync();
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    await bench.engine.undo({ conflict: id }, 'ann');
    const hold = await theHold(bench);
    expect(hold.choices.map((one) => one.answer)).toEqual(['send-again', 'take-remote', 'keep-apart']);
    await expect(answer(bench, hold, 'old-on-both')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('there never was one') as string,
      hint: expect.stringContaining('send-again') as string,
    });
    expect([bench.one('A', 'people', 3n), bench.one('B', 'people', 3n)]).toEqual([
      person(3, 'of A'),
      person(3, 'of B'),
    ]);
    await answer(bench, hold, 'send-again');
    await bench.expectPeace('people', 'pets');
  });

  for (const [how, name, city] of [
    ['take-local', 'new', 'new'],
    ['take-remote', 'ann', null],
  ] as const)
    test(`[E78] ${how} gives both sides what stands there now in the held fields, and edits of others go on`, async () => {
      const bench = await undone();
      bench.put('A', 'people', { id: 1n, zip: 'own' });
      await bench.sync();
      await answer(bench, await theHold(bench), how);
      expect(bench.both('people')[0]).toEqual(person(1, name, { city, zip: 'own' }));
      await bench.expectPeace('people');
    });

  test('[E78] what an undone undo had written can be sent again, and taken from the side that has it', async () => {
    for (const how of ['send-again', 'take-remote'] as const) {
      const bench = await pair();
      bench.put('A', 'people', person(3, 'cyd'));
      const { id } = await bench.sync();
      const { run } = await bench.engine.undo({ run: id }, 'ann');
      bench.drop('A', 'people', 3n);
      await bench.sync();
      await bench.engine.undo({ run }, 'ann');
      expect([bench.one('A', 'people', 3n), bench.one('B', 'people', 3n)]).toEqual([null, person(3, 'cyd')]);
      const hold = await theHold(bench);
      expect(hold.choices.map((one) => one.answer)).toEqual(['send-again', 'take-remote', 'keep-apart']);
      await answer(bench, hold, how);
      expect(bench.both('people').slice(2)).toEqual(how === 'send-again' ? [] : [person(3, 'cyd')]);
      await bench.expectPeace('people');
    }
  });

  /** A run that sent a person with a pet, taken back again. */
  async function family(): Promise<{ bench: Bench; run: number }> {
    const bench = await pair();
    bench.put('A', 'people', person(3, 'cyd'));
    bench.put('A', 'pets', { id: 1n, owner: 3n });
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    return { bench, run: id };
  }

  test('[E74] send again of a record whose parent rests is refused by its name, nothing is written, and the hold stands', async () => {
    const { bench } = await family();
    const holds = await bench.engine.holds();
    const pet = must(
      holds.find(({ collection }) => collection === 'pets'),
      'the hold of the pet',
    );
    await expect(answer(bench, pet, 'send-again')).rejects.toMatchObject({
      code: 'refused',
      message:
        'Not sent: people 3, to which it refers, is on hold; answer that first. Possible here: old-on-both, keep-apart.',
    });
    expect([bench.dump('B', 'pets'), (await bench.engine.holds()).length]).toEqual([[], 2]);
    for (const { collection, key } of [...holds].sort((x, y) => (x.collection < y.collection ? -1 : 1)))
      await bench.engine.answerHold({ collection, key, answer: 'send-again', who: 'ann' });
    await bench.expectPeace('people', 'pets');
  });

  test('[E74] an edit between the look and the write is a refusal, and what it hit still rests', async () => {
    const bench = await undone();
    const shown = await theHold(bench);
    let once = true;
    bench.tap.current = ({ on, name, when }) => {
      if (!once || on !== 'B' || name !== 'write' || when !== 'before') return;
      once = false;
      bench.put('B', 'people', { id: 1n, city: 'later' });
    };
    await expect(answer(bench, shown, 'send-again')).rejects.toMatchObject({ code: 'moved' });
    expect(bench.one('B', 'people', 1n)?.['city']).toBe('later');
  });

  for (const how of ['send-again', 'old-on-both'] as const) {
    test(`[E75] ${how} for all holds of a run is one run, in the order of parents and children; a dry run only counts`, async () => {
      const { bench, run } = await family();
      const before = [bench.dump('A', 'people'), bench.dump('B', 'people'), (await bench.engine.runs(99)).length];
      const dry = await bench.engine.answerHolds({ run, answer: how, who: 'ann', dryRun: true });
      expect([bench.dump('A', 'people'), bench.dump('B', 'people'), (await bench.engine.runs(99)).length]).toEqual(
        before,
      );
      const none = { insert: 0, update: 0, delete: 0 };
      const written =
        how === 'send-again' ? { A: none, B: { ...none, insert: 2 } } : { A: { ...none, delete: 2 }, B: none };
      expect(dry).toEqual({ run: 0, byItself: [], answered: 2, written, failed: [] });
      expect(await bench.engine.countHolds()).toEqual([
        { run, collection: 'people', count: 1, apart: 0 },
        { run, collection: 'pets', count: 1, apart: 0 },
      ]);
      const done = await bench.engine.answerHolds({ run, answer: how, who: 'ann' });
      expect(done).toMatchObject({ answered: 2, written, failed: [] });
      expect([bench.both('people').length, bench.both('pets').length]).toEqual(how === 'send-again' ? [3, 1] : [2, 0]);
      await bench.expectPeace('people', 'pets');
      await bench.engine.undo({ run: done.run }, 'ann');
      expect([bench.dump('A', 'people').length, bench.dump('B', 'people').length]).toEqual([3, 2]);
    });
  }

  for (const [side, onA] of [
    ['A', 0],
    ['B', 1],
  ] as const)
    test(`[E71] [E75] the report and the dry run count what came in on ${side} while the record rested, too, each record once a side`, async () => {
      const bench = await undone();
      bench.put(side, 'people', { id: 1n, zip: 'edited' });
      await bench.sync();
      const request = { collection: 'people', answer: 'send-again', who: 'ann' } as const;
      const dry = await bench.engine.answerHolds({ ...request, dryRun: true });
      const { written } = await bench.engine.answerHolds(request);
      expect([written.A.update, written.B.update, dry.written]).toEqual([onA, 1, written]);
      expect(bench.both('people')[0]).toMatchObject({ ...NEW, zip: 'edited' });
    });

  test('[E75] one answer for a collection leaves every other hold, and names what could not take it', async () => {
    const { bench, run } = await family();
    const report = await bench.engine.answerHolds({ collection: 'pets', answer: 'send-again', who: 'ann' });
    expect(report).toMatchObject({ run: 0, answered: 0, failed: [{ collection: 'pets', code: 'refused' }] });
    expect(report.failed[0]?.why).toContain('people 3');
    expect(await bench.engine.holds({ run })).toHaveLength(2);
    expect(await bench.engine.holds({ run, collection: 'people', limit: 1 })).toHaveLength(1);
  });
});
