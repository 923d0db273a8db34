import { runInNewContext } from 'node:vm';
import { MongoClient, type Document } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { Office } from './home-support.ts';

/** What mongosh would send, command by command. */
function commandsIn(script: string): { readonly database: string; readonly command: Document }[] {
  const sent: { database: string; command: Document }[] = [];
  const sibling = (database: string): unknown => ({
    createRole: ({ role, ...rest }: Document) =>
      sent.push({ database, command: { createRole: role as unknown, ...rest } }),
    createUser: ({ user, ...rest }: Document) =>
      sent.push({ database, command: { createUser: user as unknown, ...rest } }),
  });
  runInNewContext(script, { db: { getSiblingDB: sibling }, passwordPrompt: () => 'asked for' });
  return sent;
}

await describeOwnMongo(
  'a user with exactly the rights that are needed',
  { kind: 'replica-set', auth: true },
  (start) => {
    test('[P18] the script is carried out as it stands, holds no password, and its user can sync with a marker', async () => {
      const server = await start();
      const admin = await new MongoClient(server.url('admin')).connect();
      onTestFinished(() => admin.close());
      const office = new Office();
      const client = await office.connect();
      const urls: string[] = [];
      for (const name of ['one', 'two']) {
        await admin.db(name).createCollection('orders');
        const address = new URL(server.url(name));
        const { sides } = await client.call('pairs.role', { of: address.href });
        const script = sides[0]?.script ?? '';
        expect(script).not.toContain(address.password);
        const commands = commandsIn(script);
        expect(commands.map(({ database }) => database)).toEqual([name, name]);
        for (const { database, command } of commands) await admin.db(database).command(command);
        address.username = 'tandem';
        address.password = encodeURIComponent('asked for');
        address.searchParams.set('authSource', name);
        urls.push(address.href);
      }
      const [a = '', b = ''] = urls;
      await admin.db('one').collection<{ _id: number }>('orders').insertOne({ _id: 1 });
      await client.call('pairs.add', { name: 'shop', a, b, options: { marker: true } });
      await client.call('runs.start', { pair: 'shop' });
      expect(await admin.db('two').collection('orders').find().toArray()).toEqual([{ _id: 1 }]);
      expect((await client.call('status.show', { pair: 'shop' }))[0]?.capture.A?.level).toBe('change-stream');
      const { sides } = await client.call('pairs.role', { of: 'shop' });
      expect(sides.map(({ script, why }) => [script.includes('_tandem_marker'), why])).toEqual([
        [true, ''],
        [true, ''],
      ]);
    });
  },
);
