import type Database from 'better-sqlite3';
import { AppError } from '../../../shared/contract/errors.ts';

/** Numbered steps from an empty file to the present tables. A published step is never edited; a change is a new step. */
const migrations: readonly { readonly version: number; readonly sql: string }[] = [
  {
    version: 1,
    sql: `
CREATE TABLE pair(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 1, n INTEGER NOT NULL DEFAULT 0, raising INTEGER NOT NULL DEFAULT 0, batch INTEGER NOT NULL DEFAULT 0,
  gen INTEGER NOT NULL DEFAULT 0, mode TEXT NOT NULL DEFAULT 'new', identity TEXT NOT NULL DEFAULT '{"A":"","B":""}',
  schema TEXT NOT NULL DEFAULT '{"A":"","B":""}', audit_at INTEGER NOT NULL DEFAULT 0, count_since TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE cursor(pair INTEGER NOT NULL, side TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY(pair, side)) STRICT, WITHOUT ROWID;
CREATE TABLE base(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, hash BLOB NOT NULL, doc BLOB, vec BLOB,
  PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE base_aside(pair INTEGER NOT NULL, epoch INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, hash BLOB NOT NULL, doc BLOB, vec BLOB,
  PRIMARY KEY(pair, coll, key, epoch)) STRICT, WITHOUT ROWID;
CREATE TABLE dirty(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, gen INTEGER NOT NULL,
  PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE action(id INTEGER PRIMARY KEY AUTOINCREMENT, pair INTEGER NOT NULL, run INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, gen INTEGER NOT NULL,
  origin TEXT NOT NULL, status TEXT NOT NULL, level INTEGER NOT NULL, grp INTEGER, judged INTEGER NOT NULL, op_a TEXT, op_b TEXT, data BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE INDEX action_apply ON action(pair, run, status, level, grp, coll, key);
CREATE INDEX action_id ON action(pair, run, status);
CREATE INDEX action_key ON action(pair, run, coll, key);
CREATE TABLE claim(run INTEGER NOT NULL, side TEXT NOT NULL, coll TEXT NOT NULL, idx TEXT NOT NULL, value BLOB NOT NULL, action INTEGER NOT NULL,
  PRIMARY KEY(run, side, coll, idx, value, action)) STRICT, WITHOUT ROWID;
CREATE TABLE journal(id INTEGER PRIMARY KEY AUTOINCREMENT, pair INTEGER NOT NULL, run INTEGER NOT NULL, batch INTEGER NOT NULL, action INTEGER NOT NULL,
  coll TEXT NOT NULL, key BLOB NOT NULL, side TEXT NOT NULL, op TEXT NOT NULL, before BLOB, after BLOB, base BLOB, before_hash BLOB, after_hash BLOB,
  origin TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX journal_key ON journal(pair, coll, key);
CREATE INDEX journal_run ON journal(pair, run);
CREATE INDEX journal_counted ON journal(pair, coll, side, id) WHERE op IN ('delete', 'update');
CREATE TABLE item(id INTEGER PRIMARY KEY AUTOINCREMENT, pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  gen INTEGER NOT NULL, fields TEXT NOT NULL, base BLOB, a BLOB, b BLOB, ha BLOB, hb BLOB, reason TEXT NOT NULL, extra TEXT NOT NULL,
  at INTEGER NOT NULL, run INTEGER NOT NULL, notes TEXT NOT NULL DEFAULT '', strategy TEXT, resolved_by TEXT, resolved_at INTEGER) STRICT;
CREATE UNIQUE INDEX item_open ON item(pair, coll, key) WHERE state IN ('open', 'resolving', 'reopened');
CREATE INDEX item_pair ON item(pair, state);
CREATE TABLE wait(item INTEGER NOT NULL, pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, ha BLOB, hb BLOB,
  PRIMARY KEY(pair, coll, key, item)) STRICT, WITHOUT ROWID;
CREATE INDEX wait_item ON wait(item);
CREATE TABLE hold(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, fields TEXT NOT NULL, a BLOB, b BLOB, ha BLOB, hb BLOB,
  edited TEXT NOT NULL, run INTEGER NOT NULL, at INTEGER NOT NULL, gen INTEGER NOT NULL, kept INTEGER NOT NULL, PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE bounce(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE decision(id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, run INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, policy TEXT NOT NULL,
  winner TEXT, fields TEXT NOT NULL, lost BLOB, won BLOB, who TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX decision_key ON decision(pair, coll, key);
CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, pair INTEGER NOT NULL, status TEXT NOT NULL, trig TEXT NOT NULL, who TEXT NOT NULL,
  started INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0, report TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE INDEX run_pair ON run(pair, id);
CREATE TABLE receipt(id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE brake(id INTEGER PRIMARY KEY AUTOINCREMENT, pair INTEGER NOT NULL, coll TEXT NOT NULL, kind TEXT NOT NULL, side TEXT NOT NULL, count INTEGER NOT NULL,
  of_count INTEGER NOT NULL, cause TEXT NOT NULL, at INTEGER NOT NULL, samples BLOB NOT NULL, counts TEXT NOT NULL,
  answer TEXT, answered_by TEXT, answered_at INTEGER) STRICT;
CREATE INDEX brake_pair ON brake(pair, answer);
CREATE TABLE braked(brake INTEGER NOT NULL, pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY(brake, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE allowance(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, answer TEXT NOT NULL, side TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
CREATE TABLE session(id INTEGER PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE backup(id INTEGER PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE audit(id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
`,
  },
  {
    version: 2,
    sql: `
CREATE TABLE copied(id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, run INTEGER NOT NULL, batch INTEGER NOT NULL, coll TEXT NOT NULL, side TEXT NOT NULL,
  first BLOB NOT NULL, last BLOB NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, records BLOB NOT NULL) STRICT;
CREATE INDEX copied_key ON copied(pair, coll, first, last);
`,
  },
  {
    version: 3,
    sql: `
ALTER TABLE pair ADD COLUMN seen TEXT NOT NULL DEFAULT '{"A":0,"B":0}';
ALTER TABLE pair ADD COLUMN keys TEXT NOT NULL DEFAULT '{}';
`,
  },
  {
    version: 4,
    sql: `
DROP INDEX action_id;
DROP INDEX action_apply;
CREATE INDEX action_apply ON action(pair, run, level, grp, coll, key) WHERE status = 'staged';
`,
  },
  {
    version: 5,
    sql: `
ALTER TABLE pair ADD COLUMN made TEXT NOT NULL DEFAULT '{}';
`,
  },
  {
    version: 6,
    sql: `
ALTER TABLE pair ADD COLUMN stamps INTEGER NOT NULL DEFAULT 0;
CREATE TABLE stamp(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, origin INTEGER NOT NULL,
  PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 7,
    sql: `
ALTER TABLE pair ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
UPDATE pair SET kept = (SELECT ifnull(sum(length(doc)), 0) FROM base WHERE base.pair = pair.id);
`,
  },
  {
    version: 8,
    sql: `
ALTER TABLE pair ADD COLUMN covered TEXT NOT NULL DEFAULT '{}';
`,
  },
  {
    version: 9,
    sql: `
ALTER TABLE brake ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';
ALTER TABLE hold ADD COLUMN kept_by TEXT NOT NULL DEFAULT '';
ALTER TABLE hold ADD COLUMN kept_at INTEGER NOT NULL DEFAULT 0;
`,
  },
  {
    version: 10,
    sql: `
CREATE INDEX run_went_through ON run(pair) WHERE status = 'completed' AND trig NOT IN ('resolve', 'undo', 'brake', 'hold')
  AND ifnull(json_array_length(report, '$.brakes'), 0) = 0 AND ifnull(report ->> '$.withheld', 0) = 0;
`,
  },
  {
    version: 11,
    sql: `
ALTER TABLE brake ADD COLUMN made TEXT;
`,
  },
  {
    version: 12,
    sql: `
ALTER TABLE allowance ADD COLUMN shown BLOB;
ALTER TABLE braked ADD COLUMN shown BLOB;
ALTER TABLE pair ADD COLUMN marks TEXT NOT NULL DEFAULT '[]';
`,
  },
  {
    version: 13,
    sql: `
CREATE TABLE drift(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 14,
    sql: `
CREATE TABLE waited(pair INTEGER NOT NULL, coll TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY(pair, coll, key)) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 15,
    sql: `
ALTER TABLE pair ADD COLUMN doubted TEXT NOT NULL DEFAULT '{}';
`,
  },
];

export const stateVersion = Math.max(...migrations.map(({ version }) => version));

/** Brings the file to the present version; each step is one transaction. */
export function migrate(db: Database.Database): void {
  const found = versionOf(db);
  for (const { version, sql } of migrations.filter((step) => step.version > found)) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    })();
  }
}

/** The version of the file, read without changing anything; a newer one than this program knows is refused. */
export function versionOf(db: Database.Database): number {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > stateVersion) {
    throw new AppError({
      code: 'state-newer',
      operation: 'open-state',
      message: `Opening the state failed: it was written by a newer Tandem (version ${found}, this one knows ${stateVersion}).`,
      next: 'Nothing was read or changed.',
      hint: 'Start the newer Tandem, or name another home with --home.',
    });
  }
  return found;
}
