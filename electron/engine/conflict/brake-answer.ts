import { AppError } from '../../../shared/contract/errors.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { own } from '../../../shared/lib/own.ts';
import { fits, isThere, keyShape } from '../bind-pair.ts';
import type { ScanPage } from '../port/connector.ts';
import type { Key } from '../port/key-codec.ts';
import { hashRecord } from '../port/record-codec.ts';
import { sameState, type State } from '../port/record.ts';
import { otherSide, sideNames, type CollectionSettings, type SideName } from '../settings.ts';
import { restoredPages } from '../run/aside.ts';
import { acceptCollections, isAsAsked, isNewOnBoth } from '../run/collection-identity.ts';
import { collectionOf, everything, type PairContext, type Pass, type Scope } from '../run/context.ts';
import { stillAsShown } from '../run/shown.ts';
import { walkBoth } from '../run/walk.ts';
import type { StateChange } from '../state/change.ts';
import type { BrakeRow, KeyRef, NewAction, PairPatch } from '../state/stored.ts';
import { orderOf } from './brake-order.ts';
import { actionFor, movedSince } from './decided.ts';
import { writeDecided } from './write-decided.ts';

const PAGE = 500;

/**
 * Takes a person's answer to a brake (L9). Answers the scope of the run that has to follow; `null`: none is needed.
 * The counting for the brake begins anew with the answer.
 */
export async function takeAnswer(pass: Pass, brake: BrakeRow, answer: BrakeAnswer, who: string): Promise<Scope | null> {
  const at = pass.ports.clock.now();
  const said = ({ id, kind, cause }: BrakeRow): Said => ({
    answerBrake: { id, answer, who, at },
    audit: [{ at, who, what: `brake ${kind}`, detail: `${answer}: ${cause}` }],
  });
  if (answer === 'keep') {
    await pass.store.commit(pass.id, said(brake));
    return null;
  }
  const together = [brake, ...(await answeredWith(pass, brake, answer))];
  for (const each of together) {
    await notUncompared(pass, each, answer);
    await stillAsked(pass, each, answer);
    await stillMissing(pass, each, answer);
  }
  for (const each of together) await take(pass, each, said(each));
  return brake.collection === ''
    ? everything
    : { ...everything, collections: together.map(({ collection }) => collection) };
}

type Said = Required<Pick<StateChange, 'answerBrake' | 'audit'>>;

async function take(pass: Pass, brake: BrakeRow, said: Said): Promise<void> {
  const { answer, who } = said.answerBrake;
  if (answer === 'keep') return;
  const names = brake.collection === '' ? [...pass.collections.keys()] : [brake.collection];
  const made = await acceptCollections(pass, brake, names);
  // What the base says of it was in doubt: the run that follows compares it, whatever the histories tell.
  const compare = isOfWhole(brake) ? { auditAt: 0 } : {};
  const kept = { ...(await filledAnew(pass, brake, answer)), ...(await doubtedNow(pass, brake, answer)) };
  const reset = { countAnew: names, pair: { made, ...compare, ...kept } };
  if (brake.collection === '') {
    await writeDecided(pass, decideRestored(pass, brake, answer, who));
    await pass.store.commit(pass.id, { ...said, ...reset, forgetWaited: true });
    return;
  }
  if (await isNewOnBoth(pass, brake)) await writeDecided(pass, decideRemade(pass, brake, answer, who));
  await pass.store.commit(pass.id, { ...said, ...reset, ...(await allowanceOf(pass, brake, answer)) });
}

/** Is the question about a side or a collection as such, and not about the records that a plan would write? */
const isOfWhole = ({ kind }: BrakeRow): boolean =>
  kind === 'replaced' || kind === 'restored' || kind === 'state-older' || kind === 'missing' || kind === 'schema';

