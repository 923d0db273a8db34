import { own } from '../../../shared/lib/own.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import { fieldOf, recordFrom, sameState, type RecordImage, type State } from '../port/record.ts';
import { sameValue, type Value } from '../port/value.ts';
import { otherSide, type CollectionSettings, type Policy, type SideName } from '../settings.ts';
import { baseHas, isBase, namesOf, type Base } from './base.ts';
import { laterSide, touchWinner } from './newest.ts';

/** The part of a collection's settings by which one record is planned. */
export type Rules = Pick<CollectionSettings, 'policy' | 'fieldPolicy' | 'newestBy' | 'merge' | 'groups' | 'touch'>;

/** A choice that was made without asking, with what lost (L8). */
export interface AutoChoice {
  readonly policy: Policy | 'touch';
  readonly fields: readonly string[];
  readonly winner: SideName;
}

export type Decision =
  | { readonly kind: 'in-step' }
  /** Both sides are equal and the base is not: nothing is written, the base follows. */
  | { readonly kind: 'adopt'; readonly agreed: State }
  | {
      readonly kind: 'write';
      readonly agreed: State;
      readonly toA: boolean;
      readonly toB: boolean;
      readonly choices: readonly AutoChoice[];
    }
  | { readonly kind: 'conflict'; readonly conflict: ConflictKind; readonly fields: readonly string[] };

/**
 * What to do with one record, from what both sides were last told and what they hold now (engine.md 0; L1, L2).
 * Pure: no clock, no chance, no I/O. Symmetric under swapping the sides, but for policies that name one.
 */
export function plan(base: Base | null, a: State, b: State, rules: Rules): Decision {
  if (sameState(a, b)) return isBase(base, a) ? { kind: 'in-step' } : { kind: 'adopt', agreed: a };
  if (isBase(base, b)) return { kind: 'write', agreed: a, toA: false, toB: true, choices: [] };
  if (isBase(base, a)) return { kind: 'write', agreed: b, toA: true, toB: false, choices: [] };
  if (a && b) return base ? merge(base, a, b, rules) : insertedTwice(a, b, rules);
  return deletedAndEdited(base, a, b, rules);
}

function write(agreed: State, a: State, b: State, choices: readonly AutoChoice[]): Decision {
  return { kind: 'write', agreed, toA: !sameState(agreed, a), toB: !sameState(agreed, b), choices };
}

// ---------------------------------------------------------------- both edited

function merge(base: Base, a: RecordImage, b: RecordImage, rules: Rules): Decision {
  const names = namesOf(base, a, b);
  const agreed = new Map<string, Value | undefined>();
  const clash: string[] = [];
  const choices: AutoChoice[] = [];
  for (const unit of units(names, rules)) {
    const outcome = mergeUnit(unit, base, a, b, rules);
    if (outcome.choice) choices.push(outcome.choice);
    if (outcome.from === 'clash') clash.push(...outcome.fields);
    else for (const name of unit) agreed.set(name, fieldOf(outcome.from === 'A' ? a : b, name));
  }
  if (clash.length > 0) return { kind: 'conflict', conflict: 'update/update', fields: clash.sort() };
  return write(recordFrom(agreed), a, b, choices);
}

/** The sets of fields that are decided together. Touch fields are always on their own. */
function units(names: readonly string[], rules: Rules): string[][] {
  const touch = new Set(rules.touch);
  const single = names.filter((name) => touch.has(name)).map((name) => [name]);
  const rest = names.filter((name) => !touch.has(name));
  if (rules.merge === 'record') return [rest, ...single].filter((unit) => unit.length > 0);
  const groups = rules.merge === 'groups' ? rules.groups : [];
  const grouped = groups.map((group) => rest.filter((name) => group.includes(name))).filter((unit) => unit.length > 0);
  const loose = rest.filter((name) => !groups.some((group) => group.includes(name))).map((name) => [name]);
  return [...grouped, ...loose, ...single];
}

interface UnitOutcome {
  readonly from: SideName | 'clash';
  readonly fields: readonly string[];
  readonly choice?: AutoChoice;
}

