import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { isDeepStrictEqual as same } from 'node:util';
import { describe, expect, test } from 'vitest';
import { baseHas, baseOf, vectorOf, type Base } from '../../electron/engine/plan/base.ts';
import { plan, type AutoChoice, type Decision, type Rules } from '../../electron/engine/plan/plan.ts';
import {
  allNames,
  fieldOf,
  recordFrom,
  sameState,
  type RecordImage,
  type State,
} from '../../electron/engine/port/record.ts';
import { sameValue, type Value } from '../../electron/engine/port/value.ts';
import { otherSide, type Policy } from '../../electron/engine/settings.ts';

const RUNS = { numRuns: 4000, seed: 20260105 };
const NAMES = ['a', 'b', 'c', 't'] as const;

// Few values, so that equal ones meet often; all classes, and the pairs that are easily taken for one another.
const value: fc.Arbitrary<Value | undefined> = fc.constantFrom<Value | undefined>(
  undefined,
  null,
  0n,
  1n,
  1,
  0,
  -0,
  Number.NaN,
  '',
  '1',
  'x',
  new Uint8Array([1]),
  new Uint8Array(0),
);
const record: fc.Arbitrary<RecordImage> = fc
  .tuple(...NAMES.map(() => value))
  .map((values) => recordFrom(NAMES.map((name, i) => [name, values[i]])));
const state: fc.Arbitrary<State> = fc.option(record, { freq: 6, nil: null });
const policy = fc.constantFrom<Policy>('ask', 'local', 'remote', 'newest', 'edit-wins');
const plainRules: Rules = { policy: 'ask', fieldPolicy: {}, newestBy: '', merge: 'field', groups: [], touch: [] };
const rules: fc.Arbitrary<Rules> = fc.record({
  policy,
  fieldPolicy: fc.dictionary(fc.constantFrom('a', 'b', 't'), policy, { maxKeys: 2 }),
  newestBy: fc.constantFrom('', 'c', 't'),
  merge: fc.constantFrom('field', 'record', 'groups'),
  groups: fc.constantFrom(
    [],
    [['a', 'b']],
    [
      ['a', 't'],
      ['b', 'c'],
    ],
  ),
  touch: fc.constantFrom([], ['t'], ['t', 'c']),
});

/** A base with its document, or, as for large records, with the hashes of its fields alone. */
const based = (of: State, withDocument: boolean): Base | null =>
  of && (withDocument ? baseOf(of) : { ...baseOf(of), doc: null, vector: vectorOf(of) });
interface World {
  readonly base: State;
  readonly a: State;
  readonly b: State;
  readonly kept: boolean;
}
/** Sides that share most fields with the base, as edits leave them. */
const edited = (of: RecordImage): fc.Arbitrary<State> =>
  fc.option(
    fc
      .subarray([...NAMES], { maxLength: 2 })
      .chain((names) =>
        record.map((other) =>
          recordFrom(NAMES.map((name) => [name, fieldOf(names.includes(name) ? other : of, name)])),
        ),
      ),
    { freq: 6, nil: null },
  );
const world: fc.Arbitrary<World> = fc.oneof(
  fc.record({ base: state, a: state, b: state, kept: fc.boolean() }),
  record.chain((base) => fc.record({ base: fc.constant(base), a: edited(base), b: edited(base), kept: fc.boolean() })),
);
const decide = ({ base, a, b, kept }: World, by: Rules): Decision => plan(based(base, kept), a, b, by);
/** What breaks the law, in the words of fast-check; '' if nothing does. */
function breach(law: (world: World, rules: Rules) => boolean): string {
  const found = fc.check(fc.property(world, rules, law), RUNS);
  return found.failed ? (fc.defaultReportMessage(found) ?? 'it failed') : '';
}

// ---------------------------------------------------------------- an oracle of its own: nothing of it is shared with the engine

