import { must } from '../../../shared/lib/assert.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import { baseOf } from '../plan/base.ts';
import { plan, type Decision } from '../plan/plan.ts';
import { changedFields, sameState, type State } from '../port/record.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { Allowance, DirtyRow, Facts, NewAction, Origin } from '../state/stored.ts';
import type { Bag } from './bag.ts';
import { isConstrained } from './constraints.ts';
import { collectionOf, mayWrite, type Pass } from './context.ts';
import { lookAtHold } from './hold.ts';
import { hashOf, sameHash } from './hashes.ts';
import {
  answered,
  isPutThereSince,
  overwriting,
  takes,
  usesAllowance,
  type Answered,
  type WriteDecision,
} from './answered.ts';
import { asksStill, parkItem } from './park.ts';
import { isLeftOut } from './pins.ts';
import { reasonFor } from './reasons.ts';

/** Between such two edits a rule may decide. */
const ofTwoEdits: ReadonlySet<ConflictKind> = new Set(['update/update', 'delete/update', 'insert/insert']);

/** What a person was asked about stays that person's to decide, whatever rule was set since, until a side changes it (E139). */
const isLaterRule = (decision: Decision, item: ItemRow, { A, B }: Readonly<Record<SideName, State>>): boolean =>
  decision.kind === 'write' && decision.choices.length > 0 && ofTwoEdits.has(item.kind) && asksStill(item, A, B);

/** One dirty key: its states, what is known of it, and where the outcome goes. */
export class OneKey {
  readonly #pass: Pass;
  readonly #bag: Bag;
  readonly #row: DirtyRow;
  readonly #a: State;
  readonly #b: State;
  readonly #facts: Facts;
  readonly #aside: boolean;
  readonly #allowed: Allowance | null;
  #origin: Origin = 'plan';
  #drifts: boolean | null = false;

  constructor(
    pass: Pass,
    bag: Bag,
    row: DirtyRow,
    a: State,
    b: State,
    facts: Facts,
    aside: boolean,
    allowed: Allowance | null,
  ) {
    this.#pass = pass;
    this.#bag = bag;
    this.#row = row;
    this.#a = a;
    this.#b = b;
    this.#aside = aside;
    const isAnother = allowed !== null && isPutThereSince(allowed, { A: a, B: b });
    this.#facts = isAnother ? { ...facts, base: null } : facts;
    this.#allowed = isAnother ? null : allowed;
    if (!isAnother) return;
    bag.setBase(row, null);
    bag.dropAllowed(row);
  }

  get #states(): Readonly<Record<SideName, State>> {
    return { A: this.#a, B: this.#b };
  }

