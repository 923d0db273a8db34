import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import { RefusedWrite } from '../../electron/connectors/memory/transaction.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const users = table(
  'users',
  { id: 'integer', name: 'text?', city: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }], nocase: ['name'] },
);
const user = (id: number, name: string | null, city: string | null = null): Row => ({ id: BigInt(id), name, city });

async function withUsers(...rows: readonly Row[]): Promise<Bench> {
  const bench = await Bench.open({ tables: [users] });
  bench.putBoth('users', ...rows);
  await bench.sync();
  return bench;
}

describe('Unique values', () => {
  test('[E28] a value that another record holds and does not give up parks the record before anything is written', async () => {
    const bench = await withUsers(user(1, 'ann'), user(2, 'bob'));
    bench.put('A', 'users', user(3, 'cyd'));
    bench.put('B', 'users', user(4, 'CYD'));
    bench.put('A', 'users', user(2, 'bob', 'Bern'));
    await bench.sync();
    const conflict = await bench.theConflict();
    expect(conflict).toMatchObject({
      kind: 'unique',
      fields: ['name'],
      index: 'by_name',
      key: bench.keyOf('users', 3n),
    });
    expect(conflict.other).toMatchObject({ side: 'B', key: bench.keyOf('users', 4n) });
    expect(bench.dump('A', 'users')).toEqual([user(1, 'ann'), user(2, 'bob', 'Bern'), user(3, 'cyd')]);
    expect(bench.dump('B', 'users')).toEqual([user(1, 'ann'), user(2, 'bob', 'Bern'), user(4, 'CYD')]);
    expect(await bench.base('users', 3n)).toBeNull();
  });

  test('[E28] NULL is no value that two records could share; the case of a value of one record may change', async () => {
    const bench = await withUsers(user(1, 'ann'), user(2, null));
    bench.put('A', 'users', user(3, null));
    bench.put('B', 'users', user(4, null));
    bench.put('A', 'users', user(1, 'ANN'));
    await bench.sync();
    expect(bench.both('users').map(({ name }) => name)).toEqual(['ANN', null, null, null]);
    await bench.expectPeace('users');
  });

  test('[E28] where NULL counts, two records without a value clash before anything is written, also where the field is missing', async () => {
    const badges = table(
      'badges',
      { id: 'integer', code: 'text?' },
      { unique: [{ name: 'by_code', fields: ['code'], nullsClash: true }] },
    );
    const bench = await Bench.open({ tables: [badges], capabilities: { missingFields: true } });
    bench.put('A', 'badges', { id: 1n });
    bench.put('B', 'badges', { id: 2n, code: null });
    bench.put('A', 'badges', { id: 3n, code: 'x' });
    expect((await bench.engine.preview()).collections).toMatchObject([{ uniqueClashes: 1 }]);
    await bench.sync();
    const conflict = await bench.theConflict();
    expect(conflict).toMatchObject({ kind: 'unique', fields: ['code'], key: bench.keyOf('badges', 1n) });
    expect(conflict.other).toMatchObject({ side: 'B', key: bench.keyOf('badges', 2n) });
    expect([bench.dump('A', 'badges').length, bench.dump('B', 'badges').length]).toEqual([2, 2]);
    bench.put('B', 'badges', { id: 2n, code: 'y' });
    await bench.sync();
    expect(bench.both('badges')).toEqual([{ id: 1n }, { id: 2n, code: 'y' }, { id: 3n, code: 'x' }]);
    await bench.expectPeace('badges');
  });

  test('[E30] the place without a value moves from one record to another where one at most may be without', async () => {
    const badges = table(
      'badges',
      { id: 'integer', code: 'text?' },
      { unique: [{ name: 'by_code', fields: ['code'], nullsClash: true }] },
    );
    const bench = await Bench.open({ tables: [badges] });
    bench.putBoth('badges', { id: 1n, code: null }, { id: 2n, code: 'x' });
    await bench.sync();
    bench.put('A', 'badges', { id: 1n, code: 'y' });
    bench.put('A', 'badges', { id: 2n, code: null });
    await bench.sync();
    expect(bench.both('badges').map(({ code }) => code)).toEqual(['y', null]);
    await bench.expectPeace('badges');
  });

  test('[E28] an index over several fields clashes only where all of them are equal, and a declared unique field needs no index', async () => {
    const seats = table(
      'seats',
      { id: 'integer', row: 'integer?', number: 'integer?', code: 'text?' },
      { unique: [{ name: 'place', fields: ['row', 'number'] }] },
    );
    const bench = await Bench.open({ tables: [seats], rules: { seats: { uniqueFields: ['code'] } } });
    bench.put('A', 'seats', { id: 1n, row: 1n, number: 1n, code: 'x' });
    bench.put('B', 'seats', { id: 2n, row: 1n, number: 2n, code: 'y' });
    bench.put('A', 'seats', { id: 3n, row: 1n, number: null, code: 'same' });
    bench.put('B', 'seats', { id: 4n, row: 1n, number: null, code: 'same' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({
      kind: 'unique',
      fields: ['code'],
      key: bench.keyOf('seats', 3n),
    });
    expect(bench.dump('A', 'seats').map(({ id }) => id)).toEqual([1n, 2n, 3n]);
    bench.put('A', 'seats', { id: 6n, row: 2n, number: 2n, code: 'w' });
    bench.put('B', 'seats', { id: 5n, row: 2n, number: 2n, code: 'z' });
    bench.drop('A', 'seats', 3n);
    await bench.sync();
    expect((await bench.open()).map(({ fields }) => fields)).toEqual([['row', 'number']]);
    expect(bench.one('A', 'seats', 4n)).not.toBeNull();
  });

  test('[E28] of two new records of one side with one value the first goes, the other is asked about beside it', async () => {
    const people = table('people', { id: 'integer', name: 'text?' });
    for (const side of ['A', 'B'] as const) {
      const bench = await Bench.open({ tables: [people], rules: { people: { uniqueFields: ['name'] } } });
      for (const id of [17n, 18n, 19n]) bench.put(side, 'people', { id, name: id === 19n ? 'other' : 'dup' });
      await bench.sync();
      const other = side === 'A' ? 'B' : 'A';
      expect(bench.dump(other, 'people').map(({ id }) => id)).toEqual([17n, 19n]);
      const { id, possible, ...conflict } = await bench.theConflict();
      expect(conflict).toMatchObject({ kind: 'unique', key: bench.keyOf('people', 18n), fields: ['name'] });
      expect(conflict.other).toMatchObject({ side: other, key: bench.keyOf('people', 17n) });
      expect(possible).toContain('rename_local');
      await bench.engine.resolve({ where: { id }, strategy: 'rename_local', who: 'ann' });
      await bench.sync();
      expect(bench.both('people').map((each) => each['id'])).toEqual([17n, 18n, 19n]);
      await bench.expectPeace('people');
    }
  });

  test('[E29] two records that got one value on the two sides are one conflict, listed under this computer’s record', async () => {
    const bench = await withUsers(user(1, 'ann'), user(2, 'bob'));
    bench.put('A', 'users', user(1, 'new'));
    bench.put('B', 'users', user(2, 'new'));
    await bench.sync();
    const conflict = await bench.theConflict();
    expect([conflict.kind, conflict.key]).toEqual(['unique', bench.keyOf('users', 1n)]);
    expect(bench.dump('A', 'users')).toEqual([user(1, 'new'), user(2, 'bob')]);
    expect(bench.dump('B', 'users')).toEqual([user(1, 'ann'), user(2, 'new')]);
    expect((await bench.engine.status()).conflicts.open).toBe((await bench.open()).length);
    bench.put('B', 'users', user(2, 'other'));
    await bench.sync();
    expect(bench.both('users')).toEqual([user(1, 'new'), user(2, 'other')]);
    await bench.expectPeace('users');
  });

  test('[E30] a value that moved from one record to another flows: the one that releases it is written first', async () => {
    const bench = await withUsers(user(1, 'ann'), user(2, 'bob'), user(3, 'cyd'));
    bench.put('A', 'users', user(3, 'free'));
    bench.put('A', 'users', user(2, 'cyd'));
    bench.put('A', 'users', user(1, 'bob'));
    bench.put('A', 'users', user(0, 'ann'));
    bench.drop('A', 'users', 3n);
    await bench.sync();
    expect(bench.both('users')).toEqual([user(0, 'ann'), user(1, 'bob'), user(2, 'cyd')]);
    await bench.expectPeace('users');
  });

  for (const groups of ['side', 'collection'] as const) {
    test(`[E30] a swap, and a ring of three, go through in one group (groups: ${groups}), also in batches of one`, async () => {
      const bench = await Bench.open({ tables: [users], capabilities: { groups }, settings: { batchSize: 1 } });
      bench.putBoth('users', user(1, 'ann'), user(2, 'bob'), user(3, 'cyd'), user(4, 'dan'), user(5, 'eve'));
      await bench.sync();
      const ring = [
        [1, ''],
        [2, 'ann'],
        [1, 'bob'],
        [3, ' '],
        [4, 'cyd'],
        [5, 'dan'],
        [3, 'eve'],
      ] as const;
      for (const [id, name] of ring) bench.put('A', 'users', user(id, name));
      await bench.sync();
      expect(bench.both('users').map(({ name }) => name)).toEqual(['bob', 'ann', 'eve', 'cyd', 'dan']);
      await bench.expectPeace('users');
    });
  }

  test('[E30] where a side cannot write groups, a swap ends as a visible item or as the swap, and no value is lost', async () => {
    const bench = await Bench.open({ tables: [users], capabilities: { groups: 'none' } });
    bench.putBoth('users', user(1, 'ann'), user(2, 'bob'));
    await bench.sync();
    for (const [id, name] of [
      [1, ''],
      [2, 'ann'],
      [1, 'bob'],
    ] as const)
      bench.put('A', 'users', user(id, name));
    await bench.sync();
    expect(bench.dump('A', 'users')).toEqual([user(1, 'bob'), user(2, 'ann')]);
    const open = await bench.open();
    expect(bench.dump('B', 'users')).toEqual(
      open.length === 0 ? bench.dump('A', 'users') : [user(1, 'ann'), user(2, 'bob')],
    );
    bench.put('A', 'users', user(3, 'cyd'));
    await bench.sync();
    expect(bench.one('B', 'users', 3n)).toEqual(user(3, 'cyd'));
  });

  test('[E31] a record that waits for a parked one is parked as blocked, and goes on when the awaited one shows another state', async () => {
    const bench = await withUsers(user(1, 'ann'), user(2, 'bob'));
    bench.put('B', 'users', user(1, 'ann', 'of B'));
    bench.put('A', 'users', user(1, 'free', 'of A'));
    bench.put('A', 'users', user(2, 'ann'));
    await bench.sync();
    const waiting = (await bench.open()).find(({ key }) => key === bench.keyOf('users', 2n));
    expect(waiting).toMatchObject({
      kind: 'unique',
      blockedBy: [{ collection: 'users', key: bench.keyOf('users', 1n) }],
    });
    expect(bench.one('B', 'users', 2n)).toEqual(user(2, 'bob'));
    bench.drop('B', 'users', 1n);
    await bench.sync();
    expect(bench.one('B', 'users', 2n)).toEqual(user(2, 'ann'));
    expect((await bench.open()).map(({ kind }) => kind)).toEqual(['delete/update']);
  });

  test('[E31] a record of another collection is what it waits for, and no other record of its own', async () => {
    const authors = table('authors', { id: 'integer', name: 'text?' });
    const books = table(
      'books',
      { id: 'integer', author: 'integer?' },
      { references: [{ fields: ['author'], parent: 'authors', parentFields: ['id'] }] },
    );
    const bench = await Bench.open({ tables: [authors, books] });
    bench.putBoth('authors', { id: 1n, name: 'x' }, { id: 2n, name: 'y' }, { id: 7n, name: 'old' });
    bench.putBoth('books', { id: 7n, author: 1n });
    await bench.sync();
    bench.put('A', 'books', { id: 7n, author: 2n });
    bench.drop('A', 'authors', 1n);
    bench.drop('B', 'authors', 2n);
    for (const side of ['A', 'B'] as const) bench.put(side, 'authors', { id: 7n, name: `of ${side}` });
    await bench.sync();
    const open = await bench.open();
    expect(open.filter(({ other }) => other !== undefined)).toEqual([]);
    const one = open.find(({ key }) => key === bench.keyOf('authors', 1n));
    expect(one?.blockedBy).toEqual([{ collection: 'books', key: bench.keyOf('books', 7n) }]);
    await bench.engine.resolve({ where: { collection: 'authors' }, strategy: 'keep_remote', who: 'ann' });
    expect(bench.one('A', 'authors', 7n)?.['name']).toBe('of B');
    await bench.engine.undo({ conflict: one?.id ?? 0 }, 'ann');
    expect([bench.one('A', 'authors', 1n), bench.one('A', 'authors', 7n)?.['name']]).toEqual([null, 'of B']);
  });
});

describe('Refusals of a side', () => {
  test('[E35] a record that a side refuses is parked as rejected with the reason, one that does not fit as type-misfit; all others flow', async () => {
    const narrow = table(
      'users',
      { id: 'integer', name: 'text?', city: 'text' },
      { unique: [{ name: 'by_name', fields: ['name'] }] },
    );
    const wide = table(
      'users',
      { id: 'integer', name: 'any?', city: 'text?' },
      { unique: [{ name: 'by_name', fields: ['name'] }] },
    );
    const bench = await Bench.open({ tables: [wide], tablesB: [narrow] });
    bench.B.addTrigger({
      name: 'no_zoe',
      collection: 'users',
      writes: [],
      fire: (_, { after }) => {
        if (fieldOf(after, 'name') === 'zoe') throw new RefusedWrite('check', 'zoe is not wanted');
      },
    });
    const rows = [
      user(1, 'ann', 'Bern'),
      user(2, 'zoe', 'Bern'),
      user(3, 'cyd', null),
      { ...user(4, '', 'Bern'), name: 4n },
    ];
    for (const one of rows) bench.put('A', 'users', one);
    const report = await bench.sync();
    const open = await bench.open();
    expect(open.map(({ key, kind }) => [key, kind])).toEqual([
      [bench.keyOf('users', 2n), 'rejected'],
      [bench.keyOf('users', 3n), 'rejected'],
      [bench.keyOf('users', 4n), 'type-misfit'],
    ]);
    expect(open[0]?.reason).toContain('zoe is not wanted');
    expect(bench.dump('B', 'users')).toEqual([user(1, 'ann', 'Bern')]);
    expect(bench.dump('A', 'users')).toHaveLength(4);
    expect([report.status, writtenBy(report)]).toEqual(['completed', 1]);
    expect(writtenBy(await bench.sync())).toBe(0);
    bench.put('A', 'users', user(3, 'cyd', 'Basel'));
    await bench.sync();
    expect(bench.one('B', 'users', 3n)).toEqual(user(3, 'cyd', 'Basel'));
    await expect(
      bench.engine.resolve({ where: { id: 999 }, strategy: 'keep_local', who: 'ann' }),
    ).rejects.toBeInstanceOf(AppError);
  });
});
