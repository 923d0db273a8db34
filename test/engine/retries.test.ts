import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode, type Retry } from '../../shared/contract/errors.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?' });
const person = (id: number, name = `n${id}`): Row => ({ id: BigInt(id), name });

const failure = (retry: Retry, code: ErrorCode = 'unreachable'): AppError =>
  new AppError({ code, operation: 'write', message: 'The connection to the server ended.', retry });

/** Writes to B fail as `fails` says; counts how often B was written to, and how long was waited. */
async function unsteady(
  maxRetries: number,
  fails: (attempt: number) => AppError | null,
  batchSize = 1000,
): Promise<{ readonly bench: Bench; readonly attempts: () => number }> {
  const bench = await Bench.open({ tables: [people], settings: { maxRetries, batchSize } });
  let attempts = 0;
  bench.tap.current = ({ on, name, when }) => {
    if (on !== 'B' || name !== 'write' || when !== 'before') return;
    const error = fails(++attempts);
    if (error) throw error;
  };
  return { bench, attempts: () => attempts };
}

describe('A batch that fails', () => {
  test('[E100] [W25] it is tried again maxRetries times with growing pauses; then the run fails, and its keys stay dirty', async () => {
    for (const maxRetries of [0, 1, 3]) {
      const { bench, attempts } = await unsteady(maxRetries, () => failure('backoff'));
      bench.put('A', 'people', person(1));
      const began = bench.now;
      await expect(bench.sync()).rejects.toMatchObject({ code: 'unreachable' });
      expect(attempts()).toBe(maxRetries + 1);
      const pauses = [250, 500, 1000].slice(0, maxRetries).reduce((sum, ms) => sum + ms, 0);
      expect(Math.floor((bench.now - began) / 250) * 250).toBe(pauses);
      expect(await bench.engine.runs(1)).toMatchObject([
        { status: 'failed', error: { code: 'unreachable' }, retries: maxRetries },
      ]);
      const dirty = await bench.store.dirty(1, { collections: ['people'], after: null, limit: 9 });
      expect(dirty.map(({ key }) => key)).toEqual([bench.keyOf('people', 1n)]);
      bench.tap.current = null;
      await bench.sync();
      await bench.expectPeace('people');
    }
  });

  test('[E100] what is over before the last try is no failure', async () => {
    const { bench, attempts } = await unsteady(3, (attempt) => (attempt <= 3 ? failure('backoff') : null));
    bench.put('A', 'people', person(1));
    expect(await bench.sync()).toMatchObject({ status: 'completed', written: { B: { insert: 1 } } });
    expect(attempts()).toBe(4);
  });

  test('[E100] each batch has tries of its own', async () => {
    const { bench } = await unsteady(2, (attempt) => (attempt % 3 === 0 ? null : failure('backoff')), 2);
    for (let id = 1; id <= 8; id++) bench.put('A', 'people', person(id));
    expect(await bench.sync()).toMatchObject({ status: 'completed', written: { B: { insert: 8 } } });
    await bench.expectPeace('people');
  });

  test('[E100] more failures than a run has passes are no completed run', async () => {
    const { bench, attempts } = await unsteady(40, () => failure('backoff'));
    bench.put('A', 'people', person(1));
    await expect(bench.sync()).rejects.toMatchObject({ code: 'unreachable' });
    expect(attempts()).toBe(41);
  });

  test('[E100] a side that cannot even be described is waited for likewise', async () => {
    const bench = await Bench.open({ tables: [people], settings: { maxRetries: 2 } });
    bench.put('A', 'people', person(1));
    let looks = 0;
    bench.tap.current = ({ on, name, when }) => {
      if (on === 'B' && name === 'describe' && when === 'before' && ++looks <= 2) throw failure('backoff');
    };
    expect(await bench.sync()).toMatchObject({ status: 'completed', written: { B: { insert: 1 } } });
  });

  test('[E100] what trying again cannot cure fails at once', async () => {
    for (const retry of ['never', 'after-user-action'] as const) {
      const { bench, attempts } = await unsteady(3, () => failure(retry));
      bench.put('A', 'people', person(1));
      await expect(bench.sync()).rejects.toMatchObject({ code: 'unreachable' });
      expect(attempts()).toBe(1);
    }
  });

  test('[E101] a batch without an answer is looked at, and what it wrote is not written again', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.put('A', 'people', person(1));
    let calls: unknown[] = [];
    bench.tap.current = ({ on, name, when, args }) => {
      if (on !== 'B' || (name !== 'write' && name !== 'read')) return;
      if (when === 'before') calls.push(name);
      if (
        name === 'write' &&
        when === 'after' &&
        args.length > 0 &&
        calls.filter((one) => one === 'write').length === 1
      )
        throw failure('backoff', 'lost-answer');
    };
    expect(await bench.sync()).toMatchObject({ status: 'completed' });
    const after = calls.slice(calls.indexOf('write') + 1);
    expect(after).toContain('read');
    expect(after).not.toContain('write');
    calls = [];
    await bench.expectPeace('people');
    expect(calls).not.toContain('write');
  });

  test('[E100] who asks to stop is not made to wait for the next try', async () => {
    const stop = new AbortController();
    const { bench, attempts } = await unsteady(3, () => {
      stop.abort();
      return failure('backoff');
    });
    bench.put('A', 'people', person(1));
    await expect(bench.sync({ signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(attempts()).toBe(1);
  });
});
