import type {
  Capabilities,
  CapturePage,
  CollectionSpec,
  Connector,
  Identity,
  LookupQuery,
  Side,
  SetupFacet,
} from '../../electron/engine/port/connector.ts';
import type { Key } from '../../electron/engine/port/key-codec.ts';
import { entriesOf, recordFrom, type RecordImage, type State } from '../../electron/engine/port/record.ts';
import { valueOf, type Place } from './ghosts.ts';
import type { Host } from './host.ts';
import type { SimData } from './sim-data.ts';
import { collectionOf, idOf, isInvalidation, keyOf, placeOf } from './sim-places.ts';
import { SimBatch } from './sim-batch.ts';
import { failure, refuseIfBusy } from './sim-failure.ts';
import { imageOf } from './sim-write.ts';

/**
 * A simulated database behind the real connector port. Limits of its fidelity: one record is never seen half written;
 * all values are text or NULL; one key field; references and unique values as `SimSchema` has them.
 */
export class SimConnector implements Connector {
  readonly kind = 'simulated';
  readonly capabilities: Capabilities;
  readonly setup: SetupFacet;
  readonly #host: Host;
  readonly #data: SimData;
  #isConfirmed = false;

  constructor(host: Host, data: SimData) {
    const { capture, marker, transactions, documents } = host.world.mode;
    this.#host = host;
    this.#data = data;
    data.reconnect();
    this.capabilities = {
      groups: transactions ? 'side' : 'none',
      capture,
      watch: capture,
      gate: !capture && !documents,
      digest: true,
      lookup: true,
      setup: true,
      marker,
      missingFields: false,
      stamps: false,
    };
    this.setup = {
      create: () => Promise.reject(failure('unsupported', 'A simulated side creates no collections.')),
      footprint: async () => [],
      installMarker: async (pair, epoch) => {
        await this.#host.at(`${data.name} install marker`);
        data.content.marker ??= { pair, epoch, n: 0, batch: 0, missed: [] };
        data.acknowledge();
      },
      remove: async () => {
        data.content.marker = null;
      },
    };
  }

  async identity(): Promise<Identity> {
    await this.#host.at(`${this.#data.name} identity`);
    return this.#identified();
  }

