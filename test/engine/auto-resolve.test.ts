import { describe, expect, test } from 'vitest';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { BsonValue, sameValue, type Value } from '../../electron/engine/port/value.ts';
import { Bench, table } from '../support/engine-harness.ts';

const admins = table(
  'admins',
  { _id: 'any', username: 'any?', createdAt: 'any?', updatedAt: 'any?' },
  { unique: [{ name: 'by_username', fields: ['username'] }] },
);

const objectId = (madeAtMs: number, n: number): BsonValue => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Math.floor(madeAtMs / 1000), 0);
  bytes.writeUInt32BE(n, 8);
  return new BsonValue(bsonType.objectId, Uint8Array.from(bytes));
};

const date = (ms: number): BsonValue => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(ms));
  return new BsonValue(bsonType.date, Uint8Array.from(bytes));
};

const int32 = (n: number): BsonValue => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(n);
  return new BsonValue(bsonType.int32, Uint8Array.from(bytes));
};

const HOUR = 3_600_000;

interface Stamps {
  readonly createdAt?: Value;
  readonly updatedAt?: Value;
}

/** One name on both sides under two ids. */
async function clash(
  local: Stamps & { readonly _id: Value },
  remote: Stamps = {},
  username: Value = 'john',
): Promise<Bench> {
  const bench = await Bench.open({ tables: [admins] });
  bench.put('A', 'admins', { username, ...local });
  bench.put('B', 'admins', { _id: objectId(0, 2), username, ...remote });
  await bench.sync();
  expect((await bench.theConflict()).kind).toBe('unique');
  return bench;
}

const decide = async (bench: Bench): Promise<unknown> => {
  const { resolved, skipped, failed } = await bench.engine.autoResolve({ max: 10, who: 'ann' });
  return [...resolved.map(({ strategy }) => strategy), ...skipped.map(() => 'skipped'), ...failed.map(() => 'failed')];
};

const names = (bench: Bench): string[] =>
  bench
    .both('admins')
    .map(({ username = null }) => String(username))
    .sort();

const holders = (bench: Bench, side: 'A' | 'B', username: Value): Value[] =>
  bench
    .dump(side, 'admins')
    .filter((row) => sameValue(row['username'], username))
    .map(({ _id = null }) => _id);

describe('Auto-resolve on documents', () => {
  const now = Date.UTC(2026, 0, 5, 9);

  test('[E52] a document without createdAt is as old as the object id of its key', async () => {
    const young = await clash({ _id: objectId(now - HOUR / 2, 1) });
    expect(await decide(young)).toEqual(['rename_local']);
    await young.sync();
    expect(names(young)).toEqual(['john', expect.stringMatching(/^john_[a-z0-9]{4}$/)]);
    expect(await decide(await clash({ _id: objectId(now - 2 * HOUR, 1) }))).toEqual(['skipped']);
  });

  test('[E52] createdAt wins over the object id; it may be a date', async () => {
    const id = objectId(now - HOUR / 2, 1);
    expect(await decide(await clash({ _id: id, createdAt: date(now - 2 * HOUR) }))).toEqual(['skipped']);
    const old = objectId(now - 2 * HOUR, 1);
    expect(await decide(await clash({ _id: old, createdAt: date(now - HOUR / 2) }))).toEqual(['rename_local']);
    expect(await decide(await clash({ _id: old, createdAt: date(now + HOUR) }))).toEqual(['skipped']);
  });

  test('[E52] the remote document is kept where both have an updatedAt and its date is later', async () => {
    const _id = objectId(now - 2 * HOUR, 1);
    const newer = await clash({ _id, updatedAt: date(1000) }, { updatedAt: date(2000) });
    expect(await decide(newer)).toEqual(['keep_remote']);
    expect(holders(newer, 'B', 'john')).toEqual([objectId(0, 2)]);
    expect(await decide(await clash({ _id, updatedAt: date(2000) }, { updatedAt: date(1000) }))).toEqual(['skipped']);
    expect(await decide(await clash({ _id }, { updatedAt: date(2000) }))).toEqual(['skipped']);
    expect(await decide(await clash({ _id, updatedAt: date(1000) }, { updatedAt: 'later' }))).toEqual(['skipped']);
  });

  test.each([
    [{}, {}, 'neither of the two records has updatedAt, which could tell which is newer'],
    [{ updatedAt: date(1) }, {}, 'only the local record has updatedAt, so it does not tell which is newer'],
    [{}, { updatedAt: date(1) }, 'only the remote record has updatedAt, so it does not tell which is newer'],
  ])('[E52] where one of two documents, or both, lacks the time, it says which', async (local, remote, why) => {
    const bench = await clash({ _id: objectId(0, 1), ...local }, remote);
    const { skipped } = await bench.engine.autoResolve({ max: 10, who: 'ann' });
    expect(skipped).toMatchObject([{ why }]);
  });

  test('[E52] a conflict that the remote side does not dispute any more is cleared, and its record goes over', async () => {
    const bench = await clash({ _id: objectId(now - 2 * HOUR, 1) });
    bench.put('B', 'admins', { _id: objectId(0, 2), username: 'john2' });
    const { id } = await bench.theConflict();
    const report = await bench.engine.autoResolve({ max: 10, who: 'ann' });
    expect(report).toMatchObject({ resolved: [{ id, strategy: null }], skipped: [], failed: [] });
    expect(report.wrote.map(({ op }) => op)).toEqual([{ A: 'insert' }, { B: 'insert' }]);
    expect(await bench.open()).toEqual([]);
    await bench.sync();
    expect(names(bench)).toEqual(['john', 'john2']);
    await bench.expectPeace('admins');
  });

  test('[E52] where the other record is gone and somebody else took the value, the local one is renamed', async () => {
    const bench = await clash({ _id: objectId(now - 2 * HOUR, 1) });
    bench.drop('B', 'admins', objectId(0, 2));
    bench.put('B', 'admins', { _id: objectId(0, 3), username: 'john' });
    expect(await decide(bench)).toEqual(['rename_local']);
    await bench.sync();
    expect(names(bench)).toEqual(['john', expect.stringMatching(/^john_[a-z0-9]{4}$/)]);
    expect(await bench.open()).toEqual([]);
  });

  test('[E52] the wall clock a year away only leaves more to a person: nothing is lost', async () => {
    const bench = await clash({ _id: objectId(now - HOUR / 2, 1) });
    bench.now -= 365 * 24 * HOUR;
    expect(await decide(bench)).toEqual(['skipped']);
    bench.now += 2 * 365 * 24 * HOUR;
    expect(await decide(bench)).toEqual(['skipped']);
    expect(await bench.open()).toHaveLength(1);
  });

  test('[E48] a suggestion keeps the class of the old value: the next free number for a 32-bit one', async () => {
    const bench = await clash({ _id: objectId(now - HOUR / 2, 1) }, {}, int32(7));
    expect((await bench.theConflict()).givesUp[0]?.suggestion).toBe('8');
    bench.putBoth('admins', { _id: objectId(0, 3), username: int32(8) });
    expect(await decide(bench)).toEqual(['rename_local']);
    expect(holders(bench, 'B', int32(9))).toEqual([objectId(now - HOUR / 2, 1)]);
  });

  test('[E48] where no value is like the old one, nothing is made up', async () => {
    const bench = await clash({ _id: objectId(now - HOUR / 2, 1) }, {}, date(5));
    expect((await bench.theConflict()).givesUp[0]?.suggestion).toBeUndefined();
    expect(await decide(bench)).toEqual(['failed']);
    expect(bench.dump('A', 'admins')).toHaveLength(1);
  });
});
