import { bsonType } from '../../../engine/port/bson-type.ts';
import type { LeftRecord, ScannedRecord, ScanPage } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import type { BoundCollection, Found } from '../bound-collection.ts';
import { driverValue, plainOf } from '../bson/build.ts';
import { elementNamed } from '../bson/walk.ts';
import { driverIdOf, keyOfId } from '../id-key.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import { type Bracket, bracketAfter, brackets, isIn } from './brackets.ts';
import { readKeys } from './read.ts';
import { Rows } from './rows.ts';

/** A page ends early when it holds this much, for a document may have 16 MB. */
const PAGE_BYTES = 16 * 1024 * 1024;
/** As many keys of an unsorted range are kept at once. */
const WINDOW = 50_000;
const NAMED = 20;
/** The ranks of generic bytes, and of bytes with a subtype. */
const GENERIC = '\x30';
const BYTES = '\x31';

interface Window {
  readonly bracket: Bracket;
  /** Where the next page has to go on for these keys to be its own. */
  after: Key | null;
  keys: Key[];
  /** The range holds more than these. */
  readonly more: boolean;
}

/** A cursor that is open on the server from page to page: some servers read the whole collection for each query. */
interface Kept {
  readonly rows: Rows;
  /** The `_id` that it began above, and then that of the last document of a page, for another cursor to go on from. */
  readonly above: unknown;
  readonly after: Key | null;
  /** It may be closed by now, by the server or with its connection; then another one goes on. */
  readonly isKept: boolean;
}

/** Of which types the ids are, as the beginning of the scan found: ranges in which nothing stands need no query. */
type Ranks = { readonly first: string; readonly last: string } | 'none' | 'unknown';
const LOWEST = '\x00';
const HIGHEST = '\xff';

/** Scans one collection in the order of keys. */
export class Scanner {
  readonly #database: MongoDatabase;
  readonly #bound: BoundCollection;
  #window: Window | null = null;
  #kept: Kept | null = null;
  #ranks: Ranks = 'unknown';
  /** All ids of bytes have one length and one subtype (UUIDs), as the last scan found: only then do all servers compare them alike. */
  #areBytesAlike = false;

  constructor(database: MongoDatabase, bound: BoundCollection) {
    this.#database = database;
    this.#bound = bound;
  }

