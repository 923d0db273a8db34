import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { quoteName } from '../../electron/connectors/sqlite/sql.ts';
import { openSqliteFile } from '../../electron/connectors/sqlite/open.ts';
import { SqliteConnector } from '../../electron/connectors/sqlite/sqlite-connector.ts';
import type { Connector } from '../../electron/engine/port/connector.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { describeConnector } from './connector-suite.ts';
import type {
  ConformanceHarness,
  CreateOptions,
  ForeignOp,
  NeutralCollection,
  NeutralField,
  NeutralReference,
  RawRecord,
  TestSide,
} from './harness.ts';
import { type Mode, realClock } from './sqlite-support.ts';

type Encoding = 'UTF-8' | 'UTF-16le' | 'UTF-16be';

function sqliteHarness(mode: Mode, encoding: Encoding = 'UTF-8', triggers = false): ConformanceHarness {
  return {
    kind: 'sqlite',
    capabilities: {
      groups: 'side',
      capture: triggers,
      watch: false,
      gate: true,
      digest: true,
      lookup: true,
      setup: true,
      marker: true,
      missingFields: false,
      stamps: false,
    },
    facts: {
      collations: ['binary', 'nocase', 'rtrim'],
      references: true,
      triggers: true,
      addsFields: true,
      foresees: true,
      nullsClash: false,
      altered: { 'not a number': 'rejected' },
    },
    create: (options) => createSide({ mode, encoding, triggers }, options),
  };
}

interface Wish {
  readonly mode: Mode;
  readonly encoding: Encoding;
  readonly triggers: boolean;
}

async function createSide(
  { mode, encoding, triggers }: Wish,
  { schema, captureWindow }: CreateOptions = {},
): Promise<TestSide> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-conformance-'));
  const path = join(folder, 'side.db');
  const other = new Database(path, { timeout: 2000 });
  other.defaultSafeIntegers(true);
  other.pragma(`encoding = '${encoding}'`);
  other.pragma(`journal_mode = ${mode}`);
  other.pragma('foreign_keys = OFF');
  for (const collection of schema?.collections ?? []) other.exec(definitionOf(collection));
  const options = { url: `sqlite:${path}`, busyMs: 2000, create: false, readOnly: false, clock: realClock };
  const open = async (): Promise<Connector> =>
    new SqliteConnector(await openSqliteFile(options), {
      triggers,
      ...(captureWindow === undefined ? {} : { mostNotes: captureWindow }),
    });
  let connector = await open();
  return {
    get connector() {
      return connector;
    },
    mutateBehindItsBack: async (ops) => other.transaction(() => ops.forEach((op) => mutate(other, op)))(),
    readRaw: async (collection) =>
      (other.prepare(`SELECT * FROM ${quoteName(collection)}`).all() as RawRecord[]).map(plainBytes),
    reopen: async () => {
      await connector.close();
      return (connector = await open());
    },
    close: async () => {
      await connector.close();
      other.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TYPES: Readonly<Record<NeutralField['type'], string>> = {
  any: '',
  integer: 'INTEGER',
  real: 'REAL',
  text: 'TEXT',
  blob: 'BLOB',
};

function definitionOf(collection: NeutralCollection): string {
  const { name, fields, key, unique = [], references = [], rewrites } = collection;
  const parts = [
    ...fields.map(columnOf),
    ...(key ? [`PRIMARY KEY (${key.map(quoteName).join(', ')})`] : []),
    ...references.map(referenceOf),
  ];
  const indexes = unique.map(
    (index) =>
      `CREATE UNIQUE INDEX ${quoteName(index.name)} ON ${quoteName(name)} (${index.fields.map(quoteName).join(', ')});`,
  );
  const triggers = rewrites ? ['INSERT', 'UPDATE'].map((event) => rewritingTrigger(collection, rewrites, event)) : [];
  return [`CREATE TABLE ${quoteName(name)} (${parts.join(', ')});`, ...indexes, ...triggers].join('\n');
}

const columnOf = ({ name, type, nullable, collation }: NeutralField): string =>
  `${quoteName(name)} ${TYPES[type]}${nullable ? '' : ' NOT NULL'}${collation ? ` COLLATE ${collation}` : ''}`;

const referenceOf = ({ fields, parent, parentFields, onDelete }: NeutralReference): string =>
  `FOREIGN KEY (${fields.map(quoteName).join(', ')}) REFERENCES ${quoteName(parent)} ` +
  `(${parentFields.map(quoteName).join(', ')}) ON DELETE ${onDelete ?? 'no action'}`;

function rewritingTrigger(
  { name, key = [] }: NeutralCollection,
  { name: trigger, field, to }: NonNullable<NeutralCollection['rewrites']>,
  event: string,
): string {
  const where = key.map((part) => `${quoteName(part)} = NEW.${quoteName(part)}`).join(' AND ');
  const literal = `'${String(to).replaceAll("'", "''")}'`;
  return (
    `CREATE TRIGGER ${quoteName(`${trigger} ${event}`)} AFTER ${event} ON ${quoteName(name)} ` +
    `BEGIN UPDATE ${quoteName(name)} SET ${quoteName(field)} = ${literal} WHERE ${where}; END;`
  );
}

function mutate(db: Database.Database, op: ForeignOp): void {
  const table = quoteName(op.collection);
  switch (op.op) {
    case 'insert': {
      const names = Object.keys(op.values);
      const marks = names.map(() => '?').join(', ');
      db.prepare(`INSERT INTO ${table} (${names.map(quoteName).join(', ')}) VALUES (${marks})`).run(
        ...Object.values(op.values),
      );
      return;
    }
    case 'update': {
      const sets = Object.keys(op.set).map((name) => `${quoteName(name)} = ?`);
      const { sql, values } = matching(op.where);
      db.prepare(`UPDATE ${table} SET ${sets.join(', ')} WHERE ${sql}`).run(...Object.values(op.set), ...values);
      return;
    }
    case 'delete': {
      const { sql, values } = matching(op.where);
      db.prepare(`DELETE FROM ${table} WHERE ${sql}`).run(...values);
    }
  }
}

function matching(where: RawRecord): { sql: string; values: Value[] } {
  return {
    sql: Object.keys(where)
      .map((name) => `${quoteName(name)} IS ?`)
      .join(' AND '),
    values: Object.values(where),
  };
}

/** The driver gives its own kind of bytes. */
function plainBytes(record: RawRecord): RawRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, value instanceof Uint8Array ? Uint8Array.from(value) : value]),
  );
}

describeConnector('sqlite, with a rollback journal', sqliteHarness('delete'));
describeConnector('sqlite, in WAL mode', sqliteHarness('wal'));
describeConnector('sqlite, in UTF-16 little-endian', sqliteHarness('wal', 'UTF-16le'));
describeConnector('sqlite, in UTF-16 big-endian', sqliteHarness('delete', 'UTF-16be'));
describeConnector('sqlite, with triggers and a rollback journal', sqliteHarness('delete', 'UTF-8', true));
describeConnector('sqlite, with triggers in WAL mode', sqliteHarness('wal', 'UTF-8', true));
describeConnector('sqlite, with triggers in UTF-16', sqliteHarness('wal', 'UTF-16le', true));
