import { AppError } from '../../../shared/contract/errors.ts';
import { holdAnswers, type HoldAnswer } from '../../../shared/model/words.ts';
import { advanceBase, baseHas, isBase, type Base } from '../plan/base.ts';
import { plan } from '../plan/plan.ts';
import { hashRecord } from '../port/record-codec.ts';
import { fieldOf, sameState, withFields, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { HoldChoice } from '../reports/waiting.ts';
import type { PairContext } from '../run/context.ts';
import type { JournalRow, KeyRef } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';

export type HoldContext = Pick<PairContext, 'id' | 'settings' | 'store'>;

/** Not judged against the sides. */
type Choice = Omit<HoldChoice, 'refused'>;

/** What both sides hold after the answer. Throws where the answer is not possible, with what can be done instead. */
export async function statesAfter(
  ctx: HoldContext,
  hold: HoldRow,
  answer: HoldAnswer,
  base: Base | null,
): Promise<{ readonly A: State; readonly B: State }> {
  const { a, b, fields, collection } = hold;
  if (answer === 'keep-apart') return { A: a, B: b };
  if (fields.length > 0 && (a === null || b === null)) {
    throw refusal(
      ctx,
      collection,
      'Answering the hold was refused: one side deleted the record meanwhile, and only some of its fields rest.',
      'Delete it on the other side too, or insert it again; then sync.',
    );
  }
  const wanted = await wantedBy(ctx, hold, answer, base);
  return { A: heldFrom(hold, a, wanted), B: heldFrom(hold, b, wanted) };
}

/** The state that both sides shall have in the held fields. */
async function wantedBy(
  ctx: HoldContext,
  hold: HoldRow,
  answer: Exclude<HoldAnswer, 'keep-apart'>,
  base: Base | null,
): Promise<State> {
  switch (answer) {
    case 'send-again':
      return undoneState(ctx, hold);
    case 'old-on-both':
      return oldState(ctx, hold, base);
    case 'take-local':
      return hold.a;
    case 'take-remote':
      return hold.b;
  }
}

/** The answers that are possible now, each with what would stand on the sides; of two that mean the same, the first. */
export async function choicesOf(ctx: HoldContext, hold: HoldRow, base: Base | null): Promise<readonly Choice[]> {
  const choices: Choice[] = [];
  for (const answer of holdAnswers) {
    if (answer === 'keep-apart' && hold.kept) continue;
    try {
      const { A: local, B: remote } = afterwards(ctx, hold, base, answer, await statesAfter(ctx, hold, answer, base));
      const known = choices.some((choice) => sameState(choice.local, local) && sameState(choice.remote, remote));
      if (!known || answer === 'keep-apart') choices.push({ answer, local, remote });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return choices;
}

/**
 * What stands once the hold has ended and the record was planned again: an edit of a field that was never held waits no
 * longer, and flows like any other (L8).
 */
function afterwards(
  { settings }: HoldContext,
  { collection, fields }: HoldRow,
  base: Base | null,
  answer: HoldAnswer,
  { A, B }: { readonly A: State; readonly B: State },
): { readonly A: State; readonly B: State } {
  const rules = settings.collections.find(({ name }) => name === collection);
  const goesOn = answer !== 'keep-apart' && fields.length > 0 && rules?.direction === 'both';
  if (!goesOn || base === null || A === null || B === null) return { A, B };
  const next = advanceBase(base, A, (_, field) => fields.includes(field), false) ?? base;
  const decision = plan(next, A, B, rules);
  if (decision.kind !== 'write') return { A, B };
  return { A: decision.toA ? decision.agreed : A, B: decision.toB ? decision.agreed : B };
}

/** The held fields as they are to be, over whatever the side holds in the others; the record as a whole where it rests as one. */
function heldFrom({ fields }: HoldRow, now: State, wanted: State): State {
  if (fields.length === 0 || now === null || wanted === null) return wanted;
  return withFields(now, new Map(fields.map((name): [string, Value | undefined] => [name, fieldOf(wanted, name)])));
}

/** The earlier base is the old value; where its document was too large to be kept, the side that still shows it tells. */
async function oldState(ctx: HoldContext, hold: HoldRow, base: Base | null): Promise<State> {
  const { a, b, fields, collection } = hold;
  if (base === null && a !== null && b !== null) {
    throw refusal(
      ctx,
      collection,
      'Taking the old value was refused: there never was one. Both sides had added this record on their own, and never agreed on it.',
      'Take the decision again (send-again), take what stands on one side (take-local, take-remote), keep the two apart (keep-apart), or edit one side until both are equal; then sync.',
    );
  }
  if (base === null && (await wasAside(ctx, hold))) {
    throw refusal(
      ctx,
      collection,
      'Taking the old value was refused: what both sides last agreed on was set aside before the run that was undone.',
      'Take the decision again (send-again), take what stands on one side (take-local, take-remote), or keep the two apart (keep-apart).',
    );
  }
  if (base === null || base.doc) return base?.doc ?? null;
  const parts = fields.length === 0 ? null : fields;
  const showsOld = (state: State): boolean =>
    state !== null && (parts ? parts.every((name) => baseHas(base, name, fieldOf(state, name))) : isBase(base, state));
  const old = [a, b].find(showsOld);
  if (old) return old;
  throw refusal(
    ctx,
    collection,
    'Taking the old value was refused: it was too large to be kept, and neither side shows it.',
    'Edit the record by hand.',
  );
}

/** The undone run answered a question about a whole side: that nothing was agreed on then does not mean that nothing had been. */
const wasAside = async (ctx: HoldContext, hold: HoldRow): Promise<boolean> =>
  (await writtenIn(ctx, hold)).some(({ origin, base }) => origin === 'brake' && base === null);

type Undone = Pick<HoldRow, 'collection' | 'key' | 'run' | 'a' | 'b'>;

/** What the undone run wrote of the record. */
const writtenIn = (ctx: HoldContext, { run, collection, key }: Undone): Promise<readonly JournalRow[]> =>
  ctx.store.journal(ctx.id, { run, collection, key, limit: 1000 });

/** What the undone run had written: the latest of it, on whichever side. The undone run may have been an undo itself. */
export async function undoneState(ctx: HoldContext, hold: Undone): Promise<State> {
  const { collection, run } = hold;
  const all = (await writtenIn(ctx, hold)).filter(({ status }) => status === 'undone' || status === 'applied');
  const own = all.filter(({ origin }) => origin !== 'undo');
  const rows = own.length > 0 ? own : all;
  const last = rows.at(-1);
  if (!last)
    throw refusal(
      ctx,
      collection,
      `Sending the change again was refused: what run ${run} wrote is no longer kept.`,
      'Take what stands on one side (take-local, take-remote), the old value (old-on-both), or edit the record.',
    );
  if (last.op === 'delete') return null;
  if (rows.some(({ op, after }) => op === 'insert' && after === null)) return stillThere(ctx, hold, last);
  return rows.reduce<State>(
    (sum, { after }) =>
      sum === null || after === null
        ? after
        : withFields(sum, new Map(after.names.map((name, i) => [name, after.values[i]]))),
    null,
  );
}

/** A first copy notes only the hash of what it wrote; the side that it came from still has the record, or nobody. */
function stillThere(ctx: HoldContext, { a, b, collection, run }: Undone, { afterHash }: JournalRow): State {
  const found = [a, b].find((state) => state !== null && afterHash?.equals(hashRecord(state)));
  if (found) return found;
  throw refusal(
    ctx,
    collection,
    `Sending the change again was refused: what run ${run} wrote stands on neither side any more.`,
    'Take the old value on both sides, or edit the record.',
  );
}

export function refusal(
  { settings }: Pick<HoldContext, 'settings'>,
  collection: string,
  message: string,
  hint: string,
  code: 'refused' | 'moved' = 'refused',
): AppError {
  return new AppError({
    code,
    operation: 'answer-hold',
    subject: { pair: settings.name, collection },
    message,
    next: 'Nothing was written.',
    hint,
  });
}

/** Somebody changed it between the list and the answer. */
export const moved = (ctx: HoldContext, { collection }: KeyRef): AppError =>
  refusal(
    ctx,
    collection,
    `Answering the hold in ${collection} was refused: the record changed since it was shown.`,
    'Run a sync, then look at it again: tandem holds',
    'moved',
  );
