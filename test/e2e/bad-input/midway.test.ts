import { describe, expect, it } from 'vitest';
import {
  docRow,
  errorOf,
  expectPlainWords,
  exits,
  tableInDocs,
  tableOf,
  unlike,
  type DocRow,
} from '../../support/bad-case.ts';
import { randomBytesOf, type Kept } from '../../support/bad-input.ts';
import { header, headerAndPages, Midway, pages, type MidwayWish, type Rows } from '../../support/midway.ts';

type Harm = (whole: Buffer) => Buffer;
const encrypted: Harm = (whole) => randomBytesOf(whole.length);

interface Case {
  readonly what: string;
  readonly wish: MidwayWish;
  readonly harm: Harm;
  readonly says: RegExp;
  /** What is another than when the file went bad: what the rest of the run could still write, and was told. */
  readonly changes: readonly (keyof Kept)[];
  /** The next sync, while the file is still bad. */
  readonly still: 'corrupt' | 'encrypted';
  /** True: the run wrote to the file after the moment of the good copy, so the copy is older, and a person is asked. */
  readonly asks?: true;
}

const writing = /^Writing \d+ records? stopped: the database .* is damaged\.$/;
const reading = /^Reading notes stopped: the database .* is damaged\.$/;

const cases: readonly Case[] = [
  {
    what: 'pages of the receiving side are damaged between two batches',
    wish: { victim: 'b' },
    harm: pages,
    says: writing,
    changes: ['A'],
    still: 'corrupt',
  },
  {
    what: 'the same where the file is in WAL mode',
    wish: { victim: 'b', journal: 'wal' },
    harm: pages,
    says: writing,
    changes: ['A'],
    still: 'corrupt',
  },
  {
    what: 'the header of the receiving side is damaged between two batches',
    wish: { victim: 'b' },
    harm: header,
    says: writing,
    changes: ['A'],
    still: 'corrupt',
  },
  {
    what: 'header and pages of the receiving side are damaged between two batches',
    wish: { victim: 'b' },
    harm: headerAndPages,
    says: writing,
    changes: ['A'],
    still: 'corrupt',
  },
  {
    what: 'the receiving side is encrypted between two batches',
    wish: { victim: 'b' },
    harm: encrypted,
    says: writing,
    changes: ['A'],
    still: 'encrypted',
  },
  {
    what: 'pages of the sending side are damaged between two batches',
    wish: { victim: 'a' },
    harm: pages,
    says: reading,
    changes: ['A', 'B', 'base'],
    still: 'corrupt',
    asks: true,
  },
  {
    what: 'the header of the sending side is damaged between two batches',
    wish: { victim: 'a' },
    harm: header,
    says: writing,
    changes: [],
    still: 'corrupt',
  },
  {
    what: 'header and pages of the sending side are damaged between two batches',
    wish: { victim: 'a' },
    harm: headerAndPages,
    says: writing,
    changes: [],
    still: 'corrupt',
  },
];

/** The run that meets the damage; answers what was kept when it happened. */
async function meetDamage(
  midway: Midway,
  { what, harm, says }: Omit<Case, 'changes' | 'still'>,
): Promise<[Kept, DocRow]> {
  const { bench, other } = midway;
  let then: Kept | null = null;
  const said = await midway.sync(() => {
    midway.spoil(harm);
    then = bench.kept();
  }, '--json');
  const error = errorOf(said);
  expect({ ...error, exit: said.exit }).toMatchObject({
    code: 'corrupt',
    exit: exits.corrupt,
    message: expect.stringMatching(says),
    next: 'Nothing more was written. The pair rests until the file is well again.',
    hint: expect.stringMatching(/integrity_check.*backup/),
  });
  expectPlainWords(said);
  expect(midway.strangers(other)).toEqual([]);
  if (then === null) throw new Error('The file was never spoilt.');
  return [then, docRow(what, said, error, bench)];
}

function expectInStep(midway: Midway): void {
  expect(midway.rows('a')).toEqual(midway.wanted);
  expect(midway.rows('b')).toEqual(midway.wanted);
  midway.bench.mustBe(0, 'status', '--check');
}

