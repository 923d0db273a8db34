import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, lockOf, randomBytesOf, shop, shopRows, withoutPrivilege } from '../../support/bad-input.ts';

const pageBytes = 4096;
const noCreate = /Nothing was written and nothing was created\./;
const rests = /Nothing was written\. The pair rests until the file is well again/;
const backup = /integrity_check.*backup/;

/** Something else stands where the side was; the file itself comes back afterwards, untouched. */
const instead = (put: (path: string) => void) => (bench: BadBench) => {
  const away = bench.path('away.db');
  renameSync(bench.b, away);
  put(bench.b);
  return () => {
    rmSync(bench.b, { recursive: true, force: true });
    renameSync(away, bench.b);
  };
};

/** Other bytes in the same file. */
const inPlace = (change: (whole: Buffer) => Buffer) => (bench: BadBench) => {
  const whole = readFileSync(bench.b);
  writeFileSync(bench.b, change(Buffer.from(whole)));
  return () => writeFileSync(bench.b, whole);
};

const rights = (path: (bench: BadBench) => string, mode: number, normal: number) => (bench: BadBench) => {
  chmodSync(path(bench), mode);
  return () => chmodSync(path(bench), normal);
};

const words = ['sync'];
const sides: readonly BadCase[] = [
  {
    what: 'the file of a side is gone',
    make: instead(() => undefined),
    words,
    code: 'file-missing',
    says: [/Opening .*b\.db failed: there is no such file/, noCreate, /^(?!.*--create)./],
  },
  {
    what: 'a folder stands in its place',
    make: instead((path) => mkdirSync(path)),
    words,
    code: 'not-a-database',
    says: [/b\.db failed: it is a folder, not a file/, noCreate, /Look at the path/],
  },
  {
    what: 'a text stands in its place',
    make: instead((path) => writeFileSync(path, 'no database '.repeat(500))),
    words,
    code: 'not-a-database',
    says: [/b\.db failed: it is not a SQLite database/, noCreate, /Look at the path/],
  },
  {
    what: 'an encrypted file stands in its place',
    make: instead((path) => writeFileSync(path, randomBytesOf(8192))),
    words,
    code: 'encrypted',
    says: [/the file looks encrypted/, noCreate, /Export it/],
  },
  {
    what: 'pages of a side are damaged between two syncs',
    make: inPlace((whole) => whole.fill(0xff, 4 * pageBytes, 8 * pageBytes)),
    words,
    code: 'corrupt',
    says: [/b\.db is damaged/, rests, backup],
  },
  {
    what: 'the end of a side is cut off between two syncs',
    make: inPlace((whole) => whole.subarray(0, 6 * pageBytes)),
    words,
    code: 'corrupt',
    says: [/b\.db is damaged/, rests, backup],
  },
  {
    what: 'the header of a side is damaged between two syncs',
    make: inPlace((whole) => whole.fill(0, 16, 100)),
    words,
    code: 'corrupt',
    says: [/its header is damaged/, /Nothing was written/, /backup/],
  },
  {
    what: 'a side became read-only',
    make: rights(({ b }) => b, 0o444, 0o644),
    words,
    means: { before: withoutPrivilege },
    code: 'read-only',
    says: [/b\.db can only be read/, /Nothing was written/, /Make the file and its folder writable/],
  },
  {
    what: 'a side became unreadable',
    make: rights(({ b }) => b, 0, 0o644),
    words,
    means: { before: withoutPrivilege },
    code: 'permission',
    says: [/this user may not open .*b\.db/, /Nothing was written/, /permissions of the file/],
  },
  {
    what: 'the folder of a side became read-only',
    make: rights(({ dir }) => dir, 0o555, 0o700),
    words,
    means: { before: withoutPrivilege },
    code: 'read-only',
    says: [/\.db can only be read/, /Nothing was written/, /Make the file and its folder writable/],
  },
];

/** One edit on each side waits all the time; every failure leaves it where it is. */
const waiting = (bench: BadBench): void => {
  bench.sql(bench.a, "UPDATE admins SET name = 'Johnny' WHERE id = 1");
  bench.sql(bench.b, "UPDATE admins SET name = 'Marion' WHERE id = 2");
};
const admins = (bench: BadBench, path: string): unknown[] => bench.rows(path, 'SELECT id, name FROM admins');

describe('[section 8] a side of a pair that went bad', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows, { journal: 'delete', settings: { busyTimeoutSeconds: 0.25 } });
    waiting(bench);
  });
  afterAll(() => bench.close());

  it.each(sides)('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('locked past the timeout: three parts, and nothing is another than before', async () => {
    const other = await lockOf(bench, bench.b);
    try {
      expect(
        changedBy(
          bench,
          {
            what: 'another program keeps a side locked for longer than the timeout',
            words,
            code: 'busy',
            says: [
              /another program keeps .*b\.db locked; waited \d+ ms/,
              /Nothing was written\. It is tried again at the next sync/,
              /Close the program/,
            ],
          },
          rows,
        ),
      ).toEqual([]);
    } finally {
      await other.stop('SIGKILL');
    }
  });

  it('[L4] [L6] once it is well again the next sync goes on, with both edits', () => {
    bench.mustBe(0, 'sync');
    expect(admins(bench, bench.a)).toEqual([
      [1, 'Johnny'],
      [2, 'Marion'],
    ]);
    expect(admins(bench, bench.b)).toEqual(admins(bench, bench.a));
    bench.mustBe(0, 'status', '--check');
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('sides', rows)).toBe(tableOf(rows)));
});

const answer = /brake list/;
const changed: readonly BadCase[] = [
  {
    what: 'a table of one side is gone',
    make: (bench) => bench.sql(bench.b, 'ALTER TABLE posts RENAME TO elsewhere'),
    words,
    code: 'brake',
    says: [/posts does not exist on Remote any more/, /Stopped by brake/, answer],
    changes: ['questions'],
  },
  {
    what: 'another file stands in the place of a side',
    make: instead((path) => writeFileSync(path, readFileSync(`${path}.copy`))),
    words,
    code: 'brake',
    says: [/The database of Remote was replaced/, /Stopped by brake/, answer],
    changes: ['base', 'questions'],
  },
  {
    what: 'a field of one side is gone',
    make: (bench) => bench.sql(bench.b, 'ALTER TABLE posts DROP COLUMN body'),
    words,
    code: 'brake',
    says: [/posts.*body|body.*posts/, /Stopped by brake/, answer],
    changes: ['questions'],
  },
  {
    what: 'a table of one side has another key',
    make: (bench) =>
      bench.sql(
        bench.b,
        'ALTER TABLE posts RENAME TO old; CREATE TABLE posts(id INTEGER, body TEXT PRIMARY KEY); INSERT INTO posts SELECT * FROM old; DROP TABLE old',
      ),
    words,
    code: 'brake',
    says: [
      /posts was defined anew on Remote.*nothing keeps id from standing in two records/,
      /Stopped by brake/,
      answer,
    ],
    changes: ['questions'],
  },
];

describe('[section 8] [L9] a side whose tables or file changed', () => {
  const rows: DocRow[] = [];

  it.each(changed)('$what: it stops there, and nothing is written', async (each) => {
    const bench = await BadBench.create(shop, shopRows, { journal: 'delete' });
    try {
      writeFileSync(`${bench.b}.copy`, readFileSync(bench.b));
      bench.sql(bench.a, "UPDATE posts SET body = 'edited' WHERE id = 5");
      expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []);
    } finally {
      bench.close();
    }
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('brakes', rows)).toBe(tableOf(rows)));
});
