import Database from 'better-sqlite3';
import { AppError } from '../../../shared/contract/errors.ts';
import { defaultSettings, type SideName } from '../settings.ts';
import { applyChange } from './commit.ts';
import { migrate, versionOf } from './migrations.ts';
import {
  readAllWaits,
  readDirty,
  readDrifted,
  readExpected,
  readFacts,
  countDrift,
  countHolds,
  countItems,
  countSyncs,
  readHolds,
  readItemIds,
  readItems,
  readParked,
  readResting,
} from './reads.ts';
import {
  countActions,
  countWritten,
  readActions,
  readAllowed,
  readShown,
  readBrakes,
  readClaims,
  readDecisions,
  readEarlier,
  readJournal,
  readLevels,
  readLastWritten,
  readNewestInserts,
  readStaged,
  readAside,
  readWaited,
} from './reads-plan.ts';
import { readDecidedItems, readDecisionLines, readRunsBy, readRunTallies, stillStands } from './reads-history.ts';
import { readItemGroups, readItemPage } from './reads-index.ts';
import { readStampsDue } from './stamps.ts';
import { toPair, toRun, type RawPair, type RawRun } from './rows.ts';
import { OPEN_BRAKE, Statements } from './statements.ts';
import type { CommitResult, StateChange } from './change.ts';
import type { Limits, StateStore } from './store.ts';
import type { PairRow, RunRow } from './stored.ts';

export type StateSource = { readonly path: string } | { readonly bytes: Uint8Array } | { readonly memory: true };

/** Opens (or makes) a state database. Throws `state-newer`, `state-corrupt`, `disk-full` or `read-only` and changes nothing then. */
export function openState(source: StateSource, limits: Limits = defaultSettings): StateStore {
  const db = openDatabase(source);
  try {
    versionOf(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -4000');
    db.pragma('foreign_keys = OFF');
    migrate(db);
  } catch (cause) {
    db.close();
    throw stateError(cause, source);
  }
  return new SqliteStateStore(db, limits, source);
}

function openDatabase(source: StateSource): Database.Database {
  try {
    if ('bytes' in source) return new Database(Buffer.from(source.bytes));
    return new Database('memory' in source ? ':memory:' : source.path);
  } catch (cause) {
    throw stateError(cause, source);
  }
}

const sqliteCodes: Readonly<Record<string, AppError['code']>> = {
  SQLITE_FULL: 'disk-full',
  SQLITE_READONLY: 'read-only',
  SQLITE_CORRUPT: 'state-corrupt',
  SQLITE_NOTADB: 'state-corrupt',
  SQLITE_CANTOPEN: 'state-location',
  SQLITE_IOERR: 'disk-full',
};

function stateError(cause: unknown, source: StateSource): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  const path = 'path' in source ? source.path : 'in memory';
  const name = Object.keys(sqliteCodes).find((prefix) => cause.code.startsWith(prefix));
  const code = name ? (sqliteCodes[name] as AppError['code']) : 'internal';
  const why: Partial<Record<AppError['code'], string>> = {
    'disk-full': 'the disk is full',
    'read-only': 'it cannot be written',
    'state-corrupt': 'it is damaged',
    'state-location': 'the file cannot be opened',
  };
  return new AppError({
    code,
    operation: 'state',
    message: `Writing Tandem's own state failed: ${why[code] ?? cause.message}.`,
    next: 'Nothing goes to a database before it is noted there: both databases are as they were, but for a batch that may have been under way. The next sync looks, and goes on from what stands.',
    hint: hintFor(code, path),
    subject: { path },
    cause: cause.message,
  });
}

function hintFor(code: AppError['code'], path: string): string {
  switch (code) {
    case 'disk-full':
      return `Make room on the disk that holds ${path}, then sync again.`;
    case 'read-only':
      return `Make ${path} writable, or name another home with --home.`;
    case 'state-corrupt':
      return `Put back a backup of ${path}, or move it away: the pair then starts like a new one, and nothing is deleted on either side.`;
    default:
      return `Check ${path}.`;
  }
}

class SqliteStateStore implements StateStore {
  readonly #db: Database.Database;
  readonly #sql: Statements;
  readonly #limits: Limits;
  readonly #limitsOf = new Map<number, Limits>();
  readonly #source: StateSource;

  constructor(db: Database.Database, limits: Limits, source: StateSource) {
    this.#db = db;
    this.#sql = new Statements(db);
    this.#limits = limits;
    this.#source = source;
  }

