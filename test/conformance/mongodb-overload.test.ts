import { MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { isAnswerLost, translateError } from '../../electron/connectors/mongodb/errors.ts';
import { CallSize } from '../../electron/connectors/mongodb/write/call-size.ts';
import { partsOf } from '../../electron/connectors/mongodb/write/runs.ts';
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

  test('[MO47] gets fewer statements in one command, and more again once it is quick', () => {
    const size = new CallSize();
    size.took(1000, 900);
    expect(size.most).toBe(1000);
    // A hundred operations a second.
    for (let call = 0; call < 3; call++) size.took(size.most, size.most * 10);
    expect([size.most, size.most * 10 < 4000]).toEqual([200, true]);
    size.took(10, 5);
    expect(size.most).toBe(200);
    size.took(200, 50);
    expect(size.most).toBe(400);
    for (let call = 0; call < 9; call++) size.refused();
    expect(size.most).toBe(20);
  });

  test('[MO47] commands hold as many as the server takes at that moment, and fit into a message', () => {
    const size = { most: 3 };
    const steps = Array.from({ length: 9 }, (_, i) => ({
      at: i,
      statement: Buffer.alloc(i === 4 ? 9 * 1024 * 1024 : 10),
    }));
    const parts: number[][] = [];
    for (const part of partsOf(steps, size)) {
      parts.push(part.map(({ at }) => at));
      size.most = 2;
    }
    expect(parts).toEqual([[0, 1, 2], [3], [4], [5, 6], [7, 8]]);
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