/** A field that is back after it was lost is one that joins the pair: filled by the other side, as any that comes (E110). */
async function filledAnew(
  pass: Pass,
  { kind, collection, fields }: BrakeRow,
  answer: BrakeAnswer,
): Promise<Pick<PairPatch, 'covered'>> {
  if (kind !== 'schema' || answer !== 'bring-back' || fields.length === 0) return {};
  const { covered } = await pass.store.pair(pass.id);
  const mapped = collectionOf(pass, collection).fields.map(({ name }) => name);
  return { covered: { ...covered, [collection]: mapped.filter((name) => !fields.includes(name)).toSorted() } };
}

/** Who has deletes brought back means no others either: what vanished since the question is asked about, however little it is. */
async function doubtedNow(
  pass: Pass,
  { kind, collection, side }: BrakeRow,
  answer: BrakeAnswer,
): Promise<Pick<PairPatch, 'doubted'>> {
  const isOfDeletes = kind === 'deletes' || kind === 'emptied';
  const cameBack = collection === '' && kind !== 'missing';
  if (!isOfDeletes && !cameBack) return {};
  const names = cameBack ? [...pass.collections.keys()] : [collection];
  const { doubted } = await pass.store.pair(pass.id);
  const others = Object.entries(doubted).filter(([name]) => !names.includes(name));
  // A side that came back is not the one that would be written.
  const written = cameBack ? otherSide(side) : side;
  const now = answer === 'bring-back' ? names.map((name) => [name, written] as const) : [];
  return { doubted: Object.fromEntries([...others, ...now]) };
}

/** Of a vanished collection the brake names the side that lost it; what would have been written is the other one. */
async function allowanceOf(
  pass: Pass,
  { id, kind, side, collection }: BrakeRow,
  answer: 'bring-back' | 'let-go',
): Promise<Pick<StateChange, 'allowAll' | 'allowBraked'>> {
  if (kind !== 'missing' && kind !== 'schema' && kind !== 'replaced')
    return { allowBraked: { brake: id, answer, side, kind } };
  const held = kind === 'replaced' ? { brake: id } : await givenUp(pass, { kind, side, collection }, answer);
  return { allowAll: { collection, answer, kind, side: otherSide(side), held } };
}

/** Of a collection that vanished: nothing stood there to be shown, so what stands there now. A record that somebody puts there later is another one. */
async function givenUp(
  pass: Pass,
  { kind, side, collection }: Pick<BrakeRow, 'kind' | 'side' | 'collection'>,
  answer: BrakeAnswer,
): Promise<{ readonly key: Key; readonly hash: Buffer }[]> {
  if (answer !== 'bring-back' || kind === 'schema') return [];
  const held: { key: Key; hash: Buffer }[] = [];
  for (let after: Key | null = null; ;) {
    const page: ScanPage = await pass.sides[side].scan(collection, after, PAGE);
    for (const { key, record } of page.records) held.push({ key, hash: hashRecord(record) });
    if (page.next === null) return held;
    after = page.next;
  }
}

/** *Bring back*: the other side wins where it has a record. *Let go*: the side that came back wins, absence included. */
async function* decideRestored(
  pass: Pass,
  brake: BrakeRow,
  answer: BrakeAnswer,
  who: string,
): AsyncGenerator<readonly NewAction[]> {
  for await (const { asked } of restoredPages(pass)) {
    const actions: NewAction[] = [];
    for (const item of asked)
      if (!(await movedSince(pass, item)))
        actions.push(actionFor(pass, decidedFor(pass, item, brake, answer, who), 'brake'));
    yield actions;
  }
}

