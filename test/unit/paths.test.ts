import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveHome, type Surroundings } from '../../electron/api/host/home.ts';
import { cloudSign, prepareStateFolder } from '../../electron/api/host/state-folder.ts';

const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  env: {},
  platform: 'linux',
  home: '/home/ann',
  temp: '/tmp',
  user: '1000',
  ...more,
});

describe('home and paths', () => {
  it('[H9] --home puts everything below one folder and wins over TANDEM_HOME', () => {
    const given = resolveHome('/x', around({ env: { TANDEM_HOME: '/y' } }));
    expect(given).toMatchObject({
      config: '/x/tandem.yaml',
      state: '/x/state',
      logs: '/x/logs',
      run: '/x/run',
      given: '/x',
    });
    expect(given.socket).toMatch(/^\/x\/run\/engine-[0-9a-f]{12}\.sock$/);
    expect(resolveHome(undefined, around({ env: { TANDEM_HOME: '/y' } })).state).toBe('/y/state');
  });

  it('[H9] without it the folders of the platform are used; relative XDG paths are ignored', () => {
    expect(resolveHome(undefined, around())).toMatchObject({
      config: '/home/ann/.config/tandem/tandem.yaml',
      state: '/home/ann/.local/state/tandem',
      run: '/home/ann/.local/state/tandem/run',
      given: '',
    });
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative', XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(resolveHome(undefined, around({ env }))).toMatchObject({
      config: '/c/tandem/tandem.yaml',
      state: '/home/ann/.local/state/tandem',
      run: '/run/user/1000/tandem',
    });
    expect(resolveHome(undefined, around({ platform: 'darwin' })).state).toBe(
      '/home/ann/Library/Application Support/Tandem/state',
    );
  });

  it('[H9] a socket path that the kernel would cut moves to a short folder of this user', () => {
    const long = resolveHome(`/${'x'.repeat(120)}`, around());
    expect(long.socket).toMatch(/^\/tmp\/tandem-1000\/[0-9a-f]{12}\.sock$/);
  });
});

describe('the state folder', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tandem-state-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('[H5] is readable by its owner alone, also if it was not before', () => {
    mkdirSync(join(dir, 'state'));
    chmodSync(join(dir, 'state'), 0o755);
    prepareStateFolder(join(dir, 'state'));
    expect(statSync(join(dir, 'state')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['.dropbox', 'file'],
    ['.dropbox.cache', 'folder'],
    ['.stfolder', 'folder'],
    ['._sync_0123.db', 'file'],
  ])('[H10] is refused in a folder that holds %s, and nothing is made there', (marker, kind) => {
    if (kind === 'file') writeFileSync(join(dir, marker), '');
    else mkdirSync(join(dir, marker));
    const state = join(dir, 'a', 'b', 'state');
    expect(() => prepareStateFolder(state)).toThrow(expect.objectContaining({ code: 'state-location' }));
    expect(statSync(join(dir, 'a'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it.each(['Dropbox', 'Dropbox (Office)', 'OneDrive - Firm', 'Google Drive', 'Nextcloud', 'CloudStorage'])(
    '[H10] is refused below %s, also through a link',
    (name) => {
      mkdirSync(join(dir, name));
      symlinkSync(join(dir, name), join(dir, 'link'));
      expect(() => prepareStateFolder(join(dir, name, 'tandem'))).toThrow(
        expect.objectContaining({ code: 'state-location' }),
      );
      expect(() => prepareStateFolder(join(dir, 'link', 'tandem'))).toThrow(
        expect.objectContaining({ code: 'state-location' }),
      );
    },
  );

  it('[H10] is not refused for what only looks alike', () => {
    mkdirSync(join(dir, '.dropbox'));
    expect(cloudSign(join(dir, 'state'))).toBeNull();
    expect(cloudSign(join(dir, 'DropboxNotes'))).toBeNull();
    expect(cloudSign(join(dir, 'Mega', 'state'), join(dir, 'Mega'))).toBeNull();
  });

  it('[H11] is refused where nothing can be written, or where something else is in the way', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => prepareStateFolder(join(dir, 'file', 'state'))).toThrow(
      expect.objectContaining({ code: 'state-location' }),
    );
    expect(() => prepareStateFolder('/proc/tandem/state')).toThrow(expect.objectContaining({ code: 'read-only' }));
  });
});
