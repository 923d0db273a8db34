import type { AutoResolveReport, ResolveReport } from '../../engine/reports/decision.ts';
import type { ConflictItem, HoldReport } from '../../engine/reports/waiting.ts';
import type { KeyRef } from '../../engine/state/stored.ts';
import type { WireKey } from '../../../shared/contract/values.ts';
import type { WireConflict, WireHold, WireResolveReport } from '../../../shared/contract/conflict-shapes.ts';
import { shownFields } from '../../engine/port/field-order.ts';
import { wireKeyOf } from './key-text.ts';
import { wireByItself } from './by-itself.ts';
import { RECORD_BYTES } from './shortened.ts';
import { momentOf, momentOrNull, wireStateOf, wireStatesOf } from './values.ts';

export function wireConflict(item: ConflictItem, most = RECORD_BYTES): WireConflict {
  const { id, pair, collection, kind, generation, baseKept, reason, notes, run } = item;
  const states = [item.base, item.local, item.remote];
  const [base = null, local = null, remote = null] = wireStatesOf(states, item.fields, most);
  return {
    id,
    pair,
    collection,
    kind,
    generation,
    baseKept,
    reason,
    notes,
    run,
    key: wireKeyOf(item.key),
    fields: shownFields(item.fields),
    base,
    local,
    remote,
    status: item.state,
    index: item.index ?? null,
    other: item.other
      ? {
          side: item.other.side,
          key: wireKeyOf(item.other.key),
          record: wireStateOf(item.other.record),
          onBoth: item.other.onBoth,
        }
      : null,
    blockedBy: item.blockedBy.map(({ collection: where, key }) => ({ collection: where, key: wireKeyOf(key) })),
    blocking: item.blocking,
    possible: [...item.possible],
    missingParents: item.missingParents.map((each) => ({ ...each, fields: [...each.fields] })),
    heldBy: item.heldBy.map(({ side, key, fields, conflict, undoneRun }) => ({
      side,
      key: wireKeyOf(key),
      fields: [...fields],
      conflict,
      undoneRun,
    })),
    suggestion: item.givesUp[0]?.suggestion ?? null,
    givesUp: item.givesUp.map(({ field, fields, key, suggestion, emptied }) => ({
      field,
      fields: [...fields],
      key: wireKeyOf(key),
      suggestion: suggestion ?? null,
      emptied,
    })),
    at: momentOf(item.at),
    strategy: item.strategy ?? null,
    resolvedBy: item.resolvedBy ?? null,
    resolvedAt: momentOrNull(item.resolvedAt),
    undoneIn: item.undoneIn ?? null,
  };
}

export function wireHold(hold: HoldReport, most = RECORD_BYTES): WireHold {
  const { pair, collection, undoneRun, generation } = hold;
  const offered = hold.choices.flatMap((choice) => [choice.local, choice.remote]);
  const [local = null, remote = null, ...chosen] = wireStatesOf(
    [hold.local, hold.remote, ...offered],
    hold.fields,
    most,
  );
  return {
    pair,
    collection,
    undoneRun,
    generation,
    key: wireKeyOf(hold.key),
    fields: shownFields(hold.fields),
    local,
    remote,
    at: momentOf(hold.at),
    kept: hold.kept && { by: hold.kept.by, at: momentOf(hold.kept.at) },
    choices: hold.choices.map(({ answer, refused }, i) => ({
      answer,
      refused,
      local: chosen[2 * i] ?? null,
      remote: chosen[2 * i + 1] ?? null,
    })),
    unchecked: hold.unchecked,
    along: wireNames(hold.along),
  };
}

export const wireNames = (records: readonly KeyRef[]): { collection: string; key: WireKey }[] =>
  records.map(({ collection, key }) => ({ collection, key: wireKeyOf(key) }));

/** The records that decisions wrote, and those that follow with the next sync. */
export function wireRecords(
  pair: string,
  { wrote, follows, byItself }: Pick<ResolveReport | AutoResolveReport, 'wrote' | 'follows' | 'byItself'>,
): Pick<WireResolveReport, 'wrote' | 'follows' | 'byItself'> {
  return {
    byItself: wireByItself(pair, byItself),
    wrote: wrote.map(({ collection, key, op }) => ({
      pair,
      collection,
      key: wireKeyOf(key),
      local: op.A ?? null,
      remote: op.B ?? null,
    })),
    follows: follows.map(({ collection, key }) => ({ pair, collection, key: wireKeyOf(key) })),
  };
}
