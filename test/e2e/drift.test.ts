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

  it('sync and status say how many records were edited there, and name the option that overwrites them', () => {
    const says =
      /2 records were edited on the side that only receives \(drift\)\. To overwrite them:\n .* sync shop --overwrite-drift\n/;
    expect(bench.mustBe(0, 'sync').out).toMatch(says);
    const { out } = bench.mustBe(0, 'status');
    expect(out).toMatch(says);
    expect(out).toContain('In step at the last sync, but for 2 records edited on the receiving side (drift).');
    expect(JSON.parse(bench.mustBe(0, 'status', '--json').out)).toMatchObject([{ state: 'in-step', drift: 2 }]);
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

describe('much drift, and runs that go one way, from the command line', () => {
  const numbered = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);';
  const many = (from: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + 39}) INSERT INTO t SELECT i, 'v' FROM n`;

  async function pair(direction: string): Promise<BadBench> {
    const bench = await BadBench.create(numbered, many(1), { pair: false });
    bench.mustBe(0, 'pair', 'add', 'shop', '--a', bench.a, '--b', bench.b, '--direction', direction, '--no-input');
    bench.mustBe(0, 'sync');
    return bench;
  }

  it('[E121] the brake says what would be overwritten, holds up nothing else, and its answer is carried out', async () => {
    const bench = await pair('a-to-b');
    bench.sql(bench.b, many(101));
    const { out } = bench.mustBe(5, 'sync', '--overwrite-drift');
    expect(out).toContain(
      'Overwriting what was edited on Remote would delete 40 that This computer does not have, of 80 records of t.',
    );
    expect(out).not.toContain('emptied');
    bench.sql(bench.a, "UPDATE t SET v = 'flows' WHERE id = 1");
    expect(bench.mustBe(0, 'sync').out).toContain('Not overwritten by brake 1');
    expect(bench.mustBe(0, 'brake', 'list').out).toContain(
      'Let them go: the change is meant, and Remote gets what This computer has',
    );
    expect(bench.mustBe(0, 'brake', 'answer', '1', 'let-go').out).toContain('Let go: 40 records deleted on Remote.');
    expect(bench.rows(bench.b, 'SELECT count(*), max(v) FROM t')).toEqual([[40, 'v']]);
    bench.mustBe(0, 'status', '--check');
    bench.close();
  });

  it('[E120] what waits for a sync in both directions is counted, is not overwritten, and the command to send it is named', async () => {
    const bench = await pair('both');
    bench.sql(bench.b, "UPDATE t SET v = 'mine' WHERE id = 1");
    const { out } = bench.mustBe(0, 'sync', '--direction', 'a-to-b');
    expect(out).toContain('1 record edited on the receiving side; left as it is (drift).');
    expect(out).toMatch(/A sync in both directions takes it up: .* sync shop/);
    const refused = bench.mustBe(2, 'sync', '--direction', 'a-to-b', '--overwrite-drift');
    expect(refused.err).toContain('There is no drift to overwrite');
    bench.mustBe(0, 'sync');
    expect(bench.rows(bench.a, 'SELECT v FROM t WHERE id = 1')).toEqual([['mine']]);
    bench.close();
  });
});
