import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { openLogFile } from '../../electron/api/host/log-file.ts';
import { FileSecretStore } from '../../electron/api/secrets/secret-store.ts';
import { joinUrl, secretVariable, splitUrl } from '../../electron/api/secrets/split-url.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { blot, redact } from '../../shared/lib/redact.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tandem-secrets-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('passwords', () => {
  it.each([
    ['postgres://ann:pa%40ss@host:5432/db?ssl=1', 'postgres://ann@host:5432/db?ssl=1', 'pa@ss'],
    ['mongodb+srv://ann:a@b@host/db', 'mongodb+srv://ann@host/db', 'a@b'],
    ['mongodb://host:27017/db', 'mongodb://host:27017/db', null],
    ['postgres://ann@host/db', 'postgres://ann@host/db', null],
    ['sqlite:/data/a:b@c.db', 'sqlite:/data/a:b@c.db', null],
    ['C:\\data\\a.db', 'C:\\data\\a.db', null],
  ])('[S1] are taken out of %s', (given, url, password) => {
    expect(splitUrl(given)).toEqual({ url, password });
    expect(splitUrl(joinUrl(url, password))).toEqual({ url, password });
  });

  it.each([
    ['postgres://ann@host/db?ssl=1&password=pa%26ss', 'postgres://ann@host/db?ssl=1&password=', '?password=pa%26ss'],
    ['postgres://host/db?sslpassword=a#b&ssl=1', 'postgres://host/db?sslpassword=&ssl=1', '?sslpassword=a#b'],
    ['postgres://host/db?pass%77ord=geheim', 'postgres://host/db?pass%77ord=', '?pass%77ord=geheim'],
    [
      'postgres://ann:pa%40ss@host/db?sslpassword=two',
      'postgres://ann@host/db?sslpassword=',
      '?sslpassword=two&=pa%40ss',
    ],
    ['s3://bucket/key?token=one&region=x&token=two', 's3://bucket/key?token=&region=x&token=', '?token=one&token=two'],
    [
      'mongodb://h/d?authMechanismProperties=AWS:x',
      'mongodb://h/d?authMechanismProperties=',
      '?authMechanismProperties=AWS:x',
    ],
    [
      's3://b/k?X-Amz-Signature=f00&secretAccessKey=k',
      's3://b/k?X-Amz-Signature=&secretAccessKey=',
      '?X-Amz-Signature=f00&secretAccessKey=k',
    ],
    ['s3://bucket/key?endpoint=https://host', 's3://bucket/key?endpoint=https://host', null],
    ['postgres://host/db?password=', 'postgres://host/db?password=', null],
  ])('[S1] are taken out of what stands behind the ? of %s, and put back', (given, url, password) => {
    expect(splitUrl(given)).toEqual({ url, password });
    expect(joinUrl(url, password)).toBe(given);
  });

  it('[S1] are not guessed at where it cannot be told where they end', () => {
    for (const given of [
      'pg://h/db?password=geheim&more',
      'pg://h/db?ssl=1;token=geheim;more',
      'mongodb://ann:geheim',
      'mongodb://ann:geheim/db',
      'mongodb://host:27017,ann:geheim/db',
      'mongodb://ann:999999/db',
    ])
      expect(() => splitUrl(given)).toThrow(
        expect.objectContaining({ code: 'usage', message: expect.not.stringContaining('geheim') }),
      );
  });

  it.each([
    ['pg://ann@host/db?sslpassword=', 'pg://ann:a%26b@host/db?sslpassword='],
    ['pg://host/db?password=', 'pg://host/db?password=a%26b'],
    ['pg://host/db', 'pg://host/db'],
  ])(
    '[S2] one without a name, from the environment, is that of the user of %s, else what is left empty',
    (url, joined) => {
      expect(joinUrl(url, 'a&b')).toBe(joined);
    },
  );

  it('[S3] each of several is known by itself', () => {
    const store = new FileSecretStore(dir, {});
    store.set('shop', 'B', '?sslpassword=t%26o&=first');
    expect(store.all()).toEqual(expect.arrayContaining(['t&o', 't%26o', 'first']));
  });

  it('[S2] are kept in a file that only its owner can read, which is said; the environment wins', () => {
    const env: Record<string, string> = {};
    const store = new FileSecretStore(dir, env);
    expect(store.set('my shop', 'B', 'pa@ss')).toContain(store.path);
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
    expect(store.get('my shop', 'B')).toBe('pa@ss');
    expect(store.get('my shop', 'A')).toBeNull();
    env[secretVariable('my shop', 'B')] = 'from-env';
    expect(secretVariable('my shop', 'B')).toBe('TANDEM_SECRET_MY_SHOP_B');
    expect(store.get('my shop', 'B')).toBe('from-env');
    chmodSync(store.path, 0o644);
    store.get('my shop', 'A');
    expect(statSync(store.path).mode & 0o777).toBe(0o600);
    store.remove('my shop');
    expect(existsSync(store.path)).toBe(false);
  });

  it('[S2] a file that cannot be read is an error that shows nothing of it', () => {
    writeFileSync(join(dir, 'secrets.json'), '{"shop/B": "hunter2"');
    const store = new FileSecretStore(dir, {});
    expect(() => store.get('shop', 'B')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(() => store.get('shop', 'B')).not.toThrow(/hunter2/);
  });

  it('[S3] do not get out in any part of an error', async () => {
    const leaky = new AppError({
      code: 'auth',
      operation: 'open',
      message: 'Login with s3cret@1 failed.',
      next: 's3cret@1',
      hint: 's3cret@1',
      subject: { path: 'pg://ann:s3cret@1@h' },
      cause: 'password=other; url pg://bob:third@h and s3cret%401',
    });
    const dispatcher = new Dispatcher({ 'pairs.list': () => Promise.reject(leaky) }, { secrets: () => ['s3cret@1'] });
    const error = await dispatcher
      .dispatch('pairs.list', {}, { who: 'ann', client: 'test', signal: new AbortController().signal })
      .catch((cause: unknown) => cause);
    const text = JSON.stringify((error as AppError).toBody());
    for (const secret of ['s3cret', 'other', 'third']) expect(text).not.toContain(secret);
    expect(error).toMatchObject({ code: 'auth', message: 'Login with *** failed.' });
  });

  it('[S3] do not get into the log file, and neither do control characters', () => {
    const log = openLogFile(join(dir, 'logs'), 'info');
    log.info('opened postgres://ann:hunter2@host/db\u001b[31m', {
      url: 'postgres://ann:hunter2@host/db',
      password: 'x',
      size: 5n,
      cause: 'refused: token=hunter2',
    });
    log.debug('not at this level');
    log.close();
    const text = readFileSync(log.path, 'utf8');
    expect(text).toContain('postgres://ann:***@host/db');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('\\u001b');
    expect(text).not.toContain('not at this level');
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(text)).toMatchObject({ level: 'info', size: '5', password: '***', cause: 'refused: token=***' });
  });

  it('[S3] are looked for in long words, too, within a moment', () => {
    const long = 'x'.repeat(1_000_000);
    const begun = performance.now();
    expect(redact(`${long}mongodb://ann:hunter2@host/db`)).toBe(`${long}mongodb://ann:***@host/db`);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('[S3] are recognised by what they are called', () => {
    expect(redact('Password: abc, token=x y accessKey="k"')).toBe('Password: ***, token=*** y accessKey=***');
    expect(redact('at pg://h/db?sslpassword=abc&ssl=1; sslpassword: "x y"')).toBe(
      'at pg://h/db?sslpassword=***&ssl=1; sslpassword: ***',
    );
    expect(blot('Opening pg://h/db?ssl=1&sslpassword=abc failed.')).toBe(
      'Opening pg://h/db?ssl=1&sslpassword=*** failed.',
    );
  });
});