  decide(): void {
    this.#settle();
    // What is overwritten drifts until it is.
    if (this.#drifts !== null && collectionOf(this.#pass, this.#row.collection).direction !== 'both')
      this.#bag.drift(this.#row, this.#drifts);
  }

  #settle(): void {
    this.#wakeWaiters();
    if (this.#rests() && isLeftOut(this.#pass, this.#row, this.#states, null)) return;
    const released = this.#lookAtHold();
    if (released === 'held') return;
    const decision = this.#plan();
    const { item } = this.#facts;
    const isLater = item !== null && isLaterRule(decision, item, this.#states);
    if (isLeftOut(this.#pass, this.#row, this.#states, isLater ? null : decision)) return;
    if (this.#allowed) {
      if (usesAllowance(decision, this.#allowed, this.#states))
        this.#origin = this.#allowed.answer === 'fill' ? 'fill' : 'brake';
      else this.#bag.dropAllowed(this.#row);
    }
    if (isLater) return this.#park(item.kind, item.fields);
    const undone = this.#isUndone(decision, released);
    if (decision.kind === 'conflict' || undone) {
      const fields = decision.kind === 'conflict' ? this.#withKept(decision.fields) : this.#undoneFields();
      this.#park(
        released || undone || this.#facts.item?.kind === 'undone'
          ? 'undone'
          : (decision as { conflict: ConflictKind }).conflict,
        fields,
      );
    } else this.#follow(decision);
  }

  /** After an undo nothing is written before somebody chooses. */
  #rests(): boolean {
    const { hold, item } = this.#facts;
    return (hold !== null || item?.kind === 'undone') && !sameState(this.#a, this.#b);
  }

  /** L7: an item that waits for this key is planned again when a pass sees another state here. */
  #wakeWaiters(): void {
    if (this.#facts.waiters.length === 0) return;
    const [a, b] = [hashOf(this.#a), hashOf(this.#b)];
    for (const waiter of this.#facts.waiters)
      if (!sameHash(waiter.seenA, a) || !sameHash(waiter.seenB, b)) this.#bag.touch(waiter);
  }

  #lookAtHold(): 'held' | { readonly edited: readonly SideName[] } | null {
    const { hold } = this.#facts;
    if (!hold) return null;
    if (!sameState(this.#a, this.#b)) {
      const outcome = lookAtHold(hold, this.#a, this.#b);
      if (outcome.held) {
        if (outcome.changed) this.#bag.putHold(outcome.hold);
        this.#bag.clean(this.#row);
        return 'held';
      }
      this.#bag.dropHold(this.#row);
      return outcome;
    }
    this.#bag.dropHold(this.#row);
    return { edited: [] };
  }

  #plan(): Answered {
    if (this.#aside || this.#facts.item?.kind === 'restored') return this.#planWithoutBase();
    const decision = plan(this.#facts.base, this.#a, this.#b, collectionOf(this.#pass, this.#row.collection));
    return answered(decision, this.#allowed, this.#states);
  }

  /** The base was set aside: equal records are adopted, everything else is one question (L6). */
  #planWithoutBase(): Decision {
    if (sameState(this.#a, this.#b)) return { kind: 'adopt', agreed: this.#a };
    return { kind: 'conflict', conflict: 'restored', fields: [] };
  }

  /** Undone values may only be overwritten by somebody who knew of the undo. */
  #isUndone(decision: Decision, released: { readonly edited: readonly SideName[] } | null): boolean {
    if (sameState(this.#a, this.#b)) return false;
    if (this.#facts.item?.kind === 'undone') return true;
    if (!released) return false;
    if (this.#facts.hold?.kept) return true;
    if (decision.kind !== 'write') return false;
    return (decision.toA && released.edited.includes('A')) || (decision.toB && released.edited.includes('B'));
  }

  /** What an undone record is about: the fields that rested, as far as the sides differ in them; none = the whole record. */
  #undoneFields(): readonly string[] {
    const { hold, item } = this.#facts;
    const about = hold?.fields ?? item?.fields ?? [];
    return about.length === 0 ? [] : changedFields(this.#a, this.#b).filter((name) => about.includes(name));
  }

  /** What was kept apart beside the field in dispute is nobody's to carry over. */
  #withKept(fields: readonly string[]): readonly string[] {
    if (!this.#facts.hold?.kept || fields.length === 0) return fields;
    return [...new Set([...fields, ...this.#undoneFields()])].sort();
  }

  #follow(decision: Exclude<Decision, { kind: 'conflict' }>): void {
    if (decision.kind === 'write') this.#stageWrite(decision);
    else if (decision.kind === 'adopt' || this.#facts.item) this.#adopt(this.#a);
    else this.#bag.clean(this.#row);
  }

  #adopt(agreed: State): void {
    this.#bag.adopt(this.#row, agreed && baseOf(agreed));
    if (this.#facts.item) this.#bag.closeItem(this.#facts.item, 'vanished');
    if (this.#facts.bounces > 0) this.#bag.bounce(this.#row, 0);
  }

  /** Why a record was written after a brake, for its timeline. */
  #answerText(): string {
    const { answer, side } = must(this.#allowed, 'the answer to the brake');
    return answer === 'bring-back'
      ? `A brake was answered: brought back from ${this.#pass.settings.sideLabel[side]}.`
      : 'A brake was answered: the change was let go.';
  }

  #stageWrite(decision: WriteDecision): void {
    if (this.#facts.bounces >= 3) {
      this.#park('bounce', []);
      return;
    }
    const settings = collectionOf(this.#pass, this.#row.collection);
    const drift = this.#drift(decision);
    if (drift === 'stop') return;
    const { agreed, toA, toB, choices } = drift;
    if (settings.direction !== 'both' && !toA && !toB) return;
    this.#bag.action({
      ...this.#row,
      base: this.#facts.base,
      a: this.#a,
      b: this.#b,
      agreed,
      toA: toA ? agreed : undefined,
      toB: toB ? agreed : undefined,
      origin: this.#origin,
      level: this.#pass.constraints.ranks.levelOf(this.#row.collection, [
        [this.#a, toA ? agreed : undefined],
        [this.#b, toB ? agreed : undefined],
      ]),
      constrained:
        isConstrained(this.#pass.constraints, 'A', this.#row.collection, this.#a, toA ? agreed : undefined) ||
        isConstrained(this.#pass.constraints, 'B', this.#row.collection, this.#b, toB ? agreed : undefined),
      note: {
        ...(choices.length > 0 ? { choices } : {}),
        ...(this.#facts.item ? { item: this.#facts.item.id } : {}),
        ...(drift.drift ? { drift: true as const } : {}),
        ...(this.#origin === 'brake' ? { text: this.#answerText() } : {}),
      },
    } satisfies NewAction);
  }

  /**
   * One-way: an edit on the receiving side is reported, and overwritten only on request. Where only this run goes one
   * way, it waits for one that goes both. A person who wants records back says so whatever the direction is.
   */
  #drift(decision: WriteDecision): WriteDecision | 'stop' {
    const { direction } = collectionOf(this.#pass, this.#row.collection);
    const { scope, tally } = this.#pass;
    const asked = this.#allowed?.answer === 'bring-back';
    const barred = (side: SideName): boolean => !asked && !mayWrite(direction, side);
    const notNow = (side: SideName): boolean => !mayWrite(scope.direction, side);
    const side = sideNames.find((name) => takes(decision, name) && (barred(name) || notNow(name)));
    if (!side) return decision;
    const receiver = otherSide(side);
    if (scope.overwriteDrift && barred(side) && !notNow(receiver)) {
      this.#drifts = null;
      return overwriting(receiver, this.#states);
    }
    if (takes(decision, receiver) && !notNow(receiver)) return { ...decision, toA: side === 'B', toB: side === 'A' };
    if (barred(side) && !takes(decision, receiver)) {
      tally.drift++;
      this.#drifts = true;
      this.#bag.clean(this.#row);
    } else tally.waiting++;
    return 'stop';
  }

  /** One open item per key; new values, or another kind, are a new generation. */
  #park(kind: ConflictKind, fields: readonly string[]): void {
    const { item, base } = this.#facts;
    parkItem(this.#bag, this.#row, {
      kind,
      fields,
      base,
      a: this.#a,
      b: this.#b,
      item,
      waits: [],
      reason: reasonFor(this.#pass, this.#row.collection, kind, fields, this.#a, this.#b),
    });
  }
}
