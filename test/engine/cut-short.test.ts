import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { Bench, table } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?', mail: 'text?' }, {});
const ids = [1n, 2n, 3n];

/** Three conflicts about one field, decided in batches of one record. */
async function disputed(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people], settings: { batchSize: 1 } });
  for (const id of ids) bench.putBoth('people', { id, name: 'old' });
  await bench.sync();
  for (const id of ids) {
    bench.put('A', 'people', { id, name: 'a' });
    bench.put('B', 'people', { id, name: 'b' });
  }
  await bench.sync();
  return bench;
}

const gone = (): AppError =>
  new AppError({
    code: 'internal',
    operation: 'write',
    subject: {},
    message: 'Writing 1 record to people stopped: Remote refused it.',
    next: 'Nothing more was written.',
  });

describe('A decision that a side cuts short', () => {
  test('[E71] says how many records it had written, and how they are taken back', async () => {
    const bench = await disputed();
    let writes = 0;
    bench.tap.current = ({ on, name, when }) => {
      if (on === 'B' && name === 'write' && when === 'before' && ++writes === 3) throw gone();
    };
    const failed = await bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' }).then(
      () => null,
      (cause: AppError) => cause.toBody(),
    );
    bench.tap.current = null;
    const run = (await bench.engine.runs(1))[0]?.id ?? 0;
    expect(failed).toMatchObject({
      next: `Nothing more was written. 2 records had been written by then, in run ${run}.`,
      hint: `To see what was written, and take it back: tandem run show ${run}`,
    });
    expect(bench.dump('B', 'people').map(({ name }) => name)).toEqual(['a', 'a', 'b']);
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 2, refused: [] });
    expect(bench.dump('B', 'people').map(({ name }) => name)).toEqual(['b', 'b', 'b']);
  });
});
