import Database from 'better-sqlite3';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import { AppError } from '../../shared/contract/errors.ts';

/** Another program, for the tests: `write PATH COUNT`, `hold PATH`, `visit PATH`, `open PATH`. Says on stdout what it did. */
const [action = '', path = '', count = '0'] = process.argv.slice(2);

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** One commit a record; each number is printed once its commit is done. */
function write(): void {
  const db = new Database(path, { timeout: 5000 });
  const insert = db.prepare('INSERT INTO log (id, text) VALUES (?, ?)');
  for (let i = 0; i < Number(count); i++) {
    insert.run(BigInt(i), `written by another program ${i}`);
    say(String(i));
  }
  db.close();
}

/** Keeps the write lock until the parent closes stdin. */
function hold(): void {
  const db = new Database(path);
  db.exec('BEGIN IMMEDIATE');
  say('held');
  process.stdin.resume().on('end', () => {
    db.exec('ROLLBACK');
    db.close();
  });
}

/** Opens, reads, closes: the last one to close a WAL database removes its -wal file. */
function visit(): void {
  const db = new Database(path);
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  db.close();
  say('visited');
}

async function open(): Promise<void> {
  try {
    const clock = { sleep: async () => {} };
    await (await sqliteKind.open({ url: path, busyMs: 0, create: true, readOnly: false, clock })).close();
    say('opened');
  } catch (error) {
    say(error instanceof AppError ? error.code : String(error));
  }
}

switch (action) {
  case 'write':
    write();
    break;
  case 'hold':
    hold();
    break;
  case 'visit':
    visit();
    break;
  case 'open':
    await open();
    break;
  default:
    throw new Error(`Unknown action ${action}`);
}
