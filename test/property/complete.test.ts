import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseHas, baseOf, vectorOf, type Base } from '../../electron/engine/plan/base.ts';
import { completed, type Shape } from '../../electron/engine/plan/complete.ts';
import { plan, type Rules } from '../../electron/engine/plan/plan.ts';
import { fieldOf, recordFrom, type RecordImage, type State } from '../../electron/engine/port/record.ts';
import { sameValue, type Value } from '../../electron/engine/port/value.ts';
import { sideNames, type SideName } from '../../electron/engine/settings.ts';
import { must } from '../../shared/lib/assert.ts';

const RUNS = { numRuns: 4000, seed: 20260106 };
/** `o` and `p` were mapped from the beginning, `m` and `n` came later, `g` has left. */
const OLD = ['o', 'p'] as const;
const NEW = ['m', 'n'] as const;
const rules: Rules = { policy: 'ask', fieldPolicy: {}, newestBy: '', merge: 'field', groups: [], touch: [] };

const value = fc.constantFrom<Value>(null, 0n, 1n, 2n, 'x', 'y');
const defaults = fc.record({
  A: fc.constantFrom<Value | undefined>(undefined, 0n),
  B: fc.constantFrom<Value | undefined>(undefined, 0n, 1n),
});
const record = fc
  .tuple(...[...OLD, ...NEW].map(() => value))
  .map((values) => recordFrom([...OLD, ...NEW].map((name, i) => [name, values[i]])));
const state: fc.Arbitrary<State> = fc.option(record, { freq: 6, nil: null });
const older = fc.tuple(value, value, value).map(([o, p, g]) =>
  recordFrom([
    ['o', o],
    ['p', p],
    ['g', g],
  ]),
);

interface World {
  readonly old: RecordImage;
  readonly a: State;
  readonly b: State;
  readonly kept: boolean;
  readonly m: Readonly<Record<SideName, Value | undefined>>;
  readonly n: Readonly<Record<SideName, Value | undefined>>;
}
/** A side that nobody edited in the old fields, as often as not. */
const world: fc.Arbitrary<World> = fc
  .record({
    old: older,
    a: state,
    b: state,
    stillA: fc.boolean(),
    stillB: fc.boolean(),
    kept: fc.boolean(),
    m: defaults,
    n: defaults,
  })
  .map(({ stillA, stillB, ...rest }) => ({
    ...rest,
    a: stillA ? unedited(rest.a, rest.old) : rest.a,
    b: stillB ? unedited(rest.b, rest.old) : rest.b,
  }));
const unedited = (side: State, old: RecordImage): State =>
  side &&
  recordFrom([
    ...OLD.map((name) => [name, fieldOf(old, name)] as const),
    ...NEW.map((name) => [name, fieldOf(side, name)] as const),
  ]);

const based = ({ old, kept }: Pick<World, 'old' | 'kept'>): Base =>
  kept ? baseOf(old) : { ...baseOf(old), doc: null, vector: vectorOf(old) };
const shapeOf = ({ m, n }: Pick<World, 'm' | 'n'>): Shape => ({
  fields: new Map([...OLD.map((name) => [name, { A: undefined, B: undefined }] as const), ['m', m], ['n', n]]),
  nullIsValue: false,
});
const complete = (w: World): Base => completed(based(w), w.a, w.b, shapeOf(w)).base;
const onlyOld = (side: State): State => side && recordFrom(OLD.map((name) => [name, fieldOf(side, name)]));
const isOwn = (held: Value | undefined, byDefault: Value | undefined): boolean =>
  held !== null && held !== undefined && !(byDefault !== undefined && sameValue(held, byDefault));
const check = (law: (w: World) => void): void => fc.assert(fc.property(world, law), RUNS);