interface Back {
  readonly exit: number;
  readonly told: RegExp;
  /** What the good side holds then. */
  readonly rows: Rows;
}

const asked = (good: Rows): Back => ({
  exit: exits.brake,
  told: /Stopped by brake 1: This computer was restored to an earlier state/,
  rows: good,
});
const wentOn = ({ wanted }: Midway): Back => ({
  exit: 0,
  told: /\d+ records? of an interrupted run looked at again\./,
  rows: wanted,
});

describe('[section 8] a file that goes bad between two batches of one run', () => {
  const rows: DocRow[] = [];

  it.each(cases)('$what: said in three parts, and with a good copy of that moment nothing is lost', async (each) => {
    const midway = await Midway.create(each.wish);
    const { bench } = midway;
    try {
      const [spoilt, row] = await meetDamage(midway, each);
      rows.push(row);
      const after = bench.kept();
      expect(unlike(spoilt, after)).toEqual(each.changes);

      const again = bench.run(['sync', '--json']);
      expect([errorOf(again).code, again.exit]).toEqual([each.still, exits[each.still]]);
      expect(unlike(after, bench.kept())).toEqual([]);

      midway.putBack('moment', 'over');
      const good = midway.rows(midway.other);
      const back = bench.run(['sync']);
      const { exit, told, rows: held } = each.asks ? asked(good) : wentOn(midway);
      expect([back.exit, back.out, midway.rows(midway.other)]).toEqual([exit, expect.stringMatching(told), held]);
      if (each.asks) bench.mustBe(0, 'brake', 'answer', '1', 'bring-back');
      expectInStep(midway);
    } finally {
      bench.close();
    }
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('midway', rows)).toBe(tableOf(rows)));
});

interface Old {
  readonly what: string;
  readonly wish: MidwayWish;
  readonly harm: Harm;
  readonly how: 'over' | 'instead';
  readonly cause: RegExp;
}

const restored = (label: string): RegExp => new RegExp(`${label} (was|seems to be) restored to an earlier state`);
const olds: readonly Old[] = [
  {
    what: 'over the bad file of the receiving side',
    wish: { victim: 'b' },
    harm: pages,
    how: 'over',
    cause: restored('Remote'),
  },
  {
    what: 'over the bad file of the receiving side, without a marker',
    wish: { victim: 'b', marker: false },
    harm: pages,
    how: 'over',
    cause: restored('Remote'),
  },
  {
    what: 'in the place of the bad file of the receiving side, without a marker',
    wish: { victim: 'b', marker: false },
    harm: header,
    how: 'instead',
    cause: /The database of Remote was replaced/,
  },
  {
    what: 'over the bad file of the sending side',
    wish: { victim: 'a' },
    harm: header,
    how: 'over',
    cause: restored('This computer'),
  },
  {
    what: 'in the place of the bad file of the sending side',
    wish: { victim: 'a' },
    harm: pages,
    how: 'instead',
    cause: /The database of This computer was replaced/,
  },
];

describe('[section 8] [L6] a backup from before the run is put back after it', () => {
  it.each(olds)('$what: one question, nothing is reverted, and the other side brings everything back', async (each) => {
    const midway = await Midway.create(each.wish);
    const { bench, victim, other } = midway;
    try {
      await meetDamage(midway, { ...each, says: victim === 'b' ? writing : /is damaged\.$/ });
      midway.putBack('yesterday', each.how);
      expect(midway.rows(victim)).toEqual(midway.before);
      const good = midway.rows(other);

      const back = bench.run(['sync']);
      expect([back.exit, back.out]).toEqual([exits.brake, expect.stringMatching(each.cause)]);
      expect(midway.rows(other)).toEqual(good);
      expect(midway.rows(victim)).toEqual(midway.before);

      bench.mustBe(0, 'brake', 'answer', '1', 'bring-back');
      expect(midway.rows(victim)).toEqual(good);
      expect(midway.rows(other)).toEqual(good);
      expect(good).toEqual(victim === 'b' ? midway.wanted : good);
      bench.mustBe(0, 'status', '--check');
    } finally {
      bench.close();
    }
  });
});
