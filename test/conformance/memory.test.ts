import { describe, expect, test } from 'vitest';
import {
  MemoryConnector,
  forgetMemoryDatabase,
  memoryKind,
  registerMemoryDatabase,
} from '../../electron/connectors/memory/connector.ts';
import { MemoryDatabase, findRow } from '../../electron/connectors/memory/database.ts';
import { RefusedWrite, type MemoryTransaction } from '../../electron/connectors/memory/transaction.ts';
import type { Capabilities, Connector } from '../../electron/engine/port/connector.ts';
import { recordFrom } from '../../electron/engine/port/record.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeConnector } from './connector-suite.ts';
import type { ConformanceHarness, CreateOptions, ForeignOp, RawRecord, TestSide } from './harness.ts';
import {
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  insertThing,
  key,
  office,
  rec,
  specOf,
  thing,
  things,
  writeOne,
} from './suite-support.ts';

const everything: Capabilities = {
  groups: 'side',
  capture: true,
  watch: true,
  gate: true,
  digest: true,
  lookup: true,
  setup: true,
  marker: true,
  missingFields: false,
  stamps: true,
};

function memoryHarness(capabilities: Capabilities): ConformanceHarness {
  return {
    kind: 'memory',
    capabilities,
    facts: {
      collations: ['binary', 'nocase', 'rtrim'],
      references: true,
      triggers: true,
      nullsClash: true,
      altered: {},
    },
    create: async (options) => new MemorySideUnderTest(capabilities, options),
  };
}

class MemorySideUnderTest implements TestSide {
  readonly #database: MemoryDatabase;
  connector: Connector;

  constructor(capabilities: Capabilities, { schema, captureWindow }: CreateOptions = {}) {
    this.#database = new MemoryDatabase({
      name: 'conformance',
      capabilities,
      collections: schema?.collections ?? [],
      ...(captureWindow === undefined ? {} : { captureWindow }),
    });
    this.connector = new MemoryConnector(this.#database);
  }

  async mutateBehindItsBack(ops: readonly ForeignOp[]): Promise<void> {
    this.#database.transaction((transaction) => {
      for (const op of ops) mutate(this.#database, transaction, op);
    });
  }

  async readRaw(collection: string): Promise<readonly RawRecord[]> {
    const table = must(this.#database.tables.get(collection), collection);
    return [...table.entries()].map(([, { names, values }]) =>
      Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])),
    );
  }

  async reopen(): Promise<Connector> {
    await this.connector.close();
    this.connector = new MemoryConnector(this.#database);
    return this.connector;
  }

  close(): Promise<void> {
    return this.connector.close();
  }
}

function mutate(database: MemoryDatabase, transaction: MemoryTransaction, op: ForeignOp): void {
  if (op.op === 'insert') {
    transaction.insert(op.collection, rec(op.values));
    return;
  }
  const row = must(findRow(database, op.collection, rec(op.where)), 'the record to change');
  if (op.op === 'delete') transaction.delete(op.collection, row);
  else transaction.update(op.collection, row, new Map(Object.entries(op.set)));
}

describeConnector('memory', memoryHarness(everything));
describeConnector(
  'memory, as a document store that groups within a collection',
  memoryHarness({ ...everything, groups: 'collection', missingFields: true, gate: false }),
);
describeConnector(
  'memory, with as little as a connector may have',
  memoryHarness({
    groups: 'none',
    capture: false,
    watch: false,
    gate: false,
    digest: false,
    lookup: false,
    setup: false,
    marker: false,
    missingFields: false,
    stamps: false,
  }),
);
describeConnector(
  'memory, with setup but without a marker',
  memoryHarness({ ...everything, marker: false, capture: false, watch: false }),
);

