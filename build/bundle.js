import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundling.js';
import { bundleFolder, isSound, MADE } from './bundle-place.js';

/**
 * Makes the bundle of the command (`bundle-place.js`), unless it is there. `npm ci` calls it; without it, or where it
 * cannot be made, the sources themselves are run, so there a failure is told and passed over.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DAY_MS = 86_400_000;

try {
  const folder = bundleFolder(root);
  if (!isSound(folder)) await make(folder);
} catch (error) {
  process.stderr.write(
    `Bundling the command failed: ${error.message}\nIt runs from its sources, and starts more slowly.\n`,
  );
  process.exitCode = 1;
}

async function make(folder) {
  const dist = dirname(folder);
  mkdirSync(dist, { recursive: true });
  // Whole or not at all: it gets its name when everything is there.
  const making = mkdtempSync(join(dist, '.making-'));
  try {
    await bundle({ root, entry: join('electron', 'cli', 'main.ts'), outDir: making });
    seal(making);
    put(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  dropOld(dist, folder);
}

/** Everything is on the disk before it is named. */
function seal(making) {
  const names = readdirSync(making);
  const sizes = Object.fromEntries(names.map((name) => [name, statSync(join(making, name)).size]));
  writeFileSync(join(making, MADE), JSON.stringify(sizes));
  for (const name of [...names, MADE]) {
    const file = openSync(join(making, name), 'r+');
    fsyncSync(file);
    closeSync(file);
  }
}

/** In the place of a damaged one; another call may have been faster. */
function put(making, folder) {
  if (isSound(folder)) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!isSound(folder)) throw error;
  }
}

/** A program that is still running may load more of an older bundle, so the last day's stay. */
function dropOld(dist, folder) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === folder || !/^(cli-|\.making-|\.test-desktop-)/.test(name)) continue;
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}
