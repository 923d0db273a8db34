import { readFileSync } from 'node:fs';
import { BSON, MongoClient, type Db, type Document } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { SharedMongo } from './mongo-server.ts';
import { testData } from './test-data.ts';

export type Side = 'a' | 'b';
type Change = (db: Db) => Promise<unknown>;

/**
 * Two databases that are kept in step, and a third one that nobody syncs: it gets every edit of both sides, so it shows
 * what both have to be in the end. Everything is compared raw, by the driver alone.
 */
export class Twins {
  readonly a: Db;
  readonly b: Db;
  readonly truth: Db;

  constructor(sides: { readonly a: Db; readonly b: Db; readonly truth: Db }) {
    this.a = sides.a;
    this.b = sides.b;
    this.truth = sides.truth;
  }

  /** The same edit on one side and in the truth. */
  async edit(side: Side, change: Change): Promise<void> {
    await change(this[side]);
    await change(this.truth);
  }

  /** Every document of every collection, byte by byte: the first few on either side that are not as in the truth. */
  async differences(): Promise<readonly unknown[]> {
    const truth = await dump(this.truth);
    const found: unknown[] = [];
    for (const side of ['a', 'b'] as const) {
      const documents = await dump(this[side]);
      for (const name of new Set([...documents.keys(), ...truth.keys()]))
        for (const one of different(documents.get(name), truth.get(name))) found.push({ side, name, ...one });
    }
    return found;
  }
}

/** Three new databases of the server that the run shares. */
export async function newTwins(mongo: SharedMongo): Promise<Twins> {
  const client = await new MongoClient(mongo.url('admin')).connect();
  onTestFinished(() => client.close());
  const [a, b, truth] = [1, 2, 3].map(() => client.db(mongo.newDatabase())) as [Db, Db, Db];
  return new Twins({ a, b, truth });
}

/** Raw documents as hexadecimal, by their `_id` as hexadecimal. */
export async function dump(db: Db): Promise<Map<string, Map<string, string>>> {
  const found = new Map<string, Map<string, string>>();
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name.startsWith('system.')) continue;
    const raw = (await db.collection(name).find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
    found.set(name, new Map(raw.map((bytes) => [idOf(bytes), Buffer.from(bytes).toString('hex')])));
  }
  return found;
}

const idOf = (bytes: Uint8Array): string =>
  BSON.EJSON.stringify(
    { _id: BSON.deserialize(bytes, { promoteValues: false })['_id'] as unknown },
    { relaxed: false },
  );

/** The first few documents that are not alike. */
function different(found?: ReadonlyMap<string, string>, wanted?: ReadonlyMap<string, string>): object[] {
  const ids = new Set([...(found?.keys() ?? []), ...(wanted?.keys() ?? [])]);
  return [...ids]
    .filter((id) => found?.get(id) !== wanted?.get(id))
    .slice(0, 5)
    .map((id) => ({ id, found: found?.get(id) ?? null, wanted: wanted?.get(id) ?? null }));
}

/** Collections of real data, one document a line in canonical Extended JSON; none where they do not lie beside the project. */
export function realCollections(): ReadonlyMap<string, Document[]> {
  const found = new Map<string, Document[]>();
  for (const name of ['accounts', 'customers', 'theaters', 'users']) {
    const file = testData('mongo', `${name}.json`);
    if (file === null) continue;
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    found.set(
      name,
      lines.map((line) => BSON.EJSON.parse(line, { relaxed: false }) as Document),
    );
  }
  return found;
}

/** Documents of every type that a driver can make, with every type of `_id`. */
export function madeUp(count: number): Document[] {
  const { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID, BSONRegExp } = BSON;
  const values: unknown[] = [
    new Double(-0),
    new Double(Number.NaN),
    new Double(1e300),
    new Int32(-1),
    Long.fromString('9223372036854775807'),
    Decimal128.fromString('1.10'),
    new Date(-1),
    new Timestamp({ t: 7, i: 1 }),
    new BSONRegExp('^a.b$', 'i'),
    new Code('return 1'),
    new Code('return x', { x: new Int32(1) }),
    new Binary(Buffer.from([0, 255, 3]), 128),
    new UUID('0123456789abcdef0123456789abcdef'),
    new MinKey(),
    new MaxKey(),
    null,
    '',
    'Ä\u0000\u{1F600}',
    [],
    [[new Int32(1)], { a: null }],
    {},
    { z: new Int32(1), a: { $in: 'no operator', 'x.y': new Int32(2) } },
    true,
    new ObjectId('0123456789abcdef01234567'),
  ];
  return Array.from({ length: count }, (_, i) => {
    const ids = [new Int32(i), `key ${i}`, new ObjectId(String(i).padStart(24, '0')), { n: new Int32(i) }, new Date(i)];
    const own = values[i % values.length];
    // SecantusDB holds NaN unequal to itself; without transactions such a field cannot be compared, and waits (MO40).
    const inner = own instanceof Double && Number.isNaN(own.value) ? null : own;
    const nested = { list: [inner, new Int32(i)] };
    return { _id: ids[i % ids.length], n: new Int32(i), own, nested, name: `name ${i}` };
  });
}