function mergeUnit(unit: readonly string[], base: Base, a: RecordImage, b: RecordImage, rules: Rules): UnitOutcome {
  const differing = unit.filter((name) => !sameField(a, b, name));
  const changedA = unit.some((name) => !baseHas(base, name, fieldOf(a, name)));
  const changedB = unit.some((name) => !baseHas(base, name, fieldOf(b, name)));
  if (differing.length === 0 || !changedB) return { from: 'A', fields: [] };
  if (!changedA) return { from: 'B', fields: [] };
  return settle(differing, a, b, rules);
}

const sameField = (a: RecordImage, b: RecordImage, name: string): boolean =>
  sameValue(fieldOf(a, name), fieldOf(b, name));

/** Both sides changed these fields, differently: a declared policy decides and is recorded, or nobody does. */
function settle(fields: readonly string[], a: RecordImage, b: RecordImage, rules: Rules): UnitOutcome {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined && rules.touch.includes(only)) {
    const winner = touchWinner(fieldOf(a, only), fieldOf(b, only));
    return { from: winner, fields, choice: { policy: 'touch', fields, winner } };
  }
  const policy = policyOf(fields, rules);
  const winner = winnerBy(policy, a, b, rules);
  return winner ? { from: winner, fields, choice: { policy, fields, winner } } : { from: 'clash', fields };
}

/** The policy of all these fields, which are decided together; where they have several, nobody decides. */
function policyOf(fields: readonly string[], rules: Rules): Policy {
  const [policy, ...others] = new Set(fields.map((name) => own(rules.fieldPolicy, name) ?? rules.policy));
  return policy === undefined || others.length > 0 ? 'ask' : policy;
}

function winnerBy(policy: Policy, a: State, b: State, rules: Rules): SideName | null {
  switch (policy) {
    case 'local':
      return 'A';
    case 'remote':
      return 'B';
    case 'newest':
      return rules.newestBy === '' ? null : laterSide(a, b, rules.newestBy);
    case 'ask':
    case 'edit-wins':
      return null;
  }
}

// ---------------------------------------------------------------- no base, or one side absent

function insertedTwice(a: RecordImage, b: RecordImage, rules: Rules): Decision {
  const fields = namesOf(null, a, b).filter((name) => !sameField(a, b, name));
  const serious = fields.filter((name) => !rules.touch.includes(name));
  if (serious.length === 0) return mergeTouched(fields, a, b);
  const policy = policyOf(serious, rules);
  const winner = winnerBy(policy, a, b, rules);
  if (!winner) return { kind: 'conflict', conflict: 'insert/insert', fields };
  return write(winner === 'A' ? a : b, a, b, [{ policy, fields, winner }]);
}

function mergeTouched(fields: readonly string[], a: RecordImage, b: RecordImage): Decision {
  const agreed = new Map<string, Value | undefined>(a.names.map((name, i) => [name, a.values[i]]));
  const choices: AutoChoice[] = [];
  for (const name of fields) {
    const winner = touchWinner(fieldOf(a, name), fieldOf(b, name));
    agreed.set(name, fieldOf(winner === 'A' ? a : b, name));
    choices.push({ policy: 'touch', fields: [name], winner });
  }
  return write(recordFrom(agreed), a, b, choices);
}

/** One side has no record, the other has one that differs from the base. Without a base that is simply new. */
function deletedAndEdited(base: Base | null, a: State, b: State, rules: Rules): Decision {
  const gone: SideName = a ? 'B' : 'A';
  const kept = a ?? b;
  if (base === null || kept === null) return write(kept, a, b, []);
  const edited = namesOf(base, kept, null).filter((name) => !baseHas(base, name, fieldOf(kept, name)));
  if (edited.every((name) => rules.touch.includes(name)))
    return write(null, a, b, [{ policy: 'touch', fields: edited, winner: gone }]);
  const policy = policyOf(
    edited.filter((name) => !rules.touch.includes(name)),
    rules,
  );
  const winner = policy === 'edit-wins' ? otherSide(gone) : policy === 'newest' ? null : winnerBy(policy, a, b, rules);
  if (!winner) return { kind: 'conflict', conflict: 'delete/update', fields: edited };
  return write(winner === 'A' ? a : b, a, b, [{ policy, fields: edited, winner }]);
}