  #identified(): Identity {
    const { file, made } = this.#data.look().content;
    return {
      id: `file ${this.#data.name}${file}`,
      label: `simulated side ${this.#data.name}`,
      ...(this.#host.world.mode.documents
        ? { collections: Object.fromEntries([...made].map(([name, id]) => [name, String(id)])) }
        : {}),
    };
  }

  async describe(): ReturnType<Connector['describe']> {
    await this.#host.at(`${this.#data.name} describe`);
    const { schemaVersion, made } = this.#data.look().content;
    const schema = this.#data.schema.describe(schemaVersion, made);
    return this.#host.world.mode.documents ? { ...schema, identity: this.#identified() } : schema;
  }

  async bind(collections: readonly CollectionSpec[]): Promise<Side> {
    if (!this.#isConfirmed) this.#data.confirm();
    this.#isConfirmed = true;
    const { made } = this.#data.look().content;
    const absent = collections.find(({ physical }) => !made.has(physical));
    if (absent) throw failure('schema-mismatch', `${this.#data.name} has no collection ${absent.physical}.`);
    return new SimSide(this.#host, this.#data, this.capabilities, collections);
  }

  async close(): Promise<void> {}
}

class SimSide implements Side {
  readonly #host: Host;
  readonly #data: SimData;
  readonly #schemaVersion: number;
  readonly #mapped: ReadonlyMap<string, readonly string[]>;
  readonly capture?: NonNullable<Side['capture']>;
  readonly gate?: NonNullable<Side['gate']>;
  readonly marker?: NonNullable<Side['marker']>;
  readonly digest = {
    count: (collection: string) => this.#reading(`count ${collection}`, (seen) => seen.places(collection).length),
  };
  readonly lookup = {
    find: (query: LookupQuery) =>
      this.#reading(`lookup ${query.collection}`, (seen) =>
        query.tuples.map(([value]) => this.#find(seen, query, value)),
      ),
  };

  constructor(host: Host, data: SimData, capabilities: Capabilities, collections: readonly CollectionSpec[]) {
    this.#host = host;
    this.#data = data;
    this.#mapped = new Map(collections.map(({ name, fields }) => [name, fields.map((field) => field.name)]));
    this.#schemaVersion = data.content.schemaVersion;
    if (capabilities.gate)
      this.gate = {
        token: () => this.#looking('gate', () => gateToken(data)),
      };
    if (capabilities.capture) this.capture = this.#captureFacet();
    if (capabilities.marker) this.marker = this.#markerFacet();
  }

  async close(): Promise<void> {}

  async scan(collection: string, afterKey: Key | null, limit: number): ReturnType<Side['scan']> {
    return await this.#reading(`scan ${collection}`, (seen) => {
      const rest = seen.places(collection).filter((place) => afterKey === null || keyOf(place) > afterKey);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      this.#data.reads += page.length;
      return {
        records: page.map((place) => ({
          key: keyOf(place),
          record: this.#imageOf(seen, place) as RecordImage,
        })),
        next: rest.length > limit && last ? keyOf(last) : null,
        left: [],
      };
    });
  }

  async read(collection: string, keys: readonly Key[]): ReturnType<Side['read']> {
    return await this.#reading(`read ${collection}`, (seen) => {
      const found = new Map<Key, RecordImage>();
      for (const key of keys) {
        const place = placeOf(collection, key);
        const image = this.#imageOf(seen, place);
        if (image) found.set(key, image);
      }
      this.#data.reads += keys.length;
      return found;
    });
  }

  write(batch: Parameters<Side['write']>[0]): ReturnType<Side['write']> {
    return new SimBatch(this.#host, this.#data, batch, () => this.#checkSchema()).write();
  }

  /** In the mapped fields only. */
  #imageOf(seen: SimData, place: Place): State {
    const image = imageOf(place, seen.get(place));
    const mapped = this.#mapped.get(collectionOf(place)) ?? [];
    return image && recordFrom(entriesOf(image).filter(([name]) => mapped.includes(name)));
  }

  #find(seen: SimData, { collection, fields: [field], limit, index }: LookupQuery, value: unknown): Key[] {
    const nulls = index !== undefined && seen.schema.nullsClash(collection);
    if ((value === null && !nulls) || field === undefined) return [];
    const matches =
      field === 'id'
        ? seen.places(collection).filter((place) => idOf(place) === value)
        : seen.places(collection).filter((place) => valueOf(seen.get(place), field) === value);
    return matches.slice(0, limit).map(keyOf);
  }

  /** Everything handed out is durable on the side by then. */
  #reading<T>(label: string, work: (seen: SimData) => T): Promise<T> {
    return this.#looking(label, () => {
      this.#checkSchema();
      if (this.#data.oldPrimary) this.#host.world.stats.staleReads++;
      return work(this.#data.look());
    });
  }

  /** The same where it does not matter by which definitions the side was bound. */
  async #looking<T>(label: string, work: () => T): Promise<T> {
    await this.#host.at(`${this.#data.name} ${label}`);
    refuseIfBusy(this.#data, label);
    this.#data.flush();
    const result = work();
    await this.#host.at(`${this.#data.name} ${label}, answered`);
    return result;
  }

  #checkSchema(): void {
    if (this.#data.content.schemaVersion !== this.#schemaVersion)
      throw failure('schema-changed', `The definitions on ${this.#data.name} are no longer those of the binding.`);
  }

  #captureFacet(): NonNullable<Side['capture']> {
    const token = (position: number): string => `${this.#data.content.logEpoch}:${position}`;
    return {
      start: () => this.#reading('start of history', ({ content: { log, logStart } }) => token(log.length + logStart)),
      changes: (cursor, limit) => this.#reading('hints', (seen) => this.#page(seen, cursor, limit, token)),
      watch: async (onHint) => {
        this.#data.listeners.add(onHint);
        return () => this.#data.listeners.delete(onHint);
      },
    };
  }

  #page(seen: SimData, cursor: string, limit: number, token: (position: number) => string): CapturePage {
    const { log, logStart, logEpoch } = seen.content;
    const [epoch, at] = cursor.split(':').map(Number) as [number, number];
    const end = log.length + logStart;
    // An old primary has not heard yet of what comes after its end: it waits for it.
    if (epoch === logEpoch && at > end && this.#data.oldPrimary) return { dirty: [], next: cursor, more: false };
    if (epoch !== logEpoch || at < logStart || at > end) return this.#lost('fellOut', token(end));
    const hints = log.slice(at - logStart, at - logStart + limit);
    if (hints.some(isInvalidation)) return this.#lost('invalidated', token(end));
    // Order between keys is no promise of a stream; so it is turned round here.
    return {
      dirty: hints.toReversed().map((place) => ({ collection: collectionOf(place), key: keyOf(place) })),
      next: token(at + hints.length),
      more: at + hints.length < end,
    };
  }

  #lost(why: 'fellOut' | 'invalidated', next: string): CapturePage {
    const { stats, isLive } = this.#host.world;
    stats[why]++;
    if (isLive) stats.lostInLiveSteps++;
    return { dirty: [], next, more: false, lost: true };
  }

  #markerFacet(): NonNullable<Side['marker']> {
    return {
      read: (pair) =>
        this.#reading('read marker', ({ content: { marker } }) => (marker?.pair === pair ? marker : null)),
      raise: (pair, expected, next) =>
        this.#reading('raise marker', () => {
          if (this.#data.leaveOldPrimary()) throw failure('unreachable', `${this.#data.name} is no primary any more.`);
          const { marker } = this.#data.content;
          if ((marker?.n ?? null) !== expected) return false;
          this.#data.content.marker = { pair, batch: marker?.batch ?? 0, missed: marker?.missed ?? [], ...next };
          this.#data.acknowledge();
          return true;
        }),
    };
  }
}

/** What others do, also to the definitions, gives another one. */
function gateToken({ content: { file, foreign, logEpoch, schemaVersion } }: SimData): string {
  return `${file}:${foreign}:${logEpoch}:${schemaVersion}`;
}