/** The same for a collection that both sides made again: what was agreed on says nothing about either of them. */
async function* decideRemade(
  pass: Pass,
  brake: BrakeRow,
  answer: BrakeAnswer,
  who: string,
): AsyncGenerator<readonly NewAction[]> {
  const { collection } = brake;
  let page: (KeyRef & { readonly a: State; readonly b: State })[] = [];
  const decided = async (): Promise<readonly NewAction[]> => {
    const asShown = await stillAsShown(pass, brake, page);
    const [same, since] = [page.filter(({ key }) => asShown.has(key)), page.filter(({ key }) => !asShown.has(key))];
    // What somebody edited since the question has no common past: both values are asked about.
    if (since.length > 0) await pass.store.commit(pass.id, { dropBase: since, touch: since });
    page = [];
    return same.map((item) => actionFor(pass, decidedFor(pass, item, brake, answer, who), 'brake'));
  };
  for await (const { key, a, b } of walkBoth(pass, collection, new Set())) {
    if (sameState(a, b)) continue;
    page.push({ collection, key, a, b });
    if (page.length >= PAGE) yield await decided();
  }
  yield await decided();
}

function decidedFor(
  { settings: { sideLabel } }: Pass,
  item: KeyRef & { readonly id?: number; readonly a: State; readonly b: State },
  brake: BrakeRow,
  answer: BrakeAnswer,
  who: string,
): Parameters<typeof actionFor>[1] {
  const other = otherSide(brake.side);
  const [suspect, trusted] = brake.side === 'A' ? [item.a, item.b] : [item.b, item.a];
  const agreed = answer === 'let-go' ? suspect : (trusted ?? suspect);
  const text =
    answer === 'let-go'
      ? `What stood on ${sideLabel[brake.side]} was let go on.`
      : `Brought back: what stood on ${sideLabel[trusted === null ? brake.side : other]} is on both sides.`;
  return {
    collection: item.collection,
    key: item.key,
    base: null,
    a: item.a,
    b: item.b,
    agreed,
    note: { ...(item.id === undefined ? {} : { item: item.id }), who, text },
  };
}

type Known = Pick<PairContext, 'id' | 'settings' | 'connectors' | 'store'>;

/** What vanished has to be there again before it is brought back or let go: otherwise these answers are refused. */
export async function canBeAnswered(ctx: Known, brake: BrakeRow): Promise<boolean> {
  if (brake.kind !== 'missing' && brake.kind !== 'schema') return (await keepsFromComparing(ctx, brake)) === null;
  const { id, settings, connectors, store } = ctx;
  const schema = await connectors[brake.side].describe();
  const asked = settings.collections.filter(({ name }) => brake.collection === '' || brake.collection === name);
  const { keys } = await store.pair(id);
  const asBefore = (collection: CollectionSettings): boolean => {
    const shape = keyShape(schema, collection, brake.side);
    return isThere(schema, collection, brake.side) && (own(keys, collection.name)?.[brake.side] ?? shape) === shape;
  };
  if (!asked.every(asBefore)) return false;
  const other = await connectors[otherSide(brake.side)].describe();
  if (!asked.every((collection) => isThere(other, collection, otherSide(brake.side)))) return false;
  for (const collection of asked) if (!(await fits(connectors[brake.side], collection, brake.side))) return false;
  return true;
}

/** The collection that a side lacks, and because of which the sides were not compared since the base was set aside. */
async function keepsFromComparing(
  { id, settings, connectors, store }: Known,
  { collection: about, kind }: BrakeRow,
): Promise<{ readonly name: string; readonly side: SideName } | null> {
  if (about !== '' || kind === 'missing' || (await store.pair(id)).mode === 'normal') return null;
  for (const side of sideNames) {
    const schema = await connectors[side].describe();
    for (const collection of settings.collections)
      if (!isThere(schema, collection, side) || !(await fits(connectors[side], collection, side)))
        return { name: collection.name, side };
  }
  return null;
}

