import { describe, expect, test } from 'vitest';
import { Bench, table, type Row } from '../support/engine-harness.ts';
import { peoplePair, person, resolve, theHold } from '../support/people-and-pets.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const unique = [
  { name: 'by_name', fields: ['name'] },
  { name: 'by_mail', fields: ['mail'] },
];
const users = table('users', { id: 'integer', name: 'text?', mail: 'text?' }, { unique });
const user = (id: bigint, name: string | null, mail: string | null): Row => ({ id, name, mail });

interface Decided {
  readonly bench: Bench;
  readonly conflict: number;
  readonly run: number;
}

/** Record 1 of A shares a value each with two records of B, and gave up both. */
async function decided(): Promise<Decided> {
  const bench = await Bench.open({ tables: [users] });
  bench.put('A', 'users', user(1n, 'ann', 'a@a'));
  bench.put('B', 'users', user(2n, 'ann', 'b@b'));
  bench.put('B', 'users', user(3n, 'bob', 'a@a'));
  await bench.sync();
  const { id } = await bench.theConflict();
  const { run } = await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
  return { bench, conflict: id, run };
}
const dump = (bench: Bench): readonly (readonly Row[])[] => [bench.dump('A', 'users'), bench.dump('B', 'users')];
const before = [[user(1n, 'ann', 'a@a')], [user(2n, 'ann', 'b@b'), user(3n, 'bob', 'a@a')]];

const ways = [
  { of: 'its run', what: ({ run }: Decided) => ({ run }) },
  { of: 'the conflict', what: ({ conflict }: Decided) => ({ conflict }) },
] as const;

describe.each(ways)('the undo of a decision about a unique clash, by $of', ({ what }) => {
  test('[E142] [E72] names the sync that gave the value to a third record, writes nothing, and goes through once that is undone', async () => {
    const given = await decided();
    const { bench } = given;
    const { id: later } = await bench.sync();
    const stands = dump(bench);
    const why = `users 3 on This computer has the same mail, which must be unique. Run ${later} gave it that since. Undo that run first: tandem undo run ${later}`;
    const refused = [1n, 2n].map((key) => ({ collection: 'users', key: bench.keyOf('users', key), why }));
    for (const dryRun of [true, false])
      expect(await bench.engine.undo(what(given), 'ann', dryRun)).toMatchObject({ restored: 0, inPart: [], refused });
    expect([dump(bench), await bench.engine.holds()]).toEqual([stands, []]);
    await bench.engine.undo({ run: later }, 'ann');
    for (const dryRun of [true, false])
      expect(await bench.engine.undo(what(given), 'ann', dryRun)).toMatchObject({ restored: 2, refused: [] });
    expect(dump(bench)).toEqual(before);
  });

  test('[E72] goes through before a third record has followed: that one waits on', async () => {
    const given = await decided();
    const { bench } = given;
    for (const dryRun of [true, false])
      expect(await bench.engine.undo(what(given), 'ann', dryRun)).toMatchObject({ restored: 2, refused: [] });
    await bench.sync();
    expect(dump(bench)).toEqual(before);
    expect(await bench.open()).toMatchObject([{ kind: 'unique', key: bench.keyOf('users', 3n) }]);
  });

  test('[E142] [E72] names the run that wrote one of the two again', async () => {
    const given = await decided();
    const { bench } = given;
    await bench.sync();
    bench.put('B', 'users', { id: 2n, mail: 'new' });
    const { id: later } = await bench.sync();
    const stands = dump(bench);
    const again = `Run ${later} wrote it again since. Undo that run first: tandem undo run ${later};`;
    for (const dryRun of [true, false]) {
      const { restored, refused } = await bench.engine.undo(what(given), 'ann', dryRun);
      expect([restored, refused.map(({ key }) => key)]).toEqual([0, [1n, 2n].map((id) => bench.keyOf('users', id))]);
      expect(refused[0]?.why).toContain(`users 2, which the same decision wrote, stays as it is: ${again}`);
      expect(refused[1]?.why).toContain(again);
    }
    expect(dump(bench)).toEqual(stands);
  });
});

