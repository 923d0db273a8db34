import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface WindowFile {
  readonly type: string;
  readonly body: Buffer;
}

/** The part of Vite's manifest that says which files there are. */
type Manifest = Readonly<
  Record<string, { readonly file: string; readonly css?: readonly string[]; readonly assets?: readonly string[] }>
>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** The folder of the built pages, beside the program wherever it was put; `undefined`: they were not built. */
export function findWindowFolder(from = import.meta.dirname): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const built = join(folder, 'dist', 'renderer');
    if (existsSync(join(built, '.vite', 'manifest.json'))) return built;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Every file of the pages by its path below the server, whole and in memory (none where they were not built): the list is the manifest's, and no address
 * of a request ever becomes a path of the disk.
 */
export function readWindowFiles(folder: string): ReadonlyMap<string, WindowFile> {
  if (!existsSync(join(folder, '.vite', 'manifest.json'))) return new Map();
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Manifest;
  const names = Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
  return new Map(
    ['index.html', ...new Set(names)].map((name) => [
      `/${name}`,
      {
        type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        body: readFileSync(join(folder, name)),
      },
    ]),
  );
}
