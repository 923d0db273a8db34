import { MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { isAnswerLost, translateError } from '../../electron/connectors/mongodb/errors.ts';
import { isOverloaded, patiently, waitMs } from '../../electron/connectors/mongodb/overload.ts';

const labelled = (...errorLabels: string[]): MongoServerError =>
  new MongoServerError({ message: 'ingress limit', code: 9, errorLabels });
const tooMany = new MongoServerError({ message: 'Request rate is large. RetryAfterMs=3000', code: 16500 });

describe('a mongodb server that has too much to do', () => {
  test('[MO47] is known by code and labels, and a write that may have happened is not taken for it', () => {
    expect([labelled('SystemOverloadedError', 'RetryableError'), tooMany].map(isOverloaded)).toEqual([true, true]);
    expect(
      [labelled('SystemOverloadedError'), labelled('RetryableWriteError'), new Error('16500')].map(isOverloaded),
    ).toEqual([false, false, false]);
    expect([isAnswerLost(tooMany), isAnswerLost(labelled('RetryableWriteError'))]).toEqual([false, true]);
  });

  test('[MO47] is waited for, longer each time, at most as long as said, and then it is busy', async () => {
    const slept: number[] = [];
    const sleep = async (ms: number): Promise<void> => void slept.push(ms);
    let asked = 0;
    expect(
      await patiently(sleep, async () => {
        if (++asked < 4) throw labelled('SystemOverloadedError', 'RetryableError');
        return 'done';
      }),
    ).toBe('done');
    expect([asked, slept.length]).toEqual([4, 3]);
    await expect(patiently(sleep, () => Promise.reject(tooMany))).rejects.toBe(tooMany);
    expect(slept.slice(3).reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
    expect([0, 1, 6].map((attempt) => waitMs(attempt, '', () => 1))).toEqual([200, 400, 10_000]);
    expect(waitMs(0, tooMany.message, () => 0)).toBe(3000);
    const error = translateError(
      tooMany,
      { operation: 'write', what: 'Writing' },
      { label: 'mongodb://x/y', secrets: [] },
    );
    expect([error.code, error.message]).toEqual([
      'busy',
      'Writing stopped: mongodb://x/y takes no more requests at the moment, also after it was waited for.',
    ]);
  });

  test('[MO47] any other error is not waited for', async () => {
    const slept: number[] = [];
    const other = new MongoServerError({ message: 'no', code: 121 });
    await expect(
      patiently(
        async (ms) => void slept.push(ms),
        () => Promise.reject(other),
      ),
    ).rejects.toBe(other);
    expect(slept).toEqual([]);
  });
});
