import type {
  BookkeepingFacet,
  Capabilities,
  CaptureLevel,
  CollectionSpec,
  Connector,
  Identity,
  Rights,
  SetupFacet,
  Side,
} from '../../engine/port/connector.ts';
import { assertOmits } from '../../engine/port/omitted.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { BoundCollection, ID } from './bound-collection.ts';
import { confirmPrimary } from './confirm.ts';
import { bookkeepingFacet } from './bookkeeping.ts';
import { collectionIds, describeDatabase, syncedNames } from './describe/describe.ts';
import { readIndexes } from './describe/indexes.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { rightsOn } from './rights.ts';
import { MongoSide } from './mongodb-side.ts';
import { setupFacet } from './setup.ts';

export interface Probed {
  readonly capture: CaptureLevel;
  /** Asked again once something else may answer at the address. */
  readonly deployment: () => Promise<Deployment>;
}

/** What answers at the address, as far as it tells. */
export interface Deployment {
  readonly id: string;
  /** The process that answers; none of a server before 4.4. */
  readonly process?: string;
}

/** One MongoDB database. Its clauses (MO1 …) stand in docs/spec/mongodb.md. */
export class MongoConnector implements Connector {
  readonly kind = 'mongodb';
  readonly capabilities: Capabilities;
  readonly capture: CaptureLevel;
  readonly setup: SetupFacet;
  readonly bookkeeping: BookkeepingFacet;
  readonly #database: MongoDatabase;
  readonly #probed: Probed;
  readonly #sides = new Set<MongoSide>();
  #deployment: Deployment;
  #isDoubtful = false;
  #isConfirmed = false;

  constructor(database: MongoDatabase, probed: Probed, deployment: Deployment) {
    this.#database = database;
    this.#probed = probed;
    this.#deployment = deployment;
    this.capture = probed.capture;
    this.setup = setupFacet(database);
    this.bookkeeping = bookkeepingFacet(database);
    this.capabilities = {
      groups: database.hasTransactions ? 'side' : 'none',
      capture: probed.capture.level === 'change-stream',
      watch: probed.capture.level === 'change-stream',
      gate: false,
      digest: true,
      lookup: true,
      setup: true,
      marker: database.hasTransactions,
      missingFields: true,
      stamps: true,
    };
  }

  async identity(): Promise<Identity> {
    const doing = { operation: 'identity', what: 'Looking at the database' };
    return this.#database.attempt(doing, async () =>
      this.#identified(await this.#ofOneServer(() => collectionIds(this.#database))),
    );
  }

  /** Another server may stand behind the address by now: a tunnel or a name that leads elsewhere (L6). */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /** What the server answers that the deployment is known of: once another one may have answered, both are asked again. */
  async #ofOneServer<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.#askAgain();
      const answer = await ask();
      if (!this.#isDoubtful) return answer;
    }
  }

  async #askAgain(): Promise<void> {
    while (this.#isDoubtful) {
      this.#isDoubtful = false;
      try {
        this.#deployment = await this.#probed.deployment();
      } catch (error) {
        this.#isDoubtful = true;
        throw error;
      }
    }
  }

  #identified(collections: Readonly<Record<string, string>>): Identity {
    const { process } = this.#deployment;
    const running = process === undefined ? {} : { running: `mongodb:${process}/${this.#database.name}` };
    return { id: this.#id(), label: this.#database.place.label, collections, ...running };
  }

  #id(): string {
    return `mongodb:${this.#deployment.id}/${this.#database.name}`;
  }

  rights(): Promise<Rights> {
    return rightsOn(this.#database);
  }

  async describe(): Promise<SideSchema> {
    const doing = { operation: 'describe', what: 'Reading the collections' };
    return this.#database.attempt(doing, async () => {
      const { schema, ids } = await this.#ofOneServer(() => describeDatabase(this.#database));
      return { ...schema, identity: this.#identified(ids) };
    });
  }

  async bind(specs: readonly CollectionSpec[]): Promise<Side> {
    const doing = { operation: 'bind', what: 'Reading the collections' };
    return this.#database.attempt(doing, () => this.#bind(specs));
  }

  async #bind(specs: readonly CollectionSpec[]): Promise<Side> {
    assertOmits(specs, this.capabilities.stamps, this.#database.place.label);
    await this.#confirm(specs);
    const names = await syncedNames(this.#database);
    const bound = specs.map(async (spec): Promise<[string, BoundCollection]> => {
      const keyName = this.#keyNameOf(spec);
      if (!names.has(spec.physical))
        throw this.#mismatch(spec, `has no collection ${spec.physical} that can be kept in step`);
      return [spec.name, new BoundCollection(spec, keyName, await readIndexes(this.#database, spec.physical))];
    });
    const side = new MongoSide({
      database: this.#database,
      collections: new Map(await Promise.all(bound)),
      canCapture: this.capabilities.capture,
      identity: () => this.#id(),
    });
    this.#sides.add(side);
    return side;
  }

  /** Later primaries of this connection are newer ones. */
  async #confirm([first]: readonly CollectionSpec[]): Promise<void> {
    if (this.#isConfirmed || !first) return;
    await confirmPrimary(this.#database, first.physical);
    this.#isConfirmed = true;
  }

  #keyNameOf(spec: CollectionSpec): string {
    const [name = '', ...more] = spec.key;
    const physical = spec.fields.find((field) => field.name === name)?.physical ?? name;
    if (more.length === 0 && physical === ID) return name;
    throw this.#mismatch(spec, `identifies the documents of ${spec.physical} by ${ID} and by nothing else`);
  }

  #mismatch({ name, physical }: CollectionSpec, why: string): AppError {
    const { label } = this.#database.place;
    return new AppError({
      code: 'schema-mismatch',
      operation: 'bind',
      subject: { collection: name, path: label },
      message: `Opening ${physical} failed: ${label} ${why}.`,
      next: 'Nothing was written.',
      hint: 'Look at the name, or create the collection and add the pair again.',
      retry: 'after-user-action',
    });
  }

  async close(): Promise<void> {
    for (const side of this.#sides) await side.close();
    this.#sides.clear();
    await this.#database.close();
  }
}