async function notUncompared(pass: Pass, brake: BrakeRow, answer: BrakeAnswer): Promise<void> {
  const lost = await keepsFromComparing(pass, brake);
  if (lost === null) return;
  const { name, sideLabel } = pass.settings;
  throw new AppError({
    code: 'schema-mismatch',
    operation: 'answer-brake',
    subject: { pair: name, collection: lost.name },
    message: `Answering the brake on ${name} with ${answer} was refused: the sides cannot be compared while ${lost.name} is missing on ${sideLabel[lost.side]}.`,
    next: 'Nothing was written, and the brake stays.',
    hint: `Put ${lost.name} back on ${sideLabel[lost.side]}, and sync. ${LEAVE_OUT}`,
  });
}

/** What another brake holds up is written for no answer of its own: it would be used up for nothing. Answers what takes it along. */
async function answeredWith(
  pass: Pass,
  brake: BrakeRow,
  answer: 'bring-back' | 'let-go',
): Promise<readonly BrakeRow[]> {
  const { first, along } = await orderOf(pass, await pass.store.brakes(pass.id, false), brake, answer);
  if (!first) return along;
  const { collection } = brake;
  const isWhole = first.collection === '';
  throw new AppError({
    code: 'brake',
    operation: 'answer-brake',
    subject: { pair: pass.settings.name, collection },
    message: `Answering the brake on ${collection} with ${answer} was refused: ${isWhole ? `brake ${first.id} asks about the whole pair, and nothing is written before it is answered` : `its records cannot be written before those of brake ${first.id} (${first.collection}), since one refers to the other`}.`,
    next: 'Nothing was written, and the brake stays.',
    hint: isWhole
      ? `Answer brake ${first.id} first; the commands stand in: tandem brake list`
      : `Answer brake ${first.id} (${first.collection}) first: tandem brake answer ${first.id} ${answer}`,
  });
}

/** What the pass found when it began may have ended the question, or changed what it is about. */
async function stillAsked(pass: Pass, brake: BrakeRow, answer: BrakeAnswer): Promise<void> {
  const open = (await pass.store.brakes(pass.id, false)).some(({ id }) => id === brake.id);
  const compared = (await pass.store.pair(pass.id)).mode === 'normal';
  const madeAgain = brake.kind === 'replaced' && brake.collection !== '' && !(await isAsAsked(pass, brake));
  if (open && compared && !madeAgain) return;
  const what = brake.collection === '' ? pass.settings.name : brake.collection;
  throw new AppError({
    code: 'moved',
    operation: 'answer-brake',
    subject: { pair: pass.settings.name, collection: brake.collection },
    message: `Answering the brake on ${what} with ${answer} was refused: ${open ? 'what it is about was replaced once more since it was asked' : 'it is not asked any more'}.`,
    next: 'Nothing was written.',
    hint: `To see what is asked now: tandem sync ${pass.settings.name}, then tandem brake list`,
  });
}

async function stillMissing(pass: Pass, brake: BrakeRow, answer: BrakeAnswer): Promise<void> {
  if (await canBeAnswered(pass, brake)) return;
  throw new AppError({
    code: 'schema-mismatch',
    operation: 'answer-brake',
    subject: { pair: pass.settings.name, collection: brake.collection },
    message: `Answering the brake on ${brake.collection || pass.settings.name} with ${answer} was refused: ${brake.cause}`,
    next: 'Nothing was written, and the brake stays.',
    hint: hintFor(pass, brake),
  });
}

/** The command with its names stands in the list, as a shell has to be given it. */
const LEAVE_OUT = 'If it was meant, leave it out of the pair; the command stands in: tandem brake list';

function hintFor({ settings }: Pass, { collection, side, kind }: BrakeRow): string {
  const there = settings.sideLabel[side];
  if (collection === '')
    return `Put the right database back on ${there}: the next sync goes on by itself. Or name where it is now: ${settings.sideMove[side]}`;
  if (kind === 'schema') return `Give ${collection} on ${there} the fields and the key back that it had. ${LEAVE_OUT}`;
  return `Put ${collection} back on ${there}: with its records the next sync goes on by itself; made again empty, "bring-back" fills it. ${LEAVE_OUT}`;
}
