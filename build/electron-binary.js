import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The binary of Electron that is installed, or why there is none. Asking the package itself would start a download.
 */
export function electronBinary(root, env = process.env) {
  const folder = join(root, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : 'electron';
  const elsewhere = env.ELECTRON_OVERRIDE_DIST_PATH;
  const path = elsewhere ? join(elsewhere, name) : join(folder, 'dist', name);
  if ((elsewhere || existsSync(named)) && existsSync(path)) return { path, why: '' };
  return {
    path: null,
    why: elsewhere
      ? `no Electron lies in ${elsewhere} (ELECTRON_OVERRIDE_DIST_PATH)`
      : 'no Electron binary is installed here (`npx install-electron` fetches it)',
  };
}

/** Can a window be shown at all? '' = yes. */
export function noDisplay(platform = process.platform, env = process.env) {
  const shown = platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
  return shown ? '' : 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
}