describe('the undo of a run', () => {
  test('[E72] takes back no single record of a decision, and names the decision', async () => {
    const { bench, run, conflict } = await decided();
    const stands = dump(bench);
    for (const dryRun of [true, false]) {
      const target = { run, collection: 'users', key: bench.keyOf('users', 2n) };
      const { restored, refused } = await bench.engine.undo(target, 'ann', dryRun);
      expect([restored, refused.map(({ why }) => why)]).toEqual([
        0,
        [`One decision wrote it together with users 1, and they go back together: tandem undo conflict ${conflict}`],
      ]);
    }
    expect(dump(bench)).toEqual(stands);
  });

  const bulk = [
    { gone: 'A', there: 'B', kind: 'fk-parent-missing', strategy: 'keep_local' },
    { gone: 'A', there: 'B', kind: 'fk-child-exists', strategy: 'keep_remote' },
    { gone: 'B', there: 'A', kind: 'fk-parent-missing', strategy: 'keep_remote' },
    { gone: 'B', there: 'A', kind: 'fk-child-exists', strategy: 'keep_local' },
  ] as const;
  test.each(bulk)(
    '[E72] of many decisions restores all, whatever refers to it and waits: parents gone on $gone, $strategy for $kind',
    async ({ gone, there, kind, strategy }) => {
      const bench = await peoplePair();
      for (const id of [1n, 2n, 3n]) {
        bench.drop(gone, 'people', id);
        bench.put(there, 'pets', { id: id + 10n, owner: id });
      }
      await bench.sync();
      const all = (): readonly (readonly Row[])[] =>
        ['people', 'pets'].flatMap((name) => [bench.dump('A', name), bench.dump('B', name)]);
      const stood = all();
      const { run, failed } = await resolve(bench, { where: { kind }, strategy });
      expect(failed).toEqual([]);
      expect(all()).not.toEqual(stood);
      for (const dryRun of [true, false])
        expect(await bench.engine.undo({ run }, 'ann', dryRun)).toMatchObject({ restored: 3, refused: [] });
      await bench.sync();
      expect([all(), new Set((await bench.open()).map((item) => item.kind)).size]).toEqual([stood, 1]);
    },
  );

  test('[E142] names the run that wrote the same record again; with that undone and the old value taken it goes through', async () => {
    const bench = await peoplePair({}, ['ann']);
    bench.put('A', 'people', { id: 1n, city: 'first' });
    const { id: run } = await bench.sync();
    bench.put('A', 'people', { id: 1n, city: 'second' });
    const { id: later } = await bench.sync();
    const why = `Run ${later} wrote it again since. Undo that run first: tandem undo run ${later}; and for what then rests take the value last agreed on: tandem holds`;
    for (const dryRun of [true, false])
      expect(await bench.engine.undo({ run }, 'ann', dryRun)).toMatchObject({
        restored: 0,
        kept: 0,
        refused: [{ why }],
      });
    await bench.engine.undo({ run: later }, 'ann');
    await bench.engine.answerHold({ ...(await theHold(bench)), answer: 'old-on-both', who: 'ann' });
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 1, refused: [] });
    expect(bench.dump('B', 'people')).toEqual([person(1, 'ann')]);
  });

  test('[E142] names no run for what somebody wrote over it, or over the value that another record has', async () => {
    const bench = await peoplePair({}, ['ann', 'bob']);
    bench.put('A', 'people', { id: 1n, name: 'free' });
    bench.put('A', 'people', { id: 2n, city: 'first' });
    const { id: run } = await bench.sync();
    bench.put('A', 'people', person(3, 'cyd'));
    bench.put('A', 'people', { id: 2n, city: 'second' });
    await bench.sync();
    bench.put('B', 'people', { id: 3n, name: 'ann' });
    bench.put('B', 'people', { id: 2n, city: 'by hand' });
    const { kept, refused } = await bench.engine.undo({ run }, 'ann');
    expect([kept, refused.map(({ why }) => why)]).toEqual([
      1,
      ['people 3 on Remote has the same name, which must be unique. Change that one first, and sync.'],
    ]);
  });

  test('[E142] [E57] names the record that others refer to, and the run that wrote those, unless somebody else wrote one', async () => {
    const bench = await peoplePair();
    bench.put('A', 'people', person(10, 'zed'));
    bench.put('B', 'people', person(11, 'zed'));
    await bench.sync();
    const { id: conflict } = await bench.theConflict();
    await bench.engine.resolve({ where: { id: conflict }, strategy: 'keep_remote', who: 'ann' });
    bench.put('B', 'pets', { id: 1n, owner: 11n });
    const { id: later } = await bench.sync();
    const refer = 'Records on This computer refer to people 11: pets 1';
    const reasons = async (dryRun: boolean): Promise<unknown> =>
      (await bench.engine.undo({ conflict }, 'ann', dryRun)).refused.map(({ why }) => why);
    const why = `${refer}. Run ${later} wrote that since. Undo that run first: tandem undo run ${later}`;
    expect(await reasons(true)).toEqual([why, why]);
    bench.put('A', 'pets', { id: 2n, owner: 11n });
    expect(await reasons(true)).toEqual([`${refer}, pets 2.`, `${refer}, pets 2.`]);
    bench.drop('A', 'pets', 2n);
    await bench.engine.undo({ run: later }, 'ann');
    for (const dryRun of [true, false]) expect(await reasons(dryRun)).toEqual([]);
    expect([bench.one('A', 'people', 10n)?.['name'], bench.one('A', 'people', 11n)]).toEqual(['zed', null]);
  });

  test('[E57] says of a record why the one that has its value now does not go back itself', async () => {
    const bench = await peoplePair({}, ['ann', 'bob']);
    bench.put('A', 'people', { id: 1n, name: 'free' });
    bench.put('A', 'people', { id: 2n, name: 'ann' });
    const { id: run } = await bench.sync();
    bench.put('B', 'people', person(3, 'bob'));
    const why = 'people 3 on Remote has the same name, which must be unique. Change that one first, and sync.';
    const refused = [{ why: `people 2 keeps its name, which must be unique: ${why}` }, { why }];
    for (const dryRun of [true, false])
      expect(await bench.engine.undo({ run }, 'ann', dryRun)).toMatchObject({ restored: 0, refused });
  });

  test('[E142] names the run also where only the side can judge the value', async () => {
    const sql = 'CREATE TABLE u(id INTEGER PRIMARY KEY, email TEXT); CREATE UNIQUE INDEX ux ON u(lower(email));';
    const bench = await SqliteBench.open(sql, { u: ['id', 'email'] });
    bench.exec('A', "INSERT INTO u VALUES (1, 'ann')");
    await bench.sync();
    bench.exec('A', "UPDATE u SET email = 'free' WHERE id = 1");
    const { id: run } = await bench.sync();
    bench.exec('A', "INSERT INTO u VALUES (2, 'ANN')");
    const { id: later } = await bench.sync();
    const { refused } = await bench.engine.undo({ run }, 'ann');
    expect(refused).toMatchObject([{ why: expect.stringContaining(`Run ${later} gave it that since. Undo that run`) }]);
    await bench.engine.undo({ run: later }, 'ann');
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 1, refused: [] });
    expect(bench.rows('B', 'SELECT id, email FROM u')).toEqual([[1, 'ann']]);
  });
});
