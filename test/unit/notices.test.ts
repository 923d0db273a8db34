import { describe, expect, it } from 'vitest';
import { noticesOf, type Notice, type Noticed } from '../../electron/shell/notices.ts';
import type { PairView } from '../../electron/shell/shell-state.ts';

type Run = NonNullable<PairView['lastRun']>;
const run = (id: number, status: 'completed' | 'failed' = 'completed'): Run => ({ id, status }) as unknown as Run;

const pair = (more: Partial<PairView> = {}): PairView => ({
  pair: 'shop',
  state: 'in-step',
  sentence: 'In step.',
  conflicts: { total: 0, open: 0, behind: 0 },
  holds: 0,
  lastRun: null,
  error: null,
  pending: 0,
  brakes: [],
  ...more,
});
const brake = (id: number) => ({
  id,
  collection: 'products',
  kind: 'deletes' as const,
  count: 1204,
  cause: '1204 of 1300 records vanished from Office.',
  side: 'A' as const,
});
const failed = (id: number): PairView =>
  pair({ state: 'stopped', lastRun: run(id, 'failed'), sentence: 'Stopped: Remote does not answer.', pending: 4 });

/** What is told while the pair goes through these states. */
function told(...states: readonly PairView[]): readonly Notice[] {
  let noticed: Noticed | null = null;
  const all: Notice[] = [];
  for (const state of states) {
    const next = noticesOf(noticed, [state]);
    noticed = next.noticed;
    all.push(...next.notices);
  }
  return all;
}

describe('what is worth a notification', () => {
  it('[DT19] nothing that stood there at the start', () => {
    const waiting = pair({ brakes: [brake(1)], conflicts: { total: 3, open: 3, behind: 0 }, state: 'stopped' });
    expect(told(waiting, waiting)).toEqual([]);
  });

  it('[DT19] a brake, once', () => {
    const braked = pair({ brakes: [brake(7)], state: 'stopped' });
    expect(told(pair(), braked, braked)).toEqual([
      {
        title: 'shop stopped before writing 1204 records',
        body: '1204 of 1300 records vanished from Office. Nothing was written. Your answer is needed.',
        route: '#/pair/shop/brake/products',
      },
    ]);
    expect(told(pair(), braked, pair({ brakes: [brake(7), brake(8)] }))).toHaveLength(2);
  });

  it('[DT19] conflicts that opened; fewer of them are no news', () => {
    const open = (n: number): PairView => pair({ state: 'waiting', conflicts: { total: n, open: n, behind: 0 } });
    expect(told(pair(), open(37), open(36), open(36)).map(({ title }) => title)).toEqual([
      '37 records in shop need a decision',
    ]);
    expect(told(pair(), open(1))[0]).toMatchObject({
      title: '1 record in shop needs a decision',
      route: '#/conflicts?pair=shop',
    });
  });

  it('[DT19] three failures in a row, not one or two, and not a fourth', () => {
    expect(told(pair(), failed(1), failed(2))).toEqual([]);
    expect(told(pair(), failed(1), failed(1), failed(1), failed(1))).toEqual([]);
    expect(told(pair(), failed(1), failed(2), failed(3), failed(4))).toEqual([
      {
        title: 'shop failed 3 times in a row',
        body: 'Remote does not answer. 4 changes wait on this computer; nothing is lost.',
        route: '#/pair/shop/summary',
      },
    ]);
  });

  it('[DT19] a success between failures begins the count anew', () => {
    const good = pair({ lastRun: run(3) });
    expect(told(pair(), failed(1), failed(2), good, failed(4), failed(5))).toEqual([]);
  });

  it('[DT19] a pair that stopped without a run', () => {
    const error = { side: 'B' as const, label: 'Remote', code: 'auth', message: 'The login was refused.', hint: '' };
    const stopped = pair({ state: 'stopped', error, pending: 1 });
    expect(told(pair(), stopped, stopped)).toEqual([
      {
        title: 'shop stopped',
        body: 'The login was refused. 1 change waits on this computer; nothing is lost.',
        route: '#/pair/shop/summary',
      },
    ]);
  });

  it('[DT19] a pair that is new is looked at before it is told about', () => {
    const noticed = noticesOf(null, []).noticed;
    expect(noticesOf(noticed, [failed(1)]).notices).toEqual([]);
  });

  it('[DT19] nothing for syncing, pausing or being offline', () => {
    expect(told(pair(), pair({ state: 'syncing' }), pair({ state: 'paused' }), pair({ state: 'offline' }))).toEqual([]);
  });
});