  /** Lets go of what the last page left open. */
  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    await kept?.rows.close();
  }

  async page(after: Key | null, limit: number): Promise<ScanPage> {
    const page = new Page(limit);
    if (after === null) this.#ranks = await this.#ranksNow();
    const first = after === null ? 0 : bracketAfter(after);
    for (let at = first; at < brackets.length && !page.isFull; at++) {
      const bracket = brackets[at] as Bracket;
      if (!this.#isThere(bracket)) continue;
      const from = at === first ? after : null;
      const isSorted = bracket.isSorted && (bracket.rank !== BYTES || this.#areBytesAlike);
      await (isSorted ? this.#sorted(page, bracket, from) : this.#unsorted(page, bracket, from));
    }
    return page.done();
  }

  /**
   * The server sorts types as keys do: nothing lies outside of its first and its last `_id`. Bytes alone it sorts by
   * their length before their subtype, so where some are, generic ones and others may be.
   */
  async #ranksNow(): Promise<Ranks> {
    const [first, last] = await Promise.all([this.#rankAt('up'), this.#rankAt('down')]);
    if (first === null || last === null) return 'none';
    return { first: first === BYTES ? GENERIC : first, last: last === GENERIC ? BYTES : last };
  }

  async #rankAt(sorted: 'up' | 'down'): Promise<string | null> {
    for await (const raw of this.#database.find(this.#bound.physical, { filter: {}, sorted, limit: 1, idOnly: true })) {
      const id = elementNamed(raw, '_id');
      const { key } = id ? keyOfId(id) : {};
      // An id that makes no key says nothing.
      return key?.[1] ?? (sorted === 'up' ? LOWEST : HIGHEST);
    }
    return null;
  }

  #isThere({ rank }: Bracket): boolean {
    const ranks = this.#ranks;
    return ranks === 'unknown' || (ranks !== 'none' && rank >= ranks.first && rank <= ranks.last);
  }

  async #sorted(page: Page, bracket: Bracket, from: Key | null): Promise<void> {
    const isSingle = '$eq' in bracket.filter;
    const inside = from !== null && isIn(bracket, from);
    if (isSingle && inside) return;
    let kept = this.#keptRows(from) ?? this.#newRows(bracket, inside ? driverIdOf(from) : undefined, page.room);
    let last: Buffer | null = null;
    for (;;) {
      const raw = kept.rows.here();
      if (raw === undefined) {
        try {
          if (!(await kept.rows.more())) return;
        } catch (error) {
          if (!kept.isKept) throw error;
          kept = this.#newRows(bracket, last ? positionOf(last) : kept.above, page.room);
        }
        continue;
      }
      last = raw;
      const found = this.#bound.found(raw);
      if (!('left' in found) && !isIn(bracket, found.key)) continue;
      page.add(found, raw.length);
      if (!page.isFull) continue;
      kept.rows.readAhead();
      this.#kept = { ...kept, above: positionOf(raw), isKept: true, after: page.last };
      return;
    }
  }

  #newRows(bracket: Bracket, above: unknown, batch: number): Kept {
    const { $gte: _start, ...rest } = bracket.filter;
    const filter = { _id: above === undefined ? bracket.filter : { ...rest, $gt: above } };
    const rows = new Rows(this.#database.batches(this.#bound.physical, { filter, sorted: 'up', batch }));
    return { rows, above, after: null, isKept: false };
  }

  /** What the last page left of its cursor, where this page goes on from there. */
  #keptRows(from: Key | null): Kept | null {
    const kept = this.#kept;
    this.#kept = null;
    if (kept === null || (from !== null && kept.after === from)) return kept;
    void kept.rows.close();
    return null;
  }

  async #unsorted(page: Page, bracket: Bracket, from: Key | null): Promise<void> {
    let after = from;
    for (;;) {
      const window = await this.#windowAfter(bracket, after);
      while (window.keys.length > 0 && !page.isFull) {
        const keys = window.keys.splice(0, Math.min(page.room, 100));
        const found = await readKeys(this.#database, this.#bound, keys);
        for (const key of keys) page.add(found.get(key), 0);
        window.after = keys.at(-1) ?? null;
        page.standsAt(window.after);
      }
      if (page.isFull || !window.more) return;
      after = window.after;
    }
  }

  /** The smallest keys of the range after `after`. A page that goes on where the last one ended takes what is left of its keys. */
  async #windowAfter(bracket: Bracket, after: Key | null): Promise<Window> {
    const known = this.#window;
    if (
      known?.bracket === bracket &&
      known.after === after &&
      after !== null &&
      isIn(bracket, after) &&
      known.keys.length > 0
    )
      return known;
    let keys: Key[] = [];
    let more = false;
    const filter = { _id: bracket.filter };
    const forms = new Set<string>();
    for await (const raw of this.#database.find(this.#bound.physical, { filter, idOnly: true })) {
      const id = elementNamed(raw, '_id');
      const { key } = id ? keyOfId(id) : {};
      if (id?.type === bsonType.binary && forms.size < 2) forms.add(id.bytes.toString('latin1', 0, 5));
      if (key === undefined || !isIn(bracket, key) || (after !== null && key <= after)) continue;
      keys.push(key);
      if (keys.length < 2 * WINDOW) continue;
      keys = keys.sort().slice(0, WINDOW);
      more = true;
    }
    keys.sort();
    if (keys.length > WINDOW) {
      keys.length = WINDOW;
      more = true;
    }
    this.#areBytesAlike = forms.size === 1;
    return (this.#window = { bracket, after, keys, more });
  }
}

/** The `_id` of a document for a comparison; the old type "symbol" is compared as the text it holds. */
function positionOf(raw: Buffer): unknown {
  const id = elementNamed(raw, '_id');
  if (id?.type === bsonType.symbol) return plainOf({ type: bsonType.string, bytes: id.bytes });
  return id && driverValue(id);
}

class Page {
  readonly #limit: number;
  readonly #records: ScannedRecord[] = [];
  readonly #left: LeftRecord[] = [];
  #unnamed = 0;
  #bytes = 0;
  #last: Key | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get room(): number {
    return this.#limit - this.#records.length;
  }

  /** The key after which the next page goes on. */
  get last(): Key | null {
    return this.#last;
  }

  /** A page that is full by its bytes ends at a key, from which the next one can go on. */
  get isFull(): boolean {
    return this.room <= 0 || (this.#bytes >= PAGE_BYTES && this.#last !== null);
  }

  add(found: Found | undefined, bytes: number): void {
    if (found === undefined) return;
    if ('left' in found) {
      this.#leave(found.left);
      return;
    }
    this.#bytes += Math.max(bytes, found.raw.length);
    this.#records.push({ key: found.key, record: found.record });
    this.#last = found.key;
  }

  standsAt(key: Key | null): void {
    this.#last = key ?? this.#last;
  }

  done(): ScanPage {
    const rest = { what: `${this.#unnamed} more documents`, why: 'for reasons like these' };
    const left = this.#unnamed === 0 ? this.#left : [...this.#left, rest];
    return { records: this.#records, next: this.isFull ? this.#last : null, left };
  }

  /** Those with a key are all told: nobody may take them for deleted. */
  #leave(left: LeftRecord): void {
    if (left.key === undefined && this.#left.length >= NAMED) this.#unnamed++;
    else this.#left.push(left);
  }
}
