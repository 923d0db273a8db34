import type { Decision } from '../plan/plan.ts';
import { hashRecord } from '../port/record-codec.ts';
import { sameState, type State } from '../port/record.ts';
import { otherSide, type SideName } from '../settings.ts';
import type { Allowance } from '../state/stored.ts';

/** `drift`: what was edited on a side that only receives gives way. */
export type WriteDecision = Extract<Decision, { kind: 'write' }> & { readonly drift?: true };
export type Answered = Exclude<Decision, { kind: 'write' }> | WriteDecision;

type States = Readonly<Record<SideName, State>>;

export const takes = ({ toA, toB }: Pick<WriteDecision, 'toA' | 'toB'>, side: SideName): boolean =>
  side === 'A' ? toA : toB;

/** What the side holds gives way to what the other one has. */
export const overwriting = (side: SideName, states: States): WriteDecision => ({
  kind: 'write',
  agreed: states[otherSide(side)],
  toA: side === 'A',
  toB: side === 'B',
  choices: [],
  drift: true,
});

/** The plan of a record after what a person answered to the brake that had stopped it. */
export function answered(decision: Decision, allowed: Allowance | null, states: States): Answered {
  if (!allowed) return decision;
  const { answer, kind, side } = allowed;
  if (kind === 'drift') {
    const drifts = decision.kind === 'write' && takes(decision, otherSide(side));
    const asShown = states[side] !== null && allowed.shown?.equals(hashRecord(states[side]));
    return drifts && asShown && answer === 'let-go' ? overwriting(side, states) : decision;
  }
  const gives = isStoppedWrite(decision, allowed, states) || isStoppedEdit(decision, allowed, states);
  if (answer !== 'bring-back' || !gives) return decision;
  return { kind: 'write', agreed: states[side], toA: side === 'B', toB: side === 'A', choices: [] };
}

/**
 * *Bring back* gave up what the side held then; what somebody put into its new collection afterwards has nothing to do
 * with what was agreed on before.
 */
export function isPutThereSince({ answer, kind, side, shown }: Allowance, states: States): boolean {
  if (answer !== 'bring-back' || (kind !== 'missing' && kind !== 'replaced')) return false;
  const there = states[otherSide(side)];
  if (there === null || states[side] === null || sameState(there, states[side])) return false;
  return !shown || !shown.equals(hashRecord(there));
}

/** An answer that the key needs no more must not wait for a later deletion. */
export function usesAllowance(decision: Answered, allowed: Allowance, states: States): boolean {
  if (decision.kind !== 'write') return false;
  if (allowed.answer === 'fill') return isFilled(decision, allowed, states);
  if (allowed.answer === 'bring-back') return takes(decision, otherSide(allowed.side));
  if (allowed.kind === 'changes' && decision.agreed === null) return false;
  return decision.drift === true || isStoppedWrite(decision, allowed, states);
}

/** A field that was taken in gets its values: a record that came or went meanwhile has nothing to do with that. */
function isFilled(decision: Answered, { answer, side }: Allowance, states: States): boolean {
  if (answer !== 'fill' || decision.kind !== 'write' || !states.A || !states.B) return false;
  return decision.agreed !== null && takes(decision, side);
}

/** Is this the kind of write that the brake stopped: to this side, over a record that is there? */
function isStoppedWrite(decision: Decision, { side, kind }: Allowance, states: States): boolean {
  if (decision.kind !== 'write' || states[side] === null || !takes(decision, side)) return false;
  return decision.agreed === null || (kind !== 'deletes' && kind !== 'emptied' && kind !== 'schema');
}

/** The record was edited, since the brake fell, on the side that still has it: it is given back as it stands. */
function isStoppedEdit(decision: Decision, { side, kind }: Allowance, states: States): boolean {
  return (
    decision.kind === 'conflict' && kind !== 'changes' && states[side] !== null && states[otherSide(side)] === null
  );
}
