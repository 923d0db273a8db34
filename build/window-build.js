import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Where the built pages of the window stand; `tandem serve` and the desktop program show them from there. */
export const windowFolder = (root) => join(root, 'dist', 'renderer');

/** What the pages were made of; written last. */
const MADE = 'made.json';

/** Builds the pages, unless they were made of the sources as they are. Whole or not at all. */
export async function buildWindow(root) {
  const folder = windowFolder(root);
  const sources = fingerprint(root);
  if (madeOf(folder) === sources) return false;
  mkdirSync(join(root, 'dist'), { recursive: true });
  const making = mkdtempSync(join(root, 'dist', '.making-window-'));
  try {
    await bundlePages(root, making);
    writeFileSync(join(making, MADE), JSON.stringify({ sources }));
    put(making, folder, sources);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return true;
}

/** In the place of older ones; another call may have been faster. */
function put(making, folder, sources) {
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(making, folder);
  } catch (error) {
    if (madeOf(folder) !== sources) throw error;
  }
}

function madeOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, MADE), 'utf8')).sources;
  } catch {
    return undefined;
  }
}

function fingerprint(root) {
  const hash = createHash('sha256');
  for (const folder of ['renderer', 'shared']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    names.sort((a, b) => (a < b ? -1 : 1));
    for (const name of names) {
      const path = join(root, folder, name);
      if (statSync(path).isFile()) hash.update(`${folder}/${name}\n`).update(readFileSync(path));
    }
  }
  for (const name of ['package-lock.json', join('build', 'window-build.js')])
    hash.update(readFileSync(join(root, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Every browser that Electron 45 or a person's updates bring; older ones have no `light-dark()`. */
const BROWSERS = ['chrome135', 'firefox137', 'safari18.4'];

async function bundlePages(root, outDir) {
  const [{ build, runnerImport }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ]);
  await build({
    root: join(root, 'renderer'),
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // The same files are shown under http://127.0.0.1:PORT/ and under app://ui/.
    base: './',
    plugins: [react(), layersFirst],
    define: await contractConstants(root, runnerImport),
    // The names of the design are unique; docs/window.md says how, and a test checks it.
    css: { modules: { generateScopedName: '[local]' } },
    build: {
      outDir,
      target: BROWSERS,
      cssTarget: BROWSERS,
      manifest: true,
      // The policy of the pages allows no address but those of files.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
}

/** Pages are loaded in any order; in every style sheet the order of the layers stands first, so that what comes later in it wins. */
const layersFirst = {
  name: 'layers-first',
  generateBundle(_, bundle) {
    for (const asset of Object.values(bundle))
      if (asset.fileName.endsWith('.css')) asset.source = `@layer base,components,pages,last;${asset.source}`;
  },
};

/** The window speaks one version of the contract, and carries none of its schemas. */
async function contractConstants(root, runnerImport) {
  const load = async (name) =>
    (await runnerImport(join(root, 'shared', 'contract', name), { configFile: false, root })).module;
  const { CONTRACT_VERSION, contractSchemaHash } = await load('schema-hash.ts');
  const { calls } = await load('calls.ts');
  const reading = Object.keys(calls).filter((name) => calls[name].method === 'GET');
  return {
    __CONTRACT_VERSION__: JSON.stringify(CONTRACT_VERSION),
    __CONTRACT_SCHEMA__: JSON.stringify(contractSchemaHash()),
    __READING_CALLS__: JSON.stringify(reading),
  };
}
