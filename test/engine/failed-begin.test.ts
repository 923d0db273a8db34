import { expect, test, describe } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { Bench, table } from '../support/engine-harness.ts';

const things = table('things', { id: 'integer', name: 'text?' });
const away = (code: AppError['code']): AppError =>
  new AppError({ code, operation: 'open', message: `The side failed: ${code}.`, next: 'Nothing was written.' });

describe('A run that could not begin', () => {
  test('[E92] stands in the history; what tries by itself says it once, and its first success is noted', async () => {
    const bench = await Bench.open({ tables: [things] });
    bench.put('A', 'things', { id: 1n, name: 'x' });
    await bench.sync();
    const statuses = async (): Promise<unknown> => (await bench.engine.runs(9)).map(({ status }) => status);
    for (const code of ['busy', 'busy', 'unreachable'] as const)
      await bench.engine.neverBegan({ trigger: 'live', who: 'watch' }, away(code));
    expect(await statuses()).toEqual(['failed', 'failed', 'completed']);
    expect(await bench.engine.status()).toMatchObject({
      state: 'stopped',
      sentence: 'Stopped: The side failed: unreachable.',
    });
    for (let i = 0; i < 2; i++) await bench.sync({ trigger: 'live' });
    expect(await statuses()).toEqual(['completed', 'failed', 'failed', 'completed']);
    expect(await bench.engine.status()).toMatchObject({ state: 'in-step' });
  });
});
