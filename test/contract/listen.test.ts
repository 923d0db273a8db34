import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systemPorts } from '../../electron/api/host/system-ports.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { Office } from './home-support.ts';
import { MongoOffice } from './mongo-office.ts';

const soon = { timeout: 20_000, interval: 20 };
const MINUTE = 60_000;

await describeSharedMongo('listening to MongoDB', 'replica-set', (mongo) => {
  test('[W10] says how the sides notice changes, tells of those on either side, and ends after two minutes unasked', async () => {
    const office = new MongoOffice(mongo);
    for (const db of office.both) await db.createCollection('orders');
    const { clock, ...ports } = systemPorts(silentLog);
    // Waits of minutes end when the test says so.
    const leases: { readonly ms: number; readonly end: () => void }[] = [];
    const sleep: typeof clock.sleep = (ms, signal) =>
      ms < MINUTE
        ? clock.sleep(ms, signal)
        : new Promise((resolve, reject) => {
            leases.push({ ms, end: resolve });
            signal?.addEventListener('abort', () => reject(new Error('asked again')));
          });
    const client = await office.office.connect({ ports: { ...ports, clock: { ...clock, sleep } } });
    await client.call('pairs.add', { name: 'shop', ...office.urls });
    const hints: unknown[] = [];
    await client.subscribe((event) => void (event.name === 'pair.hint' && hints.push(event.data)));
    const told = { level: 'change-stream', why: '' };
    expect(await client.call('hint.listen', { pair: 'shop' })).toEqual({ A: told, B: told });
    expect(hints).toEqual([]);
    for (const db of office.both) {
      const before = hints.length;
      await db.collection('orders').insertOne({});
      await expect.poll(() => hints.length, soon).toBeGreaterThan(before);
    }
    expect(hints[0]).toEqual({ pair: 'shop', collection: null });
    // Asked again: the first two minutes do not count any more.
    await client.call('hint.listen', { pair: 'shop' });
    expect(leases.map(({ ms }) => ms)).toEqual([2 * MINUTE, 2 * MINUTE]);
    leases[0]?.end();
    const before = hints.length;
    await office.a.collection('orders').insertOne({});
    await expect.poll(() => hints.length, soon).toBeGreaterThan(before);
    leases[1]?.end();
    await new Promise((done) => setTimeout(done, 50));
    const sofar = hints.length;
    await office.a.collection('orders').insertOne({});
    await client.call('runs.start', { pair: 'shop' });
    expect(hints).toHaveLength(sofar);
  });

  test('[W10] a program that wants to end is not held up', async () => {
    const office = new MongoOffice(mongo);
    await office.a.createCollection('orders');
    await office.add({ create: true });
    await (await office.client()).call('hint.listen', { pair: 'shop' });
    await office.restart();
    expect((await office.sync()).status).toBe('completed');
  });
});

await describeSharedMongo('listening to a standalone MongoDB', 'standalone', (mongo) => {
  test('[W10] says why a side does not tell of changes', async () => {
    const office = new MongoOffice(mongo);
    await office.a.createCollection('orders');
    await office.add({ create: true });
    const { A } = await (await office.client()).call('hint.listen', { pair: 'shop' });
    expect(A).toEqual({ level: 'full-scan', why: 'a standalone server has no change streams' });
  });
});

describe('listening', () => {
  test('[W10] a side that is away is its error', async () => {
    const office = new Office();
    const client = await office.connect();
    const [a, b] = [
      office.sql('a.db', 'CREATE TABLE t(id INTEGER PRIMARY KEY)'),
      office.sql('b.db', 'CREATE TABLE t(id INTEGER PRIMARY KEY)'),
    ];
    await client.call('pairs.add', { name: 'files', a, b });
    await expect(client.call('hint.listen', { pair: 'none' })).rejects.toMatchObject({ code: 'not-found' });
    await office.close();
    rmSync(b);
    const again = await office.connect();
    await expect(again.call('hint.listen', { pair: 'files' })).rejects.toMatchObject({ code: 'file-missing' });
  });
});
