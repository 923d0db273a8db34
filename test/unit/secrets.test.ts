import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { openLogFile } from '../../electron/api/host/log-file.ts';
import { FileSecretStore } from '../../electron/api/secrets/secret-store.ts';
import { joinUrl, secretVariable, splitUrl } from '../../electron/api/secrets/split-url.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { redact } from '../../shared/lib/redact.ts';

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
    const dispatcher = new Dispatcher({ 'pairs.list': () => Promise.reject(leaky) }, () => ['s3cret@1']);
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
    });
    log.debug('not at this level');
    log.close();
    const text = readFileSync(log.path, 'utf8');
    expect(text).toContain('postgres://ann:***@host/db');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('\\u001b');
    expect(text).not.toContain('not at this level');
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(text)).toMatchObject({ level: 'info', size: '5' });
  });

  it('[S3] are recognised by what they are called', () => {
    expect(redact('Password: abc, token=x y accessKey="k"')).toBe('Password: ***, token=*** y accessKey=***');
  });
});
