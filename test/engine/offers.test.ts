import { describe, expect, test } from 'vitest';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?' });
const rooms = table('rooms', { id: 'integer', door: 'text?' });
const visits = table(
  'visits',
  { id: 'integer', person: 'integer?', room: 'integer?', note: 'text?' },
  {
    references: [
      { fields: ['person'], parent: 'people', parentFields: ['id'] },
      { fields: ['room'], parent: 'rooms', parentFields: ['id'] },
    ],
  },
);
const papers = table(
  'papers',
  { id: 'integer', owner: 'integer?', room: 'integer?' },
  {
    references: [
      { fields: ['owner'], parent: 'people', parentFields: ['id'] },
      { fields: ['room'], parent: 'rooms', parentFields: ['id'] },
    ],
  },
);

async function office(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, rooms, visits, papers] });
  bench.putBoth('people', { id: 1n, name: 'ann' }, { id: 2n, name: 'bob' });
  bench.putBoth('rooms', { id: 1n, door: 'red' }, { id: 2n, door: 'blue' });
  await bench.sync();
  return bench;
}
const open = async (bench: Bench, collection: string) =>
  (await bench.open()).find((item) => item.collection === collection);

describe('What a conflict offers', () => {
  test('[E93] keep_both only where the local record can move to another key', async () => {
    const bench = await office();
    for (const id of [5n, 6n]) {
      bench.put('A', 'people', { id, name: 'here' });
      bench.put('B', 'people', { id, name: 'there' });
    }
    bench.put('A', 'visits', { id: 1n, person: 5n, room: null, note: 'x' });
    await bench.sync();
    const possible = new Map((await bench.open()).map((item) => [item.key, item.possible]));
    expect(possible.get(bench.keyOf('people', 5n))).toEqual(['keep_local', 'keep_remote', 'merge']);
    expect(possible.get(bench.keyOf('people', 6n))).toEqual(['keep_local', 'keep_remote', 'merge', 'keep_both']);
    for (const { id } of await bench.open())
      for (const strategy of ['keep_both'] as const) {
        const [item] = await bench.engine.conflicts({ id });
        const { failed } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann', dryRun: true });
        expect(failed.length === 0).toBe(item?.possible.includes(strategy));
      }
  });

  for (const [type, emptied] of [
    ['text?', true],
    ['text', false],
  ] as const)
    test(`[E93] [E48] a unique clash on ${type}: what taking the remote side makes of the other record is known before`, async () => {
      const users = table('users', { id: 'integer', name: type }, { unique: [{ name: 'by_name', fields: ['name'] }] });
      const bench = await Bench.open({ tables: [users] });
      bench.put('A', 'users', { id: 1n, name: 'ann' });
      bench.put('B', 'users', { id: 2n, name: 'ann' });
      await bench.sync();
      const [clash] = await bench.open();
      expect(clash).toMatchObject({ kind: 'unique', givesUp: [{ field: 'name', emptied }] });
      const value = emptied ? null : clash?.givesUp[0]?.suggestion;
      const { resolved } = await bench.engine.resolve({ where: {}, strategy: 'keep_remote', who: 'ann' });
      expect(resolved).toMatchObject([{ text: expect.stringContaining(value ?? 'is cleared') }]);
      expect(bench.both('users')).toEqual([
        { id: 1n, name: value },
        { id: 2n, name: 'ann' },
      ]);
    });

  test('[E93] a missing parent is named, all of them, and whether it waits itself; the state that cannot be written is not offered', async () => {
    const bench = await office();
    bench.drop('B', 'people', 1n);
    bench.drop('B', 'rooms', 1n);
    bench.put('A', 'rooms', { id: 1n, door: 'green' });
    bench.put('A', 'visits', { id: 9n, person: 1n, room: 1n, note: 'new' });
    await bench.sync();
    const item = await open(bench, 'visits');
    expect(item?.possible).toEqual(['keep_remote', 'merge']);
    expect(item?.reason).toMatch(
      /^It refers to (people|rooms) 1 \((person|room)\), which Remote does not have\.$|^It refers to .* 1, which waits itself/,
    );
    const { id: ann = 0 } = (await open(bench, 'people')) ?? {};
    const { id: room = 0 } = (await open(bench, 'rooms')) ?? {};
    expect(item?.missingParents).toEqual([
      { collection: 'people', side: 'B', fields: ['person'], text: '1', conflict: ann, elsewhere: true },
      { collection: 'rooms', side: 'B', fields: ['room'], text: '1', conflict: room, elsewhere: true },
    ]);
  });

  test('[E93] of any kind only what references take is offered: what a side lacks, and what others refer to', async () => {
    const bench = await office();
    bench.putBoth('rooms', { id: 3n, door: 'green' });
    bench.putBoth(
      'visits',
      { id: 1n, person: 1n, room: 1n, note: 'old' },
      { id: 2n, person: 2n, room: 2n, note: 'old' },
    );
    await bench.sync();
    // What A keeps would refer to what B deleted.
    bench.put('A', 'visits', { id: 1n, note: 'edited' });
    bench.drop('B', 'visits', 1n);
    bench.drop('B', 'people', 1n);
    // Two edits of one reference, one of them to what B lacks; another value may be given by hand.
    bench.put('A', 'visits', { id: 2n, room: 1n });
    bench.put('B', 'visits', { id: 2n, room: 3n });
    bench.drop('B', 'rooms', 1n);
    // A deleted what B edited, and something there refers to it.
    bench.put('B', 'rooms', { id: 2n, door: 'edited' });
    bench.put('B', 'papers', { id: 1n, owner: null, room: 2n });
    bench.put('A', 'papers', { id: 1n, owner: null, room: null });
    bench.drop('A', 'rooms', 2n);
    await bench.sync();
    const found = (await bench.open()).map(({ collection, kind, possible }) => [`${collection} ${kind}`, possible]);
    expect(Object.fromEntries(found)).toMatchObject({
      'visits delete/update': ['keep_remote'],
      'visits update/update': ['keep_remote', 'merge'],
      'rooms delete/update': ['keep_remote', 'merge'],
    });
    for (const { id, possible, kind } of await bench.open())
      for (const strategy of ['keep_local', 'keep_remote'] as const) {
        if (kind.startsWith('fk-')) continue;
        const { failed } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann', dryRun: true });
        expect([id, kind, strategy, failed.length === 0]).toEqual([id, kind, strategy, possible.includes(strategy)]);
      }
  });

  test('[E93] a record of which one side edited and the other deleted names what it needs before it can be kept', async () => {
    const bench = await office();
    bench.putBoth('visits', { id: 1n, person: 1n, room: null, note: 'old' });
    await bench.sync();
    bench.put('B', 'visits', { id: 1n, note: 'edited' });
    bench.drop('A', 'visits', 1n);
    bench.drop('A', 'people', 1n);
    await bench.sync();
    const [person, visit] = [await open(bench, 'people'), await open(bench, 'visits')];
    const missing = { collection: 'people', side: 'A', fields: ['person'], text: '1', elsewhere: true };
    expect(visit).toMatchObject({
      kind: 'delete/update',
      possible: ['keep_local'],
      missingParents: [{ ...missing, conflict: person?.id }],
    });
    const decide = async (id: number | undefined) =>
      (await bench.engine.resolve({ where: { id: id ?? 0 }, strategy: 'keep_remote', who: 'ann' })).failed;
    expect(await decide(person?.id)).toEqual([]);
    expect(await open(bench, 'visits')).toMatchObject({ missingParents: [] });
    expect(await decide(visit?.id)).toEqual([]);
    expect(bench.both('visits')).toEqual([{ id: 1n, person: 1n, room: null, note: 'edited' }]);
    await bench.expectPeace('people', 'visits');
  });

  test('[E93] [E140] a unique clash whose record refers to what the other side lacks offers no answer that would be refused', async () => {
    const tables = [
      people,
      table(
        'mails',
        { id: 'integer', mail: 'text?', person: 'integer?' },
        {
          unique: [{ name: 'by_mail', fields: ['mail'] }],
          references: [{ fields: ['person'], parent: 'people', parentFields: ['id'] }],
        },
      ),
    ];
    const bench = await Bench.open({ tables });
    bench.putBoth('people', { id: 1n, name: 'ann' });
    await bench.sync();
    bench.drop('B', 'people', 1n);
    bench.put('A', 'mails', { id: 1n, mail: 'a@a', person: 1n });
    bench.put('B', 'mails', { id: 2n, mail: 'a@a', person: null });
    await bench.sync();
    const clash = await open(bench, 'mails');
    expect(clash).toMatchObject({
      kind: 'unique',
      possible: ['merge'],
      missingParents: [{ collection: 'people', side: 'B', conflict: (await open(bench, 'people'))?.id }],
    });
    for (const strategy of ['rename_local', 'keep_local', 'keep_remote'] as const) {
      const request = { where: { id: clash?.id ?? 0 }, strategy, who: 'ann', dryRun: true } as const;
      expect((await bench.engine.resolve({ ...request, value: 'b@b' })).failed).toHaveLength(1);
    }
  });

  test('[E93] what a side has just refused is not offered again', async () => {
    const loose = table('papers', { id: 'integer', title: 'any?', pages: 'integer?' });
    const strict = table('papers', { id: 'integer', title: 'text?', pages: 'integer?' });
    const bench = await Bench.open({ tables: [loose], tablesB: [strict] });
    bench.putBoth('papers', { id: 1n, title: 'old', pages: 1n });
    await bench.sync();
    bench.put('A', 'papers', { id: 1n, title: 7n });
    bench.put('A', 'papers', { id: 2n, title: 7n, pages: 2n });
    await bench.sync();
    expect((await bench.open()).map(({ kind, possible }) => [kind, possible])).toEqual([
      ['type-misfit', ['keep_remote', 'merge']],
      ['type-misfit', ['keep_remote', 'merge']],
    ]);
  });

  test('[E93] [E34] every record that refers to one is counted, by whatever reference and if in a conflict itself', async () => {
    const bench = await office();
    bench.drop('A', 'people', 2n);
    for (const id of [1n, 2n]) bench.put('B', 'visits', { id, person: 2n, room: null, note: 'x' });
    bench.put('B', 'papers', { id: 11n, owner: 2n, room: 1n });
    bench.drop('A', 'rooms', 1n);
    await bench.sync();
    const item = await open(bench, 'people');
    expect(item).toMatchObject({ kind: 'fk-child-exists', blocking: 3, possible: ['keep_remote'] });
    expect(item?.blockedBy.map(({ collection }) => collection).toSorted()).toEqual(['papers', 'visits', 'visits']);
    expect(item?.reason).toContain('still refer to it');
    for (let id = 100n; id < 130n; id++) bench.put('B', 'visits', { id, person: 2n, room: null, note: 'x' });
    expect((await open(bench, 'people'))?.blocking).toBe(33);
  });

  test('[E126] a missing parent that is part of the key: merge is not offered, and refused alike when it is tried out', async () => {
    const steps = table(
      'steps',
      { room: 'integer', n: 'integer', text: 'text?' },
      { key: ['room', 'n'], references: [{ fields: ['room'], parent: 'rooms', parentFields: ['id'] }] },
    );
    const bench = await Bench.open({ tables: [rooms, steps] });
    bench.putBoth('rooms', { id: 1n, door: 'red' }, { id: 2n, door: 'blue' });
    await bench.sync();
    bench.drop('A', 'rooms', 2n);
    bench.put('B', 'steps', { room: 2n, n: 1n, text: 's' });
    await bench.sync();
    const item = await open(bench, 'steps');
    expect([item?.kind, item?.possible]).toEqual(['fk-parent-missing', ['keep_local']]);
    expect(item?.missingParents).toMatchObject([{ collection: 'rooms', fields: [] }]);
    const merge = { where: { id: item?.id ?? 0 }, strategy: 'merge', who: 'ann' } as const;
    for (const dryRun of [true, false]) {
      const other = await bench.engine.resolve({ ...merge, fields: new Map([['room', 1n]]), dryRun });
      expect(other).toMatchObject({ resolved: [], follows: [], wrote: [], preview: [] });
      expect(other.failed).toEqual([
        {
          id: item?.id,
          code: 'refused',
          text: 'room is part of the key of steps 2, 1: with another value it would be another record. Nothing was written. Possible here: keep_local.',
        },
      ]);
    }
    expect(bench.dump('B', 'steps')).toEqual([{ room: 2n, n: 1n, text: 's' }]);
    const decided = await bench.engine.resolve({ where: merge.where, strategy: 'keep_local', who: 'ann' });
    expect(decided.follows).toEqual([{ collection: 'rooms', key: bench.keyOf('rooms', 2n) }]);
  });

  test('[E125] what would bring a value that another record holds is not offered before that one gives it up, and names it', async () => {
    const mails = table(
      'mails',
      { id: 'integer', email: 'text?' },
      { unique: [{ name: 'by_email', fields: ['email'] }] },
    );
    const bench = await Bench.open({ tables: [mails] });
    bench.putBoth('mails', { id: 1n, email: 'a@a' }, { id: 2n, email: 'b@b' }, { id: 3n, email: 'c@c' });
    await bench.sync();
    bench.put('A', 'mails', { id: 1n, email: 'x@x' });
    bench.drop('A', 'mails', 2n);
    bench.put('B', 'mails', { id: 2n, email: 'x@x' });
    await bench.sync();
    const byKind = async (kind: string) => (await bench.open()).find((item) => item.kind === kind);
    const [item, clash] = [await byKind('delete/update'), await byKind('unique')];
    expect(item?.possible).toEqual(['keep_local', 'merge']);
    expect(item?.heldBy).toEqual([
      { side: 'A', key: bench.keyOf('mails', 1n), fields: ['email'], conflict: clash?.id, undoneRun: null },
    ]);
    const keep = { where: { id: item?.id ?? 0 }, strategy: 'keep_remote', who: 'ann' } as const;
    for (const dryRun of [true, false]) {
      const refused = await bench.engine.resolve({ ...keep, dryRun });
      expect(refused).toMatchObject({ resolved: [], follows: [], wrote: [] });
      expect(refused.failed).toEqual([
        {
          id: item?.id,
          code: 'refused',
          text: `mails 1 on This computer has the same email, which must be unique. Decide conflict ${clash?.id} first: tandem show ${clash?.id}`,
        },
      ]);
    }
    const renamed = await bench.engine.resolve({ where: { id: clash?.id ?? 0 }, strategy: 'rename_local', who: 'ann' });
    expect(renamed.failed).toEqual([]);
    expect(await byKind('delete/update')).toMatchObject({
      possible: ['keep_local', 'keep_remote', 'merge'],
      heldBy: [],
    });
    expect((await bench.engine.resolve(keep)).failed).toEqual([]);
    expect(bench.dump('A', 'mails')).toEqual(bench.dump('B', 'mails'));
  });

  test('[E93] a unique clash whose other record rests after an undo offers nothing before its hold is answered, and names it', async () => {
    const mails = table(
      'mails',
      { id: 'integer', mail: 'text?', note: 'text?' },
      { unique: [{ name: 'by_mail', fields: ['mail'] }] },
    );
    const bench = await Bench.open({ tables: [mails] });
    bench.putBoth('mails', { id: 1n, mail: 'old', note: 'x' });
    await bench.sync();
    bench.put('A', 'mails', { id: 1n, note: 'y' });
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run }, 'ann');
    bench.put('B', 'mails', { id: 1n, mail: 'dup' });
    bench.put('A', 'mails', { id: 2n, mail: 'dup', note: 'z' });
    await bench.sync();
    const { id, possible, heldBy } = await bench.theConflict();
    const key = bench.keyOf('mails', 1n);
    expect({ possible, heldBy }).toEqual({
      possible: [],
      heldBy: [{ side: 'B', key, fields: ['mail'], conflict: null, undoneRun: run }],
    });
    const request = { where: { id }, strategy: 'rename_local', who: 'ann' } as const;
    expect((await bench.engine.resolve({ ...request, dryRun: true })).failed).toMatchObject([
      { text: expect.stringContaining('mails 1, rests after an undo') },
    ]);
    await bench.engine.answerHold({ collection: 'mails', key, answer: 'send-again', who: 'ann' });
    expect(await bench.theConflict()).toMatchObject({ possible: expect.arrayContaining(['rename_local']), heldBy: [] });
    expect((await bench.engine.resolve(request)).failed).toEqual([]);
    await bench.expectPeace('mails');
  });

  test('[E93] [E125] keep_both only where each side can take the record that it lacks', async () => {
    const tables = [
      people,
      table(
        'mails',
        { id: 'integer', mail: 'text?', person: 'integer?' },
        {
          unique: [{ name: 'by_mail', fields: ['mail'] }],
          references: [{ fields: ['person'], parent: 'people', parentFields: ['id'] }],
        },
      ),
      table(
        'desks',
        { id: 'integer', mark: 'text?' },
        { references: [{ fields: ['id'], parent: 'people', parentFields: ['id'] }] },
      ),
    ];
    const bench = await Bench.open({ tables });
    for (const id of [1n, 2n, 3n, 4n, 5n]) bench.putBoth('people', { id, name: 'x' });
    await bench.sync();
    const twice = (id: bigint, here: Row, there: Row): void => {
      bench.put('A', 'mails', { id, mail: null, person: null, ...here });
      bench.put('B', 'mails', { id, mail: null, person: null, ...there });
    };
    twice(1n, { mail: 'a' }, { mail: 'held here' });
    twice(2n, { mail: 'held there' }, { mail: 'b' });
    twice(3n, { person: 1n }, { person: null });
    twice(4n, { person: null }, { person: 2n });
    twice(5n, { mail: 'c' }, { mail: 'd' });
    bench.put('A', 'mails', { id: 11n, mail: 'held here', person: null });
    bench.put('B', 'mails', { id: 12n, mail: 'held there', person: null });
    bench.drop('B', 'people', 1n);
    bench.drop('A', 'people', 2n);
    bench.put('A', 'desks', { id: 3n, mark: 'here' });
    bench.put('B', 'desks', { id: 3n, mark: 'there' });
    await bench.sync();
    const added = (await bench.open()).filter(({ kind }) => kind === 'insert/insert');
    const offered = added.filter(({ possible }) => possible.includes('keep_both')).map(({ key }) => key);
    expect([added.length, offered]).toEqual([6, [bench.keyOf('mails', 5n)]]);
    for (const { id, possible } of added) {
      const request = { where: { id }, strategy: 'keep_both', who: 'ann', dryRun: true } as const;
      const { failed } = await bench.engine.resolve(request);
      expect([id, failed.length === 0]).toEqual([id, possible.includes('keep_both')]);
    }
  });
});
