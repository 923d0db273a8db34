import { hexHash } from '../port/record-codec.ts';
import type { ScanPage } from '../port/connector.ts';
import type { Key } from '../port/key-codec.ts';
import { must } from '../../../shared/lib/assert.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ExpectedRow, KeyRef, PairRow } from '../state/stored.ts';
import { tryAgain, wakeByState } from './wake.ts';
import { checkCancelled, inScope, LookAgain, pairRow, type Pass } from './context.ts';
import { leftText } from './walk.ts';

const PAGE = 1000;
/** Entries of a history asked for at once: keys alone, so that the changes of one full batch come with their end. */
const ENTRIES = 2000;
const HOUR = 3_600_000;

/** Makes dirty keys out of what may have changed (L1). Never decides anything. */
export async function pull(pass: Pass): Promise<void> {
  const { auditAt, mode } = await pairRow(pass);
  if (pass.news !== null) return pullNews(pass, pass.news, mode);
  const now = pass.ports.clock.now();
  const due =
    mode === 'aside' ||
    pass.scope.overwriteDrift ||
    auditAt === 0 ||
    Math.abs(now - auditAt) >= pass.settings.auditHours * HOUR;
  await takeUpDrift(pass);
  let compared = false;
  for (const side of sideNames) compared = (await pullSide(pass, side, due)) || compared;
  if (compared) await wakeByState(pass);
  if (due || (pass.scope.again && !pass.tally.triedAgain)) await tryAgain(pass);
  pass.tally.triedAgain = true;
  if (due && pass.scope.collections === null && pass.scope.key === null)
    await pass.store.commit(pass.id, { pair: { auditAt: Math.max(now, 1) } });
}

/** Where changes are noted only because it was asked for: what is missing for that is added, and what was read is given back. */
export async function prepareHistories(pass: Pass): Promise<void> {
  if (pass.traceless || pass.braked.has('') || (await pairRow(pass)).mode !== 'normal') return;
  for (const side of sideNames) {
    const { capture } = pass.sides[side];
    if (!capture?.prepare || isUnmoved(pass, side)) continue;
    const saved = (await pass.store.cursors(pass.id)).get(side);
    await capture.prepare(pass.settings.name, saved === undefined ? null : placeIn(saved).at);
  }
}

/** Others committed nothing since everything was last looked at in this process. */
const isUnmoved = ({ tokens, gates }: Pass, side: SideName): boolean =>
  tokens.has(side) && gates.get(side) === tokens.get(side);

/** A live step reads what the sides told of; whatever else has to be looked at is for a pass over everything. */
async function pullNews(pass: Pass, news: ReadonlySet<SideName>, mode: PairRow['mode']): Promise<void> {
  if (mode !== 'normal') throw new LookAgain('what the base says is not settled');
  for (const side of sideNames) {
    if (!news.has(side)) continue;
    const { restartAt, news: joined } = await pullCapture(pass, side);
    if (restartAt !== null) throw new LookAgain(`the history of side ${side} is gone`);
    if (joined.length > 0) throw new LookAgain(`side ${side} was not compared yet in ${joined.join(', ')}`);
  }
}

/** Compares the side with what it should show unless nothing can have changed; answers whether it did. */
async function pullSide(pass: Pass, side: SideName, due: boolean): Promise<boolean> {
  const history = pass.sides[side].capture ? await pullCapture(pass, side) : null;
  const restartAt = history?.restartAt ?? null;
  const captured = history !== null && restartAt === null;
  const token = pass.tokens.get(side);
  const news = history?.news ?? [];
  if (!due && captured) {
    if (news.length > 0) await joinHistory(pass, side, news);
    // Everything that stood there before the token was told of.
    if (token !== undefined) pass.gates.set(side, token);
    return news.length > 0;
  }
  if (!due && isUnmoved(pass, side)) return false;
  const whole = restartAt !== null || (pass.scope.collections === null && pass.scope.key === null);
  for (const name of pass.collections.keys()) if (whole || inScope(pass, name)) await diffCollection(pass, side, name);
  if (token !== undefined && whole) pass.gates.set(side, token);
  if (restartAt !== null) await savePlace(pass, side, { at: restartAt, of: [...pass.collections.keys()] });
  return true;
}

/** What happened in a collection before it belonged to the pair is in no history that was read. */
async function joinHistory(pass: Pass, side: SideName, news: readonly string[]): Promise<void> {
  for (const name of news) await diffCollection(pass, side, name);
  const { at } = placeIn((await pass.store.cursors(pass.id)).get(side) ?? '');
  await savePlace(pass, side, { at, of: [...pass.collections.keys()] });
}

/** How far the history of a side was read, and the collections for which it was. */
interface Place {
  readonly at: string;
  readonly of: readonly string[];
}

export const savePlace = async (
  pass: Pass,
  side: SideName,
  place: Place,
  touch: readonly KeyRef[] = [],
): Promise<void> => {
  await pass.store.commit(pass.id, { touch, cursors: [{ side, token: JSON.stringify({ v: 1, ...place }) }] });
};

/** An older state has the bare cursor: nothing is known of its collections. */
function placeIn(saved: string): Place {
  if (!saved.startsWith('{"v":1,')) return { at: saved, of: [] };
  const { at, of } = JSON.parse(saved) as Place;
  return { at, of };
}

