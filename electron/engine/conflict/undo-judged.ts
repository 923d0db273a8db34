import { must } from '../../../shared/lib/assert.ts';
import type { Key } from '../port/key-codec.ts';
import { changedFields, type State } from '../port/record.ts';
import type { Base } from '../plan/base.ts';
import { baseRestored } from '../run/advance.ts';
import type { Pass } from '../run/context.ts';
import { readBoth, type BothRead } from '../run/read-both.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { StateStore } from '../state/store.ts';
import type { JournalQuery, JournalRow, KeyRef, NewAction, Resting } from '../state/stored.ts';
import { journalPages } from '../state/journal-pages.ts';
import type { HoldRow } from '../state/waiting.ts';
import { askFirst, UNREAD } from './decided.ts';
import { copiesIn } from './keep-both.ts';
import { laterRuns, placeOf, undoFirst, type InTheWay } from './later-runs.ts';
import { leftFields, leftText, whyNotSynced } from './left-pair.ts';
import { lastChain, restoredOn, showsBefore } from './net-writes.ts';

/** A record that the run wrote, and whether it can go back. */
export interface Judged extends KeyRef {
  /** `changed`: somebody wrote it since, or it cannot be looked at. */
  readonly outcome: NewAction | 'on-hold' | 'changed';
  /** Why it, or a field of it, stays as it is, where there is more to say. */
  readonly why: string | null;
}

export const goesBack = (one: Judged): one is Judged & { readonly outcome: NewAction } =>
  typeof one.outcome !== 'string';

/**
 * What the run wrote of these records, as it can go back now, a page at a time. `whole`: a record of which anything
 * stays as it is does not go back at all.
 */
export async function* judgedNow(
  pass: Pass,
  about: JournalAbout,
  { whole }: { readonly whole: boolean },
): AsyncGenerator<readonly Judged[]> {
  for await (const page of standingNow(pass, about)) {
    const judged = page.map((one) => judgedAs(pass, about.run, one, whole));
    const why = await writtenSince(
      pass,
      about.run,
      page.filter((_, i) => isOpen(must(judged[i], 'a record'))),
    );
    yield judged.map((one) => (isOpen(one) ? { ...one, why: why.get(one.key) ?? null } : one));
  }
}

const isOpen = ({ outcome, why }: Judged): boolean => outcome === 'changed' && why === null;

function judgedAs(pass: Pass, run: number, stands: Stands, whole: boolean): Judged {
  const { collection, key, journal, now, gone } = stands;
  const back = takeBack(pass, run, stands);
  const left = back === 'on-hold' ? null : (gone ?? leftText(pass, collection, leftFields(pass, journal)));
  const inPart = typeof back !== 'string' && (left !== null || staysOn(journal, now, back));
  return { collection, key, outcome: whole && inPart ? 'changed' : back, why: left };
}

/** Of records that a later run wrote again: which one, and what makes way. A page of one collection. */
async function writtenSince(pass: Pass, run: number, page: readonly Stands[]): Promise<ReadonlyMap<Key, string>> {
  const places = page.flatMap(({ key, journal, now, unreadable, gone }): InTheWay[] =>
    unreadable || gone !== null ? [] : changedOn(journal, now).map((place) => ({ ...place, key })),
  );
  const collection = page[0]?.collection ?? '';
  const runs = await laterRuns(pass, { collection, from: run + 1 }, places);
  return new Map(
    places.flatMap((place): [Key, string][] => {
      const later = runs.get(placeOf(place));
      return later === undefined ? [] : [[place.key, writtenText(later)]];
    }),
  );
}

const writtenText = (run: number): string =>
  `Run ${run} wrote it again since. ${undoFirst(run)}; and for what then rests take the value last agreed on: tandem holds`;

/** Sides that show neither what the run wrote there nor what stood there before. */
const changedOn = (
  journal: readonly JournalRow[],
  now: Readonly<Record<SideName, State>>,
): readonly Omit<InTheWay, 'key'>[] =>
  sideNames
    .filter((side) => restoredOn(side, journal, now[side]) === undefined && !showsBefore(side, journal, now[side]))
    .map((side) => ({ side, now: now[side], fields: writtenIn(side, journal) }));

/** The fields that were written on the side; `null`: the record as a whole. */
function writtenIn(side: SideName, journal: readonly JournalRow[]): readonly string[] | null {
  const rows = journal.filter((row) => row.side === side);
  if (rows.some(({ op }) => op !== 'update')) return null;
  return [...new Set(rows.flatMap(({ before, after }) => changedFields(before, after)))];
}

/** A record that a run wrote, as both sides show it now, and what waits or rests there. */
interface Stands extends KeyRef {
  readonly journal: readonly JournalRow[];
  readonly now: Readonly<Record<SideName, State>>;
  readonly unreadable: boolean;
  readonly known: Resting | undefined;
  /** Its collection is not synced any more, so that nothing can be read or written there: why. */
  readonly gone: string | null;
  /** `keep_both` copied it to this key, and it still stands under its own: no copy is the last one. */
  readonly copied: boolean;
}

const UNSEEN: BothRead = { A: new Map(), B: new Map(), unreadable: new Map() };

