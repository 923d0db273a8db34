import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { EventLog } from '../../electron/api/event-log.ts';
import { systemHello } from '../../electron/api/handlers/hello.ts';
import { WireClient } from '../../electron/api/transport/wire-client.ts';
import { engineOf, secretOf, Served, webSocketTo, wireOver } from './server-support.ts';

const greeting = { contract: CONTRACT_VERSION, schema: contractSchemaHash(), client: 'suite' };
const LIMIT = 64 * 1024;

function world() {
  const events = new EventLog(() => 0);
  const dispatcher = new Dispatcher({
    'engine.hello': systemHello({ engine: events.engine, program: '0.1.0', startedAt: 0, home: '/home' }),
    'pairs.list': async () => [],
  });
  return { events, engine: engineOf({ dispatcher, events, limit: LIMIT }) };
}

async function greeted(served: Served): Promise<WireClient> {
  const client = new WireClient(wireOver(await webSocketTo(served.running.url, ['tandem', `auth.${served.token}`])));
  await client.call('engine.hello', greeting);
  return client;
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16).toString('base64'),
};

describe('a WebSocket is let in like every request', () => {
  it.each([
    { what: 'without login', headers: {}, status: 401 },
    { what: 'with a wrong token', headers: { 'sec-websocket-protocol': 'tandem,auth.wrong' }, status: 401 },
    { what: 'with a login that is none', headers: { cookie: 'tandem-1=x' }, status: 401 },
    { what: 'from a page of another server', headers: { origin: 'http://evil.example' }, status: 403 },
    { what: 'for another server', headers: { host: 'evil.example' }, status: 421 },
  ])('[SV4] $what it is answered with $status', async ({ headers, status }) => {
    const served = await Served.start();
    expect((await served.ask('/api/v1/wire', { token: null, headers: { ...upgrade, ...headers } })).status).toBe(
      status,
    );
  });

  it('[SV14] the token comes as a subprotocol or in the header, a login as a cookie, and none is echoed', async () => {
    const served = await Served.start(world());
    const { cookie } = await served.login(secretOf(served.running.newLink()));
    const accepted = [
      { 'sec-websocket-protocol': `tandem, auth.${served.token}` },
      { 'sec-websocket-protocol': `auth.${served.token},tandem` },
      { authorization: `Bearer ${served.token}`, 'sec-websocket-protocol': 'tandem' },
      { cookie, 'sec-websocket-protocol': 'tandem' },
      { cookie, origin: served.running.url },
    ];
    for (const headers of accepted) {
      const head = Object.entries({ host: `127.0.0.1:${served.port}`, ...upgrade, ...headers });
      const socket = connect(served.port, '127.0.0.1');
      socket.write(`GET /api/v1/wire HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
      expect(answer.toString()).not.toContain(served.token);
    }
  });

  it.each(['/healthz', '/no/such/name', '/%'])('[SV14] %s is no WebSocket, and its connection ends', async (path) => {
    const served = await Served.start();
    const head = Object.entries({
      host: `127.0.0.1:${served.port}`,
      authorization: `Bearer ${served.token}`,
      ...upgrade,
    });
    const text = await served.raw(
      `GET ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 (200|404|400) /);
  });

  it('[SV14] a request that is no WebSocket is told', async () => {
    const served = await Served.start();
    expect((await served.ask('/api/v1/wire')).status).toBe(404);
  });
});

describe('a client that does not keep to it', () => {
  it.each([
    { what: 'a text that is no frame', data: 'hello' },
    { what: 'a frame of an unknown kind', data: '{"t":"shutdown","id":1}' },
    { what: 'a frame with an unknown field', data: '{"t":"cancel","id":1,"colour":"red"}' },
    { what: 'bytes', data: new Uint8Array([1, 2, 3]) },
    { what: 'a text of more than twice the limit', data: 'x'.repeat(LIMIT * 2 + 1) },
  ])('[SV15] is cut off after $what, and others go on', async ({ data }) => {
    const served = await Served.start({ ...world(), limit: LIMIT });
    const other = await greeted(served);
    const socket = await webSocketTo(served.running.url, ['tandem', `auth.${served.token}`]);
    const closed = once(socket, 'close');
    socket.send(data);
    await closed;
    await expect(other.call('pairs.list', {})).resolves.toEqual([]);
    await other.close();
  });

  it('[SV15] one that does not read is cut off before much waits for it, and comes back with `since`', async () => {
    const { events, engine } = world();
    const served = await Served.start({ engine, limit: LIMIT });
    const other = await greeted(served);
    const mark = (await other.subscribe(() => undefined)).mark;
    const slow = connect(served.port, '127.0.0.1');
    const head = Object.entries({
      host: `127.0.0.1:${served.port}`,
      authorization: `Bearer ${served.token}`,
      ...upgrade,
    });
    slow.write(`GET /api/v1/wire HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    await once(slow, 'data');
    slow.write(masked(JSON.stringify({ t: 'call', id: 1, name: 'engine.hello', params: greeting })));
    await once(slow, 'data');
    slow.write(masked(JSON.stringify({ t: 'subscribe', id: 2 })));
    await once(slow, 'data');
    slow.pause();
    const ended = once(slow, 'close');
    for (let i = 0; i < 400; i++) {
      events.publish('log', { level: 'info', message: 'x'.repeat(LIMIT / 2) });
      await turn();
    }
    let got = 0;
    slow.on('data', (part: Buffer) => (got += part.length));
    slow.on('error', () => undefined);
    slow.resume();
    await ended;
    expect(got).toBeLessThan((400 * LIMIT) / 2);
    await expect(other.call('pairs.list', {})).resolves.toEqual([]);
    const again = await greeted(served);
    const seen: number[] = [];
    const subscription = await again.subscribe(({ seq }) => seen.push(seq), { ...mark, seq: 395 });
    await expect.poll(() => seen).toEqual([396, 397, 398, 399, 400]);
    expect(subscription.complete).toBe(true);
    await Promise.all([other.close(), again.close()]);
  });
});

describe('many clients', () => {
  it('[SV14] a thousand at once hear the same event, and the server ends in order', async () => {
    const { events, engine } = world();
    const served = await Served.start({ engine });
    const clients: WireClient[] = [];
    for (let i = 0; i < 20; i++)
      clients.push(...(await Promise.all(Array.from({ length: 50 }, () => greeted(served)))));
    let heard = 0;
    for (const client of clients) await client.subscribe(() => heard++);
    events.publish('log', { level: 'info', message: 'to all' });
    await expect.poll(() => heard).toBe(1000);
    await served.running.close();
    await Promise.all(clients.map(({ closed }) => closed));
  });
});

/** A text frame of a client; the mask of zeros changes nothing. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = Buffer.from([payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([Buffer.from([0x81, 0x80 | 126]), length, Buffer.alloc(4), payload]);
}
