import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Answers each line with the same line, and notes what it got. */
let server: Server;
let got: string[];
let proxy: TcpProxy;
let clients: Socket[];

beforeEach(async () => {
  got = [];
  clients = [];
  server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      got.push(line);
      socket.write(`${line}\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await tcpProxy(address !== null && typeof address === 'object' ? address.port : 0);
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  server.close();
  await once(server, 'close');
});

/** A client that has been answered once, so that its connection stands on both sides. */
async function connected(): Promise<Socket> {
  const client = connect(proxy.port, '127.0.0.1').on('error', () => {});
  clients.push(client);
  expect(await ask(client, 'hello')).toBe('hello');
  return client;
}

/** The answer to a line; `null` if the connection ended without one. */
function ask(client: Socket, line: string): Promise<string | null> {
  return new Promise((resolve) => {
    client.once('data', (data) => resolve(data.toString().trimEnd()));
    client.once('close', () => resolve(null));
    client.write(`${line}\n`);
  });
}

describe('the proxy between a test and its server', () => {
  test('passes on what both sides say', async () => {
    const [one, two] = [await connected(), await connected()];
    expect(await Promise.all([ask(one, 'a'), ask(two, 'b')])).toEqual(['a', 'b']);
    expect(got.slice(2).sort()).toEqual(['a', 'b']);
  });

  test('cut ends every connection that stands, and none that comes', async () => {
    const before = [await connected(), await connected()];
    const closed = before.map((client) => once(client, 'close'));
    proxy.cut();
    await Promise.all(closed);
    expect(await ask(await connected(), 'again')).toBe('again');
  });

  test('refuse ends every new connection, until it is taken back, and leaves those that stand', async () => {
    const before = await connected();
    proxy.refuse(true);
    const refused = connect(proxy.port, '127.0.0.1').on('error', () => {});
    clients.push(refused);
    expect(await ask(refused, 'lost')).toBeNull();
    expect(await ask(before, 'still here')).toBe('still here');
    expect(got).not.toContain('lost');
    proxy.refuse(false);
    await connected();
  });

  test('delay makes questions and answers late, and keeps their order when it ends', async () => {
    const client = await connected();
    proxy.delay(150);
    const startedMs = performance.now();
    expect(await ask(client, 'slow')).toBe('slow');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(295);
    client.write('first\n');
    await new Promise((done) => setTimeout(done, 50));
    expect(got).not.toContain('first');
    proxy.delay(0);
    client.write('second\n');
    while (got.length < 4) await new Promise((done) => setTimeout(done, 10));
    expect(got).toEqual(['hello', 'slow', 'first', 'second']);
  });

  test('a lost answer: the server got the question, the client hears nothing and is cut off', async () => {
    const [asking, other] = [await connected(), await connected()];
    proxy.dropAnswers(1, 'write');
    expect(await ask(other, 'are you there')).toBe('are you there');
    expect(await ask(asking, 'write it')).toBeNull();
    expect(got).toContain('write it');
    expect(await ask(await connected(), 'write it')).toBe('write it');
  });

  test('all answers are lost while that is on', async () => {
    const three = [await connected(), await connected(), await connected()];
    proxy.dropAnswers(true);
    expect(await ask(three[0] ?? (await connected()), 'one')).toBeNull();
    expect(await ask(three[1] ?? (await connected()), 'two')).toBeNull();
    proxy.dropAnswers(false);
    expect(await ask(three[2] ?? (await connected()), 'three')).toBe('three');
    expect(got.slice(3)).toEqual(['one', 'two', 'three']);
  });

  test('a server that is not there ends the connection', async () => {
    const nowhere = await tcpProxy(1);
    const client = connect(nowhere.port, '127.0.0.1').on('error', () => {});
    clients.push(client);
    expect(await ask(client, 'anyone')).toBeNull();
    await nowhere.close();
  });
});
