import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLogFile } from '../../electron/api/host/log-file.ts';
import { Office } from './home-support.ts';

const line = (second: number, level: string, msg: string, more: object = {}): string =>
  `${JSON.stringify({ level, time: `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`, pid: 7, ...more, msg })}\n`;

describe('the log of a home', () => {
  it('[W21] is read from its end, by level and by time, over both files', async () => {
    const office = new Office();
    const client = await office.connect();
    expect(await client.call('log.read', {})).toEqual({ lines: [], more: false, broken: 0 });
    mkdirSync(office.home.logs, { recursive: true });
    const path = join(office.home.logs, 'tandem.log');
    writeFileSync(`${path}.1`, line(1, 'info', 'oldest') + line(2, 'warn', 'old', { pair: 'shop', tries: 3 }));
    writeFileSync(path, line(3, 'debug', 'detail') + line(4, 'error', 'x'.repeat(200_000)) + line(5, 'info', 'newest'));
    const all = await client.call('log.read', {});
    expect(all.lines.map(({ message }) => message.slice(0, 6))).toEqual([
      'newest',
      'xxxxxx',
      'detail',
      'old',
      'oldest',
    ]);
    expect(all.lines[3]).toEqual({
      at: '2026-01-01T00:00:02.000Z',
      level: 'warn',
      message: 'old',
      pair: 'shop',
      data: { tries: 3 },
    });
    const first = await client.call('log.read', { limit: 2 });
    expect(first).toEqual({ lines: all.lines.slice(0, 2), more: true, broken: 0 });
    const before = first.lines.at(-1)?.at;
    expect((await client.call('log.read', { before })).lines).toEqual(all.lines.slice(2));
    expect((await client.call('log.read', { level: 'warn' })).lines.map(({ level }) => level)).toEqual([
      'error',
      'warn',
    ]);
  });

  it('[W21] leaves out and counts what is no line of it, and cuts no moment in two', async () => {
    const office = new Office();
    const client = await office.connect();
    mkdirSync(office.home.logs, { recursive: true });
    const broken =
      '{"level":"info","time":"2026-01-01T00:00:02.000Z","msg":"cut o\n\u0000\u0000\n[1]\n{"level":"loud"}\n';
    const path = join(office.home.logs, 'tandem.log');
    writeFileSync(path, line(1, 'info', 'before') + broken + line(3, 'info', 'one') + line(3, 'info', 'two'));
    appendFileSync(path, line(4, 'info', 'last'));
    const page = await client.call('log.read', { limit: 2 });
    expect(page.lines.map(({ message }) => message)).toEqual(['last', 'two', 'one']);
    expect(page.more).toBe(true);
    expect(await client.call('log.read', {})).toMatchObject({ broken: 4, more: false });
  });

  it('[W21] shows no password, whatever was written', async () => {
    const office = new Office();
    const client = await office.connect();
    const log = openLogFile(office.home.logs, 'info');
    log.warn('opening mongodb://ann:hunter2@host/db failed', { pair: 'shop', cause: 'token=hunter2' });
    log.close();
    appendFileSync(
      log.path,
      line(59, 'warn', 'password: hunter2', { inner: { secret: 'hunter2', list: ['pwd=hunter2'] } }),
    );
    const { lines } = await client.call('log.read', {});
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(lines).toMatchObject([
      { message: 'password: ***', data: { inner: { secret: '***', list: ['pwd=***'] } } },
      { message: 'opening mongodb://ann:***@host/db failed', pair: 'shop', data: { cause: 'token=***' } },
    ]);
  });
});
