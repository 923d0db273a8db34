import { describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES } from '../../shared/contract/frames.ts';
import { errorBody } from '../../shared/contract/error-body.ts';
import { Served, type Answer } from './server-support.ts';

const told = ({ status, text }: Answer) => {
  const { code, message, next, hint } = errorBody.parse(JSON.parse(text));
  return { status, code, message, next, hint };
};
const post = { method: 'POST', token: null } as const;

describe('a request that is none', () => {
  it.each([
    { what: 'no JSON', body: '{"token": ', message: /not valid JSON/ },
    { what: 'a broken encoding', body: '\u0000\uFFFD{', message: /not valid JSON/ },
    { what: 'nothing at all', body: '', message: /content is empty/ },
    { what: 'a list', body: '[]', message: /has no token/ },
    { what: 'null', body: 'null', message: /has no token/ },
    { what: 'an unknown field', body: '{"token":"x","colour":"red"}', message: /has no token/ },
    { what: 'a field of another kind', body: '{"token":{"$ne":""}}', message: /has no token/ },
    { what: 'a prototype', body: '{"__proto__":{"token":"x"}}', message: /not valid/ },
  ])('[SV11] $what is told as such', async ({ body, message }) => {
    const served = await Served.start();
    const headers = { 'content-type': 'application/json' };
    expect(told(await served.ask('/api/v1/session', { ...post, body, headers }))).toMatchObject({
      status: 400,
      code: 'usage',
      message: expect.stringMatching(message),
      next: 'Nothing was done.',
      hint: expect.stringMatching(/\S/),
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    '[SV11] %s, which a page of another server could send unasked, is 415',
    async (type) => {
      const served = await Served.start();
      const body = `{"token":"${served.token}"}`;
      const answer = await served.ask('/api/v1/session', { ...post, body, headers: { 'content-type': type } });
      expect(told(answer)).toMatchObject({ status: 415, code: 'usage', message: expect.stringContaining('not JSON') });
    },
  );

  it('[SV11] one that says it is larger than 32 MiB is refused before it is read', async () => {
    const served = await Served.start();
    const headers = { 'content-length': String(MAX_FRAME_BYTES + 1), 'content-type': 'application/json' };
    const head = Object.entries({ host: `127.0.0.1:${served.port}`, ...headers });
    const text = await served.raw(
      `POST /api/v1/session HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n{`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('"code":"oversize"');
    expect((await served.ask('/healthz')).status).toBe(200);
  });

  it.each(['/%E0%A4%A', '/api/v1/%', '/%c0%ae%c0%ae/'])('[SV11] the address %s is not valid', async (path) => {
    const served = await Served.start();
    expect(told(await served.ask(path))).toMatchObject({
      status: 400,
      code: 'usage',
      message: expect.stringContaining('address is not valid'),
    });
  });

  it.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/tandem.css/../../package.json',
    '//etc/passwd',
    '/\\..\\x',
  ])('[SV11] %s leads nowhere (path traversal)', async (path) => {
    const served = await Served.start();
    expect(told(await served.ask(path))).toMatchObject({ status: 404, code: 'not-found' });
  });

  it.each([
    { method: 'PUT', path: '/healthz' },
    { method: 'POST', path: '/' },
    { method: 'GET', path: '/HEALTHZ' },
    { method: 'GET', path: '/api/v2/pairs' },
  ])('[SV10] [SV11] $method $path is named in a whole error', async ({ method, path }) => {
    const served = await Served.start();
    expect(JSON.parse((await served.ask(path, { method })).text)).toEqual({
      code: 'not-found',
      operation: 'request',
      message: `Asking for ${method} ${path} failed: this server has nothing of that name.`,
      next: 'Nothing was done.',
      hint: 'Look at the address and at the method.',
      subject: {},
      retry: 'never',
    });
  });

  it.each([
    { what: 'no head at all', bytes: 'hello\r\n\r\n', status: 400 },
    { what: 'no Host', bytes: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', status: 421 },
    {
      what: 'two lengths',
      bytes: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      status: 400,
    },
    {
      what: 'a length and chunks',
      bytes: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      status: 400,
    },
    { what: 'a line break in the head', bytes: 'GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n', status: 400 },
    { what: 'a head without end', bytes: `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}`, status: 431 },
  ])('[SV11] bytes with $what are answered with $status, and the server goes on', async ({ bytes, status }) => {
    const served = await Served.start();
    const [head = '', body = ''] = (await served.raw(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(errorBody.parse(JSON.parse(body))).toMatchObject({ next: 'Nothing was done.' });
    expect((await served.ask('/healthz')).status).toBe(200);
  });

  it.each([
    { what: 'head', bytes: 'GET /healthz HTTP/1.1\r\nHost: ' },
    {
      what: 'content',
      bytes:
        'POST /api/v1/session HTTP/1.1\r\nHost: HERE\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    },
  ])(
    '[SV30] a hundred requests whose $what never ends (slowloris) are cut off with 408, and others are answered meanwhile',
    async ({ bytes }) => {
      const served = await Served.start({ requestMs: 300 });
      const begun = bytes.replace('HERE', `127.0.0.1:${served.port}`);
      const slow = Array.from({ length: 100 }, () => served.raw(begun));
      expect((await served.ask('/healthz')).status).toBe(200);
      for (const answer of await Promise.all(slow)) {
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head).toMatch(/^HTTP\/1\.1 408 /);
        expect(JSON.parse(body)).toMatchObject({
          message: 'Reading the request failed: it did not arrive in time.',
          next: 'Nothing was done.',
        });
      }
    },
  );
});
