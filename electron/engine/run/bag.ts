import type { Base } from '../plan/base.ts';
import type { Key } from '../port/key-codec.ts';
import type { CommitResult, StateChange } from '../state/change.ts';
import type { SideName } from '../settings.ts';
import type { Allowance, DirtyRow, KeyRef, NewAction, NewDecision } from '../state/stored.ts';
import type { HoldRow, ItemPatch, ItemRow, PutItem } from '../state/waiting.ts';
import { refName, type Pass } from './context.ts';

/** Of what a plan found first: the sync that follows counts it, and it is of that run. */
export const NO_RUN = 0;

/** Collects what a batch of keys means for the state, and commits it as one transaction. */
export class Bag {
  readonly #pass: Pass;
  readonly #touch = new Map<string, KeyRef>();
  readonly #clean: DirtyRow[] = [];
  readonly #setBase: (KeyRef & { base: Base })[] = [];
  readonly #dropBase: KeyRef[] = [];
  readonly #putItems: PutItem[] = [];
  readonly #patchItems: ItemPatch[] = [];
  readonly #putHolds: HoldRow[] = [];
  readonly #dropHolds: KeyRef[] = [];
  readonly #drift: (KeyRef & { drifts: boolean })[] = [];
  readonly #bounce: (KeyRef & { count: number })[] = [];
  readonly #dropAllowed: KeyRef[] = [];
  readonly #allow: (KeyRef & Allowance)[] = [];
  readonly #actions: NewAction[] = [];
  readonly #decisions: NewDecision[] = [];
  readonly #adopted: Key[] = [];

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  get ports(): Pass['ports'] {
    return this.#pass.ports;
  }

  /** What is to be looked at again because of these keys. */
  get touched(): readonly KeyRef[] {
    return [...this.#touch.values()];
  }
  touch({ collection, key }: KeyRef): void {
    this.#touch.set(refName({ collection, key }), { collection, key });
  }
  clean({ collection, key, gen }: DirtyRow): void {
    this.#clean.push({ collection, key, gen });
  }
  /** Both sides are alike: the base follows. The markers have to be raised before the commit. */
  adopt(row: DirtyRow, base: Base | null): void {
    this.#adopted.push(row.key);
    this.setBase(row, base);
    this.clean(row);
  }
  get adopted(): readonly Key[] {
    return this.#adopted;
  }
  setBase({ collection, key }: KeyRef, base: Base | null): void {
    if (base) this.#setBase.push({ collection, key, base });
    else this.#dropBase.push({ collection, key });
  }
  putItem(item: Omit<PutItem, 'at' | 'run'>, isNew: boolean): void {
    const { ports, run, traceless, tally } = this.#pass;
    this.#putItems.push({ ...item, at: ports.clock.now(), run: traceless ? NO_RUN : run });
    if (isNew) tally.found(item);
  }
  patchItem(patch: ItemPatch): void {
    this.#patchItems.push(patch);
  }
  closeItem(item: ItemRow, state: 'vanished' | 'resolved'): void {
    this.#patchItems.push({ id: item.id, state });
  }
  putHold(hold: HoldRow): void {
    this.#putHolds.push(hold);
  }
  dropHold({ collection, key }: KeyRef): void {
    this.#dropHolds.push({ collection, key });
  }
  drift({ collection, key }: KeyRef, drifts: boolean): void {
    this.#drift.push({ collection, key, drifts });
  }
  bounce({ collection, key }: KeyRef, count: number): void {
    this.#bounce.push({ collection, key, count });
  }
  dropAllowed({ collection, key }: KeyRef): void {
    this.#dropAllowed.push({ collection, key });
  }
  fill({ collection, key }: KeyRef, side: SideName): void {
    this.#allow.push({ collection, key, answer: 'fill', side, kind: 'changes' });
  }
  action(action: NewAction): void {
    this.#actions.push(action);
  }
  decision(decision: NewDecision): void {
    this.#decisions.push(decision);
    if (decision.policy !== 'touch') this.#pass.tally.decisions++;
  }

  /** What was collected, with whatever else belongs into the same transaction. */
  async commit(more: StateChange = {}): Promise<CommitResult> {
    return this.#pass.store.commit(this.#pass.id, {
      ...more,
      touch: [...this.#touch.values()],
      clean: this.#clean,
      setBase: this.#setBase,
      dropBase: this.#dropBase,
      putItems: this.#putItems,
      patchItems: [...(more.patchItems ?? []), ...this.#patchItems],
      putHolds: this.#putHolds,
      dropHolds: [...(more.dropHolds ?? []), ...this.#dropHolds],
      drift: this.#drift,
      bounce: this.#bounce,
      dropAllowed: [...(more.dropAllowed ?? []), ...this.#dropAllowed],
      allow: this.#allow,
      decisions: this.#decisions,
      ...(this.#actions.length > 0 ? { stage: { run: this.#pass.run, actions: this.#actions } } : {}),
    });
  }
}