describe('a memory database', () => {
  const made = () => {
    const database = new MemoryDatabase({ name: 'm', collections: [...office.collections, things] });
    return { database, connector: new MemoryConnector(database) };
  };

  test('is opened by its name while it is registered, by as many connectors as like', async () => {
    const { database } = made();
    registerMemoryDatabase(database);
    const options = { url: 'memory:m', busyMs: 0, create: false, readOnly: false, clock: { sleep: async () => {} } };
    const one = await memoryKind.open(options);
    const two = await memoryKind.open(options);
    await fill(await one.bind([specOf(things)]), [insertThing(1n)]);
    expect((await (await two.bind([specOf(things)])).scan('things', null, 9)).records).toHaveLength(1);
    forgetMemoryDatabase('m');
    await failureOf(memoryKind.open(options), 'file-missing');
    expect(memoryKind.matches('memory:m')).toBe(true);
    expect(memoryKind.matches('sqlite:m')).toBe(false);
  });

  test('opened for reading only takes no write, no marker and no definition', async () => {
    const { database } = made();
    const connector = new MemoryConnector(database, { readOnly: true });
    const side = await connector.bind([specOf(things)]);
    expect((await failureOf(side.write({ intents: [insertThing(1n)] }))).code).toBe('read-only');
    expect((await failureOf(must(connector.setup, 'setup').installMarker('p', 1))).code).toBe('read-only');
    expect((await failureOf(must(connector.setup, 'setup').create([]))).code).toBe('read-only');
    expect((await failureOf(must(side.marker, 'marker').raise('p', 0, { epoch: 1, n: 1 }))).code).toBe('read-only');
  });

  test('goes back to a snapshot with its records, markers and identity, and forgets its history', async () => {
    const { database, connector } = made();
    const side = await connector.bind([specOf(things)]);
    const setup = must(connector.setup, 'setup');
    await setup.installMarker('p', 1);
    await fill(side, [insertThing(1n, 'old')]);
    const snapshot = database.snapshot();
    const [gate, capture, marker] = [
      must(side.gate, 'gate'),
      must(side.capture, 'capture'),
      must(side.marker, 'marker'),
    ];
    const before = { identity: await connector.identity(), token: await gate.token(), cursor: await capture.start() };
    await marker.raise('p', 0, { epoch: 1, n: 4 });
    await fill(side, [deleteFrom('things', key(1n), thing(1n, 'old')), insertThing(2n)]);
    database.restore(snapshot);
    expect((await side.scan('things', null, 9)).records).toEqual([{ key: key(1n), record: thing(1n, 'old') }]);
    expect((await marker.read('p'))?.n).toBe(0);
    expect(await connector.identity()).toEqual(before.identity);
    expect(await gate.token()).not.toBe(before.token);
    expect((await capture.changes(before.cursor, 10)).lost).toBe(true);
  });

  test('that takes the place of another under an open connector has another identity', async () => {
    const { database, connector } = made();
    const before = await connector.identity();
    database.restore(made().database.snapshot());
    expect((await connector.identity()).id).not.toBe(before.id);
  });

  test('leaves nothing of a transaction that throws', () => {
    const { database } = made();
    const work = () =>
      database.transaction((transaction) => {
        transaction.insert('things', thing(1n));
        transaction.insert('things', thing(1));
      });
    expect(work).toThrow('primary');
    expect(database.commits).toBe(0);
    expect([...must(database.tables.get('things'), 'things').entries()]).toEqual([]);
  });

  test('cascades and enforces references in a transaction of a user who asks for it', () => {
    const { database } = made();
    const enforced = { references: 'enforce' } as const;
    database.transaction((transaction) => {
      transaction.insert(
        'people',
        recordFrom([
          ['id', 1n],
          ['name', 'p'],
        ]),
      );
      transaction.insert(
        'notes',
        recordFrom([
          ['id', 1n],
          ['person', 1n],
          ['text', 't'],
        ]),
      );
    }, enforced);
    const orphan = () =>
      database.transaction(
        (transaction) =>
          transaction.insert(
            'notes',
            recordFrom([
              ['id', 2n],
              ['person', 9n],
              ['text', 't'],
            ]),
          ),
        enforced,
      );
    expect(orphan).toThrow('parent-missing');
    database.transaction(
      (transaction) => transaction.delete('people', must(findRow(database, 'people', rec({ id: 1n })), 'a person')),
      enforced,
    );
    expect([...must(database.tables.get('notes'), 'notes').entries()]).toEqual([]);
  });

  test('runs a trigger that writes another collection or refuses, in the transaction of the write', async () => {
    const { database, connector } = made();
    database.addTrigger({
      name: 'log',
      collection: 'people',
      writes: ['things'],
      fire: (transaction, { after }) => {
        if (after?.values.includes('forbidden')) throw new RefusedWrite('check', 'this name is not allowed');
        transaction.insert('things', thing(BigInt(transaction.changes.length), 'logged'));
      },
    });
    const side = await connector.bind([...office.collections, things].map(specOf));
    const person = (id: bigint, name: string) => insertInto('people', key(id), rec({ id, name, email: null }));
    expect(await writeOne(side, person(1n, 'forbidden'))).toEqual({
      status: 'rejected',
      code: 'check',
      detail: 'this name is not allowed',
    });
    await fill(side, [person(2n, 'fine')]);
    expect((await side.scan('people', null, 9)).records).toHaveLength(1);
    expect((await side.scan('things', null, 9)).records).toHaveLength(1);
  });

  test('hints at commits of others and not at our own, until the side is closed', async () => {
    const { database, connector } = made();
    const side = await connector.bind([specOf(things)]);
    let hints = 0;
    await must(side.capture, 'capture').watch?.(() => hints++);
    await fill(side, [insertThing(1n)]);
    expect(hints).toBe(0);
    database.transaction((transaction) => transaction.insert('things', thing(2n)));
    expect(hints).toBe(1);
    await side.close();
    database.transaction((transaction) => transaction.insert('things', thing(3n)));
    expect(hints).toBe(1);
  });

  test('keeps its own copy of bytes that a writer changes afterwards', async () => {
    const { connector } = made();
    const side = await connector.bind([specOf(things)]);
    const bytes = Uint8Array.from([1, 2, 3]);
    await fill(side, [insertThing(1n, bytes)]);
    bytes[0] = 9;
    expect((await side.read('things', [key(1n)])).get(key(1n))).toEqual(thing(1n, Uint8Array.from([1, 2, 3])));
  });
});
