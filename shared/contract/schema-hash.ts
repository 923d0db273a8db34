import { z } from 'zod';
import { calls } from './calls.ts';
import { events } from './events.ts';

/**
 * History, one line per version:
 * 21: conflicts.resolve with chosen, resolveReport.notFound and .resolved.generation; network.show, .check, .start
 *     and .stop with server.day, network.changed likewise; the option triggers; the capture level triggers;
 *     pairs.add with directions; sides.test.collections.unique; pairs.add with directions;
 *     sides.test.collections.unique; planReport.id, plan.make with entries, plan.entries, runs.start with kept.
 * 20: conflicts.index, pairs.activity, decisions.list, log.read, sides.test, sample.make, rules.try;
 *     live.list, live.start, live.pause, live.resume, network.show, network.check, network.start, network.stop; live.changed,
 *     network.changed; pairStatus.paused and .conflicts.behind; the options liveSync and syncSchedule;
 *     pairs.include with indexes and its report; testReport.indexes; conflict.other.onBoth; runReport.decisions, .retries and
 *     .bytes; planReport.sample.
 * 19: planReport.entries.fields, runs.start.plan likewise; runReport.moved.otherFields; autoResolveReport.failed.code;
 *     hold.unchecked and .choices.refused; brake.first, .along and .sameAgain.
 * 18: planReport.entries.direction, runs.start.plan likewise; conflict.heldBy.undoneRun; conflict.undoneIn; runReport.undone;
 *     runReport.notInPair.why, .agree and .comes, planReport and pairStatus likewise; pairs.include with expiry.
 * 17: conflict.givesUp and .missingParents.conflict (in place of .waits); receipt.differing; undoReport.without.
 * 16: runReport.notInPair.keyless, planReport and pairStatus likewise.
 * 15: finding.keepsOwn; pairs.add, pairs.edit and pairs.include with keepOwn; conflict.missingParents.elsewhere; planReport.decided, plannedAction.rules.
 * 14: autoResolveReport.notLookedAt; pairStatus.drift; conflict.heldBy; hold.along, holds.answer.record likewise; undoReport.byItself,
 *     resolveReport, autoResolveReport, holds.answer and holds.answerAll likewise.
 * 13: runReport.moved, .outcome and .undoneBy; runs.records; pairStatus.lastDecision; pairs.rename; addReport.made; testReport.notSynced.
 * 12: undoReport.inPart and .resting; brake.answeredAt, .possible and .leaveOut; includeReport.endedBrakes; hold.kept, holdCount.apart, pairStatus and receipt likewise.
 * 11: hint.listen; pair.hint with a collection of null.
 * 10: brakes of the kind drift; conflictResolutionStrategy without merge; pairs.include; runReport.notInPair, planReport likewise, pairStatus likewise.
 * 9: conflicts.autoResolve with dryRun; resolveReport.wrote also with dryRun; conflict.blocking, .possible and .missingParents; pairs.edit with dryRun and its report; previews with clashing records and what is not compared.
 * 8: finding.asks; pairs.add with uniqueFields and expiry; testSide.capture; pairStatus.capture; addReport.capture; pairs.role; option stamp; pairs.edit and pairs.remove with unstamp; pairs.fromEnv; planReport.create; doctor.run with env; autoResolveReport.resolved without a strategy; the option newCollections.
 * 7: holds end by take-local and take-remote, too; runs.undo with dryRun, undoReport.written and .dryRun; pairs.add without counting.
 * 6: values of document stores ($extended); collections of pairs with anyField.
 * 5: resolveReport.wrote and .follows, autoResolveReport likewise; hold.choices; holds.list by collection, run and limit; holds.count; holds.answer.record; holds.answerAll.
 * 4: pairStatus.error.side and .label; planReport.drift.
 * 3: names without a practical limit.
 * 2: runs.rehearse.
 * 1: pairs, plan, runs, conflicts, holds, brakes, records, receipts, status, hint, config, doctor, engine.
 */
export const CONTRACT_VERSION = 21;

/** 64 bits of FNV-1a: enough to tell two versions of a schema apart; not a protection against anybody. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

const jsonSchema = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });

let known: string | undefined;

/** Changes with every change of a call or an event. Computed once, when first asked for. */
export function contractSchemaHash(): string {
  known ??= fnv1a(
    JSON.stringify({
      calls: Object.entries(calls).map(([name, { method, path, params, result }]) => [
        name,
        method,
        path,
        jsonSchema(params),
        jsonSchema(result),
      ]),
      events: Object.entries(events).map(([name, schema]) => [name, jsonSchema(schema)]),
    }),
  );
  return known;
}
