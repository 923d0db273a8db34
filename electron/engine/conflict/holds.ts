import { AppError } from '../../../shared/contract/errors.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { encodeKey } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { HoldRequest, HoldsReport, HoldsRequest } from '../reports.ts';
import { collectionOf, refName, type Pass } from '../run/context.ts';
import { countWrites, tupleOf } from '../run/tuples.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { KeyRef, NewAction } from '../state/store.ts';
import type { HoldRow } from '../state/waiting.ts';
import { actionFor, currentBase, statesOf } from './decided.ts';
import { refusal, statesAfter } from './hold-choices.ts';
import { recordName } from './records.ts';
import { writeDecided } from './write-decided.ts';

/** One hold that did not take its answer, with the reason. */
export interface Unanswered extends KeyRef {
  readonly error: AppError;
}

/** A person's choice for a key that rests after an undo (L8). Throws if it could not be carried out; the hold stands then. */
export async function answerHold(pass: Pass, request: HoldRequest): Promise<HoldRow> {
  const hold = await holdOf(pass, request);
  const plan = await planAnswers(pass, [hold], request);
  const [unplanned] = plan.failed;
  const [failure] = unplanned ? [unplanned] : await carryOut(pass, plan, request);
  if (failure) throw failure.error;
  return hold;
}

/** What answers to holds would write, before anything is written. */
export interface AnswerPlan {
  readonly holds: readonly HoldRow[];
  readonly actions: readonly NewAction[];
  readonly failed: readonly Unanswered[];
}

export async function planAnswers(
  pass: Pass,
  holds: readonly HoldRow[],
  request: Pick<HoldsRequest, 'answer' | 'who'>,
): Promise<AnswerPlan> {
  const failed: Unanswered[] = [];
  const taken: HoldRow[] = [];
  const actions: NewAction[] = [];
  for (const hold of holds) {
    try {
      const action = request.answer === 'keep-apart' ? null : await actionOf(pass, hold, request);
      taken.push(hold);
      if (action) actions.push(action);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failed.push({ collection: hold.collection, key: hold.key, error });
    }
  }
  return { holds: taken, actions, failed };
}

/** Writes the answers; what could not be written still rests, and is named with the reason. */
export async function carryOut(
  pass: Pass,
  { holds, actions }: AnswerPlan,
  { answer }: Pick<HoldsRequest, 'answer'>,
): Promise<readonly Unanswered[]> {
  if (answer === 'keep-apart') {
    const putHolds = holds.map((hold) => ({ ...hold, kept: true, generation: hold.generation + 1 }));
    await pass.store.commit(pass.id, { putHolds });
    return [];
  }
  await writeDecided(pass, actions);
  const failed: Unanswered[] = [];
  for (const action of actions) {
    const { collection, key } = action;
    const refused = pass.refused.get(refName(action));
    if (refused !== undefined) {
      failed.push({ collection, key, error: await notWritten(pass, action, refused) });
      continue;
    }
    const still = (await pass.store.parked(pass.id, collection, [key])).get(key)?.hold;
    if (still) failed.push({ collection, key, error: moved(pass, action) });
  }
  return failed;
}

/** In numbers: what the answers write, or would write where none was carried out. */
export function answersReport(
  { holds, actions, failed }: AnswerPlan,
  refused: readonly Unanswered[],
  run = 0,
): HoldsReport {
  const out = new Set(refused.map(refName));
  const written = countWrites(actions.filter((action) => !out.has(refName(action))));
  const reasons = [...failed, ...refused].map(({ collection, key, error }) => ({
    collection,
    key,
    code: error.code,
    why: error.message,
  }));
  return { run, answered: holds.length - refused.length, written, failed: reasons };
}

async function actionOf(pass: Pass, hold: HoldRow, request: Pick<HoldsRequest, 'answer' | 'who'>): Promise<NewAction> {
  const { collection, key, fields } = hold;
  const { A: a, B: b } = await statesOf(pass, hold);
  if (!sameState(a, hold.a) || !sameState(b, hold.b)) throw moved(pass, hold);
  const base = await currentBase(pass, hold);
  const { A: toA, B: toB } = await statesAfter(pass, hold, request.answer, base);
  const text = textOf(pass, request.answer);
  const note = { who: request.who, text, fields };
  const action = actionFor(pass, { collection, key, base, a, b, agreed: toA, note }, 'hold');
  return { ...action, toA: sameState(a, toA) ? undefined : toA, toB: sameState(b, toB) ? undefined : toB };
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
      return 'The two stay apart.';
  }
}

async function holdOf(pass: Pass, request: HoldRequest): Promise<HoldRow> {
  const hold = (await pass.store.parked(pass.id, request.collection, [request.key])).get(request.key)?.hold;
  if (!hold) {
    throw new AppError({
      code: 'not-found',
      operation: 'answer-hold',
      subject: { pair: pass.settings.name, collection: request.collection },
      message: `No record of ${request.collection} is on hold under this key.`,
      hint: 'See: tandem holds',
    });
  }
  if (request.generation !== undefined && request.generation !== hold.generation) throw moved(pass, hold);
  return hold;
}

const moved = (pass: Pass, { collection }: KeyRef): AppError =>
  refusal(
    pass,
    collection,
    `Answering the hold in ${collection} was refused: the record changed since it was shown.`,
    'Run a sync, then look at it again: tandem holds',
    'moved',
  );

/** Judged before anything was written: what is in the way, by name where it rests itself. */
async function notWritten(pass: Pass, action: NewAction, reason: string): Promise<AppError> {
  for (const side of sideNames) {
    const to = side === 'A' ? action.toA : action.toB;
    const parent = to ? await restingParent(pass, side, action.collection, to) : null;
    if (parent)
      return refusal(
        pass,
        action.collection,
        `Not sent: ${recordName(parent)}, to which it refers, is on hold; answer that first.`,
        `${recordName(action)} stays on hold. See: tandem holds`,
      );
  }
  return refusal(
    pass,
    action.collection,
    `Not written: ${recordName(action)}. ${reason}`,
    'It stays on hold. See: tandem holds',
  );
}

/** A record that this one refers to, that is not on the side, and that rests. */
async function restingParent(pass: Pass, side: SideName, collection: string, record: State): Promise<KeyRef | null> {
  for (const rule of pass.constraints.references[side].get(collection) ?? []) {
    const values = tupleOf(record, rule);
    const { key: names } = collectionOf(pass, rule.parent);
    const at = names.map((name) => rule.parentFields.indexOf(name));
    if (!values || at.includes(-1)) continue;
    const key = encodeKey(
      at.map((i) => values[i] ?? null),
      at.map((i) => rule.collations[i] ?? 'binary'),
    );
    const there = (await pass.sides[side].read(rule.parent, [key])).get(key) ?? null;
    const rests = (await pass.store.parked(pass.id, rule.parent, [key])).get(key)?.hold;
    if (there === null && rests) return { collection: rule.parent, key };
  }
  return null;
}
