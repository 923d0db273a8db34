import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { WINDOW_POLICY } from '../../shared/lib/window-policy.ts';

/** What Vite writes of what it made. */
const viteManifest = z.record(
  z.string(),
  z.looseObject({
    file: z.string(),
    css: z.array(z.string()).optional(),
    assets: z.array(z.string()).optional(),
  }),
);

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Where the window's pages are: `app://ui/index.html`. */
export const SCHEME = 'app';
export const ORIGIN = 'app://ui';
export const START = `${ORIGIN}/index.html`;

/** Answers for the files that Vite's manifest names and for `index.html`, and for nothing else. */
export class Pages {
  readonly #folder: string;
  readonly #files: ReadonlySet<string>;

  /** `folder` holds `index.html` and `.vite/manifest.json`. */
  constructor(folder: string) {
    this.#folder = folder;
    const manifest = viteManifest.parse(JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')));
    this.#files = new Set([
      'index.html',
      ...Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]),
    ]);
  }

  /** The address is looked up and never becomes part of a path: what is not on the list is not there. */
  answer(request: Request): Response {
    const { host, pathname } = new URL(request.url);
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (host !== 'ui' || request.method !== 'GET' || !this.#files.has(name)) return notThere();
    const body = readFileSync(join(this.#folder, name));
    return new Response(new Uint8Array(body), {
      headers: { ...HEADERS, 'content-type': kinds[extname(name)] ?? 'application/octet-stream' },
    });
  }
}

const HEADERS = {
  'content-security-policy': WINDOW_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

const notThere = (): Response =>
  new Response('Not found', { status: 404, headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' } });
