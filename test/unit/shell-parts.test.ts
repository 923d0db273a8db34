import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appMenu } from '../../electron/shell/app-menu.ts';
import { allowedLink } from '../../electron/shell/links.ts';
import { autostartEntry, LoginItem } from '../../electron/shell/login-item.ts';
import { orderOf, userDataOf } from '../../electron/shell/places.ts';
import { readPreferences, writePreferences } from '../../electron/shell/preferences.ts';
import { showsTrayIcons } from '../../electron/shell/tray-host.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-shell-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A system that has such a setting, as macOS and Windows do. */
function system(status?: string) {
  const set: object[] = [];
  let openAtLogin = false;
  return {
    set,
    getLoginItemSettings: () => ({ openAtLogin, ...(status === undefined ? {} : { status }) }),
    setLoginItemSettings(settings: { openAtLogin: boolean; args?: string[] }) {
      set.push(settings);
      openAtLogin = settings.openAtLogin;
    },
  };
}

describe('starting with the computer', () => {
  it('[DT22] on macOS and Windows it is a setting of the system, hidden at the start', () => {
    const app = system();
    const item = new LoginItem({ app, platform: 'win32', env: {}, home: '/', program: 'C:\\Tandem.exe' });
    expect(item.get()).toEqual({ on: false, why: '' });
    expect(item.set(true)).toEqual({ on: true, why: '' });
    expect(app.set).toEqual([{ openAtLogin: true, args: ['--hidden'] }]);
  });

  it('[DT22] where the system wants to be asked, that is said', () => {
    const item = new LoginItem({
      app: system('requires-approval'),
      platform: 'darwin',
      env: {},
      home: '/',
      program: '/x',
    });
    expect(item.get().why).toBe('The system asks you to allow it in its settings.');
  });

  it('[DT22] on Linux it is an entry of the desktop, made and removed', () => {
    const home = newFolder();
    const parts = { app: system(), platform: 'linux' as const, env: {}, home, program: '/opt/Tandem/tandem' };
    const item = new LoginItem(parts);
    const path = join(home, '.config', 'autostart', 'app.tandem.Tandem.desktop');
    expect(item.set(true)).toEqual({ on: true, why: '' });
    expect(readFileSync(path, 'utf8')).toContain('Exec="/opt/Tandem/tandem" --hidden\n');
    expect(item.set(false)).toEqual({ on: false, why: '' });
    expect(existsSync(path)).toBe(false);
  });

  it('[DT22] an AppImage is started from its file, and one that runs from its sources is not', () => {
    const home = newFolder();
    const env = { APPIMAGE: '/home/ann/Tandem 1.AppImage', XDG_CONFIG_HOME: join(home, 'x') };
    new LoginItem({ app: system(), platform: 'linux', env, home, program: '/tmp/.mount/tandem' }).set(true);
    expect(readFileSync(join(home, 'x', 'autostart', 'app.tandem.Tandem.desktop'), 'utf8')).toContain(
      'Exec="/home/ann/Tandem 1.AppImage"',
    );
    const fromSources = new LoginItem({ app: system(), platform: 'linux', env: {}, home, program: null });
    expect(fromSources.set(true)).toEqual({ on: false, why: expect.stringContaining('runs from its sources') });
  });

  it('[DT22] odd characters of a path stay what they are', () => {
    expect(autostartEntry('/a "b"/$c`d\\e 100%')).toContain('Exec="/a \\"b\\"/\\$c\\`d\\\\e 100%%" --hidden');
  });
});

describe('small parts of the shell', () => {
  it('[DT8] only https links to hosts of the list leave the program', () => {
    expect(allowedLink('https://www.sqlite.org/lang.html#x')).toBe('https://www.sqlite.org/lang.html#x');
    for (const url of [
      'https://sqlite.org.evil.example',
      'http://www.sqlite.org',
      'https://www.sqlite.org@evil.example',
      'data:text/html,x',
      '',
    ])
      expect(allowedLink(url)).toBeNull();
  });

  it('[DT13] the home is found on the command line, and each home has its own folder for the window', () => {
    expect(orderOf(['electron', 'main.cjs', '--home', '/h', '--hidden'])).toMatchObject({
      hidden: true,
      home: { given: '/h' },
    });
    expect(orderOf(['tandem', '--home=/h']).home.given).toBe('/h');
    expect(userDataOf(orderOf(['--home', '/h']).home, '/appdata')).toBe('/h/window');
    expect(userDataOf({ ...orderOf([]).home, given: '' }, '/appdata')).toBe('/appdata/Tandem/window');
  });

  it('[DT6] keys for developers are there only while it runs from its sources', () => {
    const quit = (): void => undefined;
    const names = (platform: NodeJS.Platform, packaged: boolean) =>
      appMenu(platform, packaged, quit).map(({ label, role }) => label ?? role);
    expect(names('linux', true)).toEqual([]);
    expect(names('linux', false)).toEqual(['Developer']);
    expect(names('darwin', true)).toEqual(['Tandem', 'editMenu', 'windowMenu']);
  });

  it('[DT11] what is remembered of a damaged file is as of none', () => {
    const path = join(newFolder(), 'tandem.json');
    expect(readPreferences(path)).toEqual({ theme: 'system', saidNoTray: false });
    writePreferences(path, { theme: 'dark', saidNoTray: true });
    expect(readPreferences(path)).toEqual({ theme: 'dark', saidNoTray: true });
  });

  it('[DT12] a desktop that cannot be asked may show icons', async () => {
    await expect(showsTrayIcons('darwin')).resolves.toBe(true);
    await expect(showsTrayIcons('linux', '/nothing/there')).resolves.toBe(true);
    await expect(showsTrayIcons('linux', 'false')).resolves.toBe(false);
  });
});
