import type { Hint } from '../../electron/engine/port/connector.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import { nothing, valueOf, type GhostRecord, type Place } from './ghosts.ts';
import { copyContent, type OldPrimary, type SideContent } from './sim-content.ts';
import { collectionOf, keyOf } from './sim-places.ts';
import type { SimSchema } from './sim-schema.ts';

/** One simulated database: content, what of it is durable, and a copy somebody once took. */
export class SimData {
  readonly name: SideName;
  readonly schema: SimSchema;
  content: SideContent;
  /** What a power cut leaves; null: everything is durable at once. */
  durable: SideContent | null = null;
  copy: SideContent | null = null;
  /** Records written by the engine, and records it read: for quiescence. */
  writes = 0;
  reads = 0;
  /** Who is told of changes; not part of what stands there. */
  readonly listeners = new Set<(hint: Hint) => void>();
  /** How many hints its history holds. */
  readonly window: number;
  /** Of a replica set: what most members hold; null: all that stands on the primary. */
  majority: SideContent | null = null;
  /** The others follow the primary no longer: nothing is acknowledged by most of them without a word from outside. */
  isCutOff = false;
  /** Written on the primary since most members held the same. */
  readonly pending = new Set<Place>();
  /** Counts elections. */
  term = 1;
  /** Which primary our process reads from, if it is none any more. */
  oldPrimary: OldPrimary | null = null;
  /** The last one that was deposed; the next process may meet it first. */
  deposed: SideContent | null = null;
  /** Faults that the next call meets. */
  loseAnswer: 'whole' | 'part' | null = null;
  busy = 0;

  constructor(name: SideName, schema: SimSchema, window = Number.POSITIVE_INFINITY) {
    this.name = name;
    this.schema = schema;
    this.window = window;
    this.content = {
      records: new Map(),
      log: [],
      logStart: 0,
      logEpoch: 1,
      marker: null,
      file: 1,
      foreign: 0,
      schemaVersion: 1,
      made: new Map(schema.collections.map((collection, i) => [collection, i + 1])),
      away: new Map(),
    };
  }

  clone(): SimData {
    const twin = new SimData(this.name, this.schema, this.window);
    twin.content = copyContent(this.content);
    twin.majority = this.majority && { ...copyContent(this.majority), log: twin.content.log };
    twin.isCutOff = this.isCutOff;
    twin.term = this.term;
    for (const place of this.pending) twin.pending.add(place);
    twin.deposed = this.deposed;
    twin.oldPrimary = this.oldPrimary && { ...this.oldPrimary };
    twin.durable = this.durable && copyContent(this.durable);
    twin.copy = this.copy && copyContent(this.copy);
    twin.writes = this.writes;
    twin.reads = this.reads;
    return twin;
  }

  get(place: Place): GhostRecord {
    return this.content.records.get(place) ?? nothing;
  }

  /** Places of the collection that hold a record, in key order. */
  places(collection: string): Place[] {
    const here = [...this.content.records].filter(
      ([place, record]) => record.cells && collectionOf(place) === collection,
    );
    return here.map(([place]) => place).toSorted((p, q) => (keyOf(p) < keyOf(q) ? -1 : 1));
  }

  /** Who else holds this record's unique value. */
  ownerOf(place: Place, record: GhostRecord): Place | undefined {
    const unique = this.schema.uniqueOf(collectionOf(place));
    if (!unique || !record.cells) return undefined;
    const value = valueOf(record, unique);
    if (value === null && !this.schema.nullsClash(collectionOf(place))) return undefined;
    return this.places(collectionOf(place)).find(
      (other) => other !== place && valueOf(this.get(other), unique) === value,
    );
  }

  parentOf(place: Place, record: GhostRecord): Place | undefined {
    const reference = this.schema.referenceOf(collectionOf(place));
    const value = reference && valueOf(record, reference.field);
    return reference && value !== null && value !== undefined ? `${reference.parent}/${String(value)}` : undefined;
  }

  childrenOf(place: Place): Place[] {
    return this.schema.collections
      .flatMap((collection) => this.places(collection))
      .filter((child) => this.parentOf(child, this.get(child)) === place);
  }

  /** The first broken rule among what stands here now, in words. */
  brokenRule(): string | null {
    for (const [place, record] of this.content.records) {
      if (!record.cells) continue;
      const parent = this.parentOf(place, record);
      if (parent && !this.get(parent).cells) return `${this.name}.${place} refers to ${parent}, which is not there`;
      const owner = this.ownerOf(place, record);
      if (owner) return `${this.name}: ${place} and ${owner} hold the same unique value`;
    }
    return null;
  }

  put(place: Place, record: GhostRecord, by: 'user' | 'engine', hint = true): void {
    this.content.records.set(place, record);
    this.make(collectionOf(place));
    if (by === 'user') this.content.foreign++;
    if (hint) this.tell(place);
  }

