import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, shop, shopRows } from '../../support/bad-input.ts';

const add = (a: string, b: string, ...more: readonly string[]) => ['pair', 'add', 'shop', '--a', a, '--b', b, ...more];
const made =
  (definitions: Readonly<Record<string, string>>) =>
  (bench: BadBench): void => {
    for (const [name, sql] of Object.entries(definitions)) bench.sql(bench.path(name), sql);
  };
const neither = /Nothing was changed on either side\./;
const fit = /Make the schemas fit, or name with --collections what fits/;

const misfits: readonly BadCase[] = [
  {
    what: 'a table that one side does not have',
    make: made({ 'less.db': 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, name TEXT)' }),
    words: add('a.db', 'less.db'),
    code: 'schema-mismatch',
    says: [/posts is missing on Remote/, neither, /--create.*or name with --collections/],
  },
  {
    what: 'an empty database, without --create',
    make: made({ 'empty.db': 'VACUUM' }),
    words: add('a.db', 'empty.db'),
    code: 'schema-mismatch',
    says: [/admins, posts are missing on Remote/, neither, /--create/],
  },
  {
    what: 'two empty databases',
    make: made({ 'empty.db': 'VACUUM', 'empty-too.db': 'VACUUM' }),
    words: add('empty.db', 'empty-too.db'),
    code: 'schema-mismatch',
    says: [/both sides are empty/, neither, /Create at least one collection \(SQLite: table\)/],
  },
  {
    what: 'another primary key',
    make: made({ 'key.db': shop.replace('id INTEGER PRIMARY KEY, body TEXT', 'id INTEGER, body TEXT PRIMARY KEY') }),
    words: add('a.db', 'key.db'),
    code: 'schema-mismatch',
    says: [/posts: The keys differ: id on This computer, body on Remote/, neither, fit],
  },
  {
    what: 'a key that is compared in another way',
    make: made({
      'plain.db': 'CREATE TABLE p(id TEXT PRIMARY KEY)',
      'nocase.db': 'CREATE TABLE p(id TEXT PRIMARY KEY COLLATE NOCASE)',
    }),
    words: add('plain.db', 'nocase.db'),
    code: 'schema-mismatch',
    says: [/p: The keys are compared differently: binary on This computer, nocase on Remote/, neither, fit],
  },
  {
    what: 'a table without a key',
    make: made({ 'log.db': 'CREATE TABLE log(line TEXT)', 'log-too.db': 'CREATE TABLE log(line TEXT)' }),
    words: add('log.db', 'log-too.db'),
    code: 'schema-mismatch',
    says: [/no collection that could be kept in step/, neither, /^(?!\s*:).*--key log=FIELD/m],
  },
  {
    what: 'a field of another type',
    make: made({ 'type.db': shop.replace('body TEXT', 'body INTEGER') }),
    words: add('a.db', 'type.db'),
    code: 'schema-mismatch',
    says: [/posts: The field body is TEXT on This computer and INTEGER on Remote/, neither, fit],
  },
  {
    what: 'a field that needs a value and is on one side only',
    make: made({ 'need.db': shop.replace('body TEXT', 'body TEXT, need TEXT NOT NULL') }),
    words: add('a.db', 'need.db'),
    code: 'schema-mismatch',
    says: [/posts: The field need is on Remote only; .* needs a value/, neither, fit],
  },
  {
    what: 'a collection that neither side has',
    words: add('a.db', 'b.db', '--collections', 'postz'),
    code: 'not-found',
    says: [/postz/, /Nothing was/, /Did you mean posts\?/],
  },
  {
    what: 'a key field that there is not',
    words: add('a.db', 'b.db', '--key', 'posts=nope'),
    code: 'schema-mismatch',
    says: [/posts: The key fields nope are not on both sides/, neither, fit],
  },
  {
    what: '--key without a field',
    words: add('a.db', 'b.db', '--key', 'posts'),
    code: 'usage',
    says: [/--key failed: “posts” is not of the form NAME=VALUE/, /Nothing was done/, /./],
  },
];

describe('[section 8] two databases that do not fit together', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => (bench = await BadBench.create(shop, shopRows, { pair: false })));
  afterAll(() => bench.close());

  it.each(misfits)('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('stands in docs/errors.md', () => expect(tableInDocs('schemas', rows)).toBe(tableOf(rows)));
});

const twoWays = /Nothing was changed\. A record would meet itself on two ways/;
const other = /Choose other collections with --collections, or remove the other pair/;
const second = (a: string, b: string) => ['pair', 'add', 'second', '--a', a, '--b', b];

const overlaps: readonly BadCase[] = [
  {
    what: 'a name that is taken',
    words: add('a.db', 'c.db'),
    code: 'already-exists',
    says: [/Adding the pair shop failed: there is already one of this name/, /Nothing was changed/, /pair show shop/],
  },
  {
    what: 'a second pair of the same two sides',
    words: second('a.db', 'b.db'),
    code: 'pair-overlap',
    says: [/the pair shop already keeps admins of the same two databases in step/, twoWays, other],
  },
  {
    what: 'a second pair of the same two sides, the other way round',
    words: second('b.db', 'a.db'),
    code: 'pair-overlap',
    says: [/the pair shop already keeps admins of the same two databases in step/, twoWays, other],
  },
  {
    what: 'a pair that closes a circle of pairs',
    words: second('c.db', 'a.db'),
    code: 'pair-overlap',
    says: [/admins of these two databases is already connected through the pairs shop, branch/, twoWays, other],
  },
];

describe('[section 8] pairs that get in the way of each other', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.path('c.db'), shop);
    bench.mustBe(0, 'pair', 'add', 'branch', '--a', 'b.db', '--b', 'c.db');
  });
  afterAll(() => bench.close());

  it.each(overlaps)('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('stands in docs/errors.md', () => expect(tableInDocs('pairs', rows)).toBe(tableOf(rows)));
});
