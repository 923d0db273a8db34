import { mkdtempSync, readFileSync, rmSync, statSync, chmodSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LINK_MS, SESSION_MS } from '../../electron/server/keys.ts';
import { installationToken } from '../../electron/server/token.ts';
import { secretOf, Served } from './server-support.ts';

const code = ({ text }: { readonly text: string }): string => (JSON.parse(text) as { code: string }).code;

describe('where it listens', () => {
  it('[SV1] on 127.0.0.1 alone, at a free port for 0', async () => {
    const { running, port } = await Served.start();
    expect(running.url).toBe(`http://127.0.0.1:${port}`);
    expect(port).toBeGreaterThan(0);
  });

  it('[SV1] a port in use is busy, and says what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(Served.start({ port })).rejects.toMatchObject({
      code: 'busy',
      message: `Listening on 127.0.0.1:${port} failed: another program uses this port.`,
      hint: expect.stringContaining('--port'),
    });
  });
});

describe('Host', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])('[SV2] %s with the port is let in', async (name) => {
    const served = await Served.start();
    const headers = { host: `${name}:${served.port}` };
    expect((await served.ask('/healthz', { headers })).status).toBe(200);
  });

  it.each(['evil.example', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example', 'localhost.:80', '0.0.0.0'])(
    '[SV2] %s is answered with 421, right token or not (DNS rebinding)',
    async (host) => {
      const served = await Served.start();
      for (const token of [served.token, null]) {
        const answer = await served.ask('/healthz', { headers: { host }, token });
        expect([answer.status, code(answer)]).toEqual([421, 'permission']);
      }
    },
  );

  it('[SV2] comes before Origin and token', async () => {
    const served = await Served.start();
    const headers = { host: 'evil.example', origin: 'http://evil.example' };
    expect((await served.ask('/api/v1/pairs', { headers, token: 'wrong' })).status).toBe(421);
  });
});

