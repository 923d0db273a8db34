import { describe, expect, test } from 'vitest';
import type { BrakeReport } from '../../electron/engine/reports/waiting.ts';
import { otherSide, type Direction, type SideName } from '../../electron/engine/settings.ts';
import { must } from '../../shared/lib/assert.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const items = table('items', { id: 'integer', name: 'text?' });
const other = table('other', { id: 'integer', name: 'text?' });
const item = (id: number, name = 'n'): Row => ({ id: BigInt(id), name });
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function agreed(count: number, direction: Direction): Promise<Bench> {
  const bench = await Bench.open({ tables: [items, other], rules: { items: { direction } } });
  bench.putBoth('items', ...range(1, count).map((id) => item(id)));
  await bench.sync();
  return bench;
}

async function theBrake(bench: Bench): Promise<BrakeReport> {
  const brakes = await bench.engine.brakes();
  expect(brakes).toHaveLength(1);
  return must(brakes[0], 'a brake');
}

const ways: readonly (readonly [Direction, SideName])[] = [
  ['a-to-b', 'B'],
  ['b-to-a', 'A'],
];

/** 40 agreed records; the receiving side added 40, changed one and deleted one since. */
async function drifted(direction: Direction, receiver: SideName): Promise<Bench> {
  const bench = await agreed(40, direction);
  for (const id of range(101, 140)) bench.put(receiver, 'items', item(id, 'theirs'));
  bench.put(receiver, 'items', item(1, 'theirs'));
  bench.drop(receiver, 'items', 2n);
  expect((await bench.sync()).drift).toBe(42);
  await bench.sync({ overwriteDrift: true });
  return bench;
}

