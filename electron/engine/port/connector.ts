import type { captureLevels } from '../../../shared/model/words.ts';
import type { Key } from './key-codec.ts';
import type { Omitted } from './own-values.ts';
import type { RecordImage, State } from './record.ts';
import type { SideSchema } from './schema.ts';
import type { Value } from './value.ts';

/**
 * The connector port. The numbered promises (C1 …) stand in docs/spec/connector.md; a connector is what passes
 * test/conformance/connector-suite.ts. Every method rejects with an `AppError` and never with a driver's own error.
 */
export interface Connector {
  /** The registered name of the kind, e.g. `sqlite`. */
  readonly kind: string;
  readonly capabilities: Capabilities;
  /** How changes of others are noticed here, as it was found out. Left out where there is no more to say than `capabilities`. */
  readonly capture?: CaptureLevel;
  /** Which database this is, apart from its address. Cheap; asked before each batch and before its acknowledgement. */
  identity(): Promise<Identity>;
  /** Everything on the side under its own names; reads no records. */
  describe(): Promise<SideSchema>;
  /** The side of a pair, under logical names. Fails with `schema-mismatch` if a named collection or field is not there. */
  bind(collections: readonly CollectionSpec[]): Promise<Side>;
  /** What whoever is logged in may do. Left out where files have no users. Writes nothing. */
  rights?(): Promise<Rights>;
  /** Only with `capabilities.setup`. */
  readonly setup?: SetupFacet;
  /** Only with `capabilities.stamps`. */
  readonly bookkeeping?: BookkeepingFacet;
  close(): Promise<void>;
}

/** `missing`: what of the actions that Tandem needs is not allowed, by the side's own names; `null`: the side does not tell. */
export interface Rights {
  readonly missing: readonly string[] | null;
  /** False: the side asks nobody who he is. */
  readonly asked: boolean;
}

/** `why`: what keeps it from being more, in plain words; '' if nothing does. */
export interface CaptureLevel {
  readonly level: (typeof captureLevels)[number];
  readonly why: string;
}

export interface Capabilities {
  /** `none`: every record for itself · `collection` | `side`: intents with one group id succeed or fail together. */
  readonly groups: 'none' | 'collection' | 'side';
  /** Facets of the bound side that exist. */
  readonly capture: boolean;
  /** The capture facet also tells of changes by itself. */
  readonly watch: boolean;
  readonly gate: boolean;
  readonly digest: boolean;
  readonly lookup: boolean;
  readonly setup: boolean;
  /** A marker table can be kept on the side, written in the transaction of a batch. */
  readonly marker: boolean;
  /** Fields may be missing, which differs from NULL (document stores). */
  readonly missingFields: boolean;
  /** Documents may hold bookkeeping beside their records: fields that are omitted and stamped, collections of reports. */
  readonly stamps: boolean;
}

export interface Identity {
  /** Equal as long as it is the same database, whatever path or address leads to it. */
  readonly id: string;
  /** For people: where it is. Never holds a credential. */
  readonly label: string;
  /** Never goes back for the same database, so that a smaller one tells an older copy in its place. Left out where there is none. */
  readonly version?: number;
  /**
   * Collections by their own names, each with what it keeps through renamings, and another one has that takes its place
   * under its name. Left out where a side tells no such thing.
   */
  readonly collections?: Readonly<Record<string, string>>;
  /** Told anew with each start of the server: two sides that tell the same are one database by two names. Left out where a side tells no such thing. */
  readonly running?: string;
}

/** Two ways to one database. */
export const isOneDatabase = (a: Identity, b: Identity): boolean =>
  a.id === b.id || (a.running !== undefined && a.running === b.running);

/** One synced collection: what the pair calls things, and what this side calls them. */
export interface CollectionSpec {
  readonly name: string;
  readonly physical: string;
  /** Logical names of the fields that identify a record. */
  readonly key: readonly string[];
  readonly fields: readonly { readonly name: string; readonly physical: string }[];
  /** Records bring whatever fields they have, under their own names; `fields` names those of the key only. */
  readonly anyField?: true;
  /** Only with `anyField` and `capabilities.stamps`: the side's own names of fields that are no part of its records, each with its form. */
  readonly omit?: Omitted;
}

/**
 * Where a side keeps the fields of a record in an order of its own, this field tells it: the names, each ended by NUL.
 * No field of a document store can have this name. Names that the record lacks mean nothing, and fields that it does
 * not tell come last, by name.
 */
export const FIELD_ORDER = '\0order';

