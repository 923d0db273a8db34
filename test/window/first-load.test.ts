import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { buildWindow, windowFolder } from '../../build/window-build.js';
import { pageMessages } from '../../renderer/text/page-messages.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = windowFolder(root);
const LIMIT = 250_000;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

beforeAll(() => buildWindow(root), 120_000);

/** Everything that these entries need before they show anything. */
function filesOf(manifest: Readonly<Record<string, Chunk>>, entries: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const files = new Set<string>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const entry of entries) visit(entry);
  return files;
}

it('[WI12] the window with its first page is at most 250 kB compressed', () => {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const files = filesOf(manifest, ['index.html', 'pages/overview/page.tsx']);
  const sizes = [...files, 'index.html'].map((file) => gzipSync(readFileSync(join(folder, file))).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(files.size).toBeGreaterThan(3);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(LIMIT);
});

it('[WI12] what is loaded first takes no text that comes with a later page', () => {
  const folders = ['frame', 'model', 'store', 'router', 'transport', 'components', join('pages', 'overview')];
  const files = folders.flatMap((name) =>
    readdirSync(join(root, 'renderer', name))
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(root, 'renderer', name, file)),
  );
  const taken = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'([a-z][\w.]+)'/gi)].map(([, id]) => `${id}`),
  );
  expect(taken).toContain('overview.title');
  expect(taken.filter((id) => id in pageMessages)).toEqual([]);
});
