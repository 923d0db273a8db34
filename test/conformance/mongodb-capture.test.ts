import { expect, onTestFinished, test } from 'vitest';
import type { CaptureFacet, Hint, ScanPage, Side } from '../../electron/engine/port/connector.ts';
import type { Key } from '../../electron/engine/port/key-codec.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeOwnMongo, describeSharedMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { bindDocuments, openMongo, otherProgram } from './mongodb-support.ts';
import { fill, insertInto, key, rec } from './suite-support.ts';

type Telling = CaptureFacet & Required<Pick<CaptureFacet, 'watch'>>;
const captureOf = (side: Side): Telling => must(side.capture, 'the facet capture') as Telling;

const soon = { timeout: 20_000, interval: 10 };

async function until(holds: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 20_000; !holds();) {
    if (Date.now() > endMs) throw new Error('Waited in vain');
    await new Promise((done) => setTimeout(done, 10));
  }
}

await describeSharedMongo('the history of mongodb', 'replica-set', (mongo) => {
  const bound = async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.createCollection('things');
    await db.createCollection('others');
    const side = await bindDocuments(await openMongo(url), 'things');
    return { url, db, side, capture: captureOf(side), start: await captureOf(side).start() };
  };

  test('[MO50] the place moves on when nothing happened in the collections of the pair', async () => {
    const { url, db, capture, start } = await bound();
    await db.collection('others').insertMany(Array.from({ length: 20 }, () => ({})));
    const page = await capture.changes(start, 100);
    expect(page).toMatchObject({ dirty: [], more: false });
    expect(page.next).not.toBe(start);
    await db.collection('things').insertOne({ _id: 'a' as never });
    const again = captureOf(await bindDocuments(await openMongo(url), 'things'));
    expect((await again.changes(page.next, 100)).dirty).toEqual([{ collection: 'things', key: key('a') }]);
  });

  test('[MO50] a page of a long history goes on where it ended, with ids of every kind', async () => {
    const { db, capture, start } = await bound();
    const ids = [null, 'x', { b: 1, a: 2 }, new Date(5), true];
    await db.command({ insert: 'things', documents: ids.map((id) => new Map<string, unknown>([['_id', id]])) });
    await db.collection('things').insertMany(Array.from({ length: 300 }, (_, i) => ({ _id: `n${i}` as never })));
    const seen = new Set<string>();
    for (let [next, more] = [start, true]; more;) {
      const page = await capture.changes(next, 70);
      expect(page.dirty.length).toBeLessThanOrEqual(70);
      for (const each of page.dirty) seen.add(each.key);
      [next, more] = [page.next, page.more];
    }
    expect(seen.size).toBe(ids.length + 300);
    expect(seen).toContain(key(null));
  });

  test('[MO50] one collection under two names is dirty under both', async () => {
    const { db, url } = await bound();
    const connector = await openMongo(url);
    const spec = {
      physical: 'things',
      key: ['_id'],
      fields: [{ name: '_id', physical: '_id' }],
      anyField: true as const,
    };
    const side = await connector.bind([
      { name: 'one', ...spec },
      { name: 'two', ...spec },
    ]);
    const start = await captureOf(side).start();
    await db.collection('things').insertOne({ _id: 'a' as never });
    const { dirty } = await captureOf(side).changes(start, 1);
    expect(dirty.map(({ collection }) => collection)).toEqual(['one', 'two']);
  });

  test.each<[string, (db: Awaited<ReturnType<typeof otherProgram>>) => Promise<unknown>]>([
    ['dropping a collection', (db) => db.dropCollection('things')],
    ['renaming a collection', (db) => db.renameCollection('things', 'gone')],
    ['putting another in its place', (db) => db.renameCollection('others', 'things', { dropTarget: true })],
    ['dropping the database', (db) => db.dropDatabase()],
  ])('[MO51] %s is lost history and no delete', async (_, change) => {
    const { db, capture, start } = await bound();
    await db.collection('things').insertOne({ _id: 'a' as never });
    await change(db);
    const page = await capture.changes(start, 100);
    expect(page).toMatchObject({ lost: true, dirty: [], more: false });
    await db.collection('things').insertOne({ _id: 'b' as never });
    expect((await capture.changes(page.next, 100)).dirty).toContainEqual({ collection: 'things', key: key('b') });
  });

  test('[MO51] another collection may be dropped', async () => {
    const { db, capture, start } = await bound();
    await db.collection('things').insertOne({ _id: 'a' as never });
    await db.dropCollection('others');
    expect(await capture.changes(start, 100)).toMatchObject({ dirty: [{ key: key('a') }] });
  });

  test('[MO51] a place of another database is lost', async () => {
    const [one, other] = [await bound(), await bound()];
    expect(await one.capture.changes(other.start, 100)).toMatchObject({ lost: true });
    const broken = `${one.start.slice(0, -4)}AAAA`;
    expect(await one.capture.changes(broken, 100)).toMatchObject({ lost: true });
  });

  test("[MO80] a watch tells once of each collection that came, and never of one that was beside the pair or is Tandem's", async () => {
    const { db, capture } = await bound();
    const hints: Hint[] = [];
    onTestFinished(await capture.watch((hint) => hints.push(hint)));
    const put = (name: string): Promise<unknown> => db.collection(name).insertOne({});
    for (const name of ['others', '_tandem_marker', 'tmp.agg_out.1', 'others', 'things']) await put(name);
    await expect.poll(() => hints, soon).toEqual(['records']);
    await put('fresh');
    await expect.poll(() => hints, soon).toEqual(['records', 'collections']);
    for (const name of ['fresh', 'others', 'fresh', 'fresh']) await put(name);
    await db.renameCollection('others', 'renamed');
    await expect.poll(() => hints, soon).toEqual(['records', 'collections', 'collections']);
    for (const name of ['renamed', 'fresh', 'things']) await put(name);
    await expect.poll(() => hints, soon).toEqual(['records', 'collections', 'collections', 'records']);
  });

  test('[MO52] a watch outlives that the database is dropped', async () => {
    const { db, capture } = await bound();
    let hints = 0;
    onTestFinished(await capture.watch(() => hints++));
    await db.dropDatabase();
    await expect.poll(() => hints, soon).toBeGreaterThanOrEqual(2);
    const before = hints;
    await db.collection('things').insertOne({ _id: 'after' as never });
    await expect.poll(() => hints, soon).toBeGreaterThan(before);
  });

  test('[MO52] a watch wakes soon after a write of others, again and again, until it is ended', async () => {
    const { db, capture, side } = await bound();
    let hints = 0;
    const stop = await capture.watch(() => hints++);
    onTestFinished(stop);
    for (let round = 1; round <= 3; round++) {
      const before = hints;
      const writing = setInterval(
        () =>
          void db
            .collection('things')
            .insertOne({})
            .catch(() => undefined),
        20,
      );
      await until(() => hints > before).finally(() => clearInterval(writing));
    }
    stop();
    await new Promise((done) => setTimeout(done, 50));
    const sofar = hints;
    await fill(side, [insertInto('things', key('z'), rec({ _id: 'z' }))]);
    await new Promise((done) => setTimeout(done, 100));
    expect(hints).toBe(sofar);
  });
});

