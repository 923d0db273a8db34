import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../../build/demo-parts/files.ts';
import { makeOffice } from '../../build/demo-parts/office.ts';
import { dumpOf } from '../support/file-pair.ts';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { testData } from '../support/test-data.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A well-known sample database; looked at only where it lies beside the project. */
const chinook = testData('chinook', 'Chinook_Sqlite.sqlite');
const DEMO_MS = 180_000;

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-demo-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function demo(...args: readonly string[]): Promise<{ code: number; text: string }> {
  const node = ['--disable-warning=ExperimentalWarning', join(root, 'build', 'demo.ts'), ...args];
  const child = spawn(process.execPath, node, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, text };
}

function smallOffice(): string {
  const path = join(tempFolder(), 'small-office.sqlite');
  makeOffice(path, { seed: 5, scale: 0.2 });
  const db = new Database(path);
  db.pragma('journal_mode = DELETE');
  db.close();
  return path;
}

describe('the made-up office', () => {
  it('has 16 collections and a few thousand records, and its references hold', () => {
    const path = join(tempFolder(), 'office.db');
    const counts = makeOffice(path, { seed: 1 });
    const records = [...counts.values()].reduce((sum, count) => sum + count, 0);
    expect(counts.size).toBe(16);
    expect(records).toBeGreaterThan(3000);
    const db = new Database(path);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  it('is the same for the same seed, and another for another', () => {
    const folder = tempFolder();
    const paths = [7, 7, 8].map((seed, i) => {
      const path = join(folder, `${i}.db`);
      makeOffice(path, { seed, scale: 0.1 });
      return path;
    });
    const [one, same, other] = paths.map((path) => JSON.stringify(dumpOf(path)));
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });
});

const headingsIn = (text: string): string[] => text.split('\n').filter((line) => /^\d {2}\S/.test(line));
const HEADINGS = [
  '1  A pair, and the first sync',
  '2  Both sides work at the same time',
  '3  Four contradictions',
  '4  Four decisions',
  '5  Undo a run',
  '6  A brake',
  '7  A receipt: both sides are equal',
  '8  Where to look next',
];

await describeOwnMongo('npm run demo -- --mongo', { kind: 'replica-set' }, () => {
  it(
    'tells the whole story on two servers that it starts and ends by itself',
    async () => {
      const dir = join(tempFolder(), 'demo');
      const { code, text } = await demo('--dir', dir, '--mongo');
      expect(text).toContain('All of it was as told');
      expect(code).toBe(0);
      expect(headingsIn(text)).toEqual(HEADINGS);
      expect(readdirSync(dir).toSorted()).toEqual(['cache', 'home']);
      const [, port] = /mongodb:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
    },
    2 * DEMO_MS,
  );
});

describe('npm run demo', () => {
  it('refuses words that do not go together', async () => {
    const { code, text } = await demo('--mongo', '--from', smallOffice());
    expect(code).toBe(2);
    expect(text).toContain('--from and --mongo do not go together');
  });

  it(
    'tells the whole story on the office, with every step as told',
    async () => {
      const dir = join(tempFolder(), 'demo');
      const { code, text } = await demo('--dir', dir);
      expect(text).toContain('All of it was as told');
      expect(code).toBe(0);
      expect(headingsIn(text)).toEqual(HEADINGS);
      expect(text).toMatch(/resolve \d+ --strategy rename_local/);
      expect(text).toContain('Both sides are equal');
      expect(text).not.toContain('\u001B[');
      expect(JSON.stringify(dumpOf(join(dir, 'there.db')))).toBe(JSON.stringify(dumpOf(join(dir, 'here.db'))));
    },
    DEMO_MS,
  );

  const originals = ['a small office', ...(chinook ? ['Chinook'] : [])];
  it.each(originals)(
    'tells it with copies of a database of the user, and leaves the original as it is: %s',
    async (original) => {
      const path = original === 'Chinook' && chinook ? chinook : smallOffice();
      const before = sha256(path);
      const { code, text } = await demo('--dir', join(tempFolder(), 'demo'), '--from', path);
      expect(text).toContain('itself is unchanged, to the byte');
      expect(code).toBe(0);
      expect(sha256(path)).toBe(before);
    },
    DEMO_MS,
  );

  it.each([
    ['few of them', 3, /Exit code 5\. Remote still has all of them\./],
    ['most of them', 9, /so mass deletion is left out\./],
  ])(
    'finds its way with a small database whose large table is referred to, by %s',
    async (_, owned, says) => {
      const path = join(tempFolder(), 'pets.sqlite');
      const db = new Database(path);
      db.exec(`CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT);
        CREATE TABLE pet(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES person(id), name TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
          INSERT INTO person SELECT i, 'mail' || i, 'name ' || i FROM n;
        INSERT INTO pet SELECT id, id, 'pet' FROM person WHERE id <= ${owned}`);
      db.close();
      const { code, text } = await demo('--dir', join(tempFolder(), 'demo'), '--from', path);
      expect(text).toContain('All of it was as told');
      expect(text).toMatch(says);
      expect(code).toBe(0);
    },
    DEMO_MS,
  );

  it('refuses a folder that holds something else, and touches nothing in it', async () => {
    const dir = tempFolder();
    writeFileSync(join(dir, 'letters.txt'), 'dear');
    const { code, text } = await demo('--dir', dir);
    expect(code).toBe(1);
    expect(text).toContain('letters.txt');
    expect(readdirSync(dir)).toEqual(['letters.txt']);
  });

  it('ends with exit 1 and says what is not as told', async () => {
    const path = join(tempFolder(), 'poor.sqlite');
    const db = new Database(path);
    db.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO one VALUES (1, 1)');
    db.close();
    const { code, text } = await demo('--dir', join(tempFolder(), 'demo'), '--from', path);
    expect(code).toBe(1);
    expect(headingsIn(text)).toEqual([]);
    expect(text).toContain(
      'This is not as the demo tells it: it needs a table with a primary key, 8 records and a text to edit that is in no index and no reference, and this database has none.',
    );
  });
});
