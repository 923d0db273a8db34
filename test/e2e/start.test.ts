import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with a program in the place of Electron's, which says how it was started. */
function fakeElectron(): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'electron'), '#!/bin/sh\necho "started $*"\n', { mode: 0o755 });
  return folder;
}

const without = { ELECTRON_OVERRIDE_DIST_PATH: '/nothing/there', DISPLAY: '', WAYLAND_DISPLAY: '' };

describe('npm start', () => {
  it('[DT26] opens the desktop program where there is Electron and a display', () => {
    const { stdout, status } = spawnSync(process.execPath, [join(root, 'build', 'start.js'), '--home', '/h'], {
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: fakeElectron(), DISPLAY: ':9' },
      encoding: 'utf8',
    });
    expect([stdout.trim(), status]).toEqual([`started ${join(root, 'dist', 'desktop', 'main.cjs')} --home /h`, 0]);
  });

  it.each([
    ['no Electron', without, 'no Electron lies in /nothing/there (ELECTRON_OVERRIDE_DIST_PATH)'],
    ['no display', {}, 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)'],
  ])('[DT26] with %s it says so in one line and serves the pages', async (_, env, reason) => {
    const home = join(newFolder(), 'home');
    const child = spawn(process.execPath, [join(root, 'build', 'start.js'), '--home', home], {
      env: { ...process.env, ...without, ELECTRON_OVERRIDE_DIST_PATH: fakeElectron(), BROWSER: '/bin/true', ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    await expect.poll(() => said, { timeout: 40_000 }).toContain('/#t=');
    expect(said).toContain(
      `The desktop program cannot be opened: ${reason}. Its pages are opened in the browser instead.\n`,
    );
    child.kill('SIGTERM');
    await expect(new Promise((resolve) => child.once('exit', resolve))).resolves.toBe(143);
  });
});

describe('npm run test:electron', () => {
  /** The script in a project of its own, so that its report is no one else's. */
  function ran(env: Record<string, string>) {
    const project = newFolder();
    mkdirSync(join(project, 'build'));
    for (const name of ['test-electron.js', 'electron-binary.js'])
      writeFileSync(join(project, 'build', name), readFileSync(join(root, 'build', name)));
    writeFileSync(join(project, 'package.json'), '{"type":"module"}');
    const { status, stdout } = spawnSync(process.execPath, [join(project, 'build', 'test-electron.js')], {
      env: { ...process.env, ...without, ...env },
      encoding: 'utf8',
    });
    return {
      status,
      stdout,
      report: JSON.parse(readFileSync(join(project, 'reports', 'electron-real.json'), 'utf8')) as object,
    };
  }

  it('[DT25] without a binary it says loudly that nothing was run, and ends with 0', () => {
    const { status, stdout, report } = ran({});
    expect(status).toBe(0);
    expect(stdout).toContain(
      '║ REAL ELECTRON NOT RUN: no Electron lies in /nothing/there (ELECTRON_OVERRIDE_DIST_PATH) ║',
    );
    expect(report).toMatchObject({ status: 'skipped', reason: expect.stringContaining('/nothing/there') });
  });

  it('[DT25] where it is required, that is a failure', () => {
    expect(ran({ REQUIRE_ELECTRON: '1' }).status).toBe(1);
  });
});
