import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, expectPlainWords, unlike } from '../../support/bad-case.ts';
import { BadBench, shop, shopRows, type Beside, type Kept, type Said } from '../../support/bad-input.ts';

const soon = { timeout: 20_000, interval: 50 };
const body = (bench: BadBench, path: string, id: number): unknown =>
  bench.rows(path, `SELECT body FROM posts WHERE id = ${id}`);

/** Started first and looked at last: it may take its time, and the others need not wait for it. */
const patienceMs = 20_000;
let frozen: BadBench;
let watched: Beside;
let before: Kept;
let answer: Promise<Said | null>;
beforeAll(async () => {
  frozen = await BadBench.create(shop, shopRows);
  watched = await frozen.watch(/Watching shop/);
  watched.child.kill('SIGSTOP');
  before = frozen.kept();
  const late = new Promise<null>((done) => setTimeout(done, patienceMs, null).unref());
  answer = Promise.race([frozen.start(['status', '--json']), late]);
});
afterAll(() => frozen.close());

describe('[section 8] programs at the same time', () => {
  let bench: BadBench;
  beforeAll(async () => (bench = await BadBench.create(shop, shopRows)));
  afterAll(() => bench.close());

  it('[L11] two syncs of one home at one moment: each works or says who does, and nothing is written twice', async () => {
    bench.sql(bench.a, "UPDATE posts SET body = 'one' WHERE id <= 20; INSERT INTO posts VALUES (900, 'new')");
    bench.sql(
      bench.b,
      "UPDATE posts SET body = 'two' WHERE id BETWEEN 21 AND 40; INSERT INTO posts VALUES (901, 'new')",
    );
    const both = await Promise.all([bench.start(['sync']), bench.start(['sync'])]);
    for (const said of both) {
      expect(`${said.exit} ${said.err}`).toMatch(/^0 |^5 [^]*Sync is already in progress/);
      expectPlainWords(said);
    }
    expect(both.map(({ exit }) => exit)).toContain(0);
    const runs = JSON.parse(bench.run(['history', '--json']).out) as {
      written: Record<string, Record<string, number>>;
    }[];
    const total = (side: string): number =>
      runs.reduce((sum, { written }) => sum + (written[side]?.['insert'] ?? 0) + (written[side]?.['update'] ?? 0), 0);
    expect([total('A'), total('B')]).toEqual([21, 302 + 21]);
    expect(bench.run(['compare']).exit).toBe(0);
  });

  it('[L4] two homes with a pair of the same two files, at one moment: both end, and both sides hold every edit', async () => {
    const home = bench.path('other-home');
    expect(bench.run(['pair', 'add', 'shop', '--a', bench.a, '--b', bench.b], { home }).exit).toBe(0);
    bench.sql(bench.a, "UPDATE posts SET body = 'three' WHERE id = 50");
    bench.sql(bench.b, "UPDATE posts SET body = 'four' WHERE id = 51");
    const both = await Promise.all([bench.start(['sync']), bench.start(['sync'], { home })]);
    for (const said of both) {
      expect([0, 4, 5]).toContain(said.exit);
      expectPlainWords(said);
    }
    bench.run(['sync']);
    for (const path of [bench.a, bench.b]) {
      expect(body(bench, path, 50)).toEqual([['three']]);
      expect(body(bench, path, 51)).toEqual([['four']]);
    }
  });
});

describe('[section 8] a database that is damaged while watch runs', () => {
  it('says so, writes nothing, goes on by itself once the file is well, and then carries what waited', async () => {
    const bench = await BadBench.create(shop, shopRows, { journal: 'delete' });
    try {
      const watch = await bench.watch(/Watching shop/);
      bench.sql(bench.a, "UPDATE posts SET body = 'before' WHERE id = 1");
      await expect.poll(() => body(bench, bench.b, 1), soon).toEqual([['before']]);
      const well = readFileSync(bench.b);
      writeFileSync(bench.b, damagedPages(well));
      bench.sql(bench.a, "UPDATE posts SET body = 'during' WHERE id = 250");
      const before = bench.kept();
      await watch.heard(
        /b\.db is damaged\.\nNothing (more )?was written\. .*\n.*integrity_check.*backup.*\nWatching goes on/,
      );
      expect(unlike(before, bench.kept())).toEqual([]);
      writeFileSync(bench.b, well);
      await expect.poll(() => body(bench, bench.b, 250), soon).toEqual([['during']]);
      expect(await watch.stop('SIGINT')).toBe(130);
      expectPlainWords({ exit: 0, out: '', err: watch.said() });
      expect(bench.run(['compare']).exit).toBe(0);
    } finally {
      bench.close();
    }
  });
});

