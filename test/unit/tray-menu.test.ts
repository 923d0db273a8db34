import { describe, expect, it } from 'vitest';
import { pauseChoices, untilText } from '../../electron/shell/pause-times.ts';
import type { PairView, ShellState } from '../../electron/shell/shell-state.ts';
import { trayLook, type TrayItem } from '../../electron/shell/tray-menu.ts';

const NOW = new Date(2026, 10, 24, 10, 0).getTime();
const running = { state: 'running', attached: false } as const;

const pair = (name: string, more: Partial<PairView> = {}): PairView => ({
  pair: name,
  state: 'in-step',
  sentence: 'In step at the last sync.',
  conflicts: { total: 0, open: 0, behind: 0 },
  holds: 0,
  lastRun: null,
  error: null,
  pending: 0,
  brakes: [],
  ...more,
});
const brake = {
  id: 1,
  collection: 'products',
  kind: 'deletes',
  count: 9,
  cause: '9 were deleted.',
  side: 'A',
} as const;

const look = (pairs: readonly PairView[] | null, more: Partial<ShellState> = {}) =>
  trayLook({ engine: running, pairs, pauses: [], progress: {}, ...more }, NOW);
const label = (item: TrayItem): string =>
  'line' in item ? '-' : `${item.label}${item.action || item.items ? '' : ' (told)'}`;
const shown = (pairs: readonly PairView[] | null, more: Partial<ShellState> = {}): string[] =>
  look(pairs, more).menu.map(label);

const WORK = ['-', 'Sync all now', 'Pause'];
const PROGRAM = ['-', 'Open Tandem', 'Settings…', 'Quit Tandem…'];

