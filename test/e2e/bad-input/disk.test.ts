import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  tableInDocs,
  tableOf,
  docRow,
  errorOf,
  exits,
  expectPlainWords,
  unlike,
  type DocRow,
} from '../../support/bad-case.ts';
import { BadBench, shop, shopRows, type Kept } from '../../support/bad-input.ts';
import { filesUpTo, TightDisk } from '../../support/tight-disk.ts';

const many =
  'WITH RECURSIVE c(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM c WHERE i < 3000) INSERT INTO posts SELECT i, hex(randomblob(300)) FROM c;';
const onDisks: DocRow[] = [];
const onFiles: DocRow[] = [];

/** Checks what a command says that fails, with its exit code, and says what is another than before. */
function changedByFailure(
  bench: BadBench,
  what: string,
  code: 'disk-full' | 'unreachable',
  says: readonly RegExp[],
  disk: { means: object; reach?: (path: string) => string },
): (keyof Kept)[] {
  const before = bench.kept(disk.reach);
  const said = bench.run(['sync', 'shop', '--json'], disk.means);
  const after = bench.kept(disk.reach);
  const error = errorOf(said);
  (disk.reach ? onDisks : onFiles).push(docRow(what, said, error, bench));
  expect({ code: error.code, exit: said.exit, text: said.err }).toEqual({ code, exit: exits[code], text: said.err });
  for (const part of says) expect(said.err).toMatch(part);
  expectPlainWords(said);
  return unlike(before, after);
}

function expectInStep(bench: BadBench, means: object = {}): void {
  const { exit, out, err } = bench.run(['sync', 'shop'], means);
  expect({ exit, text: out + err }).toEqual({ exit: 0, text: out + err });
  expect(bench.run(['compare', 'shop'], means).exit).toBe(0);
}

const batch = /Nothing of this batch was written, and nothing was lost/;
const asAfterLast = /but for a batch that may have been under way. The next sync looks, and goes on from what stands/;

/** Where no name space can be had, the limits on files below stand in for it. */
const probe = await TightDisk.mount('/mnt', 64);
await probe?.unmount();
const disks = probe === null ? [] : ['a full disk'];

describe.each(disks)('[section 8] %s', () => {
  it('[L3] of a side: three parts, exit 5, nothing half written, and it goes on once there is room', async () => {
    const bench = new BadBench();
    const folder = bench.path('small');
    mkdirSync(folder);
    const disk = await TightDisk.mount(folder, 512);
    try {
      if (!disk) throw new Error('The small disk could not be mounted.');
      bench.b = `${folder}/b.db`;
      bench.sql(bench.a, `PRAGMA journal_mode=WAL; ${shop} ${shopRows}`);
      bench.sql(bench.path('plain.db'), shop);
      disk.shell(`cp '${bench.path('plain.db')}' '${bench.b}'`);
      expect(bench.run(['pair', 'add', 'shop', '--a', bench.a, '--b', bench.b], disk.means).exit).toBe(0);
      expect(bench.run(['sync'], disk.means).exit).toBe(0);
      bench.sql(bench.a, many);
      expect(
        changedByFailure(
          bench,
          'the disk of a side is full',
          'disk-full',
          [/no room left for .*small\/b\.db/, batch, /Free some space on that disk/],
          { means: disk.means, reach: (path) => disk.reach(path) },
        ),
      ).toEqual([]);
      disk.makeRoom();
      expectInStep(bench, disk.means);
    } finally {
      await disk?.unmount();
      bench.close();
    }
  });

  it.each([
    { left: 'no block left', kibibytes: 0 },
    { left: 'a few blocks left', kibibytes: 64 },
  ])(
    '[L3] of the state ($left): three parts, exit 5, no side is written, and it goes on once there is room',
    async ({ left, kibibytes }) => {
      const bench = await BadBench.create(shop, shopRows, { pair: false });
      mkdirSync(bench.path('small'));
      const disk = await TightDisk.mount(bench.path('small'), 2048);
      try {
        if (!disk) throw new Error('The small disk could not be mounted.');
        bench.home = bench.path('small/home');
        expect(bench.run(['pair', 'add', 'shop', '--a', bench.a, '--b', bench.b], disk.means).exit).toBe(0);
        expect(bench.run(['sync'], disk.means).exit).toBe(0);
        bench.sql(bench.a, many);
        disk.fill(kibibytes);
        expect(
          changedByFailure(
            bench,
            `the disk of the state is full, ${left}`,
            'disk-full',
            [/state|disk is full/, /as they were|untouched|Nothing/, /[Mm]ake room|Free/],
            { means: disk.means, reach: (path) => disk.reach(path) },
          ),
        ).toEqual([]);
        disk.makeRoom();
        expectInStep(bench, disk.means);
      } finally {
        await disk?.unmount();
        bench.close();
      }
    },
  );

  it('stands in docs/errors.md', () => expect(tableInDocs('disks', onDisks)).toBe(tableOf(onDisks)));
});

describe('[section 8] files that may not grow, for any user', () => {
  let bench: BadBench;
  beforeAll(async () => (bench = await BadBench.create(shop, `${shopRows} ${many}`, { journal: 'delete' })));
  afterAll(() => bench.close());

  it('[L3] the state: three parts, exit 5, and no side is written', () => {
    bench.sql(bench.a, many.replaceAll('1000', '4000').replace('i < 3000', 'i < 5000'));
    expect(
      changedByFailure(
        bench,
        'the state file may not grow',
        'disk-full',
        [/Writing Tandem's own state failed/, asAfterLast, /Make room on the disk/],
        { means: filesUpTo(64 * 1024) },
      ),
    ).toEqual([]);
    expectInStep(bench);
  });

  it('[L5] a side fails while it is being saved: three parts, exit 6, and it is compared before anything else', () => {
    bench.sql(bench.a, "UPDATE posts SET body = 'the last page' WHERE id = 3000");
    expect(
      changedByFailure(
        bench,
        'the disk of a side fails while it is being saved',
        'unreachable',
        [
          /the disk did not answer for .*b\.db/,
          /Nothing of this batch counts as written; it is compared again first/,
          /Look whether the disk/,
        ],
        { means: filesUpTo(1024 * 1024) },
      ),
    ).toEqual([]);
    expectInStep(bench);
    expect(bench.rows(bench.b, 'SELECT body FROM posts WHERE id = 3000')).toEqual([['the last page']]);
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('files', onFiles)).toBe(tableOf(onFiles)));
});