/** What must come out where a person is asked whenever two edits dispute, and each field is a unit. */
function expected({
  base,
  a,
  b,
}: World): { readonly agreed: State } | { readonly asks: string; readonly fields: readonly string[] } {
  const text = (of: State, name: string): string => (of === null ? 'no record' : show(fieldOf(of, name)));
  const whole = (of: State): string => (of === null ? 'no record' : NAMES.map((name) => text(of, name)).join());
  if (whole(a) === whole(b) || whole(b) === whole(base)) return { agreed: a };
  if (whole(a) === whole(base)) return { agreed: b };
  if (base === null)
    return a && b
      ? { asks: 'insert/insert', fields: NAMES.filter((name) => text(a, name) !== text(b, name)) }
      : { agreed: a ?? b };
  if (!a || !b)
    return { asks: 'delete/update', fields: NAMES.filter((name) => text(a ?? b, name) !== text(base, name)) };
  const clash = NAMES.filter((name) => new Set([text(a, name), text(b, name), text(base, name)]).size === 3);
  if (clash.length > 0) return { asks: 'update/update', fields: clash };
  return { agreed: recordFrom(NAMES.map((name) => [name, fieldOf(text(a, name) === text(base, name) ? b : a, name)])) };
}
const show = (of: Value | undefined): string =>
  of instanceof Uint8Array ? `bytes ${[...of].join('.')}` : `${typeof of} ${Object.is(of, -0) ? '-0' : String(of)}`;

