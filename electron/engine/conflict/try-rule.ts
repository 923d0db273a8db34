import { BY_STRATEGY } from '../../../shared/model/words.ts';
import type { Key } from '../port/key-codec.ts';
import { fieldOf, sameState, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import { plan, type Rules } from '../plan/plan.ts';
import type { StateStore } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { decidedIn } from './records.ts';

const PAGE = 500;
/** So many of those that end alike are shown. */
const SHOWN = 20;

/** `value`: neither side's as it stood. */
export type Outcome = 'local' | 'remote' | 'value';
export interface TriedConflict {
  readonly conflict: number;
  readonly key: Key;
  /** What the record held, for its name. */
  readonly states: readonly State[];
  readonly person: Outcome;
  readonly rule: Outcome | 'ask';
  readonly same: boolean;
}
export interface TriedRule {
  readonly tried: number;
  /** The rule would have left both sides with what the person decided on, or with something else, or would have asked. */
  readonly same: number;
  readonly other: number;
  readonly asks: number;
  readonly notTried: {
    /** No rule decides their kind: they are asked about whatever it says. */
    readonly otherKinds: number;
    /** What was decided is not kept any more. */
    readonly valuesGone: number;
    /** A setting decided them, and no person. */
    readonly byRule: number;
  };
  /** The newest of each kind, those first that end otherwise. */
  readonly samples: readonly TriedConflict[];
}

type Store = Pick<StateStore, 'items' | 'decisions'>;
export interface TryRule {
  readonly store: Store;
  readonly pair: number;
  readonly collection: string;
  readonly rules: Rules;
  /** Called before each page. */
  readonly pause: () => Promise<void>;
}

/** How a rule would have decided the conflicts of a collection that persons decided; computed from what was kept of them, as a sync would plan it. */
export async function tryRule({ store, pair, collection, rules, pause }: TryRule): Promise<TriedRule> {
  const counts = { tried: 0, same: 0, other: 0, asks: 0 };
  const notTried = { otherKinds: 0, valuesGone: 0, byRule: 0 };
  const shown: Record<'same' | 'other' | 'asks', TriedConflict[]> = { same: [], other: [], asks: [] };
  for (let afterId = 0; ;) {
    await pause();
    const page = await store.items(pair, { collection, open: false, visible: true, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const item of page) {
      if (item.state !== 'resolved' || item.strategy === null) continue;
      const why = untried(item);
      const won = why === null ? await wonIn(store, pair, item) : undefined;
      if (why !== null || won === undefined) {
        notTried[why ?? 'valuesGone']++;
        continue;
      }
      const one = tried(item, won, rules);
      const end = one.rule === 'ask' ? 'asks' : one.same ? 'same' : 'other';
      counts.tried++;
      counts[end]++;
      shown[end].push(one);
      if (shown[end].length > SHOWN) shown[end].shift();
    }
  }
  const samples = [shown.other, shown.asks, shown.same].flatMap((list) => list.toReversed());
  return { ...counts, notTried, samples };
}

function untried({ kind, resolvedBy }: ItemRow): 'otherKinds' | 'byRule' | null {
  if (resolvedBy?.endsWith(BY_STRATEGY)) return 'byRule';
  return kind === 'update/update' || kind === 'delete/update' || kind === 'insert/insert' ? null : 'otherKinds';
}

/** What the person decided on; `undefined`: nobody knows any more. */
async function wonIn(store: Store, pair: number, item: ItemRow): Promise<State | undefined> {
  const { collection, key, strategy, a, b } = item;
  if (strategy === 'keep_local') return a;
  if (strategy === 'keep_remote') return b;
  const run = decidedIn(item);
  if (run === null) return undefined;
  const [row] = await store.decisions(pair, { collection, key, run, limit: 1 });
  return row?.won;
}

function tried(item: ItemRow, won: State, rules: Rules): TriedConflict {
  const { id, key, a, b, base } = item;
  const decision = plan(base, a, b, rules);
  const agreed = decision.kind === 'write' || decision.kind === 'adopt' ? decision.agreed : null;
  const asks = decision.kind === 'conflict';
  return {
    conflict: id,
    key,
    states: [a, b, base?.doc ?? null],
    person: outcomeOf(item, won),
    rule: asks ? 'ask' : outcomeOf(item, agreed),
    same: !asks && sameIn(item, agreed, won),
  };
}

function outcomeOf(item: ItemRow, state: State): Outcome {
  if (sameIn(item, state, item.a)) return 'local';
  return sameIn(item, state, item.b) ? 'remote' : 'value';
}

/** In what was in dispute: other fields of the record go their own way. */
function sameIn({ fields, kind }: ItemRow, one: State, other: State): boolean {
  if (one === null || other === null) return one === other;
  if (kind !== 'update/update' || fields.length === 0) return sameState(one, other);
  return fields.every((name) => sameValue(fieldOf(one, name), fieldOf(other, name)));
}
