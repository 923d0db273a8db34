import type {
  Capabilities,
  CaptureLevel,
  CollectionSpec,
  Connector,
  Identity,
  SetupFacet,
  Side,
} from '../../engine/port/connector.ts';
import { assertOmits } from '../../engine/port/omitted.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { BoundCollection, mismatch } from './bound-collection.ts';
import { readCatalog } from './describe/catalog.ts';
import { describeSchema, describeTables, schemaNumber, schemaVersion } from './describe/describe.ts';
import { MOST_NOTES } from './notes/noted-table.ts';
import { newNotesState, type NotesState } from './notes/notes-capture.ts';
import { setupFacet } from './setup.ts';
import { fileIdOf, type SqliteFile } from './sqlite-file.ts';
import { SqliteSide } from './sqlite-side.ts';
import { WritableCollection } from './writable.ts';

export interface SqliteOptions {
  /** Triggers may note what changes. */
  readonly triggers?: boolean;
  /** How many notes wait at most. */
  readonly mostNotes?: number;
  /** There are notes in the file already. */
  readonly noted?: boolean;
}

const UNWRITABLE = 'this user may not write the file, so no triggers can note changes in it';

/** One SQLite file. Its clauses (SQ1 …) stand in docs/spec/sqlite.md. */
export class SqliteConnector implements Connector {
  readonly kind = 'sqlite';
  readonly capabilities: Capabilities;
  readonly setup: SetupFacet;
  readonly #file: SqliteFile;
  /** Counts writes whose triggers changed more than was asked. */
  readonly #effects = { count: 0 };
  /** `null`: nobody asked for triggers, or none could be made. */
  readonly #notes: NotesState | null;
  readonly #wanted: boolean;

  constructor(file: SqliteFile, { triggers = false, mostNotes = MOST_NOTES, noted = false }: SqliteOptions = {}) {
    this.#file = file;
    this.#wanted = triggers;
    this.#notes = triggers && !file.readOnly ? newNotesState(mostNotes, noted) : null;
    this.setup = setupFacet(file, this.#notes !== null);
    this.capabilities = {
      groups: 'side',
      capture: this.#notes !== null,
      watch: false,
      gate: true,
      digest: true,
      lookup: true,
      setup: true,
      marker: true,
      missingFields: false,
      stamps: false,
    };
  }

  get capture(): CaptureLevel {
    if (this.#notes) return this.#notes.level;
    return { level: 'gated-scan', why: this.#wanted ? UNWRITABLE : 'SQLite keeps no history of changes' };
  }

  /** Of the file that the path leads to now, which after a replacement is not the open one. */
  async identity(): Promise<Identity> {
    const { path } = this.#file;
    if (!this.#file.db.open) throw failure('internal', path, 'the connection is closed');
    const id = fileIdOf(path);
    if (id === null) throw failure('file-missing', path, 'there is no such file any more');
    const version = this.#file.changeCount();
    return { id: `sqlite:${id}`, label: path, ...(version === undefined ? {} : { version }) };
  }

  async describe(): Promise<SideSchema> {
    const { db } = this.#file;
    return this.#file.attempt({ operation: 'describe', what: 'Reading the tables' }, () =>
      db.transaction(() => describeSchema(db))(),
    );
  }

  async bind(specs: readonly CollectionSpec[]): Promise<Side> {
    return this.#file.attempt({ operation: 'bind', what: 'Reading the tables' }, () =>
      this.#file.db.transaction(() => this.#bind(specs))(),
    );
  }

  #bind(specs: readonly CollectionSpec[]): Side {
    const { db, path } = this.#file;
    assertOmits(specs, this.capabilities.stamps, path);
    const catalog = readCatalog(db);
    const tables = describeTables(db, catalog);
    const collections = specs.map((spec): [string, WritableCollection] => {
      const table = tables.find((candidate) => candidate.name === spec.physical);
      if (!table) throw mismatch(spec, `${this.#file.path} has no table ${spec.physical} that can be kept in step`);
      return [spec.name, new WritableCollection(new BoundCollection(db, spec, table), tables, catalog.encoding)];
    });
    return new SqliteSide({
      file: this.#file,
      collections: new Map(collections),
      encoding: catalog.encoding,
      version: schemaVersion(catalog),
      schemaNumber: schemaNumber(db),
      effects: this.#effects,
      notes: this.#notes,
    });
  }

  async close(): Promise<void> {
    this.#file.close();
  }
}

function failure(code: 'internal' | 'file-missing', path: string, why: string): AppError {
  const message = `Looking at ${path} failed: ${why}.`;
  return new AppError({
    code,
    operation: 'identity',
    subject: { path },
    message,
    next: 'Nothing was written.',
    retry: 'after-user-action',
  });
}
