import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mongoServers } from '../../electron/connectors/mongodb/reach/servers.ts';
import type { ServerAnswer } from '../../electron/engine/port/connector.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { OddServer } from '../support/odd-servers.ts';
import { selfSigned, type SelfSigned } from '../support/self-signed.ts';

const ask = (url: string, timeoutMs = 5000): Promise<ServerAnswer> =>
  mongoServers.ask(url, { timeoutMs, signal: new AbortController().signal });
const why = async (url: string, timeoutMs?: number): Promise<string> => {
  const answer = await ask(url, timeoutMs);
  return answer.ok ? 'ok' : answer.why;
};

async function odd(server: Promise<OddServer>): Promise<number> {
  const made = await server;
  onTestFinished(() => made.close());
  return made.port;
}

/** A port of 127.0.0.1 where this happens with each connection. */
async function at(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => onSocket(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function authority({ cert }: SelfSigned): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-reach-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'authority.pem');
  writeFileSync(path, cert);
  return path;
}

describe('asking whether a MongoDB server answers', () => {
  test('[LV12] a page that stands in between speaks another language, encrypted or not', async () => {
    const port = await odd(OddServer.http());
    expect(await ask(`mongodb://127.0.0.1:${port}/shop`)).toMatchObject({
      ok: false,
      why: 'foreign',
      at: `127.0.0.1:${port}`,
      words: expect.stringContaining('HTTP/1.1 400'),
    });
    expect(await why(`mongodb://127.0.0.1:${port}/shop?tls=true`)).toBe('foreign');
  });

  test('[LV12] a closed port, one that is silent and one that hangs up are told apart', async () => {
    const port = await at((socket) => void socket.destroy());
    expect(await why(`mongodb://127.0.0.1:${port}/shop`)).toBe('cut');
    expect(await why(`mongodb://127.0.0.1:${await odd(OddServer.silent())}/shop`, 300)).toBe('silent');
    const closed = await OddServer.silent();
    const { port: free } = closed;
    await closed.close();
    expect(await why(`mongodb://127.0.0.1:${free}/shop`)).toBe('refused');
  });

  test('[LV12] a name that does not exist is no answer, whoever says so', async () => {
    for (const url of ['mongodb://no-such-name.invalid/shop', 'mongodb+srv://no-such-name.invalid/shop'])
      expect(['name-unknown', 'name-unasked']).toContain(await why(url));
  });

  test('[LV11] nobody learns user or password, and the address is shown without them', async () => {
    const heard: Buffer[] = [];
    const port = await at((socket) => void socket.on('data', (data: Buffer) => heard.push(data)));
    const url = `mongodb://mary:hunter22@127.0.0.1:${port}/shop?authSource=admin`;
    expect(await why(url, 300)).toBe('silent');
    expect(Buffer.concat(heard).toString('latin1')).toContain('hello');
    expect(Buffer.concat(heard).toString('latin1')).not.toMatch(/mary|hunter22/);
    expect(mongoServers.shown(url)).toBe(`mongodb://127.0.0.1:${port}/shop`);
    expect(mongoServers.hosts('mongodb://a:1,[::1]:2,b/shop')).toEqual(['a', '::1', 'b']);
  });
});

await describeSharedMongo('a MongoDB server', 'standalone', (mongo) => {
  const place = (): string => new URL(mongo.url('shop')).host;

  test('[LV12] answers in its own language, also as one of several', async () => {
    expect(await ask(mongo.url('shop'))).toEqual({ ok: true, ms: expect.any(Number) });
    const port = await at((socket) => void socket.destroy());
    expect(await why(`mongodb://127.0.0.1:${port},${place()}/shop`)).toBe('ok');
  });

  test('[LV12] behind encryption its certificate is looked at: the name first, then who signed it', async () => {
    const target = Number(new URL(mongo.url('shop')).port);
    const [right, wrong] = [selfSigned(), selfSigned([10, 0, 0, 1])];
    const ports = [await odd(OddServer.tls(right, target)), await odd(OddServer.tls(wrong, target))] as const;
    const [known, other] = [authority(right), authority(wrong)];
    expect(await why(`mongodb://127.0.0.1:${ports[0]}/shop?tls=true&tlsCAFile=${known}`)).toBe('ok');
    expect(await why(`mongodb://127.0.0.1:${ports[0]}/shop?tls=true`)).toBe('untrusted');
    expect(await why(`mongodb://127.0.0.1:${ports[0]}/shop?tls=true&tlsAllowInvalidCertificates=true`)).toBe('ok');
    expect(await why(`mongodb://127.0.0.1:${ports[1]}/shop?tls=true&tlsCAFile=${other}`)).toBe('other-name');
    expect(await why(`mongodb://127.0.0.1:${ports[1]}/shop?tls=true`)).toBe('other-name');
    expect(await why(`mongodb://127.0.0.1:${ports[0]}/shop`)).toBe('cut');
  });
});
