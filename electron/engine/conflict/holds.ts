import { append } from '../../../shared/lib/append.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { HoldsReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { HoldRequest, HoldsRequest } from '../requests.ts';
import { NO_RUN } from '../run/bag.ts';
import { refName, type Pass } from '../run/context.ts';
import { countWrites, opsOf } from '../run/tuples.ts';
import type { KeyRef, NewDecision } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';
import { asItStands } from './decided.ts';
import { answers, answerText, Planned, type HoldPages, type Unanswered } from './hold-actions.ts';
import { moved, type HoldContext } from './hold-choices.ts';
import { notCarriedOut } from './not-taken.ts';
import { allWritesOf, judgeOnly, writeDecided } from './write-decided.ts';

/** A person's choice for a key that rests after an undo (L8), with the records that were written. Throws if it could not be carried out; the hold stands then. */
export async function answerHold(
  pass: Pass,
  request: HoldRequest,
): Promise<{ readonly hold: HoldRow; readonly records: readonly KeyRef[] }> {
  const hold = await heldAs(pass, request);
  const { failed, records } = await carryOut(pass, [[hold]], request);
  const [first] = failed;
  if (first) throw (failed.find(({ key }) => key === hold.key) ?? first).error;
  return { hold, records };
}

type Request = Pick<HoldsRequest, 'answer' | 'who'>;
/** What became of answers to holds, or what would. */
export interface Answered {
  /** The holds that could take the answer as they stood. */
  readonly answered: readonly KeyRef[];
  readonly records: readonly WrittenRecord[];
  readonly failed: readonly Unanswered[];
}

/** What the answers would write, and what would follow, judged like the answers themselves; writes nothing. */
export async function tryAnswers(pass: Pass, holds: HoldPages, request: Request): Promise<Answered> {
  const plan = new Planned();
  const records = await judgeOnly(pass, answers(pass, holds, request, plan), (action) =>
    allWritesOf(pass, action, { ended: true }),
  );
  const refused = records.filter((record) => pass.refused.has(refName(record)));
  return answeredBut(plan, records, await notCarriedOut(pass, refused, request));
}

/** Writes the answers; what could not be written still rests, and is named with the reason. */
export async function carryOut(pass: Pass, holds: HoldPages, request: Request): Promise<Answered> {
  if (request.answer === 'keep-apart') return keepApart(pass, holds, request.who);
  const plan = new Planned();
  const records = await writeDecided(pass, answers(pass, holds, request, plan));
  return answeredBut(plan, records, await notCarriedOut(pass, records, request));
}

/** What goes to the other side of records that rest no more (E75): as any edit does, whatever is answered. */
export async function flowing(pass: Pass, records: readonly KeyRef[]): Promise<readonly WrittenRecord[]> {
  const flows: WrittenRecord[] = [];
  for (const { collection, key } of records) {
    const writes = await allWritesOf(pass, await asItStands(pass, { collection, key }), { ended: true });
    flows.push({ collection, key, op: opsOf(writes) });
  }
  return flows;
}

function answeredBut(plan: Planned, records: readonly WrittenRecord[], failed: readonly Unanswered[]): Answered {
  const out = new Set(failed.map(refName));
  return {
    answered: plan.answered.filter((hold) => !out.has(refName(hold))),
    records: records.filter((record) => !out.has(refName(record))),
    failed: [...plan.failed, ...failed],
  };
}

/** Nothing is written, so the timeline is told for itself, and no run stands behind it. */
function apartOnPurpose(pass: Pass, hold: HoldRow, { by, at }: NonNullable<HoldRow['kept']>): NewDecision {
  const { collection, key, fields } = hold;
  const text = answerText(pass, 'keep-apart');
  return {
    collection,
    key,
    fields,
    who: by,
    at,
    run: NO_RUN,
    policy: 'hold',
    winner: null,
    lost: null,
    won: null,
    text,
  };
}

async function keepApart(pass: Pass, holds: HoldPages, by: string): Promise<Answered> {
  const answered: KeyRef[] = [];
  const kept = { by, at: pass.ports.clock.now() };
  for await (const page of holds) {
    const putHolds = page.map((hold) => ({ ...hold, kept, generation: hold.generation + 1 }));
    const decisions = page.map((hold) => apartOnPurpose(pass, hold, kept));
    await pass.store.commit(pass.id, { putHolds, decisions });
    append(answered, page);
  }
  return { answered, records: [], failed: [] };
}

/** In numbers; with what else could not take the answers. `written`: what the run wrote, or would write. */
export const answersReport = (
  { answered, failed }: Answered,
  others: readonly Unanswered[],
  { run, written }: { readonly run: number; readonly written: readonly WrittenRecord[] },
): HoldsReport => ({
  run,
  byItself: [],
  answered: answered.length,
  written: countWrites(written),
  failed: [...failed, ...others].map(({ collection, key, error }) => ({
    collection,
    key,
    code: error.code,
    why: error.message,
  })),
});

/** The hold as it was shown. Rejects where there is none, or where it shows something else by now. */
export async function heldAs(ctx: HoldContext, request: HoldRequest): Promise<HoldRow> {
  const hold = (await ctx.store.resting(ctx.id, request.collection, [request.key])).get(request.key)?.hold;
  if (!hold) {
    throw new AppError({
      code: 'not-found',
      operation: 'answer-hold',
      subject: { pair: ctx.settings.name, collection: request.collection },
      message: `No record of ${request.collection} is on hold under this key; an edit of the record ends a hold, and so do two equal sides.`,
      hint: 'See: tandem holds',
    });
  }
  if (request.generation !== undefined && request.generation !== hold.generation) throw moved(ctx, hold);
  return hold;
}
