import { append } from '../../../shared/lib/append.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { Base } from '../plan/base.ts';
import { encodeKey, type Key } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { HoldsReport, WrittenRecord } from '../reports.ts';
import type { HoldRequest, HoldsRequest } from '../requests.ts';
import { collectionOf, refName, type Pass } from '../run/context.ts';
import { readBoth } from '../run/read-both.ts';
import { countWrites, tupleOf } from '../run/tuples.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { KeyRef, NewAction } from '../state/store.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { actionFor, askFirst } from './decided.ts';
import { refusal, statesAfter } from './hold-choices.ts';
import { recordName } from './records.ts';
import { keptBoth, sentAlong } from './sent-along.ts';
import { judgeOnly, writeDecided } from './write-decided.ts';

const PAGE = 1000;

/** One hold that did not take its answer, with the reason. */
export interface Unanswered extends KeyRef {
  readonly error: AppError;
}

/** A person's choice for a key that rests after an undo (L8), with the records that were written. Throws if it could not be carried out; the hold stands then. */
export async function answerHold(
  pass: Pass,
  request: HoldRequest,
): Promise<{ readonly hold: HoldRow; readonly records: readonly KeyRef[] }> {
  const hold = await holdOf(pass, request);
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

async function keepApart(pass: Pass, holds: HoldPages, by: string): Promise<Answered> {
  const answered: KeyRef[] = [];
  const kept = { by, at: pass.ports.clock.now() };
  for await (const page of holds) {
    const putHolds = page.map((hold) => ({ ...hold, kept, generation: hold.generation + 1 }));
    await pass.store.commit(pass.id, { putHolds });
    append(answered, page);
  }
  return { answered, records: [], failed: [] };
}

/** Of records that were on hold, those that somebody edited since: they wait as conflicts now, and take no such answer. */
export async function noLongerHeld(pass: Pass, held: readonly KeyRef[]): Promise<readonly Unanswered[]> {
  const edited: Unanswered[] = [];
  for (const [collection, refs] of Map.groupBy(held, (ref) => ref.collection))
    for (let at = 0; at < refs.length; at += PAGE) {
      const keys = refs.slice(at, at + PAGE).map(({ key }) => key);
      const parked = await pass.store.parked(pass.id, collection, keys);
      for (const key of keys)
        if (!parked.get(key)?.hold && parked.get(key)?.item)
          edited.push({ collection, key, error: editedSince(pass, { collection, key }) });
    }
  return edited;
}

const editedSince = (pass: Pass, ref: KeyRef): AppError =>
  refusal(
    pass,
    ref.collection,
    `${recordName(ref)} was edited since it was undone. It is on hold no more, and waits for you as a conflict.`,
    'See: tandem conflicts',
    'moved',
  );

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

/** A record that rests, as both sides show it now. */
interface Stands extends Record<SideName, State> {
  readonly base: Base | null;
}

async function standing(pass: Pass, holds: readonly HoldRow[]): Promise<ReadonlyMap<Key, Stands>> {
  const { collection } = must(holds[0], 'a page with holds');
  const keys = holds.map(({ key }) => key);
  const { A, B } = await readBoth(pass, collection, keys);
  const facts = await pass.store.facts(pass.id, collection, keys);
  return new Map(
    keys.map((key) => [key, { A: A.get(key) ?? null, B: B.get(key) ?? null, base: facts.get(key)?.base ?? null }]),
  );
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

/** The records whose hold still stands, each with the reason. */
async function notCarriedOut(pass: Pass, records: readonly KeyRef[], request: Request): Promise<readonly Unanswered[]> {
  const failed: Unanswered[] = [];
  for (const [collection, refs] of Map.groupBy(records, (record) => record.collection))
    for (let at = 0; at < refs.length; at += PAGE) {
      const keys = refs.slice(at, at + PAGE).map(({ key }) => key);
      const parked = await pass.store.parked(pass.id, collection, keys);
      for (const key of keys) {
        const hold = parked.get(key)?.hold;
        const reason = pass.refused.get(refName({ collection, key }));
        const [side] = hold ? (pass.tally.wroteOn.get(refName({ collection, key })) ?? []) : [];
        if (side) failed.push({ collection, key, error: writtenInPart(pass, { collection, key, hold, reason }, side) });
        else if (reason !== undefined)
          failed.push({ collection, key, error: await notWritten(pass, { collection, key, hold, reason }, request) });
        else if (hold) failed.push({ collection, key, error: moved(pass, { collection, key }) });
      }
    }
  return failed;
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

interface NotTaken extends KeyRef {
  readonly hold: HoldRow | null | undefined;
  readonly reason: string | undefined;
}

/** Judged before anything was written: what is in the way, by name where it rests itself. */
async function notWritten(
  pass: Pass,
  { collection, key, hold, reason }: NotTaken,
  request: Request,
): Promise<AppError> {
  const parent = hold ? await parentInTheWay(pass, hold, request) : null;
  if (parent)
    return refusal(
      pass,
      collection,
      `Not sent: ${recordName(parent)}, to which it refers, is on hold; answer that first.`,
      `${recordName({ collection, key })} stays on hold. See: tandem holds`,
    );
  return refusal(
    pass,
    collection,
    `Not written: ${recordName({ collection, key })}. ${reason ?? ''}`,
    'It stays on hold. See: tandem holds',
  );
}

/** One side took the answer before the other refused it; the old value is still the old one. */
function writtenInPart(pass: Pass, { collection, key, reason }: NotTaken, side: SideName): AppError {
  const { [side]: there, [otherSide(side)]: other } = pass.settings.sideLabel;
  const why = reason ?? `The record changed on ${other} meanwhile.`;
  return new AppError({
    ...refusal(
      pass,
      collection,
      `Written on ${there} only: ${recordName({ collection, key })}. ${why}`,
      'It stays on hold as it stands now. See: tandem holds',
    ).toBody(),
    next: `Nothing was written on ${other}.`,
  });
}

async function parentInTheWay(pass: Pass, hold: HoldRow, request: Request): Promise<KeyRef | null> {
  const stands = must((await standing(pass, [hold])).get(hold.key), 'what was just read');
  const wanted = await statesAfter(pass, hold, request.answer, stands.base);
  for (const side of sideNames) {
    const isWritten = !sameState(stands[side], wanted[side]);
    const parent = isWritten ? await restingParent(pass, side, hold.collection, wanted[side]) : null;
    if (parent) return parent;
  }
  return null;
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
