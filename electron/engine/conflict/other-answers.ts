import type { HoldAnswer } from '../../../shared/model/words.ts';
import type { Pass } from '../run/context.ts';
import type { HoldRow } from '../state/waiting.ts';
import { currentBase } from './decided.ts';
import { answers, Planned, type Request } from './hold-actions.ts';
import { choicesOf } from './hold-choices.ts';
import { judgeOnly } from './write-decided.ts';

/** The other answers that the hold would take, as far as it can be judged without writing (E74). */
export async function otherAnswers(
  pass: Pass,
  hold: HoldRow,
  { answer, who }: Request,
): Promise<readonly HoldAnswer[]> {
  const possible: HoldAnswer[] = [];
  for (const { answer: other } of await choicesOf(pass, hold, await currentBase(pass, hold)))
    if (other !== answer && (await isTaken(pass, hold, { answer: other, who }))) possible.push(other);
  return possible;
}

async function isTaken(pass: Pass, hold: HoldRow, request: Request): Promise<boolean> {
  const tried = { ...pass, refused: new Map<string, string>() };
  const plan = new Planned();
  await judgeOnly(tried, answers(tried, [[hold]], request, plan));
  return plan.failed.length === 0 && tried.refused.size === 0;
}
