import { encodeKey, type Key } from '../../electron/engine/port/key-codec.ts';
import type { Marker } from '../../electron/engine/port/connector.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import { nothing, valueOf, type GhostRecord, type Place } from './ghosts.ts';
import type { SimSchema } from './sim-schema.ts';

/** What a side holds, and its own rules. No engine in here: only what a database would do by itself. */
export interface SideContent {
  readonly records: Map<Place, GhostRecord>;
  /** Hints in the order of the commits. */
  log: Place[];
  /** Hints before this position are gone (a bounded window). */
  logStart: number;
  /** Another history: a restored copy does not continue the log it once had. */
  logEpoch: number;
  marker: Marker | null;
  /** Changes when the file is another one. */
  file: number;
  /** Commits that were not ours. */
  foreign: number;
  schemaVersion: number;
}

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
  readonly listeners = new Set<() => void>();
  /** Faults that the next call meets. */
  loseAnswer: 'whole' | 'part' | null = null;
  busy = 0;

  constructor(name: SideName, schema: SimSchema) {
    this.name = name;
    this.schema = schema;
    this.content = {
      records: new Map(),
      log: [],
      logStart: 0,
      logEpoch: 1,
      marker: null,
      file: 1,
      foreign: 0,
      schemaVersion: 1,
    };
  }

  clone(): SimData {
    const twin = new SimData(this.name, this.schema);
    twin.content = copyContent(this.content);
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
    if (by === 'user') this.content.foreign++;
    if (hint) this.tell(place);
  }

  /** Stands in the history, and is told to those who listen. */
  tell(place: Place): void {
    this.content.log.push(place);
    for (const onHint of this.listeners) onHint();
  }

  flush(): void {
    if (this.durable) this.durable = copyContent(this.content);
  }

  powerCut(): void {
    if (this.durable) this.content = copyContent(this.durable);
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

export const copyContent = (content: SideContent): SideContent => ({
  ...content,
  records: new Map(content.records),
  log: [...content.log],
});

export const collectionOf = (place: Place): string => place.slice(0, place.indexOf('/'));
export const idOf = (place: Place): string => place.slice(place.indexOf('/') + 1);

const keys = new Map<Place, Key>();
const places = new Map<string, Place>();

export function keyOf(place: Place): Key {
  const known = keys.get(place);
  if (known !== undefined) return known;
  const key = encodeKey([idOf(place)], ['binary']);
  keys.set(place, key);
  places.set(`${collectionOf(place)} ${key}`, place);
  return key;
}

/** The other direction. A key that nobody ever wrote is an invention of the engine. */
export function placeOf(collection: string, key: Key): Place {
  const place = places.get(`${collection} ${key}`);
  if (place === undefined)
    throw new Error(`No record was ever written under the key ${JSON.stringify(key)} of ${collection}`);
  return place;
}
