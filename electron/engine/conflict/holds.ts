import { append } from '../../../shared/lib/append.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { must } from '../../../shared/lib/assert.ts';
import { sameState } from '../port/record.ts';
import type { HoldsReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { HoldRequest, HoldsRequest } from '../requests.ts';
import { NO_RUN } from '../run/bag.ts';
import { refName, type Pass } from '../run/context.ts';
import { countWrites } from '../run/tuples.ts';
import type { KeyRef, NewAction, NewDecision } from '../state/store.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { actionFor, askFirst } from './decided.ts';
import { moved, notCarriedOut, type Unanswered } from './not-taken.ts';
import { standing, type Stands } from './standing.ts';
import { statesAfter, type HoldContext } from './hold-choices.ts';
import { keptBoth, sentAlong } from './sent-along.ts';
import { judgeOnly, writeDecided } from './write-decided.ts';

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
/** Each page of one collection. */
type HoldPages = AsyncIterable<readonly HoldRow[]> | Iterable<readonly HoldRow[]>;

/** What became of answers to holds, or what would. */
export interface Answered {
  /** The holds that could take the answer as they stood. */
  readonly answered: readonly KeyRef[];
  readonly records: readonly WrittenRecord[];
  readonly failed: readonly Unanswered[];
}

/** What the answers would write, judged like the answers themselves; writes nothing. */
export async function tryAnswers(pass: Pass, holds: HoldPages, request: Request): Promise<Answered> {
  const plan = new Planned();
  const records = await judgeOnly(pass, answers(pass, holds, request, plan));
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
  const text = textOf(pass, 'keep-apart');
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

/** In numbers: what the answers wrote, or would write; with what else could not take them. */
export const answersReport = (
  { answered, records, failed }: Answered,
  others: readonly Unanswered[],
  run = 0,
): HoldsReport => ({
  run,
  byItself: [],
  answered: answered.length,
  written: countWrites(records),
  failed: [...failed, ...others].map(({ collection, key, error }) => ({
    collection,
    key,
    code: error.code,
    why: error.message,
  })),
});

class Planned {
  readonly sent = new Set<string>();
  readonly answered: KeyRef[] = [];
  readonly failed: Unanswered[] = [];
}

/** What the answers are to write, a page of holds at a time. */
async function* answers(
  pass: Pass,
  holds: HoldPages,
  request: Request,
  plan: Planned,
): AsyncGenerator<readonly NewAction[]> {
  for await (const page of holds) {
    const actions: NewAction[] = [];
    const found = await standing(pass, page);
    const moved = request.answer === 'send-again' ? await keptBoth(pass, page) : new Map<string, ItemRow>();
    for (const hold of page) {
      try {
        const action = await actionOf(pass, hold, must(found.get(hold.key), 'what was just read'), request);
        const item = moved.get(refName(hold));
        const all = action && item ? await sentAlong(pass, hold, item, action) : action ? [action] : [];
        plan.answered.push({ collection: hold.collection, key: hold.key });
        // What goes along with one hold may rest itself.
        for (const each of all) {
          if (plan.sent.has(refName(each))) continue;
          plan.sent.add(refName(each));
          actions.push(each);
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        plan.failed.push({ collection: hold.collection, key: hold.key, error });
      }
    }
    yield actions;
  }
}

/** `null`: nothing is written. Throws where the answer is not possible. */
async function actionOf(
  pass: Pass,
  hold: HoldRow,
  { A: a, B: b, base }: Stands,
  request: Request,
): Promise<NewAction | null> {
  if (request.answer === 'keep-apart') return null;
  const { collection, key, fields } = hold;
  if (!sameState(a, hold.a) || !sameState(b, hold.b)) throw moved(pass, hold);
  const { A: toA, B: toB } = await statesAfter(pass, hold, request.answer, base);
  const text = textOf(pass, request.answer);
  const note = { who: request.who, text, fields };
  const action = {
    ...actionFor(pass, { collection, key, base, a, b, agreed: toA, note }, 'hold'),
    toA: sameState(a, toA) ? undefined : toA,
    toB: sameState(b, toB) ? undefined : toB,
  };
  return { ...action, note: { ...note, ...askFirst(pass, action) } };
}

function textOf({ settings }: Pass, answer: HoldAnswer): string {
  const { A, B } = settings.sideLabel;
  switch (answer) {
    case 'send-again':
      return 'The change that was undone was sent again.';
    case 'old-on-both':
      return 'What was agreed on before was taken on both sides.';
    case 'take-local':
      return `Both sides have what stood on ${A}.`;
    case 'take-remote':
      return `Both sides have what stood on ${B}.`;
    case 'keep-apart':
      return 'After the undo the two sides are kept apart on purpose.';
  }
}

/** The hold as it was shown. Rejects where there is none, or where it shows something else by now. */
export async function heldAs(ctx: HoldContext, request: HoldRequest): Promise<HoldRow> {
  const hold = (await ctx.store.parked(ctx.id, request.collection, [request.key])).get(request.key)?.hold;
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