/** The records that were written, each once, in the page in which the journal names it first; never record by record. */
async function* standingNow(pass: Pass, about: JournalAbout): AsyncGenerator<readonly Stands[]> {
  for await (const page of journalPages(pass.store, pass.id, { ...about, status: 'applied' })) {
    const first = must(page[0], 'a page with rows').id;
    for (const [collection, rows] of Map.groupBy(page, (row) => row.collection)) {
      const keys = [...new Set(rows.map(({ key }) => key))];
      const written = new Map<Key, JournalRow[]>(keys.map((key) => [key, []]));
      for await (const row of writesOf(pass.store, pass.id, { run: about.run, collection, keys }))
        written.get(row.key)?.push(row);
      const fresh = keys.filter((key) => (written.get(key)?.[0]?.id ?? 0) >= first);
      const gone = whyNotSynced(pass, collection);
      const resting = await pass.store.resting(pass.id, collection, fresh);
      const { A, B, unreadable } = gone === null ? await readBoth(pass, collection, fresh) : UNSEEN;
      const alone = fresh.filter((key) => B.has(key) && !A.has(key));
      const copied = await copiesIn(
        pass,
        { run: about.run, collection },
        new Map(alone.map((key) => [key, B.get(key) ?? null])),
      );
      yield fresh.map((key) => ({
        collection,
        key,
        journal: must(written.get(key), 'what was just read'),
        known: resting.get(key),
        unreadable: unreadable.has(key),
        now: { A: A.get(key) ?? null, B: B.get(key) ?? null },
        gone,
        copied: copied.has(key),
      }));
    }
  }
}

type JournalAbout = Pick<JournalQuery, 'collection' | 'key' | 'keys'> & { readonly run: number };

/** What a run wrote and nobody has taken back, in order. */
export async function* writesOf(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  about: JournalAbout,
): AsyncGenerator<JournalRow> {
  for await (const page of journalPages(store, pair, { ...about, status: 'applied' })) yield* page;
}

function takeBack(
  pass: Pass,
  run: number,
  { collection, key, journal, now, known, unreadable, gone, copied }: Stands,
): Judged['outcome'] {
  const begun = begunBy(run, known);
  if (known?.hold && !begun) return 'on-hold';
  if (unreadable || gone !== null) return 'changed';
  const to = { A: restoredOn('A', journal, now.A), B: restoredOn('B', journal, now.B) };
  if ((to.A === undefined && to.B === undefined) || (!copied && isLastCopy(now, to))) return 'changed';
  const writes = sideNames.filter((side) => to[side] !== undefined);
  const whole = writes.some((side) => now[side] === null || to[side] === null);
  const fields = whole ? [] : [...new Set(writes.flatMap((side) => changedFields(now[side], to[side] ?? null)))].sort();
  const action: NewAction = {
    collection,
    key,
    base: earlierBase(journal, now, to),
    gen: UNREAD,
    constrained: true,
    origin: 'undo',
    a: now.A,
    b: now.B,
    agreed: null,
    toA: to.A,
    toB: to.B,
    level: pass.constraints.ranks.levelOf(collection, [
      [now.A, to.A],
      [now.B, to.B],
    ]),
    note: {
      undoOf: run,
      fields,
      who: pass.who,
      text: `undo of run ${run}`,
      ...(begun ? { held: begun.fields } : {}),
      ...(known?.item ? { item: known.item.id } : {}),
    },
  };
  return { ...action, note: { ...action.note, ...askFirst(pass, action) } };
}

/** A side that the run wrote, too, and that shows neither what was written nor what stood before. */
const staysOn = (
  journal: readonly JournalRow[],
  now: Readonly<Record<SideName, State>>,
  { toA, toB }: Pick<NewAction, 'toA' | 'toB'>,
): boolean =>
  sideNames.some((side) => (side === 'A' ? toA : toB) === undefined && !showsBefore(side, journal, now[side]));

/** One side took its half of this very undo, the other refused: the record rests, and the rest can still be undone. */
const begunBy = (run: number, known: Resting | undefined): HoldRow | null =>
  known?.hold?.run === run && !known.hold.kept ? known.hold : null;

/** Somebody deleted the record on the other side meanwhile: what the run wrote is all there is, and it stays. */
const isLastCopy = (
  now: Readonly<Record<SideName, State>>,
  to: Readonly<Record<SideName, State | undefined>>,
): boolean =>
  sideNames.some((side) => to[side] === null && to[otherSide(side)] === undefined && now[otherSide(side)] === null);

/** Each side's restored fields have the base from before the first write that is taken back there. */
function earlierBase(
  journal: readonly JournalRow[],
  now: Readonly<Record<SideName, State>>,
  to: Readonly<Record<SideName, State | undefined>>,
): Base | null {
  const starts = sideNames
    .filter((side) => to[side] !== undefined)
    .map((side) => ({
      side,
      row: must(lastChain(journal.filter((row) => row.side === side))[0], 'a row of the chain'),
    }))
    .sort((x, y) => y.row.id - x.row.id);
  const [later, earlier] = starts;
  const base = later?.row.base ?? null;
  if (!later || !earlier || earlier.row.action === later.row.action) return base;
  return baseRestored(base, earlier.row.base, changedFields(now[earlier.side], to[earlier.side] ?? null));
}
