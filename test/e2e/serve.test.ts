import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unitText } from '../../electron/server/unit.ts';
import { Office, shopRows, shopSchema, type Running } from './cli-support.ts';

let office: Office;
beforeEach(() => {
  office = new Office(shopSchema, shopRows);
  office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
});
afterEach(() => office.close());

const soon = { timeout: 40_000, interval: 50 };
const address = (running: Running): string => /Serving on (\S+)\. /.exec(running.said())?.[1] ?? '';

async function served(...words: readonly string[]): Promise<{ readonly running: Running; readonly url: string }> {
  const running = office.start('serve', '--port', '0', ...words);
  await expect.poll(() => running.said(), soon).toContain('/#t=');
  return { running, url: address(running) };
}

describe('tandem serve', () => {
  it.each([
    { signal: 'SIGTERM', code: 143 },
    { signal: 'SIGINT', code: 130 },
  ] as const)('[SV13] says where, prints a link, and ends with $code after $signal', async ({ signal, code }) => {
    const { running, url } = await served();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    process.kill(running.pid, signal);
    const { code: ended, out, err } = await running.ended;
    expect(ended).toBe(code);
    expect(out).toMatch(new RegExp(`^To log a browser in, once and within ten minutes:\n  ${url}/#t=[0-9a-f]{64}\n$`));
    expect(err).toContain(`Serving on ${url}. Ctrl-C ends it after the running batches.`);
    expect(office.tandem('status').code).toBe(0);
  });

  it('[SV5] --print-token shows the token, which stands in no log and in no output of the server', async () => {
    const { running, url } = await served();
    const { out, code } = office.tandem('serve', '--print-token');
    const token = out.trim();
    expect([code, token]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(office.json('serve', '--print-token')).toEqual({ token });
    const asked = await fetch(`${url}/no/such/name`, { headers: { authorization: `Bearer ${token}` } });
    expect(asked.status).toBe(404);
    expect(readFileSync(join(office.home, 'state', 'server-token'), 'utf8').trim()).toBe(token);
    expect(readFileSync(join(office.home, 'logs', 'tandem.log'), 'utf8') + running.said()).not.toContain(token);
  });

  it('[SV12] goes through an engine that runs already, and others go through the one that it hosts', async () => {
    const first = await served();
    const second = await served('--json');
    expect(second.running.said()).toContain(`Tandem already runs on this home (process ${first.running.pid})`);
    expect(office.tandem('sync').code).toBe(0);
    process.kill(first.running.pid, 'SIGTERM');
    await first.running.ended;
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    expect(office.tandem('sync').code).toBe(0);
    process.kill(second.running.pid, 'SIGTERM');
    const { out } = await second.running.ended;
    expect(JSON.parse(out)).toEqual({ url: second.url, link: expect.stringContaining(`${second.url}/#t=`) });
  });

  it('[SV28] --print-unit prints a unit with the paths, the home and the port, and the page shows the same', () => {
    const launcher = join(import.meta.dirname, '..', '..', 'build', 'tandem.js');
    const start = `ExecStart=${process.execPath} ${launcher} --home ${office.home} serve`;
    const plain = office.tandem('serve', '--print-unit');
    expect([plain.code, plain.err]).toEqual([0, '']);
    expect(plain.out.split('\n')).toContain(start);
    expect(office.json('serve', '--print-unit')).toEqual({ unit: plain.out });
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'serve.md'), 'utf8');
    expect(page).toContain(
      unitText({ command: ['/PATH/TO/node', '/PATH/TO/tandem/build/tandem.js', 'serve'], folder: null }),
    );
    writeFileSync(join(office.dir, '.env'), 'MONGODB_LOCAL_URL=mongodb://127.0.0.1:1/x\n');
    const { out } = office.tandem('serve', '--port', '8123', '--print-unit');
    expect(out.split('\n')).toEqual(expect.arrayContaining([`${start} --port 8123`, `WorkingDirectory=${office.dir}`]));
    expect(office.tandem('serve', '--print-unit', '--print-token').code).toBe(2);
  });

  it('[SV28] words that systemd would read otherwise stand quoted', () => {
    const text = unitText({ command: ['/a b/node', '/c%d/$e', 'q"u\\'], folder: '/x%y' });
    expect(text).toContain('ExecStart="/a b/node" /c%%d/$$e "q\\"u\\\\"\n');
    expect(text).toContain('WorkingDirectory=/x%%y\n');
  });

  it('[SV29] SIGHUP ends nothing and has the settings read anew, and says what is wrong with them', async () => {
    const { running, url } = await served();
    process.kill(running.pid, 'SIGHUP');
    await expect.poll(() => running.said(), soon).toContain('The settings were read anew.');
    appendFileSync(join(office.home, 'tandem.yaml'), 'colour: red\n');
    process.kill(running.pid, 'SIGHUP');
    await expect.poll(() => running.said(), soon).toContain('The key “colour” at the top is not known.');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    process.kill(running.pid, 'SIGTERM');
    expect((await running.ended).code).toBe(143);
  });

  it('[SV27] a name of trustedHosts is answered from the next request on, and others never', async () => {
    const { url } = await served();
    const { port } = new URL(url);
    const statusFor = (host: string) =>
      new Promise<number>((resolve, reject) =>
        request({ host: '127.0.0.1', port, path: '/healthz', headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        })
          .once('error', reject)
          .end(),
      );
    expect(await statusFor('sync.example.org')).toBe(421);
    expect(office.tandem('config', 'set', 'trustedHosts=sync.example.org,box.lan:8443').code).toBe(0);
    const hosts = [
      'sync.example.org',
      'box.lan:8443',
      'box.lan',
      'a.sync.example.org',
      'sync.example.org:80',
      `localhost:${port}`,
    ];
    expect(await Promise.all(hosts.map(statusFor))).toEqual([200, 200, 421, 421, 421, 200]);
    appendFileSync(join(office.home, 'tandem.yaml'), 'colour: red\n');
    expect(await statusFor('sync.example.org')).toBe(200);
  });

  it.each(['*', '*.example.org', 'https://sync.example.org', 'sync.example.org/x', 'Sync.example.org', 'a..b', 'a b'])(
    '[SV27] %s is no name for trustedHosts, and nothing is changed',
    (name) => {
      const before = readFileSync(join(office.home, 'tandem.yaml'), 'utf8');
      const { code, err } = office.tandem('config', 'set', `trustedHosts=["${name}"]`);
      expect([code, err]).toEqual([3, expect.stringContaining('exact names as the address bar shows them')]);
      expect(readFileSync(join(office.home, 'tandem.yaml'), 'utf8')).toBe(before);
    },
  );

  it('[SV1] a port in use ends it with 5, and the home is free again', async () => {
    const { url } = await served();
    const { port } = new URL(url);
    const second = office.tandem('serve', '--port', port);
    expect(second.code).toBe(5);
    expect(second.err).toContain(`Listening on 127.0.0.1:${port} failed: another program uses this port.`);
    expect(second.err).toContain('name another port with --port');
    expect(office.tandem('serve', '--port', '70000').code).toBe(2);
    expect(office.tandem('serve', '--port', 'http').code).toBe(2);
  });

  it('begins a home where there is none', async () => {
    const running = office.start('--home', join(office.dir, 'new'), 'serve', '--port', '0');
    await expect.poll(() => running.said(), soon).toContain('Serving on http://127.0.0.1:');
    process.kill(running.pid, 'SIGTERM');
    expect((await running.ended).code).toBe(143);
  });
});
