import { BY_STRATEGY } from '../../shared/model/words.ts';
import { describe, expect, it } from 'vitest';
import type { WireHold } from '../../shared/contract/conflict-shapes.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { WirePlan } from '../../shared/contract/plan-shapes.ts';
import { conflictKinds } from '../../shared/model/words.ts';
import { conflictLines } from '../../electron/cli/text/conflict-list.ts';
import { showLines } from '../../electron/cli/text/conflict-text.ts';
import { brakeLines } from '../../electron/cli/text/brake-text.ts';
import { autoResolveLines, resolveLines } from '../../electron/cli/text/decision-text.ts';
import { firstSyncLines } from '../../electron/cli/text/first-sync-text.ts';
import { holdLines } from '../../electron/cli/text/hold-text.ts';
import { errorLines } from '../../electron/cli/text/error-text.ts';
import { receiptLines, timelineLines } from '../../electron/cli/text/look-text.ts';
import { previewLines } from '../../electron/cli/text/pair-text.ts';
import { planLines } from '../../electron/cli/text/plan-text.ts';
import { recommendations } from '../../electron/cli/text/recommendations.ts';
import { historyLines, runDetailLines } from '../../electron/cli/text/history-text.ts';
import { runLines, undoLines, waitingLines } from '../../electron/cli/text/run-text.ts';
import { statusLines } from '../../electron/cli/text/status-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';
import { isByOthers, watchOtherLine, watchRunLine } from '../../electron/cli/text/watch-text.ts';
import {
  at,
  now,
  labels,
  look,
  listLook,
  text,
  conflict,
  unique,
  deleted,
  run,
  records,
  brake,
  status,
} from './cli-samples.ts';

