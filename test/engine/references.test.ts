import { describe, expect, test } from 'vitest';
import { Bench, table } from '../support/engine-harness.ts';

const trees = table(
  'trees',
  { id: 'integer', parent: 'integer?', label: 'text?' },
  {
    references: [{ fields: ['parent'], parent: 'trees', parentFields: ['id'] }],
  },
);
const authors = table('authors', { id: 'integer', name: 'text?' });
const books = table(
  'books',
  { id: 'integer', author: 'integer?', title: 'text?' },
  {
    references: [{ fields: ['author'], parent: 'authors', parentFields: ['id'] }],
  },
);

async function library(): Promise<Bench> {
  const bench = await Bench.open({ tables: [books, authors] });
  bench.putBoth('authors', { id: 1n, name: 'Ann' }, { id: 2n, name: 'Bob' });
  bench.putBoth('books', { id: 1n, author: 1n, title: 'One' });
  await bench.sync();
  return bench;
}

describe('References', () => {
  test('[E32] parents are inserted before children and deleted after them, whatever the names and the batch', async () => {
    const bench = await Bench.open({ tables: [books, authors, trees], settings: { batchSize: 1 } });
    bench.put('A', 'authors', { id: 1n, name: 'Ann' });
    bench.put('A', 'books', { id: 1n, author: 1n, title: 'One' });
    for (const id of [9n, 5n, 7n, 1n]) bench.put('A', 'trees', { id, parent: id === 9n ? null : 9n });
    bench.put('A', 'trees', { id: 1n, parent: 5n });
    await bench.sync();
    expect([bench.both('books'), bench.both('authors'), bench.both('trees')].map((rows) => rows.length)).toEqual([
      1, 1, 4,
    ]);
    bench.drop('B', 'books', 1n);
    bench.drop('B', 'authors', 1n);
    for (const id of [1n, 5n]) bench.drop('B', 'trees', id);
    await bench.sync();
    expect([bench.both('books'), bench.both('authors'), bench.both('trees')].map((rows) => rows.length)).toEqual([
      0, 0, 2,
    ]);
    await bench.expectPeace('books', 'authors', 'trees');
  });

  test('[E32] a cycle of references goes through in one group, inserted and deleted', async () => {
    const bench = await Bench.open({ tables: [trees], settings: { batchSize: 1 } });
    for (const [id, parent] of [
      [1n, null],
      [2n, 1n],
      [1n, 2n],
      [3n, null],
      [3n, 3n],
      [4n, null],
    ] as const)
      bench.put('A', 'trees', { id, parent });
    await bench.sync();
    expect(bench.both('trees').map(({ parent }) => parent)).toEqual([2n, 1n, 3n, null]);
    for (const id of [1n, 2n, 3n]) bench.drop('B', 'trees', id);
    await bench.sync();
    expect(bench.both('trees').map(({ id }) => id)).toEqual([4n]);
    await bench.expectPeace('trees');
  });

  test('[E33] a child whose parent does not exist on the target waits as fk-parent-missing and flows when the parent is there', async () => {
    const bench = await library();
    bench.drop('B', 'authors', 2n);
    bench.put('A', 'authors', { id: 2n, name: 'Edited' });
    bench.put('A', 'books', { id: 2n, author: 2n, title: 'Two' });
    bench.put('A', 'books', { id: 3n, author: null, title: 'None' });
    await bench.sync();
    const open = await bench.open();
    expect(open.map(({ kind }) => kind).sort()).toEqual(['delete/update', 'fk-parent-missing']);
    expect(bench.dump('B', 'books').map(({ id }) => id)).toEqual([1n, 3n]);
    bench.put('B', 'authors', { id: 2n, name: 'Edited' });
    await bench.sync();
    expect(bench.both('books').map(({ id }) => id)).toEqual([1n, 2n, 3n]);
    await bench.expectPeace('books', 'authors');
  });

  test('[E34] a parent with a child on the other side that is not in the plan is parked as fk-child-exists; neither is deleted', async () => {
    const bench = await library();
    bench.drop('A', 'books', 1n);
    bench.drop('A', 'authors', 1n);
    bench.put('B', 'books', { id: 2n, author: 1n, title: 'Late' });
    await bench.sync();
    const conflict = (await bench.open()).find(({ kind }) => kind === 'fk-child-exists');
    expect(conflict).toMatchObject({
      collection: 'authors',
      blockedBy: [{ collection: 'books', key: bench.keyOf('books', 2n) }],
    });
    expect(bench.one('B', 'authors', 1n)).not.toBeNull();
    expect(bench.one('B', 'books', 2n)).not.toBeNull();
    bench.drop('B', 'books', 2n);
    await bench.sync();
    expect(bench.both('authors')).toEqual([{ id: 2n, name: 'Bob' }]);
    expect(bench.both('books')).toEqual([]);
    await bench.expectPeace('books', 'authors');
  });

  test('[E34] a parent whose value changed, while others refer to the earlier one, is not called deleted', async () => {
    const shelves = table(
      'shelves',
      { id: 'integer', code: 'text?' },
      { unique: [{ name: 'code', fields: ['code'] }] },
    );
    const boxes = table(
      'boxes',
      { id: 'integer', shelf: 'text?' },
      { references: [{ fields: ['shelf'], parent: 'shelves', parentFields: ['code'] }] },
    );
    const bench = await Bench.open({ tables: [shelves, boxes] });
    bench.putBoth('shelves', { id: 1n, code: 'a' });
    await bench.sync();
    bench.put('B', 'shelves', { id: 1n, code: 'b' });
    bench.put('A', 'boxes', { id: 9n, shelf: 'a' });
    await bench.sync();
    const conflict = (await bench.open()).find(({ kind }) => kind === 'fk-child-exists');
    expect(conflict?.reason).toBe(
      'Its code changed on one side, but records of the other side still refer to the earlier value.',
    );
    expect([bench.one('A', 'shelves', 1n), bench.one('A', 'boxes', 9n)]).toEqual([
      { id: 1n, code: 'a' },
      { id: 9n, shelf: 'a' },
    ]);
  });
});
