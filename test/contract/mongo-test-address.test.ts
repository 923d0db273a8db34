import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import type { Result } from '../../shared/contract/calls.ts';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { OddServer } from '../support/odd-servers.ts';
import { selfSigned } from '../support/self-signed.ts';
import { Office } from './home-support.ts';

const statesOf = ({ checks }: Result<'sides.test'>): string =>
  checks.map(({ check, state }) => `${check} ${state}`).join(', ');

await describeOwnMongo('the address of a server with users is tested', { kind: 'replica-set', auth: true }, (start) => {
  test('[W22] which step is fine and which is not is told apart, and no password stays anywhere', async () => {
    const server = await start();
    const admin = await new MongoClient(server.url('admin')).connect();
    onTestFinished(() => admin.close());
    const db = admin.db('shop');
    await db.collection<{ _id: number }>('orders').insertMany([{ _id: 1 }, { _id: 2 }]);
    await db.createCollection('log', { capped: true, size: 4096 });
    await db.command({ createUser: 'reader', pwd: 'only-reads', roles: ['read'] });
    const office = new Office();
    const client = await office.connect();
    const address = (change: (url: URL) => void): string => {
      const url = new URL(server.url('shop'));
      url.searchParams.set('serverSelectionTimeoutMS', '3000');
      change(url);
      return url.href;
    };
    const asked = (change: (url: URL) => void): Promise<Result<'sides.test'>> =>
      client.call('sides.test', { address: address(change) });
    const reached = 'address ok, server ok, encryption skipped';

    const fine = await asked(() => undefined);
    expect(statesOf(fine)).toBe(`${reached}, login ok, rights ok, database ok`);
    expect(fine).toMatchObject({ ok: true, kind: 'mongodb', error: null, capture: { level: 'change-stream' } });
    expect(fine.address).not.toContain('@');
    expect(fine.collections).toEqual([
      { name: 'orders', records: 2, key: '_id', fields: 1, unique: [], notSynced: null },
      {
        name: 'log',
        records: null,
        key: null,
        fields: 0,
        unique: [],
        notSynced: 'a capped collection drops documents by itself',
      },
    ]);

    const password = 'nobody-knows';
    const wrong = await asked((url) => (url.password = password));
    expect(statesOf(wrong)).toBe(`${reached}, login failed, rights unknown, database unknown`);
    expect(wrong.error?.code).toBe('auth');
    expect(JSON.stringify(wrong)).not.toContain(password);

    const unnamed = await asked((url) => {
      url.username = '';
      url.password = '';
    });
    expect(statesOf(unnamed)).toBe(`${reached}, login failed, rights unknown, database unknown`);

    const reader = await asked((url) => {
      url.username = 'reader';
      url.password = 'only-reads';
      url.searchParams.set('authSource', 'shop');
    });
    expect(statesOf(reader)).toBe(`${reached}, login ok, rights failed, database ok`);
    expect(reader.checks.find(({ check }) => check === 'rights')?.sentence).toContain('insert, update, remove');

    const front = await OddServer.tls(selfSigned(), Number(new URL(server.url('shop')).port));
    onTestFinished(() => front.close());
    const untrusted = await asked((url) => {
      url.port = String(front.port);
      url.searchParams.delete('replicaSet');
      url.searchParams.set('directConnection', 'true');
      url.searchParams.set('tls', 'true');
    });
    expect(statesOf(untrusted)).toBe(
      'address ok, server ok, encryption failed, login unknown, rights unknown, database unknown',
    );

    const nowhere = await asked((url) => {
      url.port = '1';
      url.searchParams.set('directConnection', 'true');
    });
    expect(statesOf(nowhere)).toBe(
      'address ok, server failed, encryption skipped, login unknown, rights unknown, database unknown',
    );
    const setting = await asked((url) => url.searchParams.set('colour', 'red'));
    expect(statesOf(setting)).toMatch(/^address failed, server unknown/);

    expect(existsSync(join(office.home.state, 'secrets.json'))).toBe(false);
    expect(existsSync(office.home.config)).toBe(false);
  });
});
