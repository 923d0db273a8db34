import { describe, expect, it } from 'vitest';
import { filled } from '../../renderer/text/message.ts';
import { percent, shortNumber } from '../../renderer/text/numbers.ts';
import { age, duration, time } from '../../renderer/text/times.ts';

const now = Date.parse('2026-11-21T10:42:00Z');

describe('the rules of texts', () => {
  it.each([
    ['2026-11-21T08:15:00Z', '08:15'],
    ['2026-11-20T18:06:00Z', 'yesterday 18:06'],
    ['2026-11-19T08:15:00Z', 'Thursday 08:15'],
    ['2026-11-12T09:14:00Z', '12 November'],
    ['2025-11-12T09:14:00Z', '12 November 2025'],
    ['2026-11-22T08:00:00Z', 'tomorrow 08:00'],
  ])('[WI13] %s is said as %s', (moment, said) => {
    expect(time(moment, now)).toBe(said);
  });

  it.each([
    [20, '20 s'],
    [44 * 60, '44 min'],
    [90 * 60, '1 h 30 min'],
    [7200, '2 h'],
    [3 * 86_400, '3 days'],
  ])('[WI13] %i seconds are %s', (seconds, said) => {
    expect(duration(seconds)).toBe(said);
  });

  it('[WI13] ages are only for freshness', () => {
    expect(age('2026-11-21T10:40:00Z', now)).toBe('2 min ago');
    expect(age('2026-11-21T10:41:50Z', now)).toBe('just now');
  });

  it.each([
    [1, '1 record of products'],
    [1204, '1,204 records of products'],
  ])('[WI13] %i has its own form and its separator', (n, said) => {
    const message = { one: '1 record of {where}', many: '{n} records of {where}' };
    expect(filled(message, { n, where: 'products' })).toBe(said);
  });

  it('[WI13] a value is never taken for another place to fill', () => {
    expect(filled('{a} and {b}', { a: '{b}', b: 'x' })).toBe('{b} and x');
  });

  it.each([
    [134, 219, '61 %'],
    [218_999, 219_000, '99 %'],
    [0, 0, '0 %'],
    [5, 5, '100 %'],
  ])('[WI13] %i of %i is %s', (done, all, said) => {
    expect(percent(done, all)).toBe(said);
  });

  it('[WI13] counts in narrow places are short from ten thousand on', () => {
    expect([shortNumber(9846), shortNumber(10_218)]).toEqual(['9,846', '10k']);
  });
});
