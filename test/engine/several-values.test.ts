import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const unique = [
  { name: 'by_name', fields: ['name'] },
  { name: 'by_mail', fields: ['mail'] },
];
const users = table('users', { id: 'integer', name: 'text?', mail: 'text?', note: 'text?' }, { unique });
const user = (id: bigint, name: string | null, mail: string | null): Row => ({ id, name, mail, note: 'x' });

/** Record 1 of A clashes with what B has. */
async function clash(...there: readonly Row[]): Promise<Bench> {
  const bench = await Bench.open({ tables: [users] });
  bench.put('A', 'users', user(1n, 'ann', 'a@a'));
  for (const row of there) bench.put('B', 'users', row);
  await bench.sync();
  return bench;
}
const twice = (): Promise<Bench> => clash(user(2n, 'ann', 'a@a'));
const crossed = (): Promise<Bench> => clash(user(2n, 'ann', 'b@b'), user(3n, 'bob', 'a@a'));

type Given = Partial<Omit<Parameters<Bench['engine']['resolve']>[0], 'who' | 'where'>>;

describe('a record that clashes in several unique values', () => {
  test('[E140] [E29] is one conflict that names all of them, and refers to no other', async () => {
    const bench = await twice();
    const item = await bench.theConflict();
    expect(item).toMatchObject({
      kind: 'unique',
      fields: ['name', 'mail'],
      heldBy: [],
      possible: ['rename_local', 'keep_local', 'keep_remote', 'merge'],
      givesUp: [
        { field: 'name', fields: ['name'], key: bench.keyOf('users', 2n), emptied: true },
        { field: 'mail', fields: ['mail'], key: bench.keyOf('users', 2n), emptied: true },
      ],
    });
    expect(item.reason).toMatch(/: name\. .* users 2 on Remote has the same mail, which must be unique as well\.$/);
  });

  const left = user(2n, 'ann', 'a@a');
  const answers: readonly (readonly [string, Given, readonly Row[], string])[] = [
    [
      'keep_remote clears each',
      { strategy: 'keep_remote' },
      [user(1n, null, null), left],
      'name, mail of the record on This computer are cleared, on both sides; the other record keeps its values.',
    ],
    [
      'merge takes a value for each',
      {
        strategy: 'merge',
        fields: new Map([
          ['name', 'eve'],
          ['mail', 'e@e'],
        ]),
      },
      [user(1n, 'eve', 'e@e'), left],
      'The record on This computer gets name eve, mail e@e, on both sides; the other record keeps its value.',
    ],
    [
      'keep_local takes a value of the remote record for each',
      {
        strategy: 'keep_local',
        fields: new Map([
          ['name', 'eve'],
          ['mail', 'e@e'],
        ]),
      },
      [user(1n, 'ann', 'a@a'), user(2n, 'eve', 'e@e')],
      'The record on This computer keeps its name, mail; the other one gets name eve, mail e@e, on both sides.',
    ],
  ];
  for (const [what, given, stands, text] of answers)
    test(`[E140] [E48] ${what}, tried out and done, and goes back as a whole`, async () => {
      const bench = await twice();
      const { id } = await bench.theConflict();
      const decide = { where: { id }, who: 'ann', strategy: 'merge', ...given } as const;
      for (const dryRun of [true, false]) {
        const { failed, resolved } = await bench.engine.resolve({ ...decide, dryRun });
        expect({ failed, resolved }).toMatchObject({ failed: [], resolved: [{ id, text }] });
      }
      await bench.sync();
      expect(bench.both('users')).toEqual(stands);
      await bench.engine.undo({ conflict: id }, 'ann');
      expect([bench.one('A', 'users', 1n), bench.one('B', 'users', 2n)]).toEqual([user(1n, 'ann', 'a@a'), left]);
    });

  test('[E140] [E48] rename_local gives each a free value: the ones that were shown', async () => {
    const bench = await twice();
    const { id, givesUp } = await bench.theConflict();
    const [name, mail] = givesUp.map(({ suggestion }) => must(suggestion, 'a suggestion'));
    const { failed } = await bench.engine.resolve({ where: { id }, strategy: 'rename_local', who: 'ann' });
    expect(failed).toEqual([]);
    await bench.sync();
    expect(bench.both('users')).toEqual([user(1n, must(name, 'a name'), must(mail, 'a mail')), left]);
    await bench.expectPeace('users');
  });

  test('[E140] one value for two of them is refused with both names, tried out too', async () => {
    const bench = await twice();
    const { id } = await bench.theConflict();
    for (const dryRun of [true, false])
      for (const strategy of ['merge', 'keep_local'] as const) {
        const { failed } = await bench.engine.resolve({ where: { id }, strategy, value: 'eve', who: 'ann', dryRun });
        expect(failed).toMatchObject([{ text: expect.stringContaining('give --field name=NEW --field mail=NEW.') }]);
      }
    const fields = new Map([
      ['name', 'eve'],
      ['mail', 'a@a'],
    ]);
    const same = await bench.engine.resolve({ where: { id }, strategy: 'merge', fields, who: 'ann' });
    expect(same.failed).toMatchObject([{ code: 'value-taken' }]);
  });

  test('[E29] a third record waits behind the conflict, is counted apart, and with it nobody once it went through', async () => {
    const bench = await crossed();
    const status = await bench.engine.status();
    expect(status).toMatchObject({
      conflicts: { total: 1, open: 1, behind: 1 },
      sentence: 'Waiting for you (1). 1 more record waits behind that. Everything else goes on.',
    });
    expect(bench.dump('A', 'users')).toHaveLength(1);
    expect((await (await twice()).engine.status()).conflicts).toEqual({ total: 1, open: 1, behind: 0 });
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
    await bench.sync();
    expect((await bench.engine.status()).conflicts).toEqual({ total: 1, open: 0, behind: 0 });
    expect(bench.both('users')).toHaveLength(3);
  });

  test('[E29] of a record that has the value on both sides the conflict says so, and of others where each stands', async () => {
    const bench = await Bench.open({ tables: [users], tablesB: [{ ...users, unique: [] }] });
    bench.putBoth('users', user(1n, 'ann', 'a@a'));
    await bench.sync();
    bench.put('B', 'users', user(2n, 'ann', 'b@b'));
    await bench.sync();
    const { other } = await bench.theConflict();
    expect(other).toMatchObject({ side: 'A', key: bench.keyOf('users', 1n), onBoth: true });
    bench.put('B', 'users', { id: 1n, name: 'eve' });
    expect((await bench.theConflict()).other?.onBoth).toBe(false);
  });

  test('[E140] [E125] what a third record holds is given up, too, and keeps keep_local from being offered', async () => {
    const bench = await crossed();
    const item = await bench.theConflict();
    const third = bench.keyOf('users', 3n);
    expect(item).toMatchObject({
      fields: ['name'],
      possible: ['rename_local', 'keep_remote', 'merge'],
      heldBy: [{ side: 'B', key: third, fields: ['mail'], conflict: null, undoneRun: null }],
      givesUp: [{ field: 'name' }, { field: 'mail', key: third }],
    });
    const decide = { where: { id: item.id }, who: 'ann' } as const;
    for (const dryRun of [true, false]) {
      const kept = await bench.engine.resolve({ ...decide, strategy: 'keep_local', value: 'eve', dryRun });
      expect(kept.failed).toMatchObject([
        {
          text: 'users 3 on Remote has the same mail, which must be unique. Change that one first, and sync. Possible here: rename_local, keep_remote, merge.',
        },
      ]);
    }
    expect((await bench.engine.resolve({ ...decide, strategy: 'keep_remote' })).failed).toEqual([]);
    await bench.sync();
    expect(bench.both('users')).toEqual([user(1n, null, null), user(2n, 'ann', 'b@b'), user(3n, 'bob', 'a@a')]);
    await bench.expectPeace('users');
  });

  test('[E140] [E93] what a decision has settled beside its own conflict is asked no more, and goes with the next sync', async () => {
    const bench = await crossed();
    const [item] = await bench.open();
    await bench.engine.resolve({ where: { id: must(item, 'a conflict').id }, strategy: 'keep_remote', who: 'ann' });
    expect((await bench.open()).map(({ state, possible }) => [state, possible])).toEqual([['reopened', []]]);
    await bench.sync();
    expect(await bench.open()).toEqual([]);
    expect(bench.both('users')).toEqual([user(1n, null, null), user(2n, 'ann', 'b@b'), user(3n, 'bob', 'a@a')]);
  });

  test('[E140] an index over two fields and one over a third: one field of each is given up', async () => {
    const tables = [
      table(
        'rooms',
        { id: 'integer', house: 'text', door: 'text?', code: 'text?' },
        {
          unique: [
            { name: 'by_door', fields: ['house', 'door'] },
            { name: 'by_code', fields: ['code'] },
          ],
        },
      ),
    ];
    const bench = await Bench.open({ tables });
    bench.put('A', 'rooms', { id: 1n, house: 'h', door: 'd', code: 'c' });
    bench.put('B', 'rooms', { id: 2n, house: 'h', door: 'd', code: 'c' });
    await bench.sync();
    const { id, givesUp } = await bench.theConflict();
    expect(givesUp.map(({ field, emptied }) => [field, emptied])).toEqual([
      ['house', false],
      ['code', true],
    ]);
    const { resolved } = await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
    expect(resolved).toMatchObject([{ text: expect.stringMatching(/gets house h_\w{4}, and its code is cleared,/) }]);
    await bench.sync();
    expect(bench.both('rooms')).toMatchObject([
      { door: 'd', code: null },
      { house: 'h', code: 'c' },
    ]);
  });
});
