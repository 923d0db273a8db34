import { describe, expect, it } from 'vitest';
import { Retry } from '../../electron/api/live/retry.ts';
import { AppError, type Retry as RetryKind } from '../../shared/contract/errors.ts';

const failure = (retry: RetryKind): AppError =>
  new AppError({ code: 'unreachable', operation: 'open', message: 'It is away.', retry });
const retryAt = (random: number): Retry => new Retry({ now: () => 7, random: () => random, seldomMs: 300_000 });

/** How long each of so many failures in a row makes it wait. */
const waits = (retry: Retry, kind: RetryKind, count: number): number[] =>
  Array.from({ length: count }, () => {
    retry.failed(failure(kind));
    return retry.waitMs;
  });

describe('trying again', () => {
  it('[LV9] is soon at first, then later and later, and seldom after six failures; never not at all', () => {
    expect(waits(retryAt(0.5), 'backoff', 9)).toEqual([
      2000, 4000, 8000, 16_000, 32_000, 60_000, 300_000, 300_000, 300_000,
    ]);
  });

  it('[LV9] is seldom after two failures where only a person can help', () => {
    expect(waits(retryAt(0.5), 'after-user-action', 4)).toEqual([2000, 4000, 300_000, 300_000]);
  });

  it('[LV9] is seldom at once after a person stopped it', () => {
    const retry = retryAt(0.5);
    retry.failed(new AppError({ code: 'cancelled', operation: 'sync', message: 'It was stopped.' }));
    expect([retry.waitMs, retry.trouble?.isOpen]).toEqual([300_000, true]);
  });

  it('[LV9] begins anew after a success, and after something changed that may cure it', () => {
    const retry = retryAt(0.5);
    waits(retry, 'backoff', 8);
    expect(retry.trouble).toMatchObject({ attempts: 8, since: 7, isOpen: true });
    retry.close();
    expect(retry.trouble).toMatchObject({ attempts: 0, since: 7, isOpen: false });
    expect(waits(retry, 'backoff', 1)).toEqual([2000]);
    retry.succeeded();
    expect(retry.trouble).toBeNull();
  });

  it('does not come at the same moment everywhere', () => {
    expect([0, 0.999].map((random) => waits(retryAt(random), 'backoff', 1)[0])).toEqual([
      1800,
      expect.closeTo(2200, 0),
    ]);
  });
});
