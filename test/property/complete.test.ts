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
const check = (law: (w: World) => boolean): void => fc.assert(fc.property(world, law), RUNS);
const same = (a: State, b: State, name: string): boolean => sameValue(fieldOf(a, name), fieldOf(b, name));

/** Every value that a side holds of its own in the new fields. */
const ownIn = (name: (typeof NEW)[number], { a, b, ...w }: World): readonly (Value | undefined)[] =>
  [
    [fieldOf(a, name), w[name].A],
    [fieldOf(b, name), w[name].B],
  ].flatMap(([held, byDefault]) => (isOwn(held, byDefault) ? [held] : []));

/** This side is written, and something of its own in a new field is replaced. */
const loses = (side: SideName, agreed: State, w: World): boolean => {
  const held = side === 'A' ? w.a : w.b;
  return NEW.some((name) => isOwn(fieldOf(held, name), w[name][side]) && !same(held, agreed, name));
};

describe('A base that is completed', () => {
  test('[E110] keeps what it knew of every field that is still mapped, and knows nothing of one that left', () => {
    check((w) => {
      const base = complete(w);
      expect(OLD.every((name) => baseHas(base, name, fieldOf(w.old, name))) && baseHas(base, 'g', undefined)).toBe(
        true,
      );
      return true;
    });
  });

  test('[E110] is the same after it is completed again, and with its document or its hashes alone', () => {
    check((w) => {
      const base = complete(w);
      expect(completed(base, w.a, w.b, shapeOf(w)).base).toBe(base);
      const [kept, hashed] = [complete({ ...w, kept: true }), complete({ ...w, kept: false })];
      expect(plan(hashed, w.a, w.b, rules)).toEqual(plan(kept, w.a, w.b, rules));
      return true;
    });
  });

  test('[E110] says the same with the sides swapped', () => {
    check((w) => {
      const swapped = { ...w, a: w.b, b: w.a, m: { A: w.m.B, B: w.m.A }, n: { A: w.n.B, B: w.n.A } };
      expect(complete(swapped)).toEqual(complete(w));
      return true;
    });
  });

  test('[E110] where nothing else was edited: equal is adopted, nothing of its own yields, two values are a conflict of these fields', () => {
    const seen = { adopted: 0, flowed: 0, clashed: 0 };
    check((known) => {
      const w = { ...known, a: unedited(known.a, known.old), b: unedited(known.b, known.old) };
      if (!w.a || !w.b) return true;
      const decision = plan(complete(w), w.a, w.b, rules);
      const differing = NEW.filter((name) => !same(w.a, w.b, name));
      const clash = differing.filter((name) => ownIn(name, w).length === 2);
      if (clash.length > 0) {
        seen.clashed++;
        return (
          decision.kind === 'conflict' &&
          decision.conflict === 'update/update' &&
          clash.every((name) => decision.fields.includes(name))
        );
      }
      if (differing.length === 0) {
        seen.adopted++;
        return decision.kind === 'in-step' || decision.kind === 'adopt';
      }
      if (decision.kind !== 'write') return decision.kind === 'conflict' && equallyEmpty(decision.fields, w);
      seen.flowed++;
      return NEW.every((name) => ownIn(name, w).every((held) => sameValue(held, fieldOf(decision.agreed, name))));
    });
    for (const times of Object.values(seen)) expect(times).toBeGreaterThan(50);
  });

  test('[E111] no record is deleted that would not have been without the new fields, and no value of a side’s own is replaced', () => {
    let deletes = 0;
    check((w) => {
      const decision = plan(complete(w), w.a, w.b, rules);
      if (decision.kind !== 'write') return true;
      const lost = sideNames.some(
        (side) => (side === 'A' ? decision.toA : decision.toB) && loses(side, decision.agreed, w),
      );
      if (decision.agreed !== null) return !lost;
      deletes++;
      const before = plan(baseOf(must(onlyOld(w.old), 'a base')), onlyOld(w.a), onlyOld(w.b), rules);
      return !lost && before.kind === 'write' && before.agreed === null;
    });
    expect(deletes).toBeGreaterThan(20);
  });

  test('[E110] a field of documents that is missing yields, and NULL is a value there', () => {
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

/** Two different defaults are two answers as well. */
const equallyEmpty = (fields: readonly string[], w: World): boolean =>
  fields.every((field) =>
    NEW.some(
      (name) =>
        name === field && ownIn(name, w).length === 0 && fieldOf(w.a, name) !== null && fieldOf(w.b, name) !== null,
    ),
  );
