import { append } from '../../../shared/lib/append.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import type { ResolveReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { ResolveRequest } from '../requests.ts';
import type { AutoChoice } from '../plan/plan.ts';
import { fieldList } from '../port/field-order.ts';
import { HOLDS_MORE } from '../port/own-values.ts';
import { changedFields, type State } from '../port/record.ts';
import { collectionOf, keyOf, refName, type Pass } from '../run/context.ts';
import { UNREADABLE } from '../run/park.ts';
import { sideNames } from '../settings.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import type { ItemPatch, ItemRow } from '../state/waiting.ts';
import {
  actionFor,
  askFirst,
  currentBase,
  type Decided,
  type Outcome,
  movedSince,
  type Refused,
  timedDecision,
} from './decided.ts';
import { undoneIn } from './decided-rows.ts';
import { endOf } from './end-of.ts';
import { takeHalfBack, waitedBefore } from './half-written.ts';
import { restingAt } from './held-values.ts';
import { keepBoth } from './keep-both.ts';
import { refusedChoice } from './offers.ts';
import { recordName, recordsOf, unique, withDecision } from './records.ts';
import { sharedText, Taken, type Shared } from './shared-records.ts';
import { verdict, type Choice } from './strategies.ts';
import type { Promised } from './free-value.ts';
import { decideUnique } from './unique.ts';
import { tryDecided, writeDecided } from './write-decided.ts';

type Failure = ResolveReport['failed'][number];

/** What came of the decisions, before anybody knows what was written in the end. */
export interface Resolved extends Omit<ResolveReport, 'wrote' | 'follows' | 'run' | 'byItself'> {
  /** The records the decisions are about, and no other. */
  readonly records: readonly KeyRef[];
  /** Those of the decisions that were carried out, or would be. */
  readonly done: readonly KeyRef[];
  /** Items that wait on, each about a record that another decision of the request writes. */
  readonly left: readonly Left[];
  /** With `dryRun`: what would be written. */
  readonly would: readonly WrittenRecord[];
}

/** What is decided: of each item, and whether it is only tried out. */
export interface Asking {
  readonly decisionOf: (item: ItemRow) => ResolveRequest;
  readonly dryRun: boolean;
}

/**
 * Resolves items one by one in one run; a refused one never stops the others. The caller has refreshed the items. One that
 * is about a record which an earlier decision of the request writes is decided only where that one fails (E51).
 */
export async function resolveItems(
  pass: Pass,
  items: readonly ItemRow[],
  { decisionOf, dryRun }: Asking,
): Promise<Resolved> {
  const known: Asked = { decisionOf, taken: new Taken(), promised: new Set() };
  const done: Made[] = [];
  const all: Made[] = [];
  const failed: Failure[] = [];
  const passedOver: Left[] = [];
  let would: readonly WrittenRecord[] = [];
  for (let left = items; left.length > 0;) {
    const { made, refused, later } = await decideAll(pass, left, known);
    append(all, made);
    append(failed, refused);
    const before = await waitedBefore(
      pass,
      made.map(({ actions }) => actions),
    );
    if (dryRun) would = await tryAll(pass, done, made);
    else await writeAll(pass, made);
    for (const one of made) {
      const why = dryRun ? judgedOut(pass, one) : await unresolved(pass, one);
      if (why === null) {
        done.push(one);
        continue;
      }
      failed.push({ id: one.id, ...why });
      known.taken.release(one.actions);
      if (!dryRun) await takeHalfBack(pass, one.actions, before);
    }
    const out = new Set(failed.map(({ id }) => id));
    left = later.filter(({ shared }) => out.has(shared.by)).map(({ item }) => item);
    for (const { item, shared } of later)
      if (!out.has(shared.by)) passedOver.push({ id: item.id, why: sharedText(shared) });
  }
  return {
    resolved: done.map(({ id, text, generation }) => ({ id, text, generation })).toSorted(byId),
    failed: failed.toSorted(byId),
    left: passedOver,
    preview: done.flatMap(({ preview }) => preview),
    records: aboutOf(all),
    done: aboutOf(done),
    would,
  };
}

interface Left {
  readonly id: number;
  readonly why: string;
}

/** Those that wait on take the same answer once a sync has looked at them. */
export const withLeft = ({ failed, left }: Pick<Resolved, 'failed' | 'left'>): readonly Failure[] =>
  [...failed, ...left.map(({ id, why }) => ({ id, code: 'refused', text: `${why} ${AGAIN}` }))].toSorted(byId);

interface Asked extends Pick<Asking, 'decisionOf'> {
  readonly taken: Taken;
  readonly promised: Promised;
}

/** A decision that can be written, as far as it is known before it is judged. */
interface Made {
  readonly id: number;
  readonly generation: number;
  readonly text: string;
  readonly about: readonly KeyRef[];
  readonly actions: readonly NewAction[];
  readonly preview: ResolveReport['preview'];
  readonly noted: ItemPatch;
}

interface Round {
  readonly made: Made[];
  readonly refused: Failure[];
  readonly later: { readonly item: ItemRow; readonly shared: Shared }[];
}

