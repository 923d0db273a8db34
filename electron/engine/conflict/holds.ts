import { AppError } from '../../../shared/contract/errors.ts';
import { baseNames } from '../plan/base.ts';
import { plan } from '../plan/plan.ts';
import { fieldOf, sameState, withFields, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { HoldRequest } from '../reports.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import type { HoldRow } from '../state/store.ts';
import { actionFor, type Decided } from './decided.ts';
import { writeDecided } from './write-decided.ts';

/** A person's choice for a key that rests after an undo (L8). */
export async function answerHold(pass: Pass, request: HoldRequest): Promise<void> {
  const hold = await holdOf(pass, request);
  if (request.answer === 'keep-apart') {
    await pass.store.commit(pass.id, { putHolds: [{ ...hold, kept: true, generation: hold.generation + 1 }] });
    return;
  }
  const { collection, key } = hold;
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  if (!sameState(a, hold.a) || !sameState(b, hold.b)) throw moved(pass, hold);
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  const agreed = request.answer === 'old-on-both' ? oldValue(hold, base, a, b) : sendAgain(pass, hold, base, a, b);
  const text =
    request.answer === 'old-on-both' ? 'Both sides have the old value.' : 'The change that was undone was sent again.';
  await writeDecided(pass, [
    actionFor(
      pass,
      { collection, key, base, a, b, agreed, note: { who: request.who, text, fields: hold.fields } },
      'hold',
    ),
  ]);
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

function moved(pass: Pass, { collection }: HoldRow): AppError {
  return new AppError({
    code: 'moved',
    operation: 'answer-hold',
    subject: { pair: pass.settings.name, collection },
    message: `Answering the hold in ${collection} was refused: the record changed since it was shown.`,
    next: 'Nothing was written.',
    hint: 'Run a sync, then look at it again: tandem holds',
  });
}

/** The earlier base is the old value; held fields only, the rest stays as both sides have it. */
function oldValue({ fields }: HoldRow, base: Decided['base'], a: State, b: State): State {
  if (fields.length === 0 || base === null || !base.doc || !a || !b) return base?.doc ?? null;
  const { doc } = base;
  return withFields(a, new Map(fields.map((name): [string, Value | undefined] => [name, fieldOf(doc, name)])));
}

/** Planned again from the earlier base, as if the undo had not been; a conflict is asked, not guessed. */
function sendAgain(pass: Pass, { collection }: HoldRow, base: Decided['base'], a: State, b: State): State {
  const decision = plan(base, a, b, collectionOf(pass, collection));
  if (decision.kind === 'write' || decision.kind === 'adopt') return decision.agreed;
  throw new AppError({
    code: 'refused',
    operation: 'answer-hold',
    subject: { pair: pass.settings.name, collection },
    message: `Sending the change again was refused: both sides differ from what they last agreed on${base ? ` (${baseNames(base).length} fields)` : ''}.`,
    next: 'Nothing was written.',
    hint: 'Take the old value on both sides, or edit the record.',
  });
}
