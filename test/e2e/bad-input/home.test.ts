import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, randomBytesOf, shop, shopRows, withoutPrivilege } from '../../support/bad-input.ts';

const words = ['sync'];
/** The command that begins a home where there is none yet. */
const begin = ({ a, b }: BadBench): readonly string[] => ['pair', 'add', 'shop', a, b];
/** Another content of the state folder, which comes back afterwards. */
const state = (change: (path: string) => void) => (bench: BadBench) => {
  const folder = dirname(bench.state);
  const away = bench.path('state-away');
  rmSync(away, { recursive: true, force: true });
  cpSync(folder, away, { recursive: true });
  change(bench.state);
  return () => {
    rmSync(folder, { recursive: true, force: true });
    renameSync(away, folder);
  };
};
const inPages = (path: string, change: (whole: Buffer) => Buffer): void =>
  writeFileSync(path, change(readFileSync(path)));
const untouched = /both databases are as they were/;
const startsAnew =
  /backup of .*tandem\.db, or move it away: the pair then starts like a new one, and nothing is deleted/;

const states: readonly BadCase[] = [
  {
    what: 'a state file that is a text',
    make: state((path) => writeFileSync(path, 'no state '.repeat(1000))),
    words,
    code: 'state-corrupt',
    says: [/state failed: it is (damaged|not)/, untouched, startsAnew],
  },
  {
    what: 'a state file that is encrypted',
    make: state((path) => writeFileSync(path, randomBytesOf(65_536))),
    words,
    code: 'state-corrupt',
    says: [/state failed: it is (damaged|not)/, untouched, startsAnew],
  },
  {
    what: 'half of a state file',
    make: state((path) => inPages(path, (whole) => whole.subarray(0, Math.floor(whole.length / 8192) * 4096))),
    words,
    code: 'state-corrupt',
    says: [/state failed: it is damaged/, untouched, startsAnew],
  },
  {
    what: 'a state file with damaged pages',
    make: state((path) => inPages(path, (whole) => whole.fill(0xee, 4096, whole.length))),
    words,
    code: 'state-corrupt',
    says: [/state failed: it is damaged/, untouched, startsAnew],
  },
  {
    what: 'a state file of a newer version',
    make: state((path) => {
      const db = new Database(path);
      db.pragma('user_version = 9999');
      db.close();
    }),
    words,
    code: 'state-newer',
    says: [/newer/, /Nothing|untouched|as they were/, /newer/],
  },
  {
    what: 'a state file that is a folder',
    make: state((path) => {
      rmSync(path);
      mkdirSync(path);
    }),
    words,
    code: 'state-location',
    says: [/state failed: the file cannot be opened/, untouched, /tandem\.db/],
  },
  {
    what: 'a state folder on a read-only disk',
    make: (bench) => {
      const folder = dirname(bench.state);
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
      chmodSync(folder, 0o555);
      return () => {
        chmodSync(folder, 0o700);
        for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o600);
      };
    },
    words,
    means: { before: withoutPrivilege },
    code: 'read-only',
    says: [/state failed|cannot be written/, /untouched|as they were/, /writable|can be written/],
  },
  {
    what: 'a file in the place of the state folder',
    words: begin,
    means: ({ dir }) => {
      mkdirSync(join(dir, 'odd'));
      writeFileSync(join(dir, 'odd', 'state'), '');
      return { home: join(dir, 'odd') };
    },
    code: 'state-location',
    says: [
      /odd\/state failed: something that is no folder is in the way/,
      /Nothing was begun; both databases are untouched/,
      /--home/,
    ],
  },
];

const cloud = (sign: string, client: RegExp): BadCase => ({
  what: `a home in a folder of ${sign}`,
  words: begin,
  means: ({ dir }) => {
    const root = join(dir, sign.startsWith('.') ? `synced-${sign.slice(1, 4)}` : sign);
    mkdirSync(root, { recursive: true });
    if (sign.startsWith('.')) writeFileSync(join(root, sign), '');
    return { home: join(root, 'below', 'home') };
  },
  code: 'state-location',
  says: [client, /Nothing was written there\. .* could put an old state/, /outside with --home or TANDEM_HOME/],
});
const clouds = [
  cloud('Dropbox', /synced by Dropbox/),
  cloud('.stfolder', /synced by Syncthing/),
  cloud('OneDrive - Office', /synced by OneDrive/),
];

describe('[section 8] a home that went bad', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.a, "UPDATE posts SET body = 'waits' WHERE id = 1");
  });
  afterAll(() => bench.close());

  it.each([...states, ...clouds])('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('leaves nothing behind in a cloud folder', () => {
    expect(existsSync(bench.path('Dropbox/below'))).toBe(false);
  });

  it('goes on when all is well again', () => {
    bench.mustBe(0, 'sync');
    expect(bench.rows(bench.b, 'SELECT body FROM posts WHERE id = 1')).toEqual([['waits']]);
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('state', rows)).toBe(tableOf(rows)));
});

describe('[section 8] [L6] a state file that is lost', () => {
  it.each([
    { what: 'moved away', lose: (path: string) => rmSync(path) },
    { what: 'emptied', lose: (path: string) => writeFileSync(path, '') },
  ])(
    '$what: the pair starts like a new one, nothing is deleted and differing records are asked about',
    async ({ lose }) => {
      const bench = await BadBench.create(shop, shopRows);
      try {
        bench.sql(bench.a, "DELETE FROM posts WHERE id = 7; UPDATE admins SET name = 'Here' WHERE id = 1");
        for (const end of ['-wal', '-shm']) rmSync(bench.state + end, { force: true });
        lose(bench.state);
        expect(bench.run(['sync'])).toMatchObject({ exit: 4 });
        expect(bench.rows(bench.b, 'SELECT count(*) FROM posts')).toEqual([[300]]);
        expect(bench.rows(bench.b, 'SELECT name FROM admins WHERE id = 1')).toEqual([['John']]);
        expect(bench.rows(bench.a, 'SELECT name FROM admins WHERE id = 1')).toEqual([['Here']]);
      } finally {
        bench.close();
      }
    },
  );
});