/** A side bound to the collections of a pair. All names here are logical. */
export interface Side {
  /**
   * Records after `afterKey` (exclusive; `null` = from the start) in key order, at most `limit`. Each record that
   * exists during the whole scan appears exactly once; `next` is `null` after the last page.
   * Everything returned is durable on the side (L5).
   */
  scan(collection: string, afterKey: Key | null, limit: number): Promise<ScanPage>;
  /** The records under `keys` as they stand now, durable. A key without a record has no entry. */
  read(collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, RecordImage>>;
  /**
   * Applies the intents in the order given, each only if the side still holds what it expects. One result per
   * intent, in order; a bad intent never fails its batch. Intents with one `group` succeed or fail together.
   * Returns after everything applied is durable. A rejection of the call itself means: outcome unknown (`lost-answer`)
   * or nothing was applied (every other code).
   */
  write(batch: WriteBatch): Promise<readonly WriteResult[]>;
  /**
   * What `write` would reject of these intents, as far as that can be told from them and what stands there now: one entry
   * an intent, `null` where it would be tried. Writes nothing. Left out where only the write itself tells.
   */
  foresee?(intents: readonly WriteIntent[]): Promise<readonly (Rejection | null)[]>;
  /** Releases what `bind` took; the connector stays open. */
  close(): Promise<void>;
  readonly capture?: CaptureFacet;
  readonly gate?: GateFacet;
  readonly digest?: DigestFacet;
  readonly lookup?: LookupFacet;
  readonly marker?: MarkerFacet;
  readonly stamps?: StampFacet;
}

export interface ScannedRecord {
  readonly key: Key;
  readonly record: RecordImage;
}

/** A record that is there and cannot take part; `what` names its collection, too. Its `key` is given where it has one, so that nobody takes it for deleted. */
export interface LeftRecord {
  readonly what: string;
  readonly why: string;
  readonly key?: Key;
}

export interface ScanPage {
  readonly records: readonly ScannedRecord[];
  readonly next: Key | null;
  /** Records that cannot take part (NULL in the key, a value no codec can carry), with the reason. */
  readonly left: readonly LeftRecord[];
}

/** One field of an update; `undefined` = missing. */
export interface FieldChange {
  readonly name: string;
  readonly from: Value | undefined;
  readonly to: Value | undefined;
}

export type WriteIntent = InsertIntent | UpdateIntent | DeleteIntent;

interface IntentBase {
  readonly collection: string;
  readonly key: Key;
  /** Intents of one batch with the same number succeed or fail together; references are judged when the last one stands. */
  readonly group?: number;
}
export interface InsertIntent extends IntentBase {
  readonly op: 'insert';
  readonly to: RecordImage;
}
/** Expects the record to exist and to hold every `from`; changes nothing else. */
export interface UpdateIntent extends IntentBase {
  readonly op: 'update';
  /** Another thing takes the place of this one, with which whatever is held in fields that are not mapped or omitted would stay behind. */
  readonly replaces?: true;
  readonly changes: readonly FieldChange[];
}
/** Expects exactly this record. */
export interface DeleteIntent extends IntentBase {
  readonly op: 'delete';
  /** A person decided: it goes with whatever else it holds in fields that are not mapped or omitted, of which no copy is kept. */
  readonly evenWithMore?: true;
  readonly expect: RecordImage;
}

export interface WriteBatch {
  readonly intents: readonly WriteIntent[];
  /** Where a marker is kept: written in the same transaction, with the keys that missed (L6). */
  readonly seal?: Seal;
}

export interface Seal {
  readonly pair: string;
  readonly batch: number;
}

export type WriteResult =
  /** `stored` only if the side holds something else than intended (a trigger, an affinity). */
  | { readonly status: 'applied'; readonly stored?: State }
  /** The side no longer holds what was expected. */
  | { readonly status: 'changed'; readonly actual: State }
  /** A reference stands in the way, judged in the transaction of the write: the key is planned again. */
  | { readonly status: 'blocked'; readonly by: 'parent-missing' | 'child-exists'; readonly reference: string }
  /** Another intent of the same group did not succeed. */
  | { readonly status: 'group-failed' }
  /** The side refuses this record. */
  | {
      readonly status: 'rejected';
      readonly code: RejectCode;
      readonly detail: string;
      readonly index?: string;
      readonly ownerKey?: Key;
      readonly field?: string;
    };

/** A side's answer to a record that it does not take. */
export type Rejection = Extract<WriteResult, { readonly status: 'rejected' }>;

/** `holds-more`: something would be lost that is not part of the pair; what a person decided is not refused for it. */
export type RejectCode = 'unique' | 'not-null' | 'check' | 'type' | 'too-large' | 'read-only' | 'holds-more' | 'other';

/** What a side tells of by itself: that records may have changed, or also that a collection may have come that it is not bound to. */
export type Hint = 'records' | 'collections';

/** Keys that may have changed. Never data: what to do is always computed from the values (L1). */
export interface CaptureFacet {
  /**
   * Where a side notes changes only because it was asked to (L16): adds what is missing for that, and gives back what was
   * read before `cursor`. Called by runs that write, never by those that only look. Notes are no condition: where none can
   * be had for now, `changes` says `lost`.
   */
  prepare?(pair: string, cursor: string | null): Promise<void>;
  /** The place in history that is "now"; what happens later is found after it. */
  start(): Promise<string>;
  /**
   * Dirty keys after `cursor`, at most `limit`. May repeat a key, never skips one. Safe to call again after a crash.
   * With `ready` the history need not be followed to its end: what is at hand is enough, and `next` stands after that.
   */
  changes(cursor: string, limit: number, ready?: 'ready'): Promise<CapturePage>;
  /**
   * Listens once it has resolved: calls `onHint` when something may have changed, until the function it resolves with is
   * called. Also when listening breaks off, and when it stands again. Hints may be late or lost. Of a collection that was
   * there when listening began, or was told of, and is not bound, nothing is told. Only with `capabilities.watch`.
   */
  watch?(onHint: (hint: Hint) => void): Promise<() => void>;
}
export interface CapturePage {
  readonly dirty: readonly { readonly collection: string; readonly key: Key }[];
  readonly next: string;
  readonly more: boolean;
  /** History after `cursor` is gone: a verified diff is needed, never a skip (L10). */
  readonly lost?: boolean;
}

/** A cheap answer to "has anybody else committed since?" within this process. */
export interface GateFacet {
  /**
   * Equal tokens: nothing was committed by others between the two calls, and the path still names the open database.
   * Not changed by our own writes. Take the token *before* the scan that it is to stand for.
   */
  token(): Promise<string>;
}

export interface DigestFacet {
  count(collection: string): Promise<number>;
}

/** Finds records by the values of fields, under the side's own collations. NULL finds something only where it clashes (`nullsClash`). */
export interface LookupFacet {
  /** For each tuple the keys of at most `limit` records whose `fields` hold it. `index` names the unique index whose collations apply. */
  find(query: LookupQuery): Promise<readonly (readonly Key[])[]>;
}
export interface LookupQuery {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly tuples: readonly (readonly Value[])[];
  readonly index?: string;
  readonly limit: number;
}

/** Writes omitted fields. No user's change: it is in no journal, and nothing of a record changes by it. */
export interface StampFacet {
  /** Each by itself. One that finds no document, another value in `where`, or an omitted field with something of its own, is skipped without a word. */
  write(stamps: readonly Stamp[]): Promise<StampOutcome>;
}
/** Under the side's own names of fields. */
export interface Stamp {
  readonly collection: string;
  readonly key: Key;
  /** Only a document that holds this value there is written; `undefined` = missing. */
  readonly where: { readonly name: string; readonly value: Value | undefined };
  readonly set: Readonly<Record<string, Value>>;
  /** Only where the field is missing or NULL. */
  readonly fill: Readonly<Record<string, Value>>;
}
export interface StampOutcome {
  /** How many the side refused, and why it refused one of them. */
  readonly refused: number;
  readonly why: string;
}

/** What a stamping pair keeps in a database beside the records of its collections. All names are the side's own. */
export interface BookkeepingFacet {
  /** Puts documents, each as canonical Extended JSON, in the place of those with the same `_id`. Makes the collection if it is missing. */
  report(collection: string, documents: readonly string[]): Promise<void>;
  /** What the pair has reported, by collections that hold some of it. */
  reported(pair: string, collections: readonly string[]): Promise<readonly string[]>;
  /** Takes away documents that name the pair in `pair`; a collection that is empty then goes with them. */
  removeReports(pair: string, collections: readonly string[]): Promise<void>;
  /** Takes these fields out of the documents of the collection; those with something of their own in one keep all of them. */
  unset(collection: string, omit: Omitted): Promise<void>;
  /** Documents with something of their own in one of these fields. Writes nothing. */
  ownValues(collection: string, omit: Omitted): Promise<OwnValues>;
}

export interface OwnValues {
  readonly count: number;
  /** The first few, each as a short text: its `_id` and what it holds. */
  readonly some: readonly string[];
}

export interface Marker {
  readonly pair: string;
  readonly epoch: number;
  readonly n: number;
  /** The last batch that was sealed here, and the keys of it that were not written. */
  readonly batch: number;
  readonly missed: readonly { readonly collection: string; readonly key: Key }[];
}

/** The pair's own note on the side (L6). */
export interface MarkerFacet {
  read(pair: string): Promise<Marker | null>;
  /** Sets `n` only if the side still shows `expected` (`null`: no marker yet). Durable when it resolves. */
  raise(pair: string, expected: number | null, next: { readonly epoch: number; readonly n: number }): Promise<boolean>;
}

/** Changes to the user's database beyond records. Everything is listed first and removed by `remove` (L16). */
export interface SetupFacet {
  /** Creates collections, and adds fields, by the statements of a side of the same kind; all or nothing. */
  create(statements: readonly string[]): Promise<void>;
  /**
   * Two records that could not both stand under the unique index which the statement makes, in words; `null`: none were
   * found, and the side judges it when it makes the index. Writes nothing.
   */
  clashUnder?(statement: string): Promise<string | null>;
  /** What Tandem would keep, or keeps, on this side for the pair: names and purpose. */
  footprint(
    pair: string,
  ): Promise<readonly { readonly name: string; readonly purpose: string; readonly present: boolean }[]>;
  installMarker(pair: string, epoch: number): Promise<void>;
  /** Takes away what notes changes for the pair, and nothing else. Left out where nothing is ever added for that. */
  removeTriggers?(pair: string): Promise<void>;
  remove(pair: string): Promise<void>;
  /**
   * Copies the whole side, records and definitions, as it stood at one moment, into a new file that `KIND:path` opens.
   * The side is only read, and others may write it meanwhile. Equal sides make equal files. Fails with
   * `already-exists` if something is at `path`; a failure or an abort leaves nothing there.
   */
  copyTo?(path: string, signal?: AbortSignal): Promise<void>;
}

/** How a connector is opened: the address, and what the process allows. */
export interface OpenOptions {
  readonly url: string;
  /** How long a locked database is waited for, in milliseconds. */
  readonly busyMs: number;
  /** Create the file if it is missing. */
  readonly create: boolean;
  readonly readOnly: boolean;
  /** Triggers may be kept in the database, which note what changes (L16); only where a side has no history of its own. */
  readonly triggers?: boolean;
  readonly clock: { sleep(ms: number): Promise<void> };
}
export interface RoleNeeds {
  /** Records are written here. */
  readonly writes: boolean;
  readonly marker: boolean;
}
export interface ConnectorKind {
  readonly kind: string;
  /** Does this address belong to the kind? */
  matches(url: string): boolean;
  /**
   * What an administrator runs so that a user may do exactly what Tandem needs on this database, and nothing else; holds no
   * password. Left out where there are no users.
   */
  roleScript?(url: string, needs: RoleNeeds): string;
  /** The address as it means the same from every folder; left out where addresses always do. */
  absolute?(url: string): string;
  /** Left out where there is no server. */
  readonly servers?: ServerFacet;
  open(options: OpenOptions): Promise<Connector>;
}

/** The servers behind the addresses of a kind. */
export interface ServerFacet {
  /** The address as it may be read by anybody: no user, no password. */
  shown(url: string): string;
  /** Names or addresses of its computers. */
  hosts(url: string): readonly string[];
  /** Asks whether they answer in their own language, and logs in nowhere. Nobody else is asked. Never rejects. */
  ask(url: string, options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<ServerAnswer>;
}

/** Why a server gave no answer of its own kind; what tells most stands first. */
export const silences = [
  /** Something answers that speaks another language. */
  'foreign',
  /** Its certificate is made out to another name. */
  'other-name',
  /** Its certificate is signed by nobody who is trusted, or has expired. */
  'untrusted',
  'refused',
  /** It ended the connection. */
  'cut',
  'silent',
  'no-route',
  /** There is no such name. */
  'name-unknown',
  /** Nobody could be asked about the name. */
  'name-unasked',
] as const;
export type Silence = (typeof silences)[number];

export type ServerAnswer =
  | { readonly ok: true; readonly ms: number }
  /** `at`: which of its computers; `words`: of the system or of the encryption. */
  | { readonly ok: false; readonly why: Silence; readonly at: string; readonly words: string };
