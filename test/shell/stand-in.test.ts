import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedDesktop } from '../standin/driver.ts';
import { Host } from '../standin/host.ts';
import { StandInMissing } from '../standin/missing.ts';
import { isolatedWorldScript } from '../standin/page-worlds.ts';

let shipped: Awaited<ReturnType<typeof shippedDesktop>>;
const appData = mkdtempSync(join(tmpdir(), 'tandem-standin-'));
beforeAll(async () => {
  shipped = await shippedDesktop();
});
afterAll(() => {
  shipped.remove();
  rmSync(appData, { recursive: true, force: true });
});

const bundle = (name: string): string => readFileSync(join(shipped.folder, name), 'utf8');

/** `app.quit`, `BrowserWindow`: what a bundle names of Electron. */
const membersIn = (source: string): string[][] => [
  ...new Map(
    [...source.matchAll(/\belectron\.([A-Za-z]+)(?:\.([A-Za-z]+))?/g)].map(([, ...parts]) => {
      const named = parts.filter((part) => part !== undefined);
      return [named.join('.'), named];
    }),
  ).values(),
];

describe('the stand-in host', () => {
  const host = new Host({ appData, exit: () => undefined });

  it('[DT23] has every member of Electron that the main process names', () => {
    const members = membersIn(bundle('main.cjs'));
    expect(members.length).toBeGreaterThan(30);
    const missing = members.filter(([first = '', second]) => {
      const one = host.electron[first] as object;
      return second !== undefined && !(second in one);
    });
    expect(missing).toEqual([]);
  });

  it('[DT23] has every member that the preload names', () => {
    const members = membersIn(bundle('preload.cjs')).map((parts) => parts.join('.'));
    expect(members.sort()).toEqual(['contextBridge.exposeInMainWorld', 'ipcRenderer']);
    const world = isolatedWorldScript({ toMain: 'm', toIsolated: 'i', send: 's', receive: 'r' }, '');
    expect(world).toContain('exposeInMainWorld');
  });

  it('[DT23] the engine names none', () => {
    expect(bundle('engine.cjs')).not.toContain('require("electron")');
  });

  it('[DT23] the package itself is loaded by no test', async () => {
    await expect(import('../../electron/shell/electron-port.ts')).rejects.toThrow('is not loaded in tests');
  });

  it('[DT23] throws for what it does not have, where it is read and where it is set', () => {
    expect(() => host.electron['autoUpdater']).toThrow(StandInMissing);
    const app = host.electron['app'] as Record<string, unknown>;
    expect(() => app['relaunch']).toThrow('StandInMissing: app.relaunch');
    expect(() => (app['allowRendererProcessReuse'] = true)).toThrow(StandInMissing);
    expect(() => (host.electron['protocol'] as Electron.Protocol).handle('file', () => new Response())).toThrow(
      StandInMissing,
    );
  });

  it('[DT23] refuses windows and schemes that are weaker than ours', () => {
    const Window = host.electron['BrowserWindow'] as new (options: object) => unknown;
    expect(() => new Window({})).toThrow('before app is ready');
    const protocol = host.electron['protocol'] as Electron.Protocol;
    const weak = { scheme: 'app', privileges: { standard: true, secure: true, bypassCSP: true } };
    expect(() => protocol.registerSchemesAsPrivileged([weak])).toThrow('StandInRefuses');
  });
});
