import { existsSync, mkdtempSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFolder } from './bundle-place.js';

/**
 * Makes the bundle of the command (`bundle-place.js`), unless it is there. `npm ci` calls it; without it, or where it
 * cannot be made, the sources themselves are run, so there a failure is told and passed over.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DAY_MS = 86_400_000;

/** Native code, and the driver with what it shares its classes with: these stay packages. */
const PACKAGES = ['better-sqlite3', 'fs-native-extensions', 'mongodb', 'bson'];

try {
  const folder = bundleFolder(root);
  if (!existsSync(folder)) await make(folder);
} catch (error) {
  process.stderr.write(
    `Bundling the command failed: ${error.message}\nIt runs from its sources, and starts more slowly.\n`,
  );
  process.exitCode = 1;
}

async function make(folder) {
  const { build } = await import('vite');
  const dist = dirname(folder);
  mkdirSync(dist, { recursive: true });
  // Whole or not at all: it gets its name when everything is there.
  const making = mkdtempSync(join(dist, '.making-'));
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      publicDir: false,
      build: {
        ssr: join(root, 'electron', 'cli', 'main.ts'),
        target: 'node22',
        outDir: making,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } },
      },
      ssr: { noExternal: true, external: PACKAGES },
    });
    renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  dropOld(dist, folder);
}

/** A program that is still running may load more of an older bundle, so the last day's stay. */
function dropOld(dist, folder) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === folder || !/^(cli-|\.making-)/.test(name)) continue;
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}
