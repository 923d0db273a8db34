import { describe, expect, it } from 'vitest';
import { dayWords } from '../../renderer/pages/network/day-chart.tsx';
import { stretchesOf } from '../../renderer/pages/network/day.ts';

const now = Date.parse('2026-12-01T12:05:00Z');
const quarter = (clock: string, asked: number, answered: number, latencyMs: number | null) => ({
  from: `2026-12-01T${clock}:00.000Z`,
  asked,
  answered,
  latencyMs,
});

describe('[WI110] the day of a server in words', () => {
  it('joins what was alike, says when nobody asked, and ends now', () => {
    const day = [
      quarter('09:00', 30, 30, 10),
      quarter('09:15', 10, 10, 50),
      quarter('09:30', 30, 12, 20),
      quarter('11:00', 30, 0, null),
      quarter('12:00', 10, 10, 5),
    ];
    const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
    expect(
      stretchesOf(day, now).map(({ from, to, was, asked, answered, latencyMs }) =>
        [clock(from), clock(to), was, answered, asked, latencyMs].join(' '),
      ),
    ).toEqual([
      '09:00 09:30 answered 40 40 20',
      '09:30 09:45 partly 12 30 20',
      '09:45 11:00 unasked 0 0 ',
      '11:00 11:15 silent 0 30 ',
      '11:15 12:00 unasked 0 0 ',
      '12:00 12:05 answered 10 10 5',
    ]);
    expect(dayWords(day, now)).toMatch(/asked 110 times and answered as it should 62 times; .* began at \d\d:00\.$/);
  });

  it('says that nothing is known where nobody asked, and when asking ended', () => {
    expect([stretchesOf([], now), dayWords([], now)]).toEqual([[], 'nothing known yet']);
    const [, later] = stretchesOf([quarter('09:00', 1, 1, 3)], now);
    expect(later).toMatchObject({ was: 'unasked', to: now });
    expect(dayWords([quarter('09:00', 1, 1, 3)], now)).toContain('asked once');
  });
});
