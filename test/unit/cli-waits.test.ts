import { namesText } from '../../electron/cli/text/words.ts';
import { describe, expect, it } from 'vitest';
import { conflictLines } from '../../electron/cli/text/conflict-list.ts';
import { brakeLines } from '../../electron/cli/text/brake-text.ts';
import { receiptLines } from '../../electron/cli/text/look-text.ts';
import { statusLines } from '../../electron/cli/text/status-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';
import { runLines, waitingLines } from '../../electron/cli/text/run-text.ts';
import { at, look, labels, listLook, now, text, long, conflict, unique, run, brake, status } from './cli-samples.ts';

describe('what is said of everything that waits', () => {
  it('only the side that does not answer is said to be out of reach', () => {
    const error = {
      side: 'B' as const,
      label: 'Remote',
      code: 'file-missing',
      message: 'Opening /data/b.db failed.',
      hint: '',
    };
    const silent = new Map([['shop', new Set(['B'] as const)]]);
    const lines = text(statusLines([{ ...status, error }], { ...look, runnable: (line: string) => line, silent }));
    expect(lines).toContain('/data/a.db (configured, reachable)');
    expect(lines).toContain('/data/b.db (configured, see below)');
    const syncing = { who: 'anna', since: brake.at };
    const busy = text(statusLines([{ ...status, syncing }], { ...look, runnable: (line: string) => line }));
    expect(busy).toContain('/data/a.db (configured, in use)');
    expect(busy).not.toContain('reachable');
  });

  it('records that a brake keeps back wait for its answer, not for another record', () => {
    const held = { ...run, withheld: 1500, brakes: [brake] };
    expect(text(runLines(held, look))).toContain('1500 records wait for your answer to the brake.');
    expect(text(runLines({ ...held, withheld: 1 }, look))).toContain('1 record waits for your answer to the brake.');
  });

  it('a brake that stopped before the last run says that its numbers are of then', () => {
    const then = { ...status, lastRun: { ...run, startTime: new Date(Date.parse(brake.at) + 1000).toISOString() } };
    expect(text(waitingLines(then, look))).toContain('(Counted when it stopped: yesterday 18:06.)');
    const now = { ...status, lastRun: { ...run, startTime: brake.at } };
    expect(text(waitingLines(now, look))).not.toContain('Counted');
  });

  it('a brake over many records shows five of them, and says how many more there are', () => {
    const samples = Array.from({ length: 20 }, () => brake.samples).flat();
    const lines = brakeLines([{ ...brake, count: 15_000, of: 20_000, samples }], listLook);
    expect(lines.filter((line) => line.includes('admins 2: '))).toHaveLength(5);
    expect(lines).toContain('  … and 14,995 more');
    expect(lines).toContain('    tandem brake list --pair shop --full');
    const full = brakeLines([{ ...brake, count: 15_000, of: 20_000, samples }], listLook, true);
    expect(full.filter((line) => line.includes('admins 2: '))).toHaveLength(20);
    expect(text(full)).not.toContain('--full');
  });

  it('[W15] a record of a brake that both sides have shows the fields that differ, each with both values', () => {
    const key = brake.samples[0]?.key ?? { hex: '', text: '' };
    const address = 'Avenue de la Gare 17, fourth floor, at the back of the yard, second door';
    const local = { Address: address, City: 'Bern', Zip: null };
    const shown = (remote: (typeof brake.samples)[number]['remote']) =>
      text(brakeLines([{ ...brake, samples: [{ collection: 'admins', key, local, remote }] }], listLook));
    expect(shown({ ...local, Zip: 'NULL' })).toContain('  admins 2: Zip: This computer NULL / Remote ‘NULL’\n');
    expect(shown({ ...local, City: 'Basel', Zip: '4001' })).toContain(
      '  admins 2:\n    City: This computer Bern / Remote Basel\n    Zip: This computer NULL / Remote 4001\n',
    );
    expect(shown(null)).toContain('  admins 2: This computer Address: Avenue');
    expect(shown(local)).toContain('  admins 2: both sides Address: Avenue');
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, 'new']));
    expect(shown({ ...local, ...many })).toContain('    … and 5 more fields differ\n');
  });

  it('what a saved plan names and the run left out is counted, named and planned anew', () => {
    const key = (n: number) => ({ collection: 'admins', key: { hex: '0102', text: String(n) } });
    const left = (total: number, otherFields = {}) => ({
      ...run,
      moved: { total, records: [key(1), key(2)].slice(0, total), otherFields },
    });
    expect(text(runLines(run, look))).not.toContain('Left out');
    expect(text(runLines(left(1), look))).toContain(
      'Left out of the plan, because changed since it was made, or decided otherwise by now: 1 record (admins 1).\n  To plan it anew:\n    tandem plan shop\n',
    );
    expect(text(runLines(left(5), look))).toContain('5 records (admins 1, admins 2 and 3 more).\n  To plan them anew:');
    expect(text(runLines(left(5, { admins: 4 }), look))).toContain(
      'because fields of admins joined or left the pair since it was made: 4 records (admins 1, admins 2 and 2 more).\n  Left out of the plan, because changed since it was made, or decided otherwise by now: 1 record.\n  To plan them anew:\n',
    );
  });

  it('of more than five of a kind three are shown whole, the others in a line each, with the command for all', () => {
    const pile = Array.from({ length: 8 }, (_, i) => ({ ...conflict, id: 20 + i }));
    const lines = text(conflictLines([...pile, unique], listLook, { asked: ['--pair', 'shop'] }));
    expect(lines.match(/1\. Take Remote/g)).toHaveLength(3);
    expect(lines).toContain('  5 more like these: Two edits (update/update)\n    #23  2: name Mary A. | NULL\n');
    expect(lines).toContain(
      '    All 8 at once; it shows what would be written, without --dry-run it is done:\n      tandem resolve --where pair=shop,collection=admins,kind=update/update --strategy keep_remote --dry-run\n',
    );
    expect(lines).toContain('To see each of them whole:\n  tandem conflicts --pair shop --full\n');
    expect(lines).toContain('#8  Used twice (unique): 5\n');
    const elsewhere = [{ ...conflict, id: 40, pair: 'other' }, unique];
    expect(text(conflictLines([...pile, ...elsewhere], listLook, { limit: 6 }))).toContain('    All 8 at once;');
    expect(text(conflictLines(pile, listLook, { full: true })).match(/1\. Take Remote/g)).toHaveLength(8);
    expect(text(conflictLines(pile.slice(0, 5), listLook)).match(/1\. Take Remote/g)).toHaveLength(5);
  });

  it('a pile that the limit leaves out, or cuts to a few, has its command all the same', () => {
    const pile = (collection: string, from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ ...conflict, collection, id: from + i }));
    const all = [...pile('admins', 20, 8), ...pile('posts', 40, 6), ...pile('tags', 50, 2)];
    const lines = (limit: number): string => text(conflictLines(all, listLook, { limit }));
    const admins = 'admins (shop): Two edits (update/update)\n  All 8 at once;';
    const posts = 'posts (shop): Two edits (update/update)\n  All 6 at once;';
    expect(lines(2)).toContain(admins);
    expect(lines(2)).toMatch(
      /… and 14 more\. To see all:\n {2}tandem conflicts --limit 16\n[^]*\n {4}tandem resolve --where pair=shop,collection=posts,kind=update\/update --strategy keep_remote --dry-run\n$/,
    );
    expect([lines(9).includes(admins), lines(9).includes(posts), lines(14).includes(posts)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(lines(16)).not.toContain('To see all');
    expect(text(conflictLines(all, listLook, { limit: 2, full: true }))).not.toContain('at once');
  });

  it('the command that shows all repeats what was asked', () => {
    const lines = conflictLines([conflict, unique], listLook, { limit: 1, full: true, asked: ['--all'] });
    expect(lines.slice(-2)).toEqual(['… and 1 more. To see all:', '  tandem conflicts --all --full --limit 2']);
  });

  it('a comparison says how many of the differences wait, and not one of one', () => {
    const receipt = (different: number, waiting: number) => ({
      pair: 'shop',
      at: at('2026-05-14T11:00:00'),
      equal: false,
      collections: [{ name: 'admins', equal: 3, different, onlyA: 0, onlyB: 0, waiting, apart: 0 }],
      differing: [],
      notCompared: [],
    });
    const head = (different: number, waiting: number): string =>
      receiptLines(receipt(different, waiting), labels, plainStyle, now)[0] ?? '';
    expect(head(0, 1)).toContain('Not equal; the only difference waits for you, compared');
    expect(head(0, 2)).toContain('Not equal; all 2 differences wait for you, compared');
    expect(head(1, 1)).toContain('Not equal; 1 of the 2 differences waits for you, compared');
    expect(head(1, 0)).toContain('Not equal, compared');
  });

  it('every other record went through is said only where nothing else waits', () => {
    const alone = { ...status, brakes: [], holds: 0, pending: 0 };
    expect(text(waitingLines(alone, look))).toContain('2 conflicts wait for you; every other record went through.\n');
    for (const more of [{ pending: 1 }, { holds: 1 }, { apart: 1 }, { drift: 1 }, { brakes: [brake] }])
      expect(text(waitingLines({ ...alone, ...more }, look))).toContain('2 conflicts wait for you.\n');
    const behind = (open: number, n: number): string =>
      text(waitingLines({ ...alone, conflicts: { total: 5, open, behind: n } }, look));
    expect(behind(1, 1)).toContain('1 conflict waits for you, and 1 more record behind it; every other record went');
    expect(behind(2, 3)).toContain('2 conflicts wait for you, and 3 more records behind them; every other record');
  });

  it('[E29] the other record of a clash is shown with the side on which it has the value, or with both', () => {
    const other = { side: 'A', key: { hex: '0106', text: '6' }, record: { username: 'bob' }, onBoth: true } as const;
    const rows = text(conflictLines([{ ...unique, other }], listLook));
    expect(rows).toMatch(/both sides +bob +in record 6\n/);
    expect(text(conflictLines([{ ...unique, other: { ...other, onBoth: false } }], listLook))).toMatch(
      /This computer +bob +in record 6\n/,
    );
  });

  it('[P40] of many names the first ten are told in order, and how many more there are', () => {
    const names = Array.from({ length: 46 }, (_, i) => `c${String(46 - i).padStart(2, '0')}`);
    expect(namesText(names)).toBe('c01, c02, c03, c04, c05, c06, c07, c08, c09, c10 and 36 more');
    expect(namesText(['b', 'a'])).toBe('a, b');
  });

  it('fields that one side alone changed wait with the disputed ones: the conflict and its menu say so', () => {
    const record = (name: string, city: string, zip: string) => ({ id: long('2'), name, city, zip });
    const edits = {
      ...conflict,
      base: record('Mary', 'Rome', '1'),
      local: record('Mary A.', 'Rome', '2'),
      remote: record('Mary B.', 'Oslo', '1'),
    };
    const lines = text(conflictLines([edits], listLook));
    expect(lines).toContain('waits with it  city: changed on Remote, goes along with your answer\n');
    expect(lines).toContain('zip: changed on This computer, goes along with your answer\n');
    expect(lines).toContain(
      'Take Remote: both sides get its name; zip comes from This computer; city comes from Remote.',
    );
    const unknown = text(conflictLines([{ ...edits, base: null, baseKept: false }], listLook));
    expect(unknown).toContain('city: differs, goes along with your answer\n');
    expect(unknown).toContain('Keep This computer: both sides get its name; city and zip go along.');
    expect(text(conflictLines([conflict], listLook))).toContain('Take Remote: both sides get its state.');
  });
});