describe('what people read', () => {
  it('conflicts, grouped, each with values, base, time, notes and four numbered recommendations', () => {
    expect(text(conflictLines([conflict, unique, deleted], listLook))).toMatchSnapshot('conflictLines 1');
  });

  it('no conflict', () => {
    expect(conflictLines([], listLook)).toEqual(['No conflict waits for you: no record has two answers.']);
    expect(conflictLines([], listLook, { resting: { holds: 2, brakes: 1 } })).toEqual([
      'No conflict stands here. A brake comes first: it may hold conflicts back until you answer.',
      'What does wait: 2 records rest after an undo until you choose.',
      '  tandem holds',
      'What does wait: 1 brake stands until you answer.',
      '  tandem brake list',
    ]);
  });

  it('one conflict with all fields, and a decided one', () => {
    expect(text(showLines(unique, listLook))).toMatchSnapshot('showLines 1');
    const by = { strategy: 'merge', resolvedBy: 'anna', resolvedAt: at('2026-05-14T11:00:00') } as const;
    const decided = { ...conflict, status: 'resolved', ...by } as const;
    expect(text(showLines(decided, listLook))).toMatchSnapshot('showLines 2');
    const undone = { ...decided, undoneIn: 14 };
    for (const lines of [showLines(undone, listLook), conflictLines([undone], listLook)])
      expect(text(lines)).toContain('resolved by anna with merge, 11:00, undone by run 14\n');
  });

  it.each(conflictKinds)('%s: four recommendations, only the edit by hand with a place to fill in', (kind) => {
    const list = recommendations({ ...conflict, kind, givesUp: unique.givesUp }, labels);
    expect(list).toHaveLength(kind === 'schema' ? 3 : 4);
    for (const { command: words } of list) expect(words?.join(' ')).not.toMatch(/[A-Z]{4,}|</);
    const open = list.filter(({ command: words }) => words?.join(' ').includes('…'));
    for (const { text: said, command: words } of open) {
      expect(said).toMatch(/^Edit by hand: /);
      expect(words).toContain('merge');
    }
  });

  it('a run: status, duration, and a line for each collection that moved', () => {
    expect(text(runLines(run, look))).toMatchSnapshot('runLines 1');
    expect(
      text(
        runDetailLines(
          {
            ...run,
            status: 'failed',
            outcome: 'failed',
            error: { code: 'busy', message: 'Stopped.' },
            undoOf: 'run 3',
            undoneBy: [14],
          },
          records,
          look,
        ),
      ),
    ).toMatchSnapshot('runDetailLines 1');
  });

  it('the fixed words of a sync', () => {
    const lines = runLines(run, look).map((line) => line.trim().split(':')[0]);
    expect(lines).toEqual(expect.arrayContaining(['Pushed to remote', 'Pulled from remote', 'Conflicts detected']));
  });

  it('what waits after a run, each with its command', () => {
    expect(text(waitingLines(status, look))).toMatchSnapshot('waitingLines 1');
  });

  it('history and undo', () => {
    expect(
      text(
        historyLines(
          [run, { ...run, id: 3, endTime: null, durationSeconds: null, status: 'running', outcome: 'running' }],
          look,
        ),
      ),
    ).toMatchSnapshot('historyLines 1');
    expect(historyLines([], look)).toEqual(['No run yet. The first one stands here with everything it moved.']);
    const undo = {
      pair: 'shop',
      run: 13,
      dryRun: false,
      restored: 2,
      inPart: [],
      without: [],
      resting: 2,
      kept: 1,
      byItself: [],
      leftOnHold: 1,
      written: { A: { insert: 1, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 1 } },
      refused: [{ collection: 'admins', key: { hex: '01', text: '9' }, why: 'the value is taken' }],
    };
    expect(text(undoLines(undo, 'run 12', look))).toMatchSnapshot('undoLines 1');
    expect(text(undoLines({ ...undo, run: null, dryRun: true }, 'run 12', look))).toMatchSnapshot('undoLines 2');
    const without = [{ collection: 'admins', side: 'A' as const, fields: ['notes', 'badge'], records: 2 }];
    expect(text(undoLines({ ...undo, without }, 'run 12', look))).toContain(
      '\n2 records of admins are back on This computer with notes and badge as in a new record: they are not part of the pair, and no old value is kept of them.\n',
    );
    const key = { hex: '02', text: '7' };
    const half = { collection: 'admins', key, side: 'A' as const, why: 'the value is taken.' };
    expect(
      text(undoLines({ ...undo, restored: 0, inPart: [half], resting: 1, refused: [] }, 'run 12', look)),
    ).toMatchSnapshot('undoLines 3');
  });

  it('status of all kinds of pairs', () => {
    const calm: WirePairStatus = {
      ...status,
      pair: 'home',
      state: 'in-step',
      sentence: 'In step.',
      brakes: [],
      holds: 0,
      conflicts: { total: 5, open: 0, behind: 0 },
      notInPair: [{ collection: 'admins', field: 'phone', side: 'B' }],
      pending: 0,
    };
    const away: WirePairStatus = {
      ...calm,
      pair: 'away',
      state: 'stopped',
      sentence: 'x',
      lastRun: null,
      error: {
        side: 'B',
        label: 'Remote',
        code: 'file-missing',
        message: 'Opening /data/b.db failed: there is no such file.',
        hint: 'Put it back.',
      },
    };
    const statusLook = { ...look, runnable: (words: string) => words };
    expect(text(statusLines([status, calm, away], statusLook))).toMatchSnapshot('statusLines 1');
    const fresh: WirePairStatus = { ...calm, pair: 'fresh', sentence: 'Not synced yet.', lastRun: null, runs: 0 };
    const oneSided: WirePairStatus = {
      ...away,
      b: { label: 'Remote', url: '' },
      error: {
        side: 'B',
        label: 'Remote',
        code: 'not-configured',
        message: 'Remote database not configured',
        hint: 'Set MONGODB_CLOUD_URL in /app/.env.',
      },
    };
    const silent = new Map([['away', new Set(['B'] as const)]]);
    expect(text(statusLines([fresh, oneSided], { ...statusLook, silent }))).toMatchSnapshot('statusLines 3');
    expect(text(statusLines([], statusLook))).toMatchSnapshot('statusLines 2');
  });

  it('a plan with samples, a conflict and a brake', () => {
    const none = { insert: 0, update: 0, delete: 0 };
    const plan: WirePlan = {
      id: null,
      pair: 'shop',
      at: at('2026-05-14T11:59:00'),
      localToRemote: { admins: { insert: 1, update: 1, delete: 0 }, posts: none },
      remoteToLocal: { admins: none, posts: none },
      adopt: 1,
      drift: 2,
      conflicts: [conflict],
      brakes: [brake],
      notInPair: [
        { collection: 'admins', field: 'phone', side: null },
        { collection: 'logs', field: null, side: 'A' },
        { collection: 'drafts', field: null, side: null, keyless: true },
      ],
      actions: [
        {
          id: 1,
          collection: 'admins',
          key: { hex: '01', text: '1' },
          op: { A: null, B: 'update' },
          fields: ['name'],
          rules: ['local'],
          before: { A: { name: 'new' }, B: { name: 'old' } },
          after: { name: 'new' },
        },
      ],
      sample: [],
      create: [{ name: 'visits', missingOn: 'A', records: 12 }],
      total: 2,
      decided: 1,
      entries: [],
    };
    expect(text(planLines(plan, look))).toMatchSnapshot('planLines 1');
    expect(
      text(
        planLines(
          { ...plan, create: [], total: 0, decided: 0, drift: 0, conflicts: [], brakes: [], actions: [] },
          look,
        ),
      ),
    ).toContain('There is nothing to do.');
  });

  it('resolve and auto-resolve: what was done, and the next step', () => {
    const left = { conflicts: 1, holds: 0, brakes: 0 };
    const report = {
      runs: [{ pair: 'shop', run: 20 }],
      resolved: [{ pair: 'shop', id: 7, text: 'Both sides have name from Remote.', generation: 1 }],
      failed: [{ pair: 'shop', id: 8, code: 'value-taken', text: 'bob is taken.' }],
      notFound: [],
      preview: [
        { pair: 'shop', id: 7, collection: 'admins', key: { hex: '01', text: '2' }, a: { name: 'x' }, b: null },
      ],
      wrote: [
        {
          pair: 'shop',
          collection: 'admins',
          key: { hex: '01', text: '2' },
          local: 'update' as const,
          remote: 'delete' as const,
        },
      ],
      byItself: [],
      follows: [{ pair: 'shop', collection: 'posts', key: { hex: '02', text: '9' } }],
      resolvedBy: 'anna',
      resolvedAt: at('2026-05-14T11:00:00'),
      dryRun: false,
    };
    expect(text(resolveLines(report, left, listLook))).toMatchSnapshot('resolveLines 1');
    expect(text(resolveLines({ ...report, dryRun: true }, left, listLook))).toMatchSnapshot('resolveLines 2');
    const auto = {
      runs: report.runs,
      resolved: [{ pair: 'shop', id: 7, strategy: 'keep_remote' as const, why: 'Remote is newer' }],
      skipped: [{ pair: 'shop', id: 8, why: 'no time' }],
      failed: [],
      wrote: [],
      byItself: [],
      follows: [],
      notLookedAt: 0,
      dryRun: false,
    };
    expect(text(autoResolveLines(auto, left, listLook))).toMatchSnapshot('autoResolveLines 1');
    expect(text(resolveLines(report, { conflicts: 0, holds: 2, brakes: 1 }, listLook))).toContain(
      '2 records rest after an undo',
    );
    expect(text(resolveLines(report, { conflicts: 0, holds: 0, brakes: 0 }, listLook))).toContain(
      'Nothing else waits for you.',
    );
  });

  it('holds and brakes with their answers', () => {
    const hold: WireHold = {
      pair: 'shop',
      collection: 'admins',
      key: { hex: '0102', text: 'DE, 4711' },
      fields: ['name'],
      local: { name: 'new' },
      remote: { name: 'old' },
      undoneRun: 12,
      at: at('2026-05-10T09:00:00'),
      generation: 1,
      kept: null,
      choices: [
        { answer: 'send-again', local: { name: 'new' }, remote: { name: 'new' }, refused: null },
        { answer: 'old-on-both', local: null, remote: null, refused: null },
        { answer: 'keep-apart', local: { name: 'new' }, remote: { name: 'old' }, refused: null },
      ],
      unchecked: null,
      along: [],
    };
    const counts = [{ pair: 'shop', undoneRun: 12, collection: 'admins', count: 1204, apart: 0 }];
    expect(text(holdLines([hold], counts, listLook))).toMatchSnapshot('holdLines 1');
    const answered = { ...brake, id: 5, answer: 'let-go', answeredBy: 'anna' } as const;
    expect(text(brakeLines([brake, answered], listLook))).toMatchSnapshot('brakeLines 1');
  });

  it('first counts, receipt and timeline', () => {
    const preview = {
      pair: 'shop',
      collections: [
        {
          name: 'admins',
          equal: 1,
          onlyA: 10_000,
          onlyB: 3,
          different: 2,
          uniqueClashes: 1,
          clashingA: 1,
          clashingB: 1,
        },
      ],
      notCompared: ['log null (This computer): its key holds NULL', 'log null (Remote): its key holds NULL'],
    };
    const sides = { a: { label: labels.a, url: '' }, b: { label: labels.b, url: '' } };
    const first = (direction: 'both' | 'a-to-b'): string[] =>
      firstSyncLines(preview, { ...sides, direction, collections: [] });
    expect(text([...previewLines(preview, labels, plainStyle), ...first('both')])).toMatchSnapshot('firstSyncLines 1');
    expect(text(first('a-to-b'))).toMatchSnapshot('firstSyncLines 2');
    const receipt = {
      pair: 'shop',
      at: at('2026-05-14T11:00:00'),
      equal: false,
      collections: [{ name: 'admins', equal: 5, different: 1, onlyA: 0, onlyB: 2, waiting: 1, apart: 0 }],
      differing: [
        { collection: 'admins', key: { hex: '01', text: '7' }, only: null, waits: null },
        { collection: 'admins', key: { hex: '02', text: '8' }, only: 'B' as const, waits: 'waiting' as const },
      ],
      notCompared: ['view v'],
    };
    expect(text(receiptLines(receipt, labels, plainStyle, now))).toMatchSnapshot('receiptLines 1');
    const entries = [
      {
        at: at('2026-05-14T11:00:00'),
        what: 'written' as const,
        side: 'B' as const,
        run: 3,
        before: { name: 'a' },
        after: { name: 'b' },
        who: 'anna',
        text: 'update',
      },
    ];
    expect(text(timelineLines(entries, labels, plainStyle, now))).toMatchSnapshot('timelineLines 1');
  });

  it('an error in three lines, with commands as they can be typed', () => {
    const lines = errorLines(
      { code: 'refused', message: 'What failed.', next: 'What is next.', hint: 'See: tandem status' },
      plainStyle,
      (hint) => hint.replace('tandem', 'npx tandem'),
    );
    expect(lines).toEqual(['What failed.', 'What is next.', 'See: npx tandem status']);
    const [busy] = errorLines(
      { code: 'sync-in-progress', message: 'Started by ann at 2026-01-05T09:00:00.000Z.', next: '', hint: '' },
      plainStyle,
      String,
    );
    expect(busy).toMatch(/^Started by ann at .*\d\d:00:00\.$/);
  });

  it('watch: one line for a run that moved something, none for one that did not', () => {
    const started = { ...look, now };
    expect(watchRunLine(run, started)).toBe(
      '10:41:58  shop: 12,345 changes to Remote (admins: 12,345 records); 1 change to This computer (posts: 1 record); 2 new conflicts (admins: 2 records): tandem conflicts --pair shop',
    );
    const quiet = { ...run, localToRemote: { admins: 0 }, remoteToLocal: {}, conflicts: {} };
    expect(watchRunLine(quiet, started)).toBeNull();
    const undo = { ...quiet, id: 13, trigger: 'undo', who: 'anna', remoteToLocal: { posts: 1 } } as const;
    expect([isByOthers(run), isByOthers(undo), isByOthers({ trigger: 'live', who: '' })]).toEqual([true, true, false]);
    expect(isByOthers({ trigger: 'resolve', who: `anna${BY_STRATEGY}` })).toBe(false);
    expect(watchOtherLine(undo, started)).toBe(
      '10:41:58  shop: undo 13 by anna from another terminal: 1 change to This computer (posts: 1 record)',
    );
  });
});
