import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleFolder } from './bundle-place.js';
import { bundleDesktop } from './bundling.js';

/** Where the programs of the desktop stand; `main` in package.json names the first. */
export const desktopFolder = (root) => join(root, 'dist', 'desktop');

/** What they were made of; written last. */
const MADE = 'made.json';

/** Makes the programs of the desktop, unless they were made of the sources as they are. Whole or not at all. True: they were. */
export async function buildDesktop(root) {
  const folder = desktopFolder(root);
  // The sources of the command are those of the desktop, too.
  const sources = basename(bundleFolder(root));
  if (madeOf(folder) === sources) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  const making = mkdtempSync(join(root, 'dist', '.making-desktop-'));
  try {
    await bundleDesktop({ root, outDir: making });
    writeFileSync(join(making, MADE), JSON.stringify({ sources }));
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return true;
}

function madeOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, MADE), 'utf8')).sources;
  } catch {
    return undefined;
  }
}
