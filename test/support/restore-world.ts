import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { dumpOf, edit, makeSides, newPairFiles, type JournalMode, type PairFiles } from './file-pair.ts';
import { LoopProcess } from './loop-process.ts';

const schema = `
  CREATE TABLE members (id INTEGER PRIMARY KEY, number TEXT UNIQUE, name TEXT, phone TEXT);
  CREATE TABLE visits (id INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES members(id), note TEXT);
`;
const rows = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80)
    INSERT INTO members SELECT i, 'M-' || i, 'Member ' || i, '+49 ' || i FROM n;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
    INSERT INTO visits SELECT i, 1 + i % 60, 'visit ' || i FROM n;
`;

/** A day's work on both sides, all of it synced before the accident. */
const todayHere = `
  UPDATE members SET phone = '+49 30 ' || id WHERE id <= 12;
  INSERT INTO members VALUES (901, 'M-901', 'New here', NULL), (902, 'M-902', 'Also new here', NULL);
  DELETE FROM visits WHERE id IN (3, 4);
`;
const todayThere = `
  UPDATE members SET name = name || ' jr.' WHERE id BETWEEN 20 AND 28;
  INSERT INTO visits VALUES (950, 901, 'first visit');
  DELETE FROM visits WHERE id = 9;
`;

export interface RestoreWorld {
  readonly files: PairFiles;
  readonly yesterday: { readonly A: string; readonly B: string; readonly state: string };
  readonly marker: boolean;
}

const QUIET_MS = 20_000;

export function startLoop(files: PairFiles, marker: boolean): LoopProcess {
  return new LoopProcess({ files, marker, until: 'killed', kill: null, pauseMs: 15, tokens: false, decide: 0 });
}

/** Waits for three runs in a row, from now on, that found nothing to do. */
export async function quietRun(loop: LoopProcess): Promise<void> {
  const from = loop.lines.length;
  let [seen, quiet] = [0, 0];
  const rest = await loop.heard((line) => {
    if (seen++ < from || !('run' in line)) return undefined;
    const { A, B } = line.run.written;
    const idle = [A, B].every((side) => side.insert + side.update + side.delete === 0);
    quiet = idle ? quiet + 1 : 0;
    return quiet >= 3 ? true : undefined;
  }, QUIET_MS);
  if (rest === null) throw new Error(`The loop does not come to rest: ${JSON.stringify(loop.lines.at(-1))}`);
}

/** Waits until both files are equal and the loop has nothing left to do; what it says may come late. */
export async function inStep(loop: LoopProcess, { A, B }: PairFiles): Promise<void> {
  const until = Date.now() + QUIET_MS;
  while (JSON.stringify(dumpOf(A)) !== JSON.stringify(dumpOf(B))) {
    if (Date.now() > until) throw new Error(`The two files do not become equal: ${JSON.stringify(loop.lines.at(-1))}`);
    await wait(20);
  }
  await quietRun(loop);
}

/** Two files in step since yesterday, of which copies exist, and a day of work after that. The loop goes on. */
export async function aDayLater(
  marker: boolean,
  modes: { readonly A: JournalMode; readonly B: JournalMode },
): Promise<{ readonly world: RestoreWorld; readonly loop: LoopProcess }> {
  const files = newPairFiles();
  makeSides(files, schema, rows, modes);
  const loop = startLoop(files, marker);
  await inStep(loop, files);
  edit(files.A, "UPDATE members SET name = 'Member eighty' WHERE id = 80");
  await inStep(loop, files);
  const yesterday = { A: `${files.A}.old`, B: `${files.B}.old`, state: `${files.state}.old` };
  await snapshot(files.A, yesterday.A);
  await snapshot(files.B, yesterday.B);
  await snapshot(files.state, yesterday.state);
  edit(files.A, todayHere);
  await inStep(loop, files);
  edit(files.B, todayThere);
  await inStep(loop, files);
  return { world: { files, yesterday, marker }, loop };
}

/** What a backup program made of a database that is in use. */
export async function snapshot(from: string, to: string): Promise<void> {
  const db = new Database(from);
  await db.backup(to);
  db.close();
}

/** The copy over the file itself: the file stays, its content changes. */
export const copyOver = (copy: string, path: string): void => copyFileSync(copy, path);

/** The copy beside the file, then put in its place: another file under the same name. */
export function renameOver(copy: string, path: string): void {
  const beside = `${path}.new`;
  copyFileSync(copy, beside);
  removeSidecars(path);
  renameSync(beside, path);
}

/** The -wal, -shm and -journal files of a database. */
export function removeSidecars(path: string): void {
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(`${basename(path)}-`)) rmSync(join(dirname(path), name), { force: true });
}

/** Everything in the -wal file goes to the main file, as a program does it from time to time. */
export function checkpoint(path: string): void {
  const db = new Database(path);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