describe('plan', () => {
  test('[E1] [E2] [E3] [E4] [E5] [E6] without a policy, plan and an independent oracle say the same of every record', () => {
    const seen = { write: 0, conflict: 0, adopt: 0, 'in-step': 0 };
    const law = (w: World): boolean => {
      const [is, shall] = [decide(w, plainRules), expected(w)];
      seen[is.kind]++;
      if ('asks' in shall) return same(is, { kind: 'conflict', conflict: shall.asks, fields: shall.fields });
      if (is.kind === 'conflict') return false;
      if (is.kind === 'in-step') return sameState(w.a, w.b) && sameState(w.a, w.base);
      if (!sameState(is.agreed, shall.agreed)) return false;
      if (is.kind === 'adopt') return sameState(w.a, w.b) && !sameState(w.a, w.base);
      return is.toA === !sameState(w.a, is.agreed) && is.toB === !sameState(w.b, is.agreed);
    };
    expect(breach(law)).toBe('');
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  test('[E16] a base of which only hashes are kept decides as its document would', () => {
    expect(breach((w, by) => same(decide({ ...w, kept: false }, by), decide({ ...w, kept: true }, by)))).toBe('');
  });

  test('[E5] nothing is deleted without a base, whatever the policy', () => {
    const law = (w: World, by: Rules): boolean => {
      const is = decide({ ...w, base: null }, by);
      return is.kind !== 'write' || is.agreed !== null;
    };
    expect(breach(law)).toBe('');
  });

  test('[E7] with merge: record an automatic result holds, but for touch fields, one side whole', () => {
    const law = (w: World, by: Rules): boolean => {
      const is = decide(w, { ...by, merge: 'record', policy: 'ask', fieldPolicy: {} });
      if (is.kind !== 'write' || !is.agreed || !w.a || !w.b) return true;
      const rest = (of: State): unknown[] =>
        NAMES.filter((name) => !by.touch.includes(name)).map((name) => fieldOf(of, name));
      return same(rest(w.a), rest(is.agreed)) || same(rest(w.b), rest(is.agreed));
    };
    expect(breach(law)).toBe('');
  });

  test('[E7] with merge: groups the fields of a group come from one side', () => {
    const law = (w: World, by: Rules): boolean => {
      const is = decide(w, { ...by, merge: 'groups', touch: [] });
      if (is.kind !== 'write' || !is.agreed) return true;
      const of = (state: State, group: readonly string[]): unknown[] => group.map((name) => fieldOf(state, name));
      return by.groups.every((group) => [w.a, w.b].some((side) => same(of(side, group), of(is.agreed, group))));
    };
    expect(breach(law)).toBe('');
  });

  test('[E8] a touch field is never what a conflict is about', () => {
    const law = (w: World, by: Rules): boolean => {
      const is = decide(w, by);
      if (is.kind !== 'conflict') return true;
      const serious = is.fields.filter((name) => !by.touch.includes(name));
      return serious.length > 0 && (is.conflict !== 'update/update' || serious.length === is.fields.length);
    };
    expect(breach(law)).toBe('');
  });

  test('[E9] a policy changes only what would be a conflict without one', () => {
    const law = (w: World, by: Rules): boolean => {
      const asked = decide(w, { ...by, policy: 'ask', fieldPolicy: {} });
      return asked.kind === 'conflict' || same(decide(w, by), asked);
    };
    expect(breach(law)).toBe('');
  });

  test('[E10] planning is symmetric under swapping the sides, policies that name a side swapped too', () => {
    const law = (w: World, by: Rules): boolean => {
      const fieldPolicy = Object.fromEntries(Object.entries(by.fieldPolicy).map(([name, of]) => [name, turned(of)]));
      const there = decide({ ...w, a: w.b, b: w.a }, { ...by, policy: turned(by.policy), fieldPolicy });
      return same(swapped(there), decide(w, by));
    };
    expect(breach(law)).toBe('');
  });

  test('[E10] planning what was planned changes nothing, and the agreed record is adopted where it arrived first', () => {
    const law = (w: World, by: Rules): boolean => {
      const is = decide(w, by);
      if (is.kind !== 'write' && is.kind !== 'adopt') return true;
      const done = { ...w, a: is.agreed, b: is.agreed };
      return same(decide({ ...done, base: is.agreed }, by), { kind: 'in-step' }) && decide(done, by).kind !== 'write';
    };
    expect(breach(law)).toBe('');
  });

  test('[E11] every value that is overwritten equals the base on that side, or stands in the choices with the side that won', () => {
    let chosen = 0;
    const law = (w: World, by: Rules): boolean => {
      const is = decide(w, by);
      if (is.kind !== 'write') return true;
      const base = based(w.base, w.kept);
      return (['A', 'B'] as const).every((side) => {
        const mine = side === 'A' ? w.a : w.b;
        const lost = allNames(mine, mine && is.agreed).filter((name) => {
          const was = fieldOf(mine, name);
          return !(is.agreed && sameValue(was, fieldOf(is.agreed, name))) && !(base && baseHas(base, name, was));
        });
        chosen += lost.length;
        return lost.every((name) =>
          is.choices.some(({ winner, fields }) => winner === otherSide(side) && fields.includes(name)),
        );
      });
    };
    expect(breach(law)).toBe('');
    expect(chosen).toBeGreaterThan(50);
  });
});

const turned = (by: Policy): Policy => (by === 'local' ? 'remote' : by === 'remote' ? 'local' : by);

function swapped(is: Decision): Decision {
  if (is.kind !== 'write') return is;
  const flip = ({ winner, policy: by, ...rest }: AutoChoice): AutoChoice => ({
    ...rest,
    policy: by === 'touch' ? by : turned(by),
    winner: otherSide(winner),
  });
  return { ...is, toA: is.toB, toB: is.toA, choices: is.choices.map(flip) };
}

// ---------------------------------------------------------------- the executable model of the laws, where it is at hand

const model = resolve(
  process.env['TANDEM_TEST_MODEL'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'model'),
);
const atHand = existsSync(join(model, 'engine.mjs')) ? [join(model, 'engine.mjs')] : [];

for (const file of atHand) {
  test('[E1] [E2] [E3] [E4] [E5] [E6] plan decides as the executable model of the laws does', async () => {
    const theirs = (await import(pathToFileURL(file).href)) as { plan: (...args: unknown[]) => ModelPlan };
    const text = fc.constantFrom('1', '2', '3');
    const all = fc.tuple(text, text, text).map(([a, b, c]) =>
      recordFrom([
        ['a', a],
        ['b', b],
        ['c', c],
      ]),
    );
    const any = fc.option(all, { freq: 4, nil: null });
    const law = (base: State, a: State, b: State): boolean => {
      const mine = plan(base && baseOf(base), a, b, plainRules);
      const its = theirs.plan(asModel(base), asModel(a), asModel(b), {});
      if (mine.kind === 'conflict') {
        const fields = mine.conflict === 'update/update' ? mine.fields : [];
        return same([its.conflict, its.fields], [mine.conflict, fields]);
      }
      const agreed = mine.kind === 'in-step' ? a : mine.agreed;
      const written = mine.kind === 'write' ? mine : { toA: false, toB: false };
      const writes = written.toA === (its.A !== undefined) && written.toB === (its.B !== undefined);
      return its.conflict === undefined && writes && same(its.agreed, asModel(agreed));
    };
    const found = fc.check(fc.property(any, any, any, law), { ...RUNS, numRuns: 10_000 });
    expect(found.failed ? fc.defaultReportMessage(found) : '').toBe('');
  });
}

interface ModelPlan {
  readonly agreed?: unknown;
  readonly A?: unknown;
  readonly B?: unknown;
  readonly conflict?: string;
  readonly fields?: readonly string[];
}
function asModel(of: State): object {
  if (of === null) return { x: 0, i: '-', c: {} };
  return { x: 1, i: '-', c: Object.fromEntries(of.names.map((name, i) => [name, [of.values[i], '-']])) };
}