await describeOwnMongo(
  'a history of mongodb over a bad network',
  { kind: 'replica-set', syncOnCommit: true },
  (start) => {
    const throughProxy = async () => {
      const server = await start();
      const proxy = await tcpProxy(server.port);
      onTestFinished(() => proxy.close());
      const db = await otherProgram(server.url('far'));
      await db.createCollection('things');
      const side = await bindDocuments(await openMongo(server.url('far', { through: proxy.port })), 'things');
      onTestFinished(() => side.close());
      return { server, proxy, db, side, capture: captureOf(side) };
    };

    test('[MO31] a scan goes on where its cursor was closed between two pages, or its connection cut', async () => {
      const { server, proxy, db, side } = await throughProxy();
      await db.collection<{ _id: number }>('things').insertMany(Array.from({ length: 9 }, (_, _id) => ({ _id })));
      const breaks = [async () => undefined, async () => proxy.cut(), () => server.restart()];
      let after: Key | null = null;
      const found: Key[] = [];
      for (const breakIt of [...breaks, async () => undefined]) {
        const page: ScanPage = await side.scan('things', after, 3);
        found.push(...page.records.map((one) => one.key));
        after = page.next;
        await breakIt();
      }
      expect(found).toEqual(Array.from({ length: 9 }, (_, id) => key(id)));
      expect(after).toBeNull();
    });

    test('[MO50] a place begins only when most members hold what was written before it', async () => {
      const { proxy, capture } = await throughProxy();
      let waited = false;
      void proxy.passed(/afterClusterTime/, 1).then(() => (waited = true));
      await capture.start();
      expect(waited).toBe(true);
    });

    test('[MO54] a connection that was cut, or a cursor that the server closed, between two pages is no lost history', async () => {
      const { server, proxy, db, capture } = await throughProxy();
      let next = (await capture.changes(await capture.start(), 100)).next;
      // A server that was restarted knows no cursor of before.
      const breaks = [async () => proxy.cut(), () => server.restart()];
      for (const [at, breakIt] of breaks.entries()) {
        await db.collection('things').insertOne({ _id: `n${at}` as never });
        await breakIt();
        const page = await capture.changes(next, 100);
        expect(page).toMatchObject({ dirty: [{ collection: 'things', key: key(`n${at}`) }] });
        expect(page.lost ?? false).toBe(false);
        next = page.next;
      }
    });

    test('[MO52] [C47] a watch that is cut wakes, and again once it stands anew; then it hears what happened meanwhile, and what follows', async () => {
      const { proxy, db, capture } = await throughProxy();
      let hints = 0;
      onTestFinished(await capture.watch(() => hints++));
      proxy.refuse(true);
      proxy.cut();
      await expect.poll(() => hints, soon).toBe(1);
      await db.collection('things').insertOne({ _id: 'meanwhile' as never });
      proxy.refuse(false);
      await expect.poll(() => hints, soon).toBe(3);
      await db.collection('things').insertOne({ _id: 'after' as never });
      await expect.poll(() => hints, soon).toBe(4);
    });

    test('[MO52] a watch on a server that is restarted wakes, and hears what follows', async () => {
      const { server, capture } = await throughProxy();
      let hints = 0;
      onTestFinished(await capture.watch(() => hints++));
      await server.restart();
      await expect.poll(() => hints, soon).toBeGreaterThanOrEqual(2);
      const before = hints;
      await (await otherProgram(server.url('far'))).collection('things').insertOne({ _id: 'after' as never });
      await expect.poll(() => hints, soon).toBeGreaterThan(before);
    });

    test('[C47] a watch that cannot begin fails with why', async () => {
      const { proxy, capture } = await throughProxy();
      proxy.refuse(true);
      proxy.cut();
      await expect(capture.watch(() => undefined)).rejects.toMatchObject({ code: 'unreachable' });
    });
  },
);

await describeOwnMongo('a short history of mongodb', { kind: 'replica-set', oplogEntries: 50 }, (start) => {
  test('[MO51] a place that is too old is lost, and nothing after that is', async () => {
    const url = (await start()).url('short');
    const db = await otherProgram(url);
    await db.createCollection('things');
    const capture = captureOf(await bindDocuments(await openMongo(url), 'things'));
    const place = await capture.start();
    for (let i = 0; i < 3; i++)
      await db
        .collection('things')
        .insertMany(Array.from({ length: 1000 }, (_, at) => ({ _id: `${i}-${at}` as never })));
    const page = await capture.changes(place, 100);
    expect(page).toMatchObject({ lost: true, dirty: [] });
    await db.collection('things').insertOne({ _id: 'after' as never });
    expect(await capture.changes(page.next, 100)).toMatchObject({ dirty: [{ key: key('after') }], more: false });
  });
});
