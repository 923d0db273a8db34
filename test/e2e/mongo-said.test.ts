import { afterEach, beforeEach, expect, test } from 'vitest';
import { MongoBench } from '../support/mongo-bench.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';

interface User {
  readonly _id: number;
  readonly n?: number;
  readonly e?: number;
  readonly k?: number;
  readonly name?: string;
}

await describeSharedMongo('what is said about documents', 'replica-set', (mongo) => {
  let bench: MongoBench;
  const users = (side: 'a' | 'b'): ReturnType<typeof bench.a.collection<User>> => bench[side].collection<User>('users');
  beforeEach(async () => {
    const place = (): { readonly theirs: string } => ({ theirs: mongo.url(mongo.newDatabase()) });
    bench = await MongoBench.open(place(), place());
  });
  afterEach(() => bench.close());

  test('[E1] a document that a run merged, whose fields stand in another order on one side, is not told as the same on both sides already', async () => {
    await users('a').insertOne({ _id: 1, n: 1, e: 1 });
    await bench.inStep();
    await users('a').updateOne({ _id: 1 }, { $set: { x: 1 } });
    await users('b').updateOne({ _id: 1 }, { $set: { y: 1 } });
    const { out } = await bench.tandem('sync');
    expect(out).toMatch(/Pushed to remote: 1 record\n[^]*Pulled from remote: 1 record\n/);
    expect(out).not.toContain('already');
    await users('a').updateOne({ _id: 1 }, { $set: { n: 2 } });
    await users('b').updateOne({ _id: 1 }, { $set: { n: 2 } });
    expect((await bench.tandem('sync')).out).toContain('1 record is the same on both sides already');
  });

  test('[W13] doctor names what the two sides were made with and is not alike', async () => {
    await users('a').insertOne({ _id: 1 });
    await bench.inStep();
    expect((await bench.tandem('doctor')).out).toContain('Nothing needs you.');
    await users('b').createIndex({ n: 1 });
    const { out, exit } = await bench.tandem('doctor');
    expect(out).toMatch(
      /look {2}pair shop: The two sides are not defined alike\. users: .* on Remote only\.\n.*tandem\.js.* pair test shop/,
    );
    expect(exit).toBe(8);
  });

  test('[E114] a collection with a collation of its own is told of the side that has it', async () => {
    await users('a').insertOne({ _id: 1 });
    await bench.inStep();
    await bench.tandem('config', 'set', 'newCollections=true');
    await bench.a.createCollection('names', { collation: { locale: 'de' } });
    await bench.tandem('sync');
    expect((await bench.tandem('status')).out).toMatch(/names: It has a collation of its own on This computer, which/);
  });

  test('[E43] a collection of one document that vanished is told in the singular', async () => {
    await users('a').insertOne({ _id: 1 });
    await bench.inStep();
    await users('a').drop();
    const { out, err, exit } = await bench.tandem('sync');
    expect([exit, out + err]).toEqual([5, expect.stringContaining('any more. Nobody deleted its record.')]);
  });

  test('[P40] [E152] an index of one side is offered with its command, shown before, and made by it', async () => {
    await users('a').insertOne({ _id: 1, name: 'Ann' });
    await bench.inStep();
    await users('a').createIndex({ name: 1 }, { unique: true });
    await bench.tandem('sync');
    const offered = await bench.tandem('pair', 'test');
    expect(offered.out).toMatch(
      /To make the index that is on one side only on the other, too:\n {2}.* pair edit shop --add-indexes\n/,
    );
    const look = await bench.tandem('pair', 'edit', 'shop', '--add-indexes', '--dry-run');
    expect([look.exit, look.out]).toEqual([
      0,
      expect.stringMatching(
        /Would be created on Remote: 1 list of indexes[^]*Nothing was saved; this was only a look\./,
      ),
    ]);
    const made = await bench.tandem('pair', 'edit', 'shop', '--add-indexes', 'users');
    expect([made.exit, made.out]).toEqual([0, expect.stringContaining('Created on Remote: 1 list of indexes')]);
    expect(await users('b').indexes()).toContainEqual(expect.objectContaining({ key: { name: 1 }, unique: true }));
    const none = await bench.tandem('pair', 'edit', 'shop', '--add-indexes');
    expect(none.out).toContain('There is nothing to make: no index is on one side only.');
    expect((await bench.tandem('pair', 'edit', 'shop', '--add-indexes', 'pets')).exit).toBe(2);
  });

  const refuseWithoutK = async (): Promise<void> => {
    await bench.a.createCollection('users', { validator: { $jsonSchema: { required: ['k'] } } });
    await users('a').insertOne({ _id: 1, k: 1 });
    await bench.inStep({ create: true });
  };

  test('[E47] [E71] a document that lacks what a validator requires is given it, and waits for plans after a refused answer', async () => {
    await refuseWithoutK();
    await bench.b.command({ collMod: 'users', validator: {} });
    await users('b').insertOne({ _id: 3 });
    await bench.tandem('sync');
    const { out } = await bench.tandem('conflicts');
    expect(out).toContain("--field 'NAME=…'");
    expect(out).not.toContain('_id=…');
    for (const [field, why] of [
      ['_id=3', /refuses this record/],
      ['_id=4', /part of the key/],
      ['NAME=…', /only stands for a value/],
    ] as const) {
      const said = await bench.tandem('resolve', '1', '--strategy', 'merge', '--field', field);
      expect(said.out + said.err).toMatch(why);
      expect((await bench.tandem('plan')).out).toMatch(/To This computer: nothing[^]*1 conflict waits for you/);
    }
    const decided = await bench.tandem('resolve', '1', '--strategy', 'merge', '--field', 'k=5');
    expect([decided.exit, decided.out]).toEqual([0, expect.stringMatching(/Resolved #1/)]);
    for (const side of ['a', 'b'] as const) expect(await users(side).findOne({ _id: 3 })).toEqual({ _id: 3, k: 5 });
  });

  test('[E47] a name that looks mistyped adds no field to a document, unless it stands in a whole record', async () => {
    await users('a').insertOne({ _id: 1, name: 'Ann' });
    await bench.inStep();
    await users('a').updateOne({ _id: 1 }, { $set: { name: 'Anna' } });
    await users('b').updateOne({ _id: 1 }, { $set: { name: 'Anne' } });
    await bench.tandem('sync');
    const merge = ['resolve', '1', '--strategy', 'merge'];
    const refused = await bench.tandem(...merge, '--field', 'name=Ann', '--field', 'nmae=x');
    expect([refused.exit, refused.out + refused.err]).toEqual([
      5,
      expect.stringMatching(/Did you mean name\? .*--value/),
    ]);
    expect((await bench.tandem(...merge, '--value', '{"name":"Ann","nmae":"x"}')).exit).toBe(0);
    expect(await users('b').findOne()).toEqual({ _id: 1, name: 'Ann', nmae: 'x' });
  });
});
