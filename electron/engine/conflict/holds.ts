import { AppError } from '../../../shared/contract/errors.ts';
import { baseHas, isBase } from '../plan/base.ts';
import { fieldOf, sameState, withFields, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { HoldRequest } from '../reports.ts';
import type { Pass } from '../run/context.ts';
import { hashRecord } from '../port/record-codec.ts';
import type { HoldRow, JournalRow } from '../state/store.ts';
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
  if (hold.fields.length > 0 && (a === null || b === null)) {
    throw refusal(
      pass,
      collection,
      'Answering the hold was refused: one side deleted the record meanwhile, and only some of its fields rest.',
      'Delete it on the other side too, or insert it again; then sync.',
    );
  }
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  const wanted = request.answer === 'old-on-both' ? oldState(pass, hold, base, a, b) : await undoneState(pass, hold);
  const text =
    request.answer === 'old-on-both' ? 'Both sides have the old value.' : 'The change that was undone was sent again.';
  const [toA, toB] = [heldFrom(hold, a, wanted), heldFrom(hold, b, wanted)];
  const action = actionFor(
    pass,
    { collection, key, base, a, b, agreed: toA, note: { who: request.who, text, fields: hold.fields } },
    'hold',
  );
  await writeDecided(pass, [
    { ...action, toA: sameState(a, toA) ? undefined : toA, toB: sameState(b, toB) ? undefined : toB },
  ]);
}

/** The held fields as they are to be, over whatever the side holds in the others; the record as a whole where it rests as one. */
function heldFrom({ fields }: HoldRow, now: State, wanted: State): State {
  if (fields.length === 0 || now === null || wanted === null) return wanted;
  return withFields(now, new Map(fields.map((name): [string, Value | undefined] => [name, fieldOf(wanted, name)])));
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

/** The earlier base is the old value; where its document was too large to be kept, the side that still shows it tells. */
function oldState(pass: Pass, hold: HoldRow, base: Decided['base'], a: State, b: State): State {
  if (base === null || base.doc) return base?.doc ?? null;
  const parts = hold.fields.length === 0 ? null : hold.fields;
  const showsOld = (state: State): boolean =>
    state !== null && (parts ? parts.every((name) => baseHas(base, name, fieldOf(state, name))) : isBase(base, state));
  const old = [a, b].find(showsOld);
  if (old) return old;
  throw refusal(
    pass,
    hold.collection,
    'Taking the old value was refused: it was too large to be kept, and neither side shows it.',
    'Edit the record by hand.',
  );
}

/** What the undone run had written: the latest of it, on whichever side. */
async function undoneState(pass: Pass, hold: HoldRow): Promise<State> {
  const { collection, key, run } = hold;
  const rows = (await pass.store.journal(pass.id, { run, collection, key, limit: 1000 })).filter(
    ({ origin, status }) => origin !== 'undo' && (status === 'undone' || status === 'applied'),
  );
  const last = rows.at(-1);
  if (!last)
    throw refusal(
      pass,
      collection,
      `Sending the change again was refused: what run ${run} wrote is no longer kept.`,
      'Take the old value on both sides, or edit the record.',
    );
  if (last.op === 'delete') return null;
  if (rows.some(({ op, after }) => op === 'insert' && after === null)) return stillThere(pass, hold, last);
  return rows.reduce<State>(
    (sum, { after }) =>
      sum === null || after === null
        ? after
        : withFields(sum, new Map(after.names.map((name, i) => [name, after.values[i]]))),
    null,
  );
}

/** A first copy notes only the hash of what it wrote; the side that it came from still has the record, or nobody. */
function stillThere(pass: Pass, { a, b, collection, run }: HoldRow, { afterHash }: JournalRow): State {
  const found = [a, b].find((state) => state !== null && afterHash?.equals(hashRecord(state)));
  if (found) return found;
  throw refusal(
    pass,
    collection,
    `Sending the change again was refused: what run ${run} wrote stands on neither side any more.`,
    'Take the old value on both sides, or edit the record.',
  );
}

function refusal(pass: Pass, collection: string, message: string, hint: string): AppError {
  return new AppError({
    code: 'refused',
    operation: 'answer-hold',
    subject: { pair: pass.settings.name, collection },
    message,
    next: 'Nothing was written.',
    hint,
  });
}