/** Some leaves are rubbish, and the change counter of the header says that somebody wrote. */
function damagedPages(well: Buffer): Buffer {
  const bad = Buffer.from(well);
  bad.fill(0xee, 4 * 4096, 8 * 4096);
  bad.writeUInt32BE(bad.readUInt32BE(24) + 7, 24);
  return bad;
}

/** The clock of the process goes a year wrong while a file is there. */
const wrongClock = (flag: string, days: number): readonly string[] => {
  const text = `import { existsSync } from 'node:fs';
    const real = Date.now, Real = Date, off = () => existsSync(${JSON.stringify(flag)}) ? ${days * 86_400_000} : 0;
    globalThis.Date = class extends Real { constructor(...a) { super(...(a.length ? a : [real() + off()])); } static now() { return real() + off(); } };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(text)}`];
};

describe('[L2] a clock that goes wrong', () => {
  it.each([
    { what: 'back a year', days: -365 },
    { what: 'ahead a year', days: 365 },
  ])('$what, and right again: syncs, conflicts and undo go on as if nothing was', async ({ days }) => {
    const bench = await BadBench.create(shop, shopRows);
    const flag = bench.path('wrong');
    const nodeArgs = wrongClock(flag, days);
    const sync = (exit: number): void => expect(bench.run(['sync'], { nodeArgs })).toMatchObject({ exit, err: '' });
    try {
      writeFileSync(flag, '');
      bench.sql(bench.a, "UPDATE posts SET body = 'wrong clock' WHERE id = 1; DELETE FROM posts WHERE id = 9");
      bench.sql(bench.b, "UPDATE posts SET body = 'there' WHERE id = 2");
      sync(0);
      rmSync(flag);
      bench.sql(
        bench.a,
        "UPDATE posts SET body = 'right clock' WHERE id = 1; UPDATE posts SET body = 'here' WHERE id = 2",
      );
      bench.sql(bench.b, "UPDATE posts SET body = 'there again' WHERE id = 2");
      sync(4);
      for (const path of [bench.a, bench.b]) {
        expect(body(bench, path, 1)).toEqual([['right clock']]);
        expect(body(bench, path, 9)).toEqual([]);
      }
      expect([body(bench, bench.a, 2), body(bench, bench.b, 2)]).toEqual([[['here']], [['there again']]]);
      const runs = JSON.parse(bench.run(['history', '--json']).out) as { id: number }[];
      expect(runs.map(({ id }) => id)).toEqual([3, 2, 1]);
      expect(bench.run(['undo', 'run', '3'])).toMatchObject({ exit: 0 });
      expect(body(bench, bench.b, 1)).toEqual([['wrong clock']]);
      expect(body(bench, bench.a, 1)).toEqual([['right clock']]);
    } finally {
      bench.close();
    }
  });

  it('back a year while watch runs: edits go on flowing', async () => {
    const bench = await BadBench.create(shop, shopRows);
    const flag = bench.path('wrong');
    try {
      const watch = await bench.watch(/Watching shop/, { nodeArgs: wrongClock(flag, -365) });
      bench.sql(bench.a, "UPDATE posts SET body = 'before' WHERE id = 1");
      await expect.poll(() => body(bench, bench.b, 1), soon).toEqual([['before']]);
      writeFileSync(flag, '');
      bench.sql(bench.b, "UPDATE posts SET body = 'after' WHERE id = 1");
      await expect.poll(() => body(bench, bench.a, 1), soon).toEqual([['after']]);
      expect(await watch.stop('SIGTERM')).toBe(143);
    } finally {
      bench.close();
    }
  });
});

describe('[section 8] an engine that does not answer', () => {
  it('is named, with its process: three parts, exit 5, and nothing is another than before', async () => {
    const said = await answer;
    if (said === null) throw new Error(`No answer within ${patienceMs} ms.`);
    const error = errorOf(said);
    expect(error).toMatchObject({ code: 'engine-running' });
    expect(said.exit).toBe(5);
    expect(said.err).toMatch(new RegExp(`process ${watched.child.pid} on .* and does not answer`));
    expectPlainWords(said);
    expect(unlike(before, frozen.kept())).toEqual([]);
  });
});
