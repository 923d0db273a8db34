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
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    resolve: { alias: { bson: oneBson(root) } },
    build: {
      ssr: join(root, entry),
      target: 'node22',
      outDir,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } },
    },
    ssr: { noExternal: true, external: [...NATIVE, ...OPTIONAL] },
  });
}

/** The package has its classes twice, for `import` and for `require`; the driver's are those of `require`. */
const oneBson = (root) => join(root, 'node_modules', 'bson', 'lib', 'bson.cjs');
