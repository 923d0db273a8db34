import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadBench, shop, shopRows } from '../support/bad-input.ts';

describe('[E61] drift of a one-way pair, from the command line', () => {
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows, { pair: false });
    bench.mustBe(0, 'pair', 'add', 'shop', '--a', bench.a, '--b', bench.b, '--direction', 'a-to-b', '--no-input');
    bench.mustBe(0, 'sync');
    bench.sql(bench.b, "UPDATE admins SET name = 'Mine' WHERE id = 1; DELETE FROM posts WHERE id = 7");
  });
  afterAll(() => bench.close());

  const planned = (): unknown => {
    const { drift, total } = JSON.parse(bench.mustBe(0, 'plan', '--json').out) as Record<string, number>;
    return { drift, total };
  };

  it('plan and status --check see it before and after a sync has told it', () => {
    expect(planned()).toEqual({ drift: 2, total: 0 });
    expect(bench.mustBe(0, 'sync').out).toContain('2 records edited on the receiving side; left as they are (drift).');
    const { out } = bench.mustBe(0, 'plan');
    expect(out).toContain('2 records edited on the receiving side; they stay as they are (drift).');
    expect(out).toMatch(/Overwrite: .* sync shop --overwrite-drift/);
    expect(bench.mustBe(8, 'status', '--check').out).toContain('is not in step: 2 records drifted');
  });

  it('also beside a watch that compared the sides long ago', async () => {
    const watch = await bench.watch(/watching/i);
    expect(planned()).toEqual({ drift: 2, total: 0 });
    expect(planned()).toEqual({ drift: 2, total: 0 });
    expect(bench.mustBe(8, 'status', '--check').out).toContain('2 records drifted');
    expect(await watch.stop()).toBe(143);
  });

  it('what was put right on the receiving side has not drifted, whatever the last sync said', () => {
    bench.sql(bench.b, "UPDATE admins SET name = 'John' WHERE id = 1");
    expect(bench.mustBe(8, 'status', '--check').out).toContain('1 record drifted');
    bench.mustBe(0, 'sync', '--overwrite-drift');
    expect(planned()).toEqual({ drift: 0, total: 0 });
    bench.mustBe(0, 'status', '--check');
  });
});
