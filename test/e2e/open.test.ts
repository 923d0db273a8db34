import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office, shopRows, shopSchema } from './cli-support.ts';

let office: Office;
beforeEach(() => {
  office = new Office(shopSchema, shopRows);
});
afterEach(() => office.close());

const soon = { timeout: 40_000, interval: 50 };
const linkIn = (text: string): string => /(http:\/\/127\.0\.0\.1:\d+\/#t=[0-9a-f]{64})/.exec(text)?.[1] ?? '';

/** Does the link log a browser in? */
async function logsIn(link: string): Promise<number> {
  const { origin, hash } = new URL(link);
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.slice('#t='.length) }),
  });
  return answer.status;
}

describe('tandem open', () => {
  it('[DT26] prints a link of the server that runs, and ends', async () => {
    const serving = office.start('serve', '--port', '0');
    await expect.poll(() => serving.said(), soon).toContain('/#t=');
    const { code, out } = office.tandem('open', '--no-browser');
    expect(code).toBe(0);
    expect(new URL(linkIn(out)).origin).toBe(new URL(linkIn(serving.said())).origin);
    expect(linkIn(out)).not.toBe(linkIn(serving.said()));
    await expect(logsIn(linkIn(out))).resolves.toBe(200);
    await expect(logsIn(linkIn(out))).resolves.toBe(401);
    expect(office.json('open', '--no-browser')).toEqual({
      url: new URL(linkIn(out)).origin,
      link: expect.stringContaining('/#t='),
    });
    process.kill(serving.pid, 'SIGTERM');
    await serving.ended;
    const sockets = spawnSync('find', [office.home, '-name', '*-serve.sock'], { encoding: 'utf8' }).stdout;
    expect(sockets).toBe('');
  });

  it('[DT26] starts one where none runs, also where another program has the usual port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.once('error', () => resolve()).listen(8000, '127.0.0.1', resolve));
    const running = office.start('open', '--no-browser');
    await expect.poll(() => linkIn(running.said()), soon).not.toBe('');
    const link = linkIn(running.said());
    expect(new URL(link).port).not.toBe('8000');
    await expect(logsIn(link)).resolves.toBe(200);
    process.kill(running.pid, 'SIGTERM');
    expect((await running.ended).code).toBe(143);
    await new Promise((resolve) => other.close(resolve));
  });

  it('[DT26] the browser gets the link in a file that is its owner’s alone, and not on its command line', async () => {
    const serving = office.start('serve', '--port', '0');
    await expect.poll(() => serving.said(), soon).toContain('/#t=');
    const program = join(office.dir, 'browser');
    const seen = join(office.dir, 'seen');
    writeFileSync(program, `#!/bin/sh\nprintf '%s' "$*" > '${seen}'\n`, { mode: 0o755 });
    const { stdout } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '..', '..', 'build', 'tandem.js'), '--home', office.home, 'open'],
      {
        env: { ...office.env, BROWSER: program },
        encoding: 'utf8',
      },
    );
    await expect.poll(() => existsSync(seen) && readFileSync(seen, 'utf8'), soon).toMatch(/open\.html$/);
    const page = readFileSync(seen, 'utf8');
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, 'utf8')).toContain(`content="0; url=${linkIn(stdout)}"`);
  });

  it('[DT26] where no browser can be started it says so', async () => {
    const serving = office.start('serve', '--port', '0');
    await expect.poll(() => serving.said(), soon).toContain('/#t=');
    const { code, err } = spawnOpen({ BROWSER: '/nothing/there' });
    expect([code, err]).toEqual([
      0,
      expect.stringContaining('No browser could be started from here: open the link in one.'),
    ]);
  });
});

function spawnOpen(env: Record<string, string>) {
  const launcher = join(import.meta.dirname, '..', '..', 'build', 'tandem.js');
  const { status, stderr } = spawnSync(process.execPath, [launcher, '--home', office.home, 'open'], {
    env: { ...office.env, ...env },
    encoding: 'utf8',
  });
  return { code: status, err: stderr };
}
