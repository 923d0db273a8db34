import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { MongoClient, MongoNetworkError } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { endWithTheSocket } from '../../electron/connectors/mongodb/closed-connections.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';

/** The sockets that this process opens from now on. */
function socketsFromNow(): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const see = (message: unknown): void => void sockets.add((message as { socket: Socket }).socket);
  subscribe('net.client.socket', see);
  onTestFinished(() => void unsubscribe('net.client.socket', see));
  return sockets;
}

await describeSharedMongo('a connection of the driver', 'replica-set', (mongo) => {
  test('[MO67] that is closed as a command is written ends it with an error, and the next command goes through', async () => {
    endWithTheSocket();
    endWithTheSocket();
    const sockets = socketsFromNow();
    const client = await new MongoClient(mongo.url(mongo.newDatabase()), { maxPoolSize: 1 }).connect();
    onTestFinished(() => client.close());
    const ask = () => client.db().command({ count: 'things' });
    expect(await ask()).toMatchObject({ ok: 1 });
    for (const socket of sockets) socket.destroy();
    const within = new Promise((resolve) => setTimeout(resolve, 5000, 'still waiting'));
    const lost = await Promise.race([ask().catch((error: unknown) => error), within]);
    expect(lost).toBeInstanceOf(MongoNetworkError);
    expect(await ask()).toMatchObject({ ok: 1 });
  });
});
