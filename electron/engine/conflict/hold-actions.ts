import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { sameState } from '../port/record.ts';
import type { HoldsRequest } from '../requests.ts';
import { refName, type Pass } from '../run/context.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { actionFor, askFirst } from './decided.ts';
import { moved, statesAfter } from './hold-choices.ts';
import { keptBoth, sentAlong } from './sent-along.ts';
import { standing, type Stands } from './standing.ts';

export type Request = Pick<HoldsRequest, 'answer' | 'who'>;

/** Each page of one collection. */
export type HoldPages = AsyncIterable<readonly HoldRow[]> | Iterable<readonly HoldRow[]>;

/** One hold that did not take its answer, with the reason. */
export interface Unanswered extends KeyRef {
  readonly error: AppError;
}

/** What became of the answers so far. */
export class Planned {
  readonly sent = new Set<string>();
  readonly answered: KeyRef[] = [];
  readonly failed: Unanswered[] = [];
}

/** What the answers are to write, a page of holds at a time. */
export async function* answers(
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
  const text = answerText(pass, request.answer);
  const note = { who: request.who, text, fields };
  const action = {
    ...actionFor(pass, { collection, key, base, a, b, agreed: toA, note }, 'hold'),
    toA: sameState(a, toA) ? undefined : toA,
    toB: sameState(b, toB) ? undefined : toB,
  };
  return { ...action, note: { ...note, ...askFirst(pass, action) } };
}

/** What the timeline says of the answer. */
export function answerText({ settings }: Pass, answer: HoldAnswer): string {
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
