import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, type ChangeStream, type Document } from 'mongodb';
import { findMongoProgram } from '../build/test-servers/mongo-programs.ts';
import { MongoServer } from '../build/test-servers/mongo-server.ts';
import type { Bench } from './context.ts';
import { median, ms, ratio, spread, whole } from './figures.ts';

const REPLICA_SET = { kind: 'replica-set' } as const;
const launcher = join(import.meta.dirname, '..', 'build', 'tandem.js');
/** The wheel of SecantusDB scans slowly; what is measured here does not depend on it. */
const MOST = 2000;

interface Place {
  readonly client: MongoClient;
  readonly server: MongoServer;
  /** Sees what happens in the collection, as any program would. */
  readonly seen: ChangeStream;
}

/** R10 and the quiet minute: `tandem watch` over two MongoDB servers, seen by another program. */
export async function live(bench: Bench): Promise<void> {
  const program = await findMongoProgram(REPLICA_SET, (line) => bench.say(line));
  if ('notRun' in program) return notRun(bench, program.notRun);
  const folder = mkdtempSync(join(tmpdir(), 'tandem-live-'));
  const servers = [await MongoServer.start(program, REPLICA_SET), await MongoServer.start(program, REPLICA_SET)];
  const [A, B] = (await Promise.all(servers.map(placeOn))) as [Place, Place];
  let watch: ChildProcess | null = null;
  try {
    const count = Math.min(bench.sizes.n, MOST);
    await A.client
      .db()
      .collection('people')
      .insertMany(Array.from({ length: count }, (_, i) => person(i)));
    watch = await watching(folder, [A, B], count);
    await latency(bench, [A, B], count);
    await quiet(bench, [A, B], watch);
  } finally {
    watch?.kill('SIGINT');
    if (watch?.exitCode === null) await new Promise((resolve) => watch?.once('close', resolve));
    for (const { client, seen } of [A, B]) {
      await seen.close();
      await client.close();
    }
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const person = (i: number): Document => ({ _id: i as never, name: `person ${i}`, note: 'x'.repeat(120), quantity: i });

function notRun(bench: Bench, made: string): void {
  bench.note({ id: 'R10', what: SEEN, value: 'not run', goal: '≤ 50 ms', reached: null, made });
  bench.note({ id: 'quiet', what: QUIET, value: 'not run', goal: '0', reached: null, made });
}
const SEEN = 'a change of one record, until another program sees it on the other side, p50';
const QUIET = 'both sides equal, watched: writes that the servers count';

async function placeOn(server: MongoServer): Promise<Place> {
  const client = new MongoClient(server.url('bench'));
  const people = await client.db().createCollection('people');
  const seen = people.watch([], { maxAwaitTimeMS: 200 });
  await seen.tryNext();
  return { client, server, seen };
}

/** The command as a person starts it; resolves when the first copy has arrived. */
async function watching(folder: string, [a, b]: readonly [Place, Place], count: number): Promise<ChildProcess> {
  const start = (...words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [launcher, '--home', join(folder, 'home'), ...words], { stdio: 'ignore' });
  const sides = ['--a', a.server.url('bench'), '--b', b.server.url('bench')];
  await new Promise((resolve) => start('pair', 'add', 'bench', ...sides, '--no-input').once('close', resolve));
  const watch = start('watch');
  const target = b.client.db().collection('people');
  while ((await target.countDocuments()) < count) await sleep(100);
  await sleep(3000);
  return watch;
}

async function latency(bench: Bench, places: readonly [Place, Place], n: number): Promise<void> {
  const count = bench.sizes.few;
  const [raw, ours] = [[] as number[], [] as number[]];
  for (let i = 0; i < count; i++) {
    const [from, to] = i % 2 === 0 ? places : [places[1], places[0]];
    // Long enough apart for each to be one change by itself.
    await sleep(150);
    const word = `change ${i}`;
    const began = performance.now();
    const both = [from, to].map(({ seen }) => until(seen, word, began));
    await from.client
      .db()
      .collection('people')
      .updateOne({ _id: i as never }, { $set: { note: word } });
    const [here, there] = (await Promise.all(both)) as [number, number];
    raw.push(here);
    ours.push(there);
  }
  bench.note({
    id: 'R10',
    what: SEEN,
    value: ms(median(ours)),
    goal: '≤ 50 ms',
    reached: median(ours) <= 50,
    made: [
      `${places[0].server.name}`,
      `N ${whole(n)}, ${count} changes, both ways in turn${spread(ours)}`,
      `seen on its own side ${ms(median(raw))}${spread(raw)}, ratio ${ratio(median(ours) / median(raw))}`,
    ].join('; '),
  });
}

async function until(seen: ChangeStream, word: string, began: number): Promise<number> {
  for (;;) {
    const event = (await seen.next()) as { readonly updateDescription?: { readonly updatedFields?: Document } };
    if (event.updateDescription?.updatedFields?.['note'] === word) return performance.now() - began;
  }
}

async function quiet(bench: Bench, places: readonly [Place, Place], watch: ChildProcess): Promise<void> {
  const lengthMs = bench.sizes.quietMs;
  await sleep(Math.min(lengthMs, 3000));
  const before = await Promise.all(places.map(counters));
  const spentBefore = processorMs(watch);
  await sleep(lengthMs);
  const spent = processorMs(watch) - spentBefore;
  const after = await Promise.all(places.map(counters));
  const of = (name: 'writes' | 'questions'): number =>
    after.reduce((sum, now, i) => sum + now[name] - (before[i]?.[name] ?? 0), 0);
  bench.note({
    id: 'quiet',
    what: QUIET,
    value: whole(of('writes')),
    goal: '0',
    reached: of('writes') === 0,
    made: [
      places[0].server.name,
      `${whole(lengthMs / 1000)} s; getMore and other commands of all programs ${whole(of('questions'))} on both servers`,
      Number.isNaN(spent) ? '' : `processor ${ratio((100 * spent) / lengthMs)} % of a core`,
    ]
      .filter((part) => part !== '')
      .join('; '),
  });
}

/** What the server counts, and the entries of its history but for its own heartbeat. */
async function counters({ client }: Place): Promise<{ readonly writes: number; readonly questions: number }> {
  const { opcounters } = await client.db('admin').command({ serverStatus: 1 });
  const counted = opcounters as Readonly<Record<string, number>>;
  const sum = (...names: readonly string[]): number => names.reduce((all, name) => all + Number(counted[name] ?? 0), 0);
  const entries = await client
    .db('local')
    .collection('oplog.rs')
    .countDocuments({ op: { $ne: 'n' } });
  return { writes: sum('insert', 'update', 'delete') + entries, questions: sum('query', 'getmore', 'command') };
}

/** Linux tells what a process took; elsewhere nobody asks. */
function processorMs({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
