import { MongoClient, type ClientSession, type Db } from 'mongodb';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { Capabilities } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, mongoServer, type SharedMongo } from '../support/mongo-server.ts';
import { describeConnector } from './connector-suite.ts';
import type {
  ConformanceHarness,
  CreateOptions,
  ForeignOp,
  NeutralCollection,
  RawRecord,
  TestSide,
} from './harness.ts';
import { driverForm, exactly, mongoOptions, plainForm } from './mongodb-support.ts';

const everything: Capabilities = {
  groups: 'side',
  capture: true,
  watch: true,
  gate: false,
  digest: true,
  lookup: true,
  setup: true,
  marker: true,
  missingFields: true,
  stamps: true,
};
const alone: Capabilities = { ...everything, groups: 'none', capture: false, watch: false, marker: false };

interface Kind {
  readonly capabilities: Capabilities;
  readonly anyField: boolean;
}

const mongoHarness = (mongo: SharedMongo, { capabilities, anyField }: Kind): ConformanceHarness => ({
  kind: 'mongodb',
  capabilities,
  facts: {
    collations: ['binary'],
    references: false,
    triggers: false,
    nullsClash: true,
    foresees: true,
    documents: { key: '_id', anyField },
    altered: {},
  },
  create: (options) => createSide(mongo, capabilities, options),
});

async function createSide(
  mongo: SharedMongo,
  capabilities: Capabilities,
  { schema, captureWindow }: CreateOptions = {},
): Promise<TestSide> {
  const limited =
    captureWindow === undefined ? null : await mongoServer({ kind: 'replica-set', oplogEntries: captureWindow });
  const name = mongo.newDatabase();
  const url = limited?.url(name) ?? mongo.url(name);
  const client = await new MongoClient(url).connect();
  const other = new OtherClient(client, schema?.collections ?? [], {
    hasTransactions: capabilities.groups === 'side',
    fills: limited !== null,
  });
  await other.define();
  let connector = await mongodbKind.open(mongoOptions(url));
  return {
    get connector() {
      return connector;
    },
    mutateBehindItsBack: (ops) => other.mutate(ops),
    readRaw: (collection) => other.read(collection),
    reopen: async () => {
      await connector.close();
      return (connector = await mongodbKind.open(mongoOptions(url)));
    },
    close: async () => {
      await connector.close();
      await client.close();
      await limited?.stop();
    },
  };
}

interface Means {
  readonly hasTransactions: boolean;
  /** With each change comes a hundred elsewhere: no server forgets after three. */
  readonly fills: boolean;
}

/** The driver as another program uses it. The suite's key field is `_id` here. */
class OtherClient {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #collections: readonly NeutralCollection[];
  readonly #means: Means;

  constructor(client: MongoClient, collections: readonly NeutralCollection[], means: Means) {
    this.#client = client;
    this.#db = client.db();
    this.#collections = collections;
    this.#means = means;
  }

  async define(): Promise<void> {
    for (const { name, fields, unique = [] } of this.#collections) {
      await this.#db.createCollection(name);
      for (const index of unique) {
        const nullable = index.fields.filter((field) => fields.find((each) => each.name === field)?.nullable);
        const filter = Object.fromEntries(nullable.map((field) => [field, { $type: 'string' }]));
        await this.#db.collection(name).createIndex(Object.fromEntries(index.fields.map((field) => [field, 1])), {
          name: index.name,
          unique: true,
          ...(nullable.length === 0 || index.nullsClash ? {} : { partialFilterExpression: filter }),
        });
      }
    }
  }

  async mutate(ops: readonly ForeignOp[]): Promise<void> {
    const work = async (session?: ClientSession): Promise<void> => {
      for (const op of ops) await this.#one(op, session);
    };
    if (this.#means.hasTransactions)
      await this.#client.withSession((session) => session.withTransaction(() => work(session)));
    else await work();
    const fillers = Array.from({ length: this.#means.fills ? 100 : 0 }, () => ({}));
    if (fillers.length > 0) await this.#client.db('elsewhere').collection('fillers').insertMany(fillers);
  }

  async #one(op: ForeignOp, session?: ClientSession): Promise<void> {
    const run = (command: Record<string, unknown>) => this.#db.command(command, session ? { session } : {});
    const { collection } = op;
    if (op.op === 'insert') {
      await run({ insert: collection, documents: [this.#document(collection, op.values)] });
      return;
    }
    const where = this.#document(collection, op.where);
    const q = Object.fromEntries([...where].map(([name, value]) => [name, { $eq: value }]));
    if (op.op === 'delete') {
      await run({ delete: collection, deletes: [{ q, limit: 1 }] });
      return;
    }
    const set = this.#document(collection, op.set);
    if (!set.has('_id')) {
      await run({ update: collection, updates: [{ q, u: { $set: set } }] });
      return;
    }
    const found = must(
      await this.#db
        .collection(collection)
        .findOne(q as never, { promoteValues: false, ...(session ? { session } : {}) }),
      'a document',
    );
    await run({ delete: collection, deletes: [{ q, limit: 1 }] });
    await run({ insert: collection, documents: [new Map<string, unknown>([...Object.entries(found), ...set])] });
  }

  /** With `_id` in the place of the key field. A Map, for the driver puts something in the place of an `_id` of NULL. */
  #document(collection: string, values: RawRecord): Map<string, unknown> {
    const { key = [] } = must(
      this.#collections.find(({ name }) => name === collection),
      collection,
    );
    return new Map(
      Object.entries(values).map(([name, value]) => [key.includes(name) ? '_id' : name, driverForm(value)]),
    );
  }

  async read(collection: string): Promise<RawRecord[]> {
    const { key = [] } = must(
      this.#collections.find(({ name }) => name === collection),
      collection,
    );
    const found = await this.#db.collection(collection).find({}, { raw: true }).toArray();
    return found.map((raw) => {
      const entries = Object.entries(exactly(raw as unknown as Buffer));
      return Object.fromEntries(
        entries.map(([name, value]) => [name === '_id' ? (key[0] ?? name) : name, plainForm(value)]),
      );
    });
  }
}

await describeSharedMongo('mongodb on a replica set', 'replica-set', (mongo) => {
  describeConnector(
    'mongodb, with whatever fields documents have',
    mongoHarness(mongo, { capabilities: everything, anyField: true }),
  );
  describeConnector(
    'mongodb, with the fields that the pair maps',
    mongoHarness(mongo, { capabilities: everything, anyField: false }),
  );
});
await describeSharedMongo('mongodb on a standalone server', 'standalone', (mongo) => {
  describeConnector('mongodb, alone', mongoHarness(mongo, { capabilities: alone, anyField: true }));
});
