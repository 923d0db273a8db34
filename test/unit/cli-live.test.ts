import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lengthOfTime, momentFrom } from '../../electron/cli/parse/moments.ts';
import { byItselfText, networkLines } from '../../electron/cli/text/live-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';
import type { WireLivePair } from '../../shared/contract/live-shapes.ts';
import type { WireNetwork, WireServer } from '../../shared/contract/network-shapes.ts';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY);';
let desk: Desk;
beforeEach(async () => {
  desk = new Desk();
  for (const name of ['a.db', 'b.db']) desk.database(name, table);
  await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
});
afterEach(() => desk.close());

describe('tandem pause and resume', () => {
  it('[LV8] say until when, and status says it too', async () => {
    const { said, code } = await desk.script('pause', 'shop', '--for', '1h30m');
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^shop: paused until .*\d\d:\d\d:\d\d\.\nTo go on: tandem resume shop/),
    ]);
    expect((await desk.script('status')).said).toMatch(
      /^shop: Paused until \d{4}-\d\d-\d\d \d\d:\d\d\. Not synced yet\./,
    );
    expect((await desk.script('status')).said).toMatch(/by itself +paused until .* \(since .*, by .*\)/);
    expect(JSON.parse((await desk.script('resume', '--json')).said)).toMatchObject([{ pair: 'shop', paused: null }]);
    expect((await desk.script('status')).said).toMatch(/^shop: Not synced yet\./);
  });

  it('[LV8] without a time it lasts until somebody says so; a sync runs all the same, and is in step', async () => {
    expect((await desk.script('pause')).said).toContain('shop: paused until you say so.');
    expect((await desk.script('sync')).code).toBe(0);
    expect((await desk.script('status', '--check')).code).toBe(0);
    expect((await desk.script('resume', 'shop')).said).toContain('shop: not paused.');
  });

  it.each([
    [['--for', 'long'], 'is no length of time'],
    [['--for', '0m'], 'is no length of time'],
    [['--until', 'noon'], 'is no time'],
    [['--until', '2001-01-01'], 'is over already'],
    [['--for', '1h', '--until', '18:00'], 'both --for and --until'],
  ] as const)('[LV8] refuse %j', async (words, why) => {
    const { said, code } = await desk.script('pause', ...words);
    expect([code, said]).toEqual([2, expect.stringContaining(why)]);
    expect((await desk.script('status')).said).not.toContain('aused');
  });

  it('[LV8] refuse a pair that there is not', async () => {
    const { said, code } = await desk.script('pause', 'nobody');
    expect([code, said]).toEqual([2, expect.stringContaining('nobody')]);
  });
});

describe('times as they are typed', () => {
  it('a length has days, hours, minutes and seconds', () => {
    expect(['45m', '45min', '1h30m', '2d', '10s'].map(lengthOfTime)).toEqual([
      2_700_000, 2_700_000, 5_400_000, 172_800_000, 10_000,
    ]);
  });

  it('a time of day is the next one; a date begins with its day', () => {
    const now = new Date('2026-12-01T12:00:00').getTime();
    const local = (text: string): string => new Date(text).toISOString();
    expect(momentFrom('18:30', now)).toBe(local('2026-12-01T18:30:00'));
    expect(momentFrom('9:15', now)).toBe(local('2026-12-02T09:15:00'));
    expect(momentFrom('2026-12-24', now)).toBe(local('2026-12-24T00:00:00'));
    expect(momentFrom('2026-12-24 09:00', now)).toBe(local('2026-12-24T09:00:00'));
    expect(momentFrom('2026-12-24T09:00Z', now)).toBe('2026-12-24T09:00:00.000Z');
  });
});

const now = Date.parse('2026-12-01T12:00:00Z');
const server: WireServer = {
  pair: 'shop',
  side: 'B',
  label: 'Remote',
  address: 'mongodb://db.example/shop',
  state: 'online',
  since: '2026-12-01T11:00:00.000Z',
  sentence: 'Remote answers.',
  hint: '',
  lastAnswer: '2026-12-01T12:00:00.000Z',
  latencyMs: 12.4,
  nextCheck: null,
  day: [],
};
const network: WireNetwork = {
  running: true,
  checkIntervalSeconds: 30,
  lastCheck: null,
  servers: [server],
  pairs: [],
  history: [],
};

describe('tandem network', () => {
  it('[LV15] says that files need no network', async () => {
    const { said, code } = await desk.script('network');
    expect([code, said]).toEqual([0, expect.stringContaining('No pair has a server')]);
    expect(JSON.parse((await desk.script('network', 'shop', '--json')).said)).toMatchObject({ servers: [] });
  });

  it('[LV15] shows each server, why one does not answer, and what changed', () => {
    const look = { style: plainStyle, now };
    expect(networkLines(network, look).join('\n')).toMatch(
      /shop +Remote +mongodb:\/\/db\.example\/shop +online +12 ms +just now/,
    );
    const sentence = 'Remote: something else answers.';
    const away: WireServer = { ...server, state: 'captive-portal', sentence, hint: 'Log in.', latencyMs: null };
    const change = { ...server, at: server.since, from: 'online', to: 'captive-portal', sentence } as const;
    const text = networkLines({ ...network, running: false, servers: [away], history: [change] }, look).join('\n');
    expect(text).toContain('something in between');
    expect(text).toContain(`shop: ${sentence}\n  Log in.`);
    expect(text).toContain('What changed:');
    expect(text).toContain('nobody asks by itself while no tandem serve runs');
  });
});

describe('what happens by itself', () => {
  const live: WireLivePair = {
    pair: 'shop',
    mode: 'watching',
    paused: null,
    next: null,
    nextWhy: 'The files are looked at every second.',
    trouble: null,
    captures: null,
  };

  it('is one line, with the next try where something is in the way', () => {
    expect(byItselfText(live, now)).toBe('watched. The files are looked at every second.');
    expect(byItselfText({ ...live, mode: 'off' }, now)).toBeNull();
    const trouble = {
      code: 'unreachable',
      message: '',
      hint: '',
      attempts: 7,
      since: server.since,
      nextTry: '2026-12-01T12:05:00.000Z',
      open: true,
    };
    expect(byItselfText({ ...live, nextWhy: 'It is tried seldom.', trouble }, now)).toMatch(
      /^watched\. It is tried seldom\. Next try: \d\d:05:00\.$/,
    );
  });
});
