import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type {
  Capabilities,
  CollectionSpec,
  Connector,
  ConnectorKind,
  Identity,
  OpenOptions,
  SetupFacet,
  Side,
} from '../../engine/port/connector.ts';
import { assertOmits } from '../../engine/port/omitted.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { BoundCollection } from './binding.ts';
import { MemoryDatabase } from './database.ts';
import { describeCollection, parseStatement, schemaVersion } from './schema.ts';
import { MemorySide } from './side.ts';

/** One client of a `MemoryDatabase`. Its fidelity limits stand there. */
export class MemoryConnector implements Connector {
  readonly kind = 'memory';
  readonly capabilities: Capabilities;
  readonly setup?: SetupFacet;
  readonly #database: MemoryDatabase;
  readonly #readOnly: boolean;
  readonly #author = {};
  #closed = false;

  constructor(database: MemoryDatabase, options: { readonly readOnly?: boolean } = {}) {
    this.#database = database;
    this.#readOnly = options.readOnly ?? false;
    this.capabilities = database.capabilities;
    if (this.capabilities.setup) this.setup = this.#makeSetup();
  }

  async identity(): Promise<Identity> {
    this.#assertOpen('identity');
    const collections = Object.fromEntries([...this.#database.tables].map(([name, { id }]) => [name, id]));
    return { id: this.#database.identity, label: `memory:${this.#database.name}`, collections };
  }

  async describe(): Promise<SideSchema> {
    this.#assertOpen('describe');
    const triggers = this.#database.triggers();
    const collections = [...this.#database.tables.values()].map(({ collection }) =>
      describeCollection(
        collection,
        triggers
          .filter((trigger) => trigger.collection === collection.name)
          .map(({ name, writes }) => ({ name, writes })),
      ),
    );
    return { collections, reported: [], version: schemaVersion(collections) };
  }

  async bind(specs: readonly CollectionSpec[]): Promise<Side> {
    this.#assertOpen('bind');
    assertOmits(specs, this.capabilities.stamps, `memory:${this.#database.name}`);
    return new MemorySide({
      database: this.#database,
      collections: new Map(specs.map((spec) => [spec.name, new BoundCollection(this.#database, spec)])),
      readOnly: this.#readOnly,
      author: this.#author,
      assertOpen: (operation) => this.#assertOpen(operation),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #makeSetup(): SetupFacet {
    return {
      create: async (statements) => this.#create(statements),
      footprint: async (pair) => {
        this.#assertOpen('footprint');
        if (!this.capabilities.marker) return [];
        const purpose = 'Tells a restored or replaced database from the one the pair knows.';
        return [{ name: `marker of ${pair}`, purpose, present: this.#database.marker(pair) !== null }];
      },
      installMarker: async (pair, epoch) => this.#installMarker(pair, epoch),
      remove: async (pair) => {
        this.#assertWritable('remove');
        this.#database.removeMarker(pair, this.#author);
      },
    };
  }

  #create(statements: readonly string[]): void {
    this.#assertWritable('create');
    try {
      const collections = statements.map(parseStatement);
      this.#database.create(collections, this.#author);
    } catch (error) {
      throw this.#refusal(
        'refused',
        'create',
        'a statement could not be carried out',
        error instanceof Error ? error.message : undefined,
      );
    }
  }

  #installMarker(pair: string, epoch: number): void {
    this.#assertWritable('installMarker');
    if (!this.capabilities.marker) throw this.#refusal('unsupported', 'installMarker', 'it cannot keep a marker');
    if (this.#database.marker(pair)) return;
    this.#database.setMarker({ pair, epoch, n: 0, batch: 0, missed: [] }, this.#author);
  }

  #assertWritable(operation: string): void {
    this.#assertOpen(operation);
    if (this.#readOnly) throw this.#refusal('read-only', operation, 'it was opened for reading only');
  }

  #assertOpen(operation: string): void {
    if (this.#closed) throw this.#refusal('internal', operation, 'the connection was closed');
  }

  #refusal(code: ErrorCode, operation: string, why: string, cause?: string): AppError {
    return refusal(this.#database.name, { code, operation, why, ...(cause === undefined ? {} : { cause }) });
  }
}

interface Refusal {
  readonly code: ErrorCode;
  readonly operation: string;
  readonly why: string;
  readonly cause?: string;
}

function refusal(name: string, { code, operation, why, cause }: Refusal): AppError {
  const path = `memory:${name}`;
  return new AppError({
    code,
    operation,
    subject: { path },
    message: `The call ${operation} on ${path} failed: ${why}.`,
    next: 'Nothing was changed.',
    ...(cause === undefined ? {} : { cause }),
  });
}

const databases = new Map<string, MemoryDatabase>();

/** Makes `database` the one that `memory:NAME` opens in this process. */
export function registerMemoryDatabase(database: MemoryDatabase): void {
  databases.set(database.name, database);
}

/** Drops `memory:NAME`; connectors that are open on it keep it. */
export function forgetMemoryDatabase(name: string): void {
  databases.delete(name);
}

const SCHEME = 'memory:';

export const memoryKind: ConnectorKind = {
  kind: 'memory',
  matches: (url) => url.startsWith(SCHEME),
  async open({ url, create, readOnly }: OpenOptions) {
    const name = url.slice(SCHEME.length);
    if (!databases.has(name) && create) registerMemoryDatabase(new MemoryDatabase({ name }));
    const database = databases.get(name);
    if (!database)
      throw refusal(name, {
        code: 'file-missing',
        operation: 'open',
        why: 'there is no such database in this process',
      });
    return new MemoryConnector(database, { readOnly });
  },
};