describe('A base that is completed', () => {
  test('[E77] keeps what it knew of every field that is still mapped, and knows nothing of one that left', () => {
    check((w) => {
      const base = complete(w);
      for (const name of OLD) expect(baseHas(base, name, fieldOf(w.old, name))).toBe(true);
      expect(baseHas(base, 'g', undefined)).toBe(true);
    });
  });

  test('[E77] is the same after it is completed again, and with its document or its hashes alone', () => {
    check((w) => {
      const base = complete(w);
      expect(completed(base, w.a, w.b, shapeOf(w)).base).toBe(base);
      const [kept, hashed] = [complete({ ...w, kept: true }), complete({ ...w, kept: false })];
      expect(plan(hashed, w.a, w.b, rules)).toEqual(plan(kept, w.a, w.b, rules));
    });
  });

  test('[E77] says the same with the sides swapped', () => {
    check((w) => {
      const swapped = { ...w, a: w.b, b: w.a, m: { A: w.m.B, B: w.m.A }, n: { A: w.n.B, B: w.n.A } };
      expect(complete(swapped)).toEqual(complete(w));
    });
  });

  test('[E77] where nothing else was edited: equal is adopted, nothing of its own yields, two values are a conflict of these fields', () => {
    let [adopted, flowed, clashed] = [0, 0, 0];
    check((w) => {
      const [a, b] = [unedited(w.a, w.old), unedited(w.b, w.old)];
      if (!a || !b) return;
      const decision = plan(complete({ ...w, a, b }), a, b, rules);
      const differing = NEW.filter((name) => !sameValue(fieldOf(a, name), fieldOf(b, name)));
      const clash = differing.filter(
        (name) => isOwn(fieldOf(a, name), w[name].A) && isOwn(fieldOf(b, name), w[name].B),
      );
      if (clash.length > 0) {
        clashed++;
        expect(decision).toMatchObject({ kind: 'conflict', conflict: 'update/update' });
        expect((decision as { fields: readonly string[] }).fields).toEqual(expect.arrayContaining(clash));
      } else if (differing.length === 0) {
        adopted++;
        expect(['in-step', 'adopt']).toContain(decision.kind);
      } else if (decision.kind === 'write') {
        flowed++;
        for (const name of NEW) {
          const own = [a, b].find((side, i) => isOwn(fieldOf(side, name), w[name][must(sideNames[i], 'a side')]));
          if (own) expect(fieldOf(decision.agreed, name)).toEqual(fieldOf(own, name));
        }
      }
    });
    for (const times of [adopted, flowed, clashed]) expect(times).toBeGreaterThan(50);
  });

  test('[E78] no record is deleted that would not have been without the new fields, and no value of a side’s own is replaced', () => {
    let deletes = 0;
    check((w) => {
      const decision = plan(complete(w), w.a, w.b, rules);
      if (decision.kind !== 'write') return;
      if (decision.agreed === null) {
        deletes++;
        const before = plan(baseOf(must(onlyOld(w.old), 'a base')), onlyOld(w.a), onlyOld(w.b), rules);
        expect(before).toMatchObject({ kind: 'write', agreed: null });
        for (const name of NEW) {
          expect(isOwn(fieldOf(w.a, name), w[name].A)).toBe(false);
          expect(isOwn(fieldOf(w.b, name), w[name].B)).toBe(false);
        }
        return;
      }
      for (const name of NEW) {
        if (w.a && decision.toA && !sameValue(fieldOf(w.a, name), fieldOf(decision.agreed, name)))
          expect(isOwn(fieldOf(w.a, name), w[name].A)).toBe(false);
        if (w.b && decision.toB && !sameValue(fieldOf(w.b, name), fieldOf(decision.agreed, name)))
          expect(isOwn(fieldOf(w.b, name), w[name].B)).toBe(false);
      }
    });
    expect(deletes).toBeGreaterThan(20);
  });

  test('[E77] a field of documents that is missing yields, and NULL is a value there', () => {
    const shape: Shape = { fields: new Map([['f', { A: undefined, B: undefined }]]), nullIsValue: true };
    const base = baseOf(recordFrom([]));
    const [missing, nothing, five] = [recordFrom([]), recordFrom([['f', null]]), recordFrom([['f', 5n]])];
    const decided = (a: RecordImage, b: RecordImage) => plan(completed(base, a, b, shape).base, a, b, rules).kind;
    expect([decided(missing, five), decided(missing, nothing), decided(nothing, five)]).toEqual([
      'write',
      'write',
      'conflict',
    ]);
  });
});