describe('Origin', () => {
  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'file://'])(
    '[SV3] %s is answered with 403, also with the right token (cross-site request)',
    async (origin) => {
      const served = await Served.start();
      for (const token of [served.token, 'wrong']) {
        const answer = await served.ask('/api/v1/session', { method: 'POST', headers: { origin }, token, body: {} });
        expect([answer.status, code(answer)]).toEqual([403, 'permission']);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    },
  );

  it('[SV3] the own one is let in; that of another of its names is not', async () => {
    const served = await Served.start();
    const own = { origin: served.running.url };
    expect((await served.ask('/healthz', { headers: own })).status).toBe(200);
    const mixed = { origin: `http://localhost:${served.port}` };
    expect((await served.ask('/healthz', { headers: mixed })).status).toBe(403);
  });

  it('[SV3] a question of a browser before a cross-site request gets no leave', async () => {
    const served = await Served.start();
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await served.ask('/api/v1/session', { method: 'OPTIONS', headers, token: null });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('token', () => {
  it.each(['/api/v1/pairs', '/api/sync/status', '/metrics', '/no/such/name', '/%2e%2e/%2e%2e/etc/passwd'])(
    '[SV4] %s is answered with 401 without one',
    async (path) => {
      const served = await Served.start();
      const answer = await served.ask(path, { token: null });
      expect([answer.status, code(answer)]).toEqual([401, 'auth']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    },
  );

  it('[SV4] a wrong one is refused, and so is the right one in other clothes', async () => {
    const served = await Served.start();
    const { token } = served;
    const wrong = [`${token}0`, token.slice(1), token.toUpperCase(), 'ü'.repeat(64), ''];
    for (const authorization of [...wrong.map((each) => `Bearer ${each}`), `Basic ${token}`, token])
      expect(
        (await served.ask('/x', { token: null, headers: { authorization: encodeURI(authorization) } })).status,
      ).toBe(401);
    expect((await served.ask('/x', { token: null, headers: { authorization: `bearer  ${token}` } })).status).toBe(404);
  });

  it('[SV4] a wrong one is wrong beside a right cookie', async () => {
    const served = await Served.start();
    const { cookie } = await served.login(served.token);
    expect((await served.ask('/x', { token: null, headers: { cookie } })).status).toBe(404);
    expect((await served.ask('/x', { token: 'wrong', headers: { cookie } })).status).toBe(401);
  });

  it('[SV5] is made once, and its file is for its owner alone', () => {
    const state = mkdtempSync(join(tmpdir(), 'tandem-token-'));
    onTestFinished(() => rmSync(state, { recursive: true }));
    const file = join(state, 'server-token');
    const token = installationToken(state);
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${token}\n`);
    chmodSync(file, 0o644);
    expect(installationToken(state)).toBe(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, token.slice(0, 10));
    expect(installationToken(state)).toMatch(/^[0-9a-f]{64}$/);
    expect(installationToken(state)).not.toBe(token);
  });

  it('[SV5] a file that cannot be read is told', () => {
    const state = mkdtempSync(join(tmpdir(), 'tandem-token-'));
    onTestFinished(() => rmSync(state, { recursive: true }));
    mkdirSync(join(state, 'server-token'));
    expect(() => installationToken(state)).toThrow(/Reading the token of the server in .*server-token failed/);
  });

  it('[SV8] after 20 wrong ones within a minute a further one has to wait, and the right one passes', async () => {
    let now = 1;
    const served = await Served.start({ now: () => now });
    const tries = async (): Promise<number> => (await served.ask('/x', { token: 'wrong' })).status;
    for (let i = 0; i < 20; i++) expect(await tries()).toBe(401);
    const answer = await served.ask('/x', { token: 'wrong' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '60']);
    expect((await served.login('wrong')).status).toBe(429);
    expect((await served.ask('/x')).status).toBe(404);
    now += 61_000;
    expect(await tries()).toBe(401);
  });
});

describe('links and logins', () => {
  it('[SV6] a link logs in once', async () => {
    const served = await Served.start();
    const link = served.running.newLink();
    expect(link).toMatch(new RegExp(`^${served.running.url}/#t=[0-9a-f]{64}$`));
    expect((await served.login(secretOf(link))).status).toBe(200);
    expect((await served.login(secretOf(link))).status).toBe(401);
    expect((await served.ask('/x', { token: secretOf(served.running.newLink()) })).status).toBe(401);
  });

  it('[SV6] a link expires after ten minutes', async () => {
    let now = 0;
    const served = await Served.start({ now: () => now });
    const [first, second] = [secretOf(served.running.newLink()), secretOf(served.running.newLink())];
    now = LINK_MS - 1;
    expect((await served.login(first)).status).toBe(200);
    now = LINK_MS;
    expect((await served.login(second)).status).toBe(401);
  });

  it('[SV7] the cookie is HttpOnly, SameSite=Strict and of this port, and stands for the token', async () => {
    const served = await Served.start();
    const { set, cookie } = await served.login(served.token);
    expect(cookie).toMatch(new RegExp(`^tandem-${served.port}=[0-9a-f]{64}$`));
    expect(set).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(served.token);
    expect((await served.ask('/x', { token: null, headers: { cookie } })).status).toBe(404);
  });

  it('[SV7] a login ends after twelve hours, with the server, and when a person says so', async () => {
    let now = 0;
    const served = await Served.start({ now: () => now });
    const statusWith = async (cookie: string): Promise<number> =>
      (await served.ask('/x', { token: null, headers: { cookie } })).status;
    const [one, other] = [(await served.login(served.token)).cookie, (await served.login(served.token)).cookie];
    const out = await served.ask('/api/v1/session', { method: 'DELETE', token: null, headers: { cookie: other } });
    expect([out.status, await statusWith(other), await statusWith(one)]).toEqual([200, 401, 404]);
    now = SESSION_MS;
    expect(await statusWith(one)).toBe(401);
    const { cookie } = await served.login(served.token);
    const next = await Served.start({ token: served.token });
    const elsewhere = cookie.replace(String(served.port), String(next.port));
    expect((await next.ask('/x', { token: null, headers: { cookie: elsewhere } })).status).toBe(401);
  });
});

describe('a reverse proxy', () => {
  const name = 'sync.example.org';

  it('[SV27] has pages of its own name over TLS alone, and a login that TLS alone carries', async () => {
    const served = await Served.start({ trustedHosts: () => [name] });
    const statusFrom = async (origin: string) =>
      (await served.ask('/no/such/name', { headers: { host: name, origin } })).status;
    expect(await statusFrom(`https://${name}`)).toBe(404);
    for (const origin of [`http://${name}`, `https://evil.${name}`, served.running.url, 'null'])
      expect(await statusFrom(origin)).toBe(403);
    const own = await served.ask('/no/such/name', { headers: { origin: `https://${name}` } });
    expect(own.status).toBe(403);
    const login = { method: 'POST', token: null, body: { token: served.token } } as const;
    const { headers } = await served.ask('/api/v1/session', { ...login, headers: { host: name } });
    expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; Secure; SameSite=Strict$/);
    expect((await served.login(served.token)).set).not.toContain('Secure');
    expect((await served.ask('/no/such/name', { token: null, headers: { host: name } })).status).toBe(401);
  });
});

describe('pages', () => {
  it('[SV9] health says that it answers, and nothing else', async () => {
    const served = await Served.start();
    expect((await served.ask('/healthz', { token: null })).text).toBe('{"status":"ok"}');
  });

  it.each(['/', '/login.js', '/tandem.css', '/healthz', '/no/such/name'])('[SV9] %s has its guards', async (path) => {
    const served = await Served.start();
    const { headers } = await served.ask(path);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.* frame-ancestors 'none'(?:;|$)/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('[SV9] the login page holds nothing but what it loads from here', async () => {
    const served = await Served.start();
    const { text } = await served.ask('/', { token: null });
    expect(text.match(/(?:src|href)="[^"]*"/g)).toEqual(['href="/tandem.css"', 'src="/login.js"']);
    expect(text).not.toMatch(/<script>|style=|onclick/);
  });
});
