import type { WriteIntent, WriteResult } from '../../engine/port/connector.ts';
import { fieldOf } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { must } from '../../../shared/lib/assert.ts';
import { type Applied, applyIntent, type Written } from './apply-intent.ts';
import { checkExpected } from './check-intent.ts';
import type { Index } from './describe/indexes.ts';
import { isRefusal } from './errors.ts';
import { indexTerms } from './index-terms.ts';
import type { WritableCollection } from './writable.ts';

export interface Member {
  readonly intent: WriteIntent;
  readonly collection: WritableCollection;
  /** Known from an earlier try. */
  readonly refused: WriteResult | undefined;
}

/**
 * The intents of one group in order, references judged when the last one stands. Ends at the first failure: members
 * that were not reached have no outcome. The caller takes everything back then.
 */
export function applyGroup(
  members: readonly Member[],
  judge: (written: Written) => WriteResult | undefined,
  assertAlive: (member: number, result: WriteResult) => void,
): readonly (Applied | undefined)[] {
  const outcomes: (Applied | undefined)[] = members.map(() => undefined);
  const group = new Group(members, outcomes);
  for (let i = 0; i < members.length; i++) {
    const outcome = (outcomes[i] ??= group.apply(i));
    if ('failed' in outcome) {
      assertAlive(i, outcome.failed);
      return outcomes;
    }
  }
  return outcomes.map((outcome) => {
    const failed = outcome && 'written' in outcome ? judge(outcome.written) : undefined;
    return failed ? { failed } : outcome;
  });
}

class Group {
  readonly #members: readonly Member[];
  readonly #outcomes: (Applied | undefined)[];
  #standIns = 0;

  constructor(members: readonly Member[], outcomes: (Applied | undefined)[]) {
    this.#members = members;
    this.#outcomes = outcomes;
  }

  /** Each clash makes one other member give its value up, so this ends. */
  apply(at: number): Applied {
    const { intent, collection, refused } = must(this.#members[at], 'a member');
    if (refused) return { failed: refused };
    for (let tries = 0; ; tries++) {
      const outcome = applyIntent(collection, this.#expectingStandIn(at));
      if ('written' in outcome || tries > this.#members.length) return outcome;
      if (this.#makeWay(at, intent, outcome)) continue;
      // The other member says why.
      const fault = this.#outcomes.some((known) => known && 'failed' in known);
      return fault ? { failed: { status: 'group-failed' } } : outcome;
    }
  }

  readonly #displaced = new Map<number, ReadonlyMap<string, Value>>();

  /** A member that gave a value up was compared before; now it expects the stand-in. */
  #expectingStandIn(at: number): WriteIntent {
    const { intent } = must(this.#members[at], 'a member');
    const held = this.#displaced.get(at);
    if (!held || intent.op !== 'update') return intent;
    return {
      ...intent,
      changes: intent.changes.map((change) => ({
        ...change,
        from: held.has(change.name) ? held.get(change.name) : change.from,
      })),
    };
  }

  /** A unique value is held by a member whose turn comes later and that lets go of it: let it do so first. */
  #makeWay(at: number, intent: WriteIntent, outcome: Extract<Applied, { failed: WriteResult }>): boolean {
    const { failed } = outcome;
    if (failed.status !== 'rejected' || failed.code !== 'unique' || failed.ownerKey === undefined) return false;
    const owner = this.#members.findIndex(
      (member, i) =>
        i > at &&
        !this.#outcomes[i] &&
        member.intent.collection === intent.collection &&
        member.intent.key === failed.ownerKey,
    );
    const member = this.#members[owner];
    if (!member || this.#displaced.has(owner)) return false;
    if (member.intent.op === 'delete') {
      const done = applyIntent(member.collection, member.intent);
      this.#outcomes[owner] = done;
      return 'written' in done;
    }
    return this.#standIn(owner, member);
  }

  /** Every unique value that it is about to change anyway: NULL clashes with nothing; where it is not allowed, a value that nobody has. */
  #standIn(owner: number, { intent, collection }: Member): boolean {
    if (intent.op !== 'update') return false;
    const found = checkExpected(collection, intent);
    if ('failed' in found) {
      this.#outcomes[owner] = found;
      return false;
    }
    const { bound } = collection;
    const released = intent.changes.map((change) => change.name).filter((name) => isReleasable(collection, name));
    const held = new Map(
      released.map((name) => [name, this.#standInFor(collection, name, fieldOf(found.actual, name) ?? null)]),
    );
    if (held.size === 0) return false;
    const sql = collection.updateSql(released.map((name) => must(bound.columnNamed(name), 'a column')));
    try {
      bound.statement(sql).run(...held.values(), ...bound.keyParameters(intent.key));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
    this.#displaced.set(owner, held);
    return true;
  }

  #standInFor({ bound }: WritableCollection, name: string, current: Value): Value {
    const physical = bound.columnNamed(name);
    if (bound.table.columns.find((column) => column.name === physical)?.nullable) return null;
    const n = ++this.#standIns;
    if (typeof current === 'bigint') return BigInt.asIntN(64, -(2n ** 63n) + BigInt(n));
    if (typeof current === 'number') return -1e300 / n;
    return typeof current === 'string' ? `tandem stand-in ${n}` : Buffer.from(`tandem stand-in ${n}`);
  }
}

/** Part of a unique index and not of the key, under which the record has to be found again. */
function isReleasable({ bound }: WritableCollection, name: string): boolean {
  const physical = bound.columnNamed(name) ?? '';
  const isKey = bound.spec.key.includes(name);
  const holds = (index: Index): boolean =>
    index.fields.includes(physical) ||
    (index.fields.includes(null) && (indexTerms(bound.table, index)?.indexed.includes(physical) ?? false));
  return !isKey && bound.table.indexes.some((index) => index.isUnique && holds(index));
}
