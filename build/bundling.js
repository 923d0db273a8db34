import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** Native code stays in its packages. */
const NATIVE = ['better-sqlite3', 'fs-native-extensions'];

/** What the driver of MongoDB uses where a person has installed it, and does without where not. */
const OPTIONAL = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
];

/**
 * Makes `main.js`, and chunks beside it for what is loaded only when it is needed, in `outDir` out of `entry` (a path
 * below `root`) and all that it imports, packages too.
 */
export async function bundle({ root, entry, outDir }) {
  const output = { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' };
  await bundleNode({ root, entry, outDir, output, target: 'node22' });
}

/** The three programs of the desktop: what Electron starts, what stands between it and its pages, and the engine. */
const DESKTOP = [
  { entry: join('electron', 'main.ts'), file: 'main.cjs' },
  // A sandboxed preload can load no other file.
  { entry: join('electron', 'preload.ts'), file: 'preload.cjs' },
  { entry: join('electron', 'api', 'engine-process', 'main.ts'), file: 'engine.cjs' },
];

/** Makes `main.cjs`, `preload.cjs` and `engine.cjs`, each one file, and the icons beside them. */
export async function bundleDesktop({ root, outDir }) {
  for (const { entry, file } of DESKTOP) await bundleOne({ root, entry, outDir, file });
  cpSync(join(root, 'build', 'icons', 'made'), join(outDir, 'icons'), { recursive: true });
}

/** One CommonJS file named `file` out of `entry`. */
export async function bundleOne({ root, entry, outDir, file }) {
  const output = { format: 'cjs', entryFileNames: file, codeSplitting: false };
  await bundleNode({ root, entry, outDir, output, target: 'node24' });
}

async function bundleNode({ root, entry, outDir, output, target }) {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    resolve: { alias: { bson: oneBson(root) } },
    build: {
      ssr: join(root, entry),
      target,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output },
    },
    ssr: { noExternal: true, external: [...NATIVE, ...OPTIONAL, 'electron'] },
  });
}

/** The package has its classes twice, for `import` and for `require`; the driver's are those of `require`. */
const oneBson = (root) => join(root, 'node_modules', 'bson', 'lib', 'bson.cjs');
