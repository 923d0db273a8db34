import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { FileBell } from '../../electron/api/live/file-bell.ts';

const soon = { timeout: 10_000, interval: 20 };
const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

it('[LV1] the system tells that a database was written, also one that keeps a write-ahead log or is made later', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tandem-bell-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [first, second] = [join(dir, 'a.db'), join(dir, 'b.db')];
  let rings = 0;
  const bell = new FileBell(() => rings++);
  const db = new Database(first);
  onTestFinished(() => void db.close());
  db.exec('PRAGMA journal_mode=WAL; CREATE TABLE t(id INTEGER)');
  bell.hear([first, second]);
  await expect.poll(() => (db.exec('INSERT INTO t VALUES(1)'), rings), soon).toBeGreaterThan(0);
  await rest(300);
  let before = rings;
  writeFileSync(join(dir, 'beside.txt'), 'nothing to do with it');
  await rest(500);
  expect(rings).toBe(before);
  writeFileSync(second, 'made later');
  await expect.poll(() => rings, soon).toBeGreaterThan(before);
  await bell.close();
  before = rings;
  db.exec('INSERT INTO t VALUES(2)');
  await rest(300);
  expect(rings).toBe(before);
});
