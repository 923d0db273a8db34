import { hashRecord, hashValue } from '../port/record-codec.ts';
import { fieldOf, withFields, type State } from '../port/record.ts';
import { sameValue, type Value } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import { baseHas, baseNames, baseOf, namesOf, type Base } from './base.ts';

/** The fields that a pair maps, and what each side holds in them where nobody gave a value. */
export interface Shape {
  readonly fields: ReadonlyMap<string, Readonly<Record<SideName, Value | undefined>>>;
  /** NULL is a value like any other, since a field can be missing. */
  readonly nullIsValue: boolean;
}

export interface Completed {
  /** The same object where it covers the shape already. */
  readonly base: Base;
  /** The side that holds no value of its own in a field that the base did not know, where the other holds one. */
  readonly fills: SideName | null;
}

/**
 * The base of one record after other fields were mapped than it knows. A field that left goes. One that came is
 * taken as told where both sides hold it alike, and where one side holds nothing of its own (missing, NULL, the default) as that
 * side holds it, so that the other's value flows. Two different values stay unknown, which is a conflict of this field
 * alone. Everything else is as it was. `anew`: fields that count as come, whatever the base knows of them. Pure.
 */
export function completed(base: Base, a: State, b: State, shape: Shape, anew: readonly string[] = []): Completed {
  const known = new Set(baseNames(base).filter((name) => !anew.includes(name)));
  const patch = new Map<string, Value | undefined>();
  for (const name of known) if (!shape.fields.has(name)) patch.set(name, undefined);
  let fills: SideName | null = null;
  for (const [name, defaults] of shape.fields) {
    if (known.has(name)) continue;
    const from = tellingSide(name, a, b, defaults, shape.nullIsValue);
    const told = from && fieldOf(from === 'A' ? a : b, name);
    if (from !== null && told !== undefined) patch.set(name, told);
    else if (anew.includes(name)) patch.set(name, undefined);
    if (from !== null && a && b && !sameValue(fieldOf(a, name), fieldOf(b, name))) fills ??= from;
  }
  return { base: patch.size === 0 ? base : patched(base, patch, a, b), fills };
}

/** What taking one field in means for a record that both sides have; `toA`: A gets the value of B. */
export function fieldOutcome(name: string, a: State, b: State, shape: Shape): 'equal' | 'toA' | 'toB' | 'different' {
  if (sameValue(fieldOf(a, name), fieldOf(b, name))) return 'equal';
  const yields = tellingSide(name, a, b, shape.fields.get(name) ?? NOTHING, shape.nullIsValue);
  return yields === null ? 'different' : yields === 'A' ? 'toA' : 'toB';
}
const NOTHING = { A: undefined, B: undefined };

/** The side whose value both were told; `null`: they never agreed. */
function tellingSide(
  name: string,
  a: State,
  b: State,
  defaults: Readonly<Record<SideName, Value | undefined>>,
  nullIsValue: boolean,
): SideName | null {
  const rank = (state: State, side: SideName): number => worth(fieldOf(state, name), defaults[side], nullIsValue);
  if (a === null || b === null) {
    const there: SideName = a ? 'A' : 'B';
    return rank(a ?? b, there) < OWN ? there : null;
  }
  if (sameValue(fieldOf(a, name), fieldOf(b, name))) return 'A';
  const [ofA, ofB] = [rank(a, 'A'), rank(b, 'B')];
  return ofA === ofB ? null : ofA < ofB ? 'A' : 'B';
}

const OWN = 3;

/** How much a value is a person's own: a missing one yields to NULL, NULL to a default, and all of them to a value. */
function worth(value: Value | undefined, byDefault: Value | undefined, nullIsValue: boolean): number {
  if (value === undefined) return 0;
  if (value === null) return nullIsValue ? OWN : 1;
  return byDefault !== undefined && sameValue(value, byDefault) ? 2 : OWN;
}

function patched(base: Base, patch: ReadonlyMap<string, Value | undefined>, a: State, b: State): Base {
  if (base.doc) return baseOf(withFields(base.doc, patch));
  const vector = new Map(base.vector);
  for (const [name, value] of patch) {
    if (value === undefined) vector.delete(name);
    else vector.set(name, hashValue(value));
  }
  const without: Base = { hash: NO_RECORD, doc: null, vector };
  const shown = [a, b].find(
    (state) =>
      state !== null && namesOf(without, state, null).every((name) => baseHas(without, name, fieldOf(state, name))),
  );
  return shown ? { ...without, hash: hashRecord(shown) } : without;
}

/** Equals the hash of no record, so that the fields decide. */
const NO_RECORD = Buffer.alloc(16);