const AGAIN = 'Sync; if it still waits then, give the same answer again.';

export const byId = (one: { readonly id: number }, other: { readonly id: number }): number => one.id - other.id;

const aboutOf = (made: readonly Made[]): readonly KeyRef[] => unique(made.flatMap(({ about }) => about));

async function decideAll(
  pass: Pass,
  items: readonly ItemRow[],
  { decisionOf, taken, promised }: Asked,
): Promise<Round> {
  const round: Round = { made: [], refused: [], later: [] };
  for (const item of items) {
    const { id } = item;
    const shared = taken.sharedBy(item);
    if (shared) {
      round.later.push({ item, shared });
      continue;
    }
    const outcome = await decideTimed(pass, item, decisionOf(item), promised);
    if ('refused' in outcome) round.refused.push({ id, code: outcome.code, text: outcome.refused });
    else {
      const made = await planned(pass, item, outcome);
      taken.take(id, made.actions);
      round.made.push(made);
    }
  }
  return round;
}

async function planned(
  pass: Pass,
  item: ItemRow,
  { text, decided }: Exclude<Outcome, { refused: string }>,
): Promise<Made> {
  const { id, generation } = item;
  const actions = decided.map((one) => asked(pass, actionFor(pass, one, 'resolve')));
  const preview: ResolveReport['preview'][number][] = [];
  for (const action of actions) {
    const { A: a, B: b } = await endOf(pass, action, { own: id, along: actions });
    preview.push({ id, collection: action.collection, key: action.key, a, b });
    // Why an earlier decision about it failed is told already.
    pass.refused.delete(refName(action));
  }
  const about = [...recordsOf(item), ...decided];
  return { id, generation, text, about, actions, preview, noted: { id, extra: withDecision(item, pass.run, decided) } };
}

/** What would be written of these, beside those that are done. */
const tryAll = (pass: Pass, done: readonly Made[], made: readonly Made[]): Promise<readonly WrittenRecord[]> =>
  tryDecided(
    pass,
    [...done, ...made].flatMap(({ actions }) => actions),
    () => aboutOf([...done, ...made.filter((one) => judgedOut(pass, one) === null)]),
  );

async function writeAll(pass: Pass, made: readonly Made[]): Promise<void> {
  await pass.store.commit(pass.id, { patchItems: made.map(({ noted }) => noted) });
  await writeDecided(pass, [made.flatMap(({ actions }) => actions)]);
}

type Why = Pick<Failure, 'code' | 'text'>;

/** A decision that one side does not take is not written on the other. */
const asked = (pass: Pass, action: NewAction): NewAction => ({
  ...action,
  note: { ...askFirst(pass, action), ...action.note },
});

/** Refused before anything of it was written, by unique values or references. */
function judgedOut(pass: Pass, { id, actions }: Made): Why | null {
  const refused = actions
    .filter(({ note }) => note.item === id || note.bond === id)
    .map((action) => pass.refused.get(refName(action)));
  const [text] = refused.filter((each) => each !== undefined);
  return text === undefined ? null : { code: 'refused', text };
}

async function unresolved(pass: Pass, made: Made): Promise<Why | null> {
  const [item] = await pass.store.items(pass.id, { id: made.id, open: true, limit: 1 });
  if (!item) return null;
  const judged = judgedOut(pass, made);
  if (judged) return judged;
  if (item.notes !== '' && item.state === 'reopened')
    return { code: 'refused', text: `The side refused it: ${item.notes}.` };
  return {
    code: 'moved',
    text: 'The record changed again before the decision was written. Nothing was overwritten; look at it again.',
  };
}

async function decide(pass: Pass, item: ItemRow, request: ResolveRequest, promised: Promised): Promise<Outcome> {
  const closed = cannotTake(item, request) ?? (await isOver(pass, item));
  if (closed) return closed;
  if (await movedSince(pass, item))
    return {
      refused: `Conflict ${item.id} changed since it was shown. Nothing was written; look at it again.`,
      code: 'moved',
    };
  const choice: Choice = request;
  const note = {
    item: item.id,
    // Of a unique clash it is the side of the other record.
    ...(item.kind === 'unique' || item.extra.side === undefined ? {} : { askFirst: item.extra.side }),
    who: request.who,
    strategy: request.strategy,
    notes: request.notes ?? '',
    fields: item.fields,
  };
  if (item.kind === 'unique') return decideUnique(pass, item, request, note, promised);
  if (request.strategy === 'keep_both' && item.kind === 'insert/insert') {
    const both = await keepBoth(pass, item, note, promised);
    return 'refused' in both && both.code === 'refused'
      ? refusedChoice(pass, item, both.refused, { but: 'keep_both' })
      : both;
  }
  const dispute = { ...item, side: item.extra.side };
  const outcome = verdict(dispute, choice, collectionOf(pass, item.collection));
  if ('refused' in outcome) return refusedChoice(pass, item, outcome.refused);
  const choices = outcome.choices ?? [];
  const text = textFor(pass, item, request.strategy) + policyText(pass, choices);
  return {
    text,
    decided: [
      {
        collection: item.collection,
        key: item.key,
        base: await currentBase(pass, item),
        a: item.a,
        b: item.b,
        agreed: outcome.agreed,
        note: { ...note, text, ...(choices.length > 0 ? { choices } : {}) },
      },
    ],
  };
}