/**
 * L10: the cursor moves in the transaction of the dirty keys it covers. Where there is no place to go on from, the
 * new place is answered: it was taken before the complete comparison that has to follow, and is saved after it.
 */
async function pullCapture(
  pass: Pass,
  side: SideName,
): Promise<{ readonly restartAt: string | null; readonly news: readonly string[] }> {
  const capture = must(pass.sides[side].capture, 'a capture facet');
  const names = [...pass.collections.keys()];
  const saved = (await pass.store.cursors(pass.id)).get(side);
  if (saved === undefined) return { restartAt: await capture.start(), news: [] };
  const place = placeIn(saved);
  // One that does not belong to the pair any more is not watched: should it come back, it is new.
  const of = place.of.filter((name) => pass.collections.has(name));
  let cursor = place.at;
  for (;;) {
    const page = await capture.changes(cursor, ENTRIES, pass.news === null ? undefined : 'ready');
    if (page.lost) return { restartAt: await capture.start(), news: [] };
    const known = page.dirty.filter(({ collection }) => pass.collections.has(collection));
    if (page.next !== cursor || known.length > 0 || of.length < place.of.length)
      await savePlace(pass, side, { at: page.next, of }, known);
    cursor = page.next;
    if (!page.more) return { restartAt: null, news: names.filter((name) => !of.includes(name)) };
  }
}

/** What drifted may have been put right by hand: then it is as expected, and no difference tells of it. */
export async function touchDrifted(store: Pass['store'], id: number, collection: string): Promise<void> {
  for (let after: Key | null = null; ;) {
    const keys: readonly Key[] = await store.drifted(id, collection, after, PAGE);
    after = keys.at(-1) ?? null;
    if (after === null) return;
    await store.commit(id, { touch: keys.map((key) => ({ collection, key })) });
  }
}

/** A collection that goes both ways by now has no drift: what was edited on either side is an edit like any other. */
async function takeUpDrift({ store, id, collections }: Pass): Promise<void> {
  for (const { collection } of await store.countDrift(id)) {
    if (collections.get(collection)?.direction !== 'both') continue;
    for (;;) {
      const keys = (await store.drifted(id, collection, null, PAGE)).map((key) => ({ collection, key }));
      if (keys.length === 0) break;
      await store.commit(id, { touch: keys, drift: keys.map((each) => ({ ...each, drifts: false })) });
    }
  }
}

/** Merges the side's records with what the base (or an open item, or a hold) says it should show; differences are dirty. */
async function diffCollection(pass: Pass, side: SideName, collection: string): Promise<void> {
  await touchDrifted(pass.store, pass.id, collection);
  const expected = new ExpectedCursor(pass, side, collection);
  const dirty: KeyRef[] = [];
  let after: Key | null = null;
  let done = 0;
  do {
    checkCancelled(pass);
    const page: ScanPage = await pass.sides[side].scan(collection, after, PAGE);
    for (const left of page.left) pass.tally.notCompared.add(leftText(pass, side, left));
    for await (const key of differences(expected, page)) {
      dirty.push({ collection, key });
      if (dirty.length >= PAGE) await pass.store.commit(pass.id, { touch: dirty.splice(0) });
    }
    after = page.next;
    done += page.records.length;
    pass.progress({ phase: 'scan', collection, done, all: 0 });
  } while (after !== null);
  if (dirty.length > 0) await pass.store.commit(pass.id, { touch: dirty });
}

/** Keys of the page that are not as expected, and those that are expected before its end and not there. */
async function* differences(expected: ExpectedCursor, page: ScanPage): AsyncGenerator<Key> {
  const unreadable = new Set(page.left.map(({ key }) => key));
  const isMissing = (row: ExpectedRow): boolean => row.hash !== null && !unreadable.has(row.key);
  for (const { key, record } of page.records) {
    let row = expected.here() ?? (await expected.more());
    for (; row && row.key < key; row = expected.here() ?? (await expected.more())) {
      if (isMissing(row)) yield row.key;
      expected.advance();
    }
    const match = row?.key === key ? row : undefined;
    if (match?.hash !== hexHash(record)) yield key;
    if (match) expected.advance();
  }
  if (page.next !== null) return;
  for (let row = expected.here() ?? (await expected.more()); row; row = expected.here() ?? (await expected.more())) {
    if (isMissing(row)) yield row.key;
    expected.advance();
  }
}

/** Walks the expectations in key order, a page at a time. */
class ExpectedCursor {
  readonly #pass: Pass;
  readonly #side: SideName;
  readonly #collection: string;
  #page: readonly ExpectedRow[] = [];
  #at = 0;
  #last: Key | null = null;
  #ended = false;

  constructor(pass: Pass, side: SideName, collection: string) {
    this.#pass = pass;
    this.#side = side;
    this.#collection = collection;
  }

  /** The expectation at hand; none where the page is used up, and `more` has to be asked. */
  here(): ExpectedRow | undefined {
    return this.#page[this.#at];
  }

  advance(): void {
    this.#at++;
  }

  /** Loads the next page; no expectation is left where it answers none. */
  async more(): Promise<ExpectedRow | undefined> {
    if (this.#ended) return undefined;
    const { store, id } = this.#pass;
    this.#page = await store.expected(id, this.#collection, this.#side, this.#last, PAGE);
    this.#at = 0;
    this.#last = this.#page.at(-1)?.key ?? this.#last;
    this.#ended = this.#page.length === 0;
    return this.here();
  }
}