  /** Every access goes through here, so that no error of the database leaves untranslated. */
  async #do<T>(work: (sql: Statements) => T): Promise<T> {
    try {
      return work(this.#sql);
    } catch (cause) {
      throw stateError(cause, this.#source);
    }
  }

  openPair(name: string, now: number, limits?: Limits): Promise<PairRow> {
    return this.#do((sql) => {
      sql.run('INSERT OR IGNORE INTO pair(name, created) VALUES (?, ?)', name, now);
      const row = toPair(sql.get<RawPair>('SELECT * FROM pair WHERE name = ?', name) as RawPair);
      if (limits) this.#limitsOf.set(row.id, limits);
      return row;
    });
  }

  pair(id: number): Promise<PairRow> {
    return this.#do((sql) => {
      const row = sql.get<RawPair>('SELECT * FROM pair WHERE id = ?', id);
      if (!row)
        throw new AppError({
          code: 'not-found',
          operation: 'state',
          message: `Pair number ${id} is not in the state.`,
        });
      return toPair(row);
    });
  }

  listPairs(): Promise<readonly PairRow[]> {
    return this.#do((sql) => sql.all<RawPair>('SELECT * FROM pair ORDER BY name').map(toPair));
  }

  renamePair(id: number, name: string, save: () => void): Promise<void> {
    return this.#do((sql) => {
      this.#db.transaction(() => {
        sql.run('UPDATE pair SET name = ? WHERE id = ?', name, id);
        save();
      })();
    });
  }

  removePair(id: number): Promise<void> {
    return this.#do((sql) => {
      this.#db.transaction(() => {
        sql.run('DELETE FROM claim WHERE run IN (SELECT id FROM run WHERE pair = ?)', id);
        const tables = [
          'cursor',
          'base',
          'base_aside',
          'dirty',
          'action',
          'journal',
          'copied',
          'item',
          'wait',
          'hold',
          'bounce',
          'decision',
          'run',
          'receipt',
          'brake',
          'braked',
          'allowance',
          'audit',
          'stamp',
          'drift',
          'waited',
        ];
        for (const table of tables) sql.run(`DELETE FROM ${table} WHERE pair = ?`, id);
        sql.run('DELETE FROM pair WHERE id = ?', id);
      })();
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  cursors(pair: number): Promise<ReadonlyMap<SideName, string>> {
    return this.#do(
      (sql) =>
        new Map(
          sql
            .all<{ side: SideName; token: string }>('SELECT side, token FROM cursor WHERE pair = ?', pair)
            .map(({ side, token }) => [side, token]),
        ),
    );
  }

  readonly expected: StateStore['expected'] = (pair, collection, side, after, limit) =>
    this.#do((sql) => readExpected(sql, pair, collection, side, after, limit));

  countBase(pair: number, collection: string): Promise<number> {
    return this.#do(
      (sql) =>
        sql.get<{ n: number }>('SELECT count(*) AS n FROM base WHERE pair = ? AND coll = ?', pair, collection)?.n ?? 0,
    );
  }

  hasBase(pair: number, collection: string): Promise<boolean> {
    return this.#do(
      (sql) => sql.get('SELECT 1 FROM base WHERE pair = ? AND coll = ? LIMIT 1', pair, collection) !== undefined,
    );
  }

  readonly dirty: StateStore['dirty'] = (pair, query) => this.#do((sql) => readDirty(sql, pair, query));

  countDirty(pair: number): Promise<number> {
    const sql = `SELECT count(*) AS n FROM dirty d WHERE pair = ?
      AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.pair = d.pair AND h.coll = d.coll AND h.key = d.key)
      AND NOT EXISTS (SELECT 1 FROM brake b WHERE b.pair = d.pair AND b.coll IN ('', d.coll) AND b.kind <> 'drift' AND ${OPEN_BRAKE})`;
    return this.#do((db) => db.get<{ n: number }>(sql, pair)?.n ?? 0);
  }

  readonly drifted: StateStore['drifted'] = (pair, collection, after, limit) =>
    this.#do((sql) => readDrifted(sql, pair, collection, after, limit));
  readonly countDrift: StateStore['countDrift'] = (pair) => this.#do((sql) => countDrift(sql, pair));
  readonly facts: StateStore['facts'] = (pair, collection, keys) =>
    this.#do((sql) => readFacts(sql, pair, collection, keys));
  readonly parked: StateStore['parked'] = (pair, collection, keys) =>
    this.#do((sql) => readParked(sql, pair, collection, keys));
  readonly resting: StateStore['resting'] = (pair, collection, keys) =>
    this.#do((sql) => readResting(sql, pair, collection, keys));
  readonly actions: StateStore['actions'] = (pair, query) => this.#do((sql) => readActions(sql, pair, query));
  readonly countActions: StateStore['countActions'] = (pair, run) => this.#do((sql) => countActions(sql, pair, run));
  readonly levels: StateStore['levels'] = (ids) => this.#do((sql) => readLevels(sql, ids));
  readonly claims: StateStore['claims'] = (run, query) => this.#do((sql) => readClaims(sql, run, query));
  readonly staged: StateStore['staged'] = (pair, run, collection, keys) =>
    this.#do((sql) => readStaged(sql, pair, run, collection, keys));
  readonly items: StateStore['items'] = (pair, query) => this.#do((sql) => readItems(sql, pair, query));
  readonly itemIds: StateStore['itemIds'] = (pair, ids) => this.#do((sql) => readItemIds(sql, pair, ids));
  readonly countItems: StateStore['countItems'] = (pair) => this.#do((sql) => countItems(sql, pair));
  readonly itemGroups: StateStore['itemGroups'] = (pairs, which) =>
    this.#do((sql) => readItemGroups(sql, pairs, which));
  readonly itemPage: StateStore['itemPage'] = (pairs, query) => this.#do((sql) => readItemPage(sql, pairs, query));
  readonly waits: StateStore['waits'] = (pair, afterItem, limit) =>
    this.#do((sql) => readAllWaits(sql, pair, afterItem, limit));
  readonly holds: StateStore['holds'] = (pair, query) => this.#do((sql) => readHolds(sql, pair, query));
  readonly countHolds: StateStore['countHolds'] = (pair) => this.#do((sql) => countHolds(sql, pair));
  readonly newestInserts: StateStore['newestInserts'] = (pair, side, collections, limit) =>
    this.#do((sql) => readNewestInserts(sql, pair, side, { collections, limit }));
  readonly lastWritten: StateStore['lastWritten'] = (pair, limit) =>
    this.#do((sql) => readLastWritten(sql, pair, limit));
  readonly journal: StateStore['journal'] = (pair, query) => this.#do((sql) => readJournal(sql, pair, query));
  readonly countWritten: StateStore['countWritten'] = (pair, collection, side, since, notBefore) =>
    this.#do((sql) => countWritten(sql, pair, collection, side, since, notBefore));
  readonly decisions: StateStore['decisions'] = (pair, query) => this.#do((sql) => readDecisions(sql, pair, query));
  readonly decisionLines: StateStore['decisionLines'] = (pair, query) =>
    this.#do((sql) => readDecisionLines(sql, pair, query));
  readonly decidedItems: StateStore['decidedItems'] = (pair, runs) =>
    this.#do((sql) => readDecidedItems(sql, pair, runs));
  readonly stillStands: StateStore['stillStands'] = (pair, run) => this.#do((sql) => stillStands(sql, pair, run));
  readonly runTallies: StateStore['runTallies'] = (pair, query) => this.#do((sql) => readRunTallies(sql, pair, query));
  readonly runsBy: StateStore['runsBy'] = (pair, trigger) => this.#do((sql) => readRunsBy(sql, pair, trigger));
  readonly brakes: StateStore['brakes'] = (pair, all) => this.#do((sql) => readBrakes(sql, pair, all));

  readonly shown: StateStore['shown'] = (brake, collection, keys) =>
    this.#do((sql) => readShown(sql, brake, collection, keys));
  readonly setAside: StateStore['setAside'] = (pair, collection, keys) =>
    this.#do((sql) => readAside(sql, pair, collection, keys));
  readonly waited: StateStore['waited'] = (pair, collection, keys) =>
    this.#do((sql) => readWaited(sql, pair, collection, keys));
  readonly allowed: StateStore['allowed'] = (pair, collection, keys) =>
    this.#do((sql) => readAllowed(sql, pair, collection, keys));

  runs(pair: number, limit: number): Promise<readonly RunRow[]> {
    return this.#do((sql) =>
      sql.all<RawRun>('SELECT * FROM run WHERE pair = ? ORDER BY id DESC LIMIT ?', pair, limit).map(toRun),
    );
  }

  countSyncs(pair: number): Promise<number> {
    return this.#do((sql) => countSyncs(sql, pair));
  }

  runsFrom(pair: number, id: number): Promise<readonly RunRow[]> {
    return this.#do((sql) =>
      sql.all<RawRun>('SELECT * FROM run WHERE pair = ? AND id >= ? ORDER BY id DESC', pair, id).map(toRun),
    );
  }

  run(pair: number, id: number): Promise<RunRow | null> {
    return this.#do((sql) => {
      const row = sql.get<RawRun>('SELECT * FROM run WHERE pair = ? AND id = ?', pair, id);
      return row ? toRun(row) : null;
    });
  }

  lastReceipt(pair: number): Promise<string | null> {
    return this.#do(
      (sql) =>
        sql.get<{ body: string }>('SELECT body FROM receipt WHERE pair = ? ORDER BY id DESC LIMIT 1', pair)?.body ??
        null,
    );
  }

  readonly stampsDue: StateStore['stampsDue'] = (pair, query) => this.#do((sql) => readStampsDue(sql, pair, query));
  readonly lookupEarlier: StateStore['lookupEarlier'] = (pair, collection, keys) =>
    this.#do((sql) => readEarlier(sql, pair, collection, keys));

  commit(pair: number, change: StateChange): Promise<CommitResult> {
    return this.#do((sql) =>
      this.#db.transaction(() => applyChange(sql, pair, change, this.#limitsOf.get(pair) ?? this.#limits)).immediate(),
    );
  }

  serialize(): Uint8Array {
    return this.#db.serialize();
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
