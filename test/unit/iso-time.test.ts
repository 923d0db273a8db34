import { describe, expect, it } from 'vitest';
import { compareTimes } from '../../electron/engine/plan/iso-time.ts';

describe('[E9] times written as text', () => {
  const later: readonly (readonly [string, string])[] = [
    ['2024-12-01', '2024-02-01'],
    ['2024-06-01T05:00:00Z', '2024-06-01T10:00:00+09:00'],
    ['2024-06-01T10:00:00-09:30', '2024-06-01T19:29:59Z'],
    ['2024-01-01T00:30+01:00', '2023-12-31T23:29:59.999Z'],
    ['2024-06-01 05:00:01', '2024-06-01 05:00:00'],
    ['2024-06-01T05:00:00.5', '2024-06-01T05:00:00.45'],
    ['2024-06-01T05:00:00.0001Z', '2024-06-01T05:00:00Z'],
    ['2024-02-29T00:00Z', '2024-02-28T23:59Z'],
    ['0050-01-02', '0050-01-01'],
  ];
  it.each(later)('%s is later than %s', (a, b) => {
    expect([compareTimes(a, b), compareTimes(b, a), compareTimes(a, a)]).toEqual([1, -1, 0]);
  });

  it('one moment written in two ways is neither earlier nor later', () => {
    expect(compareTimes('2024-06-01T05:00:00Z', '2024-06-01T06:00:00.000+01:00')).toBe(0);
  });

  const doubtful: readonly (readonly [string, string])[] = [
    ['2024-2-1', '2024-12-01'],
    ['2024-06-01T05:00:00', '2024-06-01T05:00:00Z'],
    ['2024-06-01', '2024-06-02T00:00:00'],
    ['2024-06-01 05:00:00', '2024-06-01T06:00:00'],
    ['2024-06-01T05:00', '2024-06-01T06:00:00'],
    ['2023-02-29', '2024-02-29'],
    ['2024-13-01', '2024-12-01'],
    ['2024-06-01T24:00:00Z', '2024-06-01T23:00:00Z'],
    ['2024-06-01T05:00:60Z', '2024-06-01T05:00:00Z'],
    ['2024-06-01T05:00:00+19:00', '2024-06-01T05:00:00Z'],
    ['20240601', '20240602'],
    ['01/02/2024', '02/01/2024'],
    ['9', '10'],
    ['', ''],
    [' 2024-06-01', '2024-06-01'],
  ];
  it.each(doubtful)('nobody can say about “%s” and “%s”', (a, b) => {
    expect([compareTimes(a, b), compareTimes(b, a)]).toEqual([null, null]);
  });
});