describe('the menu of the tray, of a state', () => {
  it('[DT17] in step', () => {
    expect(shown([pair('shop'), pair('music')])).toEqual(['All 2 pairs are in step (told)', ...WORK, ...PROGRAM]);
    expect(shown([pair('shop')])[0]).toBe('shop is in step (told)');
    expect(look([pair('shop')])).toMatchObject({ icon: 'idle', tooltip: 'Tandem: shop is in step' });
  });

  it('[DT17] the worst state of all pairs is said, in the order stopped, waiting, offline, syncing, paused', () => {
    const pairs = (['paused', 'syncing', 'offline', 'waiting', 'stopped'] as const).map((state) =>
      pair(state, { state }),
    );
    const icons = pairs.map((_, i) => look([pair('good'), ...pairs.slice(0, i + 1)]).icon);
    expect(icons).toEqual(['paused', 'running', 'idle', 'attention', 'error']);
  });

  it('[DT17] syncing tells how far it is, and can be stopped', () => {
    const syncing = [pair('shop', { state: 'syncing' })];
    expect(shown(syncing, { progress: { shop: { done: 134, all: 219 } } })).toEqual([
      'shop: 134 of 219 changes (told)',
      '-',
      'Stop after this batch',
      'Pause',
      ...PROGRAM,
    ]);
    expect(shown(syncing)[0]).toBe('shop is syncing (told)');
  });

  it('[DT17] what waits for a person has an item each, brakes first', () => {
    const pairs = [
      pair('office', { state: 'waiting', conflicts: { total: 9, open: 7, behind: 0 } }),
      pair('prices', { state: 'stopped', brakes: [brake] }),
      pair('music'),
    ];
    const { menu } = look(pairs);
    expect(menu.map(label).slice(0, 4)).toEqual([
      '2 things need you (told)',
      'prices: answer the brake…',
      'office: resolve 7 conflicts…',
      '-',
    ]);
    expect(menu[1]).toMatchObject({ action: { do: 'open', route: '#/pair/prices/brake/products' } });
    expect(menu[2]).toMatchObject({ action: { do: 'open', route: '#/conflicts?pair=office' } });
  });

  it('[DT17] a pair that stopped says why, and that the others go on', () => {
    const error = { side: 'B' as const, label: 'Remote', code: 'auth', message: 'login refused.', hint: '' };
    const pairs = [pair('accounts', { state: 'stopped', error }), pair('shop'), pair('music')];
    expect(shown(pairs).slice(0, 3)).toEqual([
      'accounts stopped: login refused (told)',
      '2 other pairs go on (told)',
      'accounts: see why it stopped…',
    ]);
  });

  it('[DT17] offline is said in words, with the reason', () => {
    expect(shown([pair('shop', { state: 'offline', sentence: 'Remote does not answer.' })]).slice(0, 2)).toEqual([
      'shop is offline (told)',
      'Remote does not answer (told)',
    ]);
  });

  it('[DT21] paused says until when, and what was noted; a sync by hand leaves the pause', () => {
    const until = new Date(2026, 10, 24, 14, 0).toISOString();
    const paused = [pair('shop', { state: 'paused', pending: 41 })];
    expect(shown(paused, { pauses: [{ pair: 'shop', until }] })).toEqual([
      'Paused until 14:00 (told)',
      '41 changes noted meanwhile (told)',
      '-',
      'Resume now',
      'Sync once, stay paused',
      'Pause longer',
      ...PROGRAM,
    ]);
    expect(shown(paused, { pauses: [{ pair: 'shop', until: null }] })[0]).toBe('Paused (told)');
  });

  it('[DT21] an engine that knows no pauses has none in its menu', () => {
    expect(shown([pair('shop')], { pauses: null })).toEqual([
      'shop is in step (told)',
      '-',
      'Sync all now',
      ...PROGRAM,
    ]);
  });

  it('[DT21] one can pause for 15 minutes, an hour, until tomorrow, until one resumes', () => {
    const menu = look([pair('shop')]).menu.find(({ id }) => id === 'pause') as { items: readonly TrayItem[] };
    expect(menu.items.map(label)).toEqual(['For 15 minutes', 'For 1 hour', 'Until tomorrow 08:00', 'Until I resume']);
    expect(pauseChoices(NOW).map(({ until }) => until)).toEqual([
      new Date(2026, 10, 24, 10, 15).toISOString(),
      new Date(2026, 10, 24, 11, 0).toISOString(),
      new Date(2026, 10, 25, 8, 0).toISOString(),
      null,
    ]);
  });

  it('[DT20] a stopped engine is said with its reason and the next try, whatever the pairs were', () => {
    const engine = {
      state: 'stopped',
      reason: "Tandem's engine stopped.",
      hint: '',
      nextTry: new Date(2026, 10, 24, 10, 1).toISOString(),
    } as const;
    const { icon, menu } = look([pair('shop')], { engine });
    expect(icon).toBe('error');
    expect(menu.map(label)).toEqual([
      "Stopped: Tandem's engine stopped (told)",
      'Started again at 10:01 (told)',
      'Start it now',
      ...PROGRAM,
    ]);
  });

  it('[DT3] an engine of another program is said', () => {
    expect(shown([], { engine: { state: 'running', attached: true } }).slice(0, 2)).toEqual([
      'No pair is set up yet (told)',
      'Through a Tandem that runs here already (told)',
    ]);
  });

  it('[DT17] before anything is known it says that it starts, and long sentences are cut', () => {
    expect(shown(null)).toEqual(['Starting (told)', ...PROGRAM]);
    const long = pair('shop', { state: 'offline', sentence: 'x'.repeat(300) });
    expect(shown([long])[1]).toHaveLength(90 + ' (told)'.length);
  });

  it('[DT21] times to come are told with their day', () => {
    expect(untilText(new Date(2026, 10, 24, 14, 5).toISOString(), NOW)).toBe('14:05');
    expect(untilText(new Date(2026, 10, 25, 8, 0).toISOString(), NOW)).toBe('tomorrow 08:00');
    expect(untilText(new Date(2026, 10, 27, 8, 0).toISOString(), NOW)).toBe('Friday 08:00');
  });
});