describe('Drift', () => {
  for (const [direction, receiver] of ways) {
    const source = otherSide(receiver);

    test(`[E121] ${direction}: much drift to be overwritten stops as what it is, and says what would go`, async () => {
      const bench = await drifted(direction, receiver);
      const [here, there] = receiver === 'B' ? ['This computer', 'Remote'] : ['Remote', 'This computer'];
      expect(await theBrake(bench)).toMatchObject({
        kind: 'drift',
        side: receiver,
        count: 41,
        of: 80,
        cause: `Overwriting what was edited on ${there} would delete 40 that ${here} does not have and change 1 back to what ${here} has, of 80 records of items.`,
      });
      expect(bench.dump(receiver, 'items')).toHaveLength(79);
      expect(bench.dump(source, 'items')).toHaveLength(40);
    });

    test(`[E121] ${direction}: such a brake holds up the overwriting alone; records from the source flow on`, async () => {
      const bench = await drifted(direction, receiver);
      bench.put(source, 'items', item(3, 'flows'));
      const report = await bench.sync();
      expect([writtenBy(report), report.brakes, report.withheld]).toEqual([1, [], 0]);
      expect(bench.one(receiver, 'items', 3n)).toEqual(item(3, 'flows'));
      expect((await bench.engine.status()).sentence).toBe('Waiting for you (1). Everything else goes on.');
      bench.put(source, 'items', item(4, 'waits'));
      expect(writtenBy(await bench.sync({ overwriteDrift: true }))).toBe(0);
    });

    test(`[E121][E38] ${direction}: let go overwrites exactly what was stopped, also after syncs in between`, async () => {
      const bench = await drifted(direction, receiver);
      await bench.sync();
      bench.put(receiver, 'items', item(9, 'later drift'));
      await bench.engine.answerBrake((await theBrake(bench)).id, 'let-go', 'ann');
      expect(bench.dump(source, 'items')).toEqual(range(1, 40).map((id) => item(id)));
      expect(bench.dump(receiver, 'items')).toEqual(
        range(1, 40)
          .filter((id) => id !== 2)
          .map((id) => item(id, id === 9 ? 'later drift' : 'n')),
      );
      expect(await bench.engine.brakes()).toEqual([]);
      await bench.sync({ overwriteDrift: true });
      expect(bench.both('items')).toEqual(range(1, 40).map((id) => item(id)));
    });

    test(`[E121] [E38] ${direction}: let go leaves what was edited again after the question`, async () => {
      const bench = await drifted(direction, receiver);
      for (const id of [1, 101]) bench.put(receiver, 'items', item(id, 'edited since'));
      bench.drop(receiver, 'items', 102n);
      await bench.engine.answerBrake((await theBrake(bench)).id, 'let-go', 'ann');
      const later = [item(1, 'edited since'), ...range(3, 40).map((id) => item(id)), item(101, 'edited since')];
      expect(bench.dump(receiver, 'items')).toEqual(later);
      expect(bench.dump(source, 'items')).toEqual(range(1, 40).map((id) => item(id)));
      await bench.sync({ overwriteDrift: true });
      expect(bench.both('items')).toEqual(range(1, 40).map((id) => item(id)));
    });

    test(`[E121] ${direction}: bring back gives the source what was stopped, although nothing flows there by itself`, async () => {
      const bench = await drifted(direction, receiver);
      await bench.engine.answerBrake((await theBrake(bench)).id, 'bring-back', 'ann');
      expect(bench.dump(source, 'items')).toEqual([
        item(1, 'theirs'),
        ...range(2, 40).map((id) => item(id)),
        ...range(101, 140).map((id) => item(id, 'theirs')),
      ]);
      expect(bench.one(receiver, 'items', 2n)).toBe(null);
      expect(await bench.engine.brakes()).toEqual([]);
    });

    test(`[E121] ${direction}: keep ends the question and leaves both sides; asking again asks again`, async () => {
      const bench = await drifted(direction, receiver);
      const before = [bench.dump('A', 'items'), bench.dump('B', 'items')];
      await bench.engine.answerBrake((await theBrake(bench)).id, 'keep', 'ann');
      expect(await bench.engine.brakes()).toEqual([]);
      await bench.sync();
      expect([bench.dump('A', 'items'), bench.dump('B', 'items')]).toEqual(before);
      await bench.sync({ overwriteDrift: true });
      expect((await theBrake(bench)).kind).toBe('drift');
    });

    test(`[E38][E42] ${direction}: bring back gives deleted records back to the source of a one-way collection`, async () => {
      const bench = await agreed(20, direction);
      for (const id of range(1, 12)) bench.drop(source, 'items', BigInt(id));
      await bench.sync();
      const { id, kind } = await theBrake(bench);
      expect(kind).toBe('deletes');
      await bench.engine.answerBrake(id, 'bring-back', 'ann');
      expect(bench.both('items')).toEqual(range(1, 20).map((each) => item(each)));
    });

    test(`[E121] ${direction}: what the source deleted is judged as deletes, drift or not`, async () => {
      const bench = await agreed(20, direction);
      for (const id of range(1, 12)) bench.drop(source, 'items', BigInt(id));
      bench.put(receiver, 'items', item(50, 'theirs'));
      await bench.sync({ overwriteDrift: true });
      const { id, kind, count, of } = await theBrake(bench);
      expect([kind, count, of]).toEqual(['deletes', 12, 20]);
      await bench.engine.answerBrake(id, 'let-go', 'ann');
      expect(bench.dump(receiver, 'items')).toEqual([...range(13, 20).map((each) => item(each)), item(50, 'theirs')]);
    });

    test(`[E120] ${direction}: a run that goes one way counts what waits, and the next one takes it up`, async () => {
      const bench = await agreed(5, 'both');
      bench.put(receiver, 'items', item(1, 'theirs'));
      bench.put(receiver, 'items', item(9, 'theirs'));
      bench.put(source, 'items', item(2, 'mine'));
      bench.put(source, 'items', { id: 3n, name: 'mine' });
      const report = await bench.sync({ direction });
      expect([report.drift, writtenBy(report)]).toEqual([2, 2]);
      expect(bench.one(source, 'items', 1n)).toEqual(item(1));
      const next = await bench.sync();
      expect([next.drift, writtenBy(next)]).toEqual([0, 2]);
      expect(bench.both('items')).toHaveLength(6);
    });

    test(`[E120] ${direction}: overwriting what goes both ways is refused, and so is overwriting by a saved plan`, async () => {
      const bench = await agreed(5, 'both');
      bench.put(receiver, 'items', item(1, 'theirs'));
      await expect(bench.sync({ direction, overwriteDrift: true })).rejects.toMatchObject({ code: 'usage' });
      expect(bench.one(receiver, 'items', 1n)).toEqual(item(1, 'theirs'));
      const { fingerprint } = await bench.engine.plan({});
      await expect(bench.sync({ plan: fingerprint, overwriteDrift: true })).rejects.toMatchObject({ code: 'usage' });
      await bench.sync();
      expect(bench.both('items')[0]).toEqual(item(1, 'theirs'));
    });

    test(`[E120] ${direction}: a run against the direction of a collection overwrites nothing on its source`, async () => {
      const bench = await agreed(5, direction);
      bench.put(receiver, 'items', item(1, 'theirs'));
      bench.put(source, 'items', item(2, 'mine'));
      const against = direction === 'a-to-b' ? 'b-to-a' : 'a-to-b';
      const report = await bench.sync({ direction: against, overwriteDrift: true });
      expect([report.drift, writtenBy(report)]).toEqual([2, 0]);
      await bench.sync();
      expect(bench.one(receiver, 'items', 2n)).toEqual(item(2, 'mine'));
    });
  }
});
