import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, lockOf, randomBytesOf, shop, shopRows, withoutPrivilege } from '../../support/bad-input.ts';

/** What stands at the other address of `pair add`; the bench is used for all of them, so `make` cleans up after itself. */
const beside = (a: string, ...more: readonly string[]) => ['pair', 'add', 'shop', '--a', a, '--b', 'b.db', ...more];
const file = (name: string, content: string | Buffer) => (bench: BadBench) => writeFileSync(bench.path(name), content);
const damaged = (change: (whole: Buffer) => Buffer) => (bench: BadBench) =>
  writeFileSync(bench.path('other.db'), change(readFileSync(bench.a)));
const noCreate = /Nothing was written and nothing was created\./;
const noOpen = /Nothing was opened\./;
const known = /Known kinds: .*sqlite.*mongodb.*\.sqlite3/;
const backup = /integrity_check.*backup/;

const addresses: readonly BadCase[] = [
  {
    what: 'an address of a kind that does not exist',
    words: beside('oracle://x/y'),
    code: 'url-unknown',
    says: [
      /Opening "oracle:\/\/x\/y" failed: Tandem cannot tell from this address what kind of database it is/,
      noOpen,
      known,
    ],
  },
  {
    what: 'a path without one of the known endings',
    words: beside('a.txt'),
    code: 'url-unknown',
    says: [/a\.txt" failed: Tandem cannot tell from this address what kind of database it is/, noOpen, known],
  },
  {
    what: 'an address with a password, of a kind that does not exist',
    words: beside('oracle://u:hush-hush@h/db'),
    code: 'url-unknown',
    says: [
      /oracle:\/\/u@h\/db" failed: Tandem cannot tell from this address what kind of database it is/,
      noOpen,
      known,
    ],
  },
  {
    what: 'a database in memory',
    words: beside(':memory:'),
    code: 'usage',
    says: [/in memory cannot be kept in step/, noOpen, /Write sqlite:PATH/],
  },
  {
    what: 'a file: address with settings',
    words: beside('file:a.db?mode=ro'),
    code: 'usage',
    says: [/settings that change what is opened/, noOpen, /Write sqlite:PATH/],
  },
  {
    what: 'settings after a question mark',
    words: beside('sqlite:a.db?mode=memory'),
    code: 'usage',
    says: [/settings after a question mark are not taken/, noOpen, /Write sqlite:PATH/],
  },
  {
    what: 'a file that is not there',
    words: beside('missing.db'),
    code: 'file-missing',
    says: [/Opening .*missing\.db failed: there is no such file/, noCreate, /Look at the path; with --create/],
  },
  {
    what: 'a folder that is not there',
    words: beside('no/such/other.db'),
    code: 'file-missing',
    says: [/there is no folder .*no\/such/, noCreate, /Make the folder first/],
  },
  {
    what: 'a link that leads nowhere',
    make: (bench) => symlinkSync(bench.path('nowhere.db'), bench.path('dangling.db')),
    words: beside('dangling.db'),
    code: 'file-missing',
    says: [/dangling\.db failed: there is no such file/, noCreate, /Look at the path/],
  },
  {
    what: 'a folder',
    make: (bench) => mkdirSync(bench.path('folder.db')),
    words: beside('folder.db'),
    code: 'not-a-database',
    says: [/folder\.db failed: it is a folder, not a file/, noCreate, /Look at the path/],
  },
  {
    what: 'a named pipe',
    make: (bench) => void execFileSync('mkfifo', [bench.path('pipe.db')]),
    words: beside('pipe.db'),
    code: 'not-a-database',
    says: [/it is not an ordinary file/, noCreate, /Look at the path/],
  },
  {
    what: 'a text',
    make: file('other.db', 'this is not a database\n'.repeat(300)),
    words: beside('other.db'),
    code: 'not-a-database',
    says: [/it is not a SQLite database/, noCreate, /Look at the path/],
  },
  {
    what: 'a single byte',
    make: file('other.db', 'x'),
    words: beside('other.db'),
    code: 'not-a-database',
    says: [/it is not a SQLite database/, noCreate, /Look at the path/],
  },
  {
    what: 'a ZIP archive',
    make: file('other.db', `PK\u0003\u0004${'x'.repeat(3000)}`),
    words: beside('other.db'),
    code: 'not-a-database',
    says: [/it is a ZIP archive, not a SQLite database/, noCreate, /Look at the path/],
  },
  {
    what: 'an encrypted file',
    make: file('other.db', randomBytesOf(8192)),
    words: beside('other.db'),
    code: 'encrypted',
    says: [/the file looks encrypted/, noCreate, /cannot open encrypted databases\. Export it/],
  },
  {
    what: 'a damaged header',
    make: damaged((whole) => whole.fill(0, 16, 100)),
    words: beside('other.db'),
    code: 'corrupt',
    says: [/its header is damaged/, noCreate, /backup/],
  },
  {
    what: 'damaged pages',
    make: damaged((whole) => whole.fill(0xff, 4096 * 4, 4096 * 9)),
    words: beside('other.db'),
    code: 'corrupt',
    says: [/other\.db is damaged/, /Nothing was written\. The pair rests/, backup],
  },
  {
    what: 'a file of which the end is missing',
    make: damaged((whole) => whole.subarray(0, 4096 * 7)),
    words: beside('other.db'),
    code: 'corrupt',
    says: [/other\.db is damaged/, /Nothing was written/, backup],
  },
  {
    what: 'a file that may not be written',
    make: (bench) => {
      chmodSync(bench.a, 0o444);
      return () => chmodSync(bench.a, 0o644);
    },
    words: beside('a.db'),
    means: { before: withoutPrivilege },
    code: 'read-only',
    says: [/a\.db can only be read/, /Nothing was written/, /Make the file and its folder writable/],
  },
  {
    what: 'a file that may not be read',
    make: (bench) => {
      chmodSync(bench.a, 0);
      return () => chmodSync(bench.a, 0o644);
    },
    words: beside('a.db'),
    means: { before: withoutPrivilege },
    code: 'permission',
    says: [/this user may not open .*a\.db/, /Nothing was written/, /permissions of the file/],
  },
  {
    what: 'a folder in which nothing may be written',
    make: (bench) => {
      mkdirSync(bench.path('closed'));
      bench.sql(bench.path('closed/c.db'), shop);
      chmodSync(bench.path('closed'), 0o555);
      return () => chmodSync(bench.path('closed'), 0o755);
    },
    words: beside('closed/c.db'),
    means: { before: withoutPrivilege },
    code: 'read-only',
    says: [/c\.db can only be read/, /Nothing was written/, /Make the file and its folder writable/],
  },
  {
    what: 'one file for both sides',
    words: beside('b.db'),
    code: 'same-database',
    says: [/both addresses lead to the same database/, /Nothing was changed/, /two different databases/],
  },
  {
    what: 'one file for both sides, by a symbolic link',
    make: (bench) => symlinkSync(bench.b, bench.path('soft.db')),
    words: beside('soft.db'),
    code: 'same-database',
    says: [/both addresses lead to the same database/, /Nothing was changed/, /two different databases/],
  },
  {
    what: 'one file for both sides, by a hard link',
    make: (bench) => {
      linkSync(bench.b, bench.path('hard.db'));
      return () => rmSync(bench.path('hard.db'));
    },
    words: beside('hard.db'),
    code: 'same-database',
    says: [/both addresses lead to the same database/, /Nothing was changed/, /two different databases/],
  },
  {
    what: 'a name that no pair can have',
    words: ['pair', 'add', 'my/shop', '--a', 'a.db', '--b', 'b.db'],
    code: 'usage',
    says: [/a name takes the letters a–z and A–Z, digits, dot, dash and underscore/, /Nothing was done/, /./],
  },
  {
    what: 'pair add without the other side',
    words: ['pair', 'add', 'shop', '--a', 'a.db'],
    code: 'usage',
    says: [/one of the two databases is missing/, /Nothing was done/, /pair add shop HERE\.db THERE\.db/],
  },
];

describe('[section 8] an address that cannot be a side', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => (bench = await BadBench.create(shop, shopRows, { journal: 'delete', pair: false })));
  afterAll(() => bench.close());

  it.each(addresses)('$what: three parts, and nothing is another than before', (each) => {
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []);
  });

  it('a database that another program has locked: three parts, exit 5, after the time that was set', async () => {
    await bench.engine((client) => client.call('config.set', { values: { busyTimeoutSeconds: 0.25 } }));
    const other = await lockOf(bench, bench.a);
    try {
      expect(
        changedBy(
          bench,
          {
            what: 'a file that another program keeps locked',
            words: beside('a.db'),
            code: 'busy',
            says: [/another program keeps .*a\.db locked; waited \d+ ms/, /Nothing was written/, /Close the program/],
          },
          rows,
        ),
      ).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('saves none of them', () => expect(bench.mustBe(0, 'pair', 'list', '--json').out).toBe('[]\n'));

  it('never lets a password into the log', () => {
    expect(readFileSync(`${bench.home}/logs/tandem.log`, 'utf8')).not.toContain('hush');
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('addresses', rows)).toBe(tableOf(rows)));
});
