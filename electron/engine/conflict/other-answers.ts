import type { HoldAnswer } from '../../../shared/model/words.ts';
import { refName, type Pass } from '../run/context.ts';
import type { HoldRow } from '../state/waiting.ts';
import { currentBase } from './decided.ts';
import { answers, Planned, type Request } from './hold-actions.ts';
import { choicesOf } from './hold-choices.ts';
import { inTheWay } from './in-the-way.ts';
import { judgeOnly } from './write-decided.ts';

/** The other answers that the hold would take, as far as it can be judged without writing (E74). */
export async function otherAnswers(
  pass: Pass,
  hold: HoldRow,
  { answer, who }: Request,
): Promise<readonly HoldAnswer[]> {
  const possible: HoldAnswer[] = [];
  for (const { answer: other } of await choicesOf(pass, hold, await currentBase(pass, hold)))
    if (other !== answer && (await notTakenWhy(pass, hold, { answer: other, who })) === null) possible.push(other);
  return possible;
}

/** Why the hold would not take this answer alone, as far as it can be judged without writing; `null`: it would. */
export async function notTakenWhy(pass: Pass, hold: HoldRow, request: Request): Promise<string | null> {
  if (request.answer === 'keep-apart') return null;
  const tried = { ...pass, refused: new Map<string, string>() };
  const plan = new Planned();
  await judgeOnly(tried, answers(tried, [[hold]], request, plan));
  const [failed] = plan.failed;
  if (failed) return failed.error.code === 'moved' ? MOVED : failed.error.message;
  const [first] = tried.refused.values();
  const reason = tried.refused.get(refName(hold)) ?? first;
  return reason === undefined ? null : inTheWay(tried, hold, request, reason);
}

const MOVED = 'The record was edited since it rests. A sync looks at it anew.';
