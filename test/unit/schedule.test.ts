import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from '../../electron/api/live/schedule.ts';
import { isCron } from '../../shared/lib/cron-text.ts';

describe('a schedule', () => {
  it.each([
    '* * * * *',
    '0 7 * * MON-FRI',
    '*/15 8-18 1,15 jan-jun *',
    '30 8-18/2 * * *',
    '0 0 29 2 *',
    '0 0 31 2 MON',
  ])('[LV4] %s is one', (text) => {
    expect(isCron(text)).toBe(true);
  });

  it.each(['', 'daily', '@daily', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *'])(
    '[LV4] %j is none',
    (text) => {
      expect(isCron(text)).toBe(false);
    },
  );

  it.each([
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '5/10 * * * *',
    '1,,2 * * * *',
    '0 0 31 2 *',
    '0 0 30 FEB *',
    '0  7 * * *',
  ])('[LV4] %j is none, or never comes', (text) => {
    expect(isCron(text)).toBe(false);
  });

  it('[LV4] every text that counts as one has a next time', () => {
    const number = (from: number, to: number): fc.Arbitrary<string> => fc.integer({ min: from, max: to }).map(String);
    const field = (from: number, to: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        number(from, to),
        fc.tuple(number(from, to), number(from, to)).map(([low, high]) => `${low}-${high}`),
        fc.integer({ min: 1, max: 9 }).map((step) => `*/${step}`),
        fc.array(number(from, to), { minLength: 1, maxLength: 3 }).map((each) => each.join(',')),
      );
    const texts = fc
      .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(texts.filter(isCron), (text) => {
        expect(new Cron(text).nextRun(new Date(0))).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  const at = (text: string): number => new Date(text).getTime();

  it('[LV4] the sooner of interval and times counts, by the clock of this computer', () => {
    let now = at('2026-12-01T06:50:00');
    const schedule = new Schedule(() => now);
    const options = { syncIntervalMinutes: 30, syncSchedule: '0 7 * * *' };
    expect(schedule.next(options)).toBe(at('2026-12-01T07:00:00'));
    now = at('2026-12-01T07:00:01');
    schedule.ran();
    expect(schedule.next(options)).toBe(at('2026-12-01T07:30:01'));
    expect(schedule.next({ syncIntervalMinutes: null, syncSchedule: null })).toBeNull();
  });

  it('[LV4] a time that passed while the computer slept is made up for, and a run before it does not take its place', () => {
    let now = at('2026-12-01T06:50:00');
    const schedule = new Schedule(() => now);
    const options = { syncIntervalMinutes: null, syncSchedule: '0 7 * * *' };
    schedule.next(options);
    schedule.ran();
    now = at('2026-12-01T09:00:00');
    expect(schedule.next(options)).toBe(at('2026-12-01T07:00:00'));
    schedule.ran();
    expect(schedule.next(options)).toBe(at('2026-12-02T07:00:00'));
  });
});