async function decideTimed(pass: Pass, item: ItemRow, request: ResolveRequest, promised: Promised): Promise<Outcome> {
  const outcome = await decide(pass, item, request, promised);
  if ('refused' in outcome) return outcome;
  const moved = outcome.decided.find(
    (one) => one.agreed && !keepsKey(pass, one) && keyOf(pass, one.collection, one.agreed) !== one.key,
  );
  if (moved) return refusedChoice(pass, item, otherKeyText(pass, moved));
  return { ...outcome, decided: outcome.decided.map((one) => timedDecision(pass, one)) };
}

/** The key is written as one of the sides writes it; how a side reads it is for its connector to know. */
const keepsKey = (pass: Pass, one: Decided): boolean =>
  [one.a, one.b].some((state) => state !== null && changedKey(pass, one, state).length === 0);

/** Fields of the key in which the decision differs from what stands on a side. */
const changedKey = (pass: Pass, { collection, agreed }: Decided, state: State): readonly string[] => {
  const { key } = collectionOf(pass, collection);
  return changedFields(state, agreed).filter((name) => key.includes(name));
};

/** E126: no side takes a record under another key than its own. */
function otherKeyText(pass: Pass, moved: Decided): string {
  const changed = changedKey(pass, moved, moved.a ?? moved.b);
  return `${changed.join(', ')} ${changed.length === 1 ? 'is' : 'are'} part of the key of ${recordName(moved)}: with another value it would be another record. Nothing was written.`;
}

function cannotTake(item: ItemRow, request: ResolveRequest): Refused | null {
  if (item.extra.code === UNREADABLE)
    return { refused: `${item.reason} Mend the value in the database itself, then sync.`, code: 'refused' };
  if (item.state === 'vanished')
    return { refused: `Conflict ${item.id} is gone: both sides are equal by now.`, code: 'already-resolved' };
  if (item.state === 'reopened')
    return {
      refused: `Conflict ${item.id} changed again and is being looked at anew. Run a sync, then decide.`,
      code: 'moved',
    };
  if (request.generation !== undefined && request.generation !== item.generation) {
    return {
      refused: `Conflict ${item.id} changed since it was shown. Nothing was written; look at it again.`,
      code: 'moved',
    };
  }
  return null;
}

/** E167: one whose decision was taken back is not decided again, since what comes next is for its hold to say. */
async function isOver(pass: Pass, item: ItemRow): Promise<Refused | null> {
  if (item.state !== 'resolved') return null;
  const undone = await undoneIn(pass.store, pass.id, item);
  const by = item.resolvedBy ? `, by ${item.resolvedBy}` : '';
  if (undone === null) return { refused: `Conflict ${item.id} is resolved already${by}.`, code: 'already-resolved' };
  const rests = (await restingAt(pass, item.collection, item.key))
    ? ` ${recordName(item)} rests since then; its answers: \`tandem holds\`. To put another value there, edit it on either side with your own program: that ends the hold, and the next sync takes it up, or asks you anew.`
    : '';
  return {
    refused: `Conflict ${item.id} was resolved${by}, and undone by run ${undone}.${rests}`,
    code: 'already-resolved',
  };
}

/** What the decision left to the policies, by the side that each of them took. */
function policyText({ settings }: Pass, choices: readonly AutoChoice[]): string {
  const taken = sideNames.flatMap((side) => {
    const fields = choices.filter(({ winner }) => winner === side).flatMap((choice) => choice.fields);
    return fields.length === 0 ? [] : [`${fieldList(fields)} from ${settings.sideLabel[side]}`];
  });
  return taken.length === 0 ? '' : ` By the rules of the pair they have ${taken.join(', and ')}.`;
}

/** A side could not take the record when it came, so nobody deleted it there. */
const wasNeverTaken = ({ kind, base }: ItemRow): boolean =>
  base === null && ['rejected', 'type-misfit', 'fk-parent-missing'].includes(kind);

function textFor(pass: Pass, item: ItemRow, strategy: Strategy): string {
  const { A, B } = pass.settings.sideLabel;
  const winner = strategy === 'keep_local' ? A : strategy === 'keep_remote' ? B : null;
  if (winner === null) return 'Both sides have the merged record.';
  const state = winner === A ? item.a : item.b;
  const other = winner === A ? B : A;
  if (state === null) {
    const more =
      item.extra.code === HOLDS_MORE ? ` What only ${other} holds of it, outside the pair, goes for good.` : '';
    const as = wasNeverTaken(item) ? `; ${winner} never had it` : ` too, as on ${winner}`;
    return `${recordName(item)} is deleted on ${other}${as}; neither side has it then.${more}`;
  }
  return item.kind === 'update/update'
    ? `Both sides have ${fieldList(item.fields)} from ${winner}.`
    : `Both sides have the record of ${winner}.`;
}
