import { execFile } from 'node:child_process';

const WATCHER = [
  '--user',
  'get-property',
  'org.kde.StatusNotifierWatcher',
  '/StatusNotifierWatcher',
  'org.kde.StatusNotifierWatcher',
  'IsStatusNotifierHostRegistered',
];

/** Does this desktop show tray icons? Only Linux has ones that do not (GNOME without an extension). Where nobody can be asked: perhaps. */
export function showsTrayIcons(platform: NodeJS.Platform, program = 'busctl'): Promise<boolean> {
  if (platform !== 'linux') return Promise.resolve(true);
  return new Promise((resolve) => {
    execFile(program, WATCHER, { timeout: 3000 }, (error, stdout) => {
      const cannotAsk = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
      resolve(cannotAsk || (error === null && /\btrue\b/.test(stdout)));
    });
  });
}