  /** Writing to a collection that is not there makes it, as another one. */
  make(collection: string): void {
    const { made } = this.content;
    if (!made.has(collection)) made.set(collection, 1000 + this.content.foreign);
  }

  /**
   * Stands in the history, and is told to those who listen. What most members do not hold yet is told early, which is
   * no more than a hint (L1), and once more when they do.
   */
  tell(place: Place): void {
    if (this.majority) this.pending.add(place);
    this.content.log.push(place);
    if (this.content.log.length > this.window) this.forget(1);
    for (const onHint of this.listeners) onHint('records');
  }

  /** The oldest hints fall out of the history. */
  forget(count: number): void {
    this.content.log.splice(0, count);
    for (const content of [this.content, ...(this.majority ? [this.majority] : [])]) content.logStart += count;
  }

  flush(): void {
    if (this.durable) this.durable = copyContent(this.content);
  }

  powerCut(): void {
    if (this.durable) this.content = copyContent(this.durable);
  }

  /** What the primary has and most members do not is kept apart from now on. */
  runAhead(): void {
    this.majority ??= { ...copyContent(this.content), log: this.content.log };
  }

  /** Most members hold what stands on the primary. */
  catchUp(): void {
    if (!this.majority) return;
    this.majority = null;
    this.isCutOff = false;
    const places = [...this.pending];
    this.pending.clear();
    for (const place of places) this.tell(place);
  }

  /** Another member becomes primary: what most members did not hold is taken back. Answers how many records that were. */
  elect(oldPrimary: Omit<OldPrimary, 'shows'>): number {
    const before = this.content;
    if (this.majority) this.content = { ...this.majority, foreign: before.foreign };
    const lost = [...before.records].filter(([place, record]) => this.content.records.get(place) !== record).length;
    this.majority = null;
    this.isCutOff = false;
    this.pending.clear();
    this.term++;
    this.deposed = copyContent(this.content);
    this.oldPrimary = { ...oldPrimary, shows: this.deposed };
    return lost;
  }

  /** What is acknowledged is durable, and most members hold it. */
  acknowledge(): void {
    this.flush();
    this.catchUp();
  }

  /** One more read of a client. */
  look(): SimData {
    const seen = this.seen();
    if (this.oldPrimary && --this.oldPrimary.reads <= 0) this.oldPrimary = null;
    return seen;
  }

  /** A write ends the time with an old primary. True where it was sent there, got no answer and left nothing. */
  leaveOldPrimary(): boolean {
    const isSentThere = this.oldPrimary !== null && !this.oldPrimary.writesElsewhere;
    this.oldPrimary = null;
    return isSentThere;
  }

  /** As a client sees it: what most members hold (`readConcern: majority`), as the primary that it knows has it. */
  seen(): SimData {
    const shows = this.oldPrimary?.shows ?? this.majority;
    if (!shows) return this;
    const view = new SimData(this.name, this.schema);
    view.content = shows;
    return view;
  }

  /** The next process finds a primary for itself, which may be one that was deposed. */
  reconnect(): void {
    this.oldPrimary = this.deposed && { shows: this.deposed, reads: 60, writesElsewhere: true };
    this.deposed = null;
    if (!this.isCutOff) this.catchUp();
  }

  /** Most members are asked whether the primary is one; an old one gets no answer and is left. */
  confirm(): void {
    this.oldPrimary = null;
  }

  /** Everything works as it should, and every member follows. */
  heal(): void {
    this.busy = 0;
    this.loseAnswer = null;
    this.oldPrimary = null;
    this.deposed = null;
    this.catchUp();
  }

  /** The records go without a word about each; the history says only that the collection was dropped. */
  drop(collection: string): void {
    this.#lose(collection);
    this.content.made.delete(collection);
  }

  /** Under another name until it gets its own back; nobody syncs that one. */
  rename(collection: string): void {
    const { records, made, away } = this.content;
    const id = made.get(collection) ?? 0;
    away.set(collection, {
      id,
      records: new Map([...records].filter(([place]) => collectionOf(place) === collection)),
    });
    this.drop(collection);
  }

  renameBack(collection: string): void {
    const { records, made, away } = this.content;
    const kept = away.get(collection);
    away.delete(collection);
    this.#lose(collection);
    if (kept) made.set(collection, kept.id);
    for (const [place, record] of kept?.records ?? []) records.set(place, record);
  }

  #lose(collection: string): void {
    const { records } = this.content;
    for (const place of records.keys()) if (collectionOf(place) === collection) records.delete(place);
    this.content.foreign++;
    this.tell(collection);
  }

  takeCopy(): void {
    this.copy = copyContent(this.content);
  }

  /** The older copy comes back: under the same name and inode, or as another file. */
  restore(inPlace: boolean): void {
    if (!this.copy) return;
    const { file, foreign, logEpoch } = this.content;
    this.content = {
      ...copyContent(this.copy),
      file: inPlace ? file : file + 1,
      foreign: foreign + 1,
      logEpoch: logEpoch + 1,
    };
    this.flush();
  }
}
