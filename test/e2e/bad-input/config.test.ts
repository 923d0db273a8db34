import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, shop, shopRows, withoutPrivilege } from '../../support/bad-input.ts';

const words = ['sync'];
const unread = /Nothing was changed, and nothing is synced before it can be read/;
const correct = /Correct the file/;

/** Another text in the place of the configuration, which comes back afterwards. */
const settings =
  (change: (text: string) => string) =>
  ({ config }: BadBench) => {
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, change(text));
    return () => writeFileSync(config, text);
  };

const configs: readonly BadCase[] = [
  {
    what: 'a configuration that is no YAML',
    make: settings((text) => `${text}\n  : [unclosed\n`),
    words,
    code: 'config-invalid',
    says: [/Reading the configuration .*tandem\.yaml, line \d+ failed/, unread, correct],
  },
  {
    what: 'a configuration that is empty',
    make: settings(() => ''),
    words,
    code: 'config-invalid',
    says: [/no usable “version”.*“version: 1”/, unread, correct],
  },
  {
    what: 'a key that there is not',
    make: settings((text) => text.replace('version: 1', 'version: 1\nbusyTimeoutSecond: 5')),
    words,
    code: 'config-invalid',
    says: [
      /line \d+ failed: The key “busyTimeoutSecond” .*not known\. Did you mean “busyTimeoutSeconds”/,
      unread,
      correct,
    ],
  },
  {
    what: 'a key twice',
    make: settings((text) => `${text}\nversion: 1\n`),
    words,
    code: 'config-invalid',
    says: [/line \d+ failed/, unread, correct],
  },
  {
    what: 'a value of the wrong kind',
    make: settings((text) => text.replace('version: 1', 'version: 1\nbusyTimeoutSeconds: long')),
    words,
    code: 'config-invalid',
    says: [/line \d+ failed: The value of busyTimeoutSeconds is not usable/, unread, correct],
  },
  {
    what: 'a pair without its other side',
    make: settings((text) => text.replace(/^ {4}b:\n(?: {6}.*\n)+/m, '')),
    words,
    code: 'config-invalid',
    says: [/line \d+ failed/, unread, correct],
  },
  {
    what: 'a configuration of a newer version',
    make: settings((text) => text.replace('version: 1', 'version: 99')),
    words,
    code: 'config-newer',
    says: [/version 99, and this program knows versions up to 1/, unread, /Use the newer program/],
  },
  {
    what: 'a configuration that is a folder',
    make: ({ config }) => {
      renameSync(config, `${config}.away`);
      mkdirSync(config);
      return () => {
        rmSync(config, { recursive: true });
        renameSync(`${config}.away`, config);
      };
    },
    words,
    code: 'config-invalid',
    says: [/tandem\.yaml failed: it is a folder/, /Nothing was changed/, /Check the file/],
  },
  {
    what: 'a configuration that may not be read',
    make: ({ config }) => {
      chmodSync(config, 0);
      return () => chmodSync(config, 0o600);
    },
    words,
    means: { before: withoutPrivilege },
    code: 'config-invalid',
    says: [/tandem\.yaml failed: it cannot be opened/, /Nothing was changed/, /permissions/],
  },
];

describe('[section 8] a configuration that went bad', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.a, "UPDATE posts SET body = 'waits' WHERE id = 1");
  });
  afterAll(() => bench.close());

  it.each(configs)('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('a file with an unknown key is not saved by the program either', () => {
    const mend = settings((text) => text.replace('version: 1', 'version: 1\nmine: 1'))(bench);
    const before = readFileSync(bench.config);
    expect(bench.run(['config', 'set', 'busyTimeoutSeconds=1']).exit).toBe(3);
    expect(readFileSync(bench.config)).toEqual(before);
    mend();
  });

  it('config check names the line of every problem, and exits 3', () => {
    const mend = settings((text) => text.replace('version: 1', 'version: 1\nmine: 1\nbatchSise: 2'))(bench);
    const { exit, out } = bench.run(['config', 'check']);
    mend();
    expect(out).toMatch(/line \d+: .*“mine”[^]*line \d+: .*“batchSise”/);
    expect(exit).toBe(3);
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('configuration', rows)).toBe(tableOf(rows)));
});
