import { afterEach, beforeEach, expect, test } from 'vitest';
import { MongoBench } from '../support/mongo-bench.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';

interface User {
  readonly _id: number;
  readonly n?: number;
  readonly e?: number;
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

  test('[E43] a collection of one document that vanished is told in the singular', async () => {
    await users('a').insertOne({ _id: 1 });
    await bench.inStep();
    await users('a').drop();
    const { out, err, exit } = await bench.tandem('sync');
    expect([exit, out + err]).toEqual([5, expect.stringContaining('any more. Nobody deleted its record.')]);
  });
});
