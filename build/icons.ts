import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/support/browser.ts';

/**
 * Makes the icons of tray and program, in `build/icons/made`, out of the drawings in `build/icons/svg`. What it makes is
 * kept with the sources: `npm run icons` after a drawing has changed.
 */
const svg = join(import.meta.dirname, 'icons', 'svg');
const made = join(import.meta.dirname, 'icons', 'made');

export const TRAY = ['idle', 'running', 'paused', 'attention', 'error'] as const;

/** Panels of Linux and Windows are light or dark and do not say which: this blue keeps 3 to 1 to both. */
export const ON_ANY_PANEL = '#6a7bbf';
const INDIGO = '#3250ab';
const PAPER = '#faf9f6';

/** An `.ico` that holds the pictures, each a whole PNG, as Windows takes them since Vista. */
export function icoOf(pictures: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let at = head.length;
  for (const [i, { size, png }] of pictures.entries()) {
    const entry = 6 + 16 * i;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

/** The drawing alone, in a colour. */
const drawn = (name: string, colour: string): string =>
  readFileSync(join(svg, `${name}.svg`), 'utf8').replace(/color="#[0-9a-f]+"/, `color="${colour}"`);

/** The mark on a sheet of paper. */
const onPaper = (): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="1" y="1" width="30" height="30" rx="7" fill="${PAPER}" stroke="${INDIGO}" stroke-opacity=".25" stroke-width=".5"/>
<g transform="translate(4 4)" color="${INDIGO}">${drawn('mark', INDIGO).replace(/^<svg[^>]*>|<\/svg>\s*$/g, '')}</g></svg>`;

async function rendered(page: Page, drawing: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  const sized = drawing.replace(/^<svg /, '<svg style="display:block;width:100vw;height:100vh" ');
  await page.setContent(`<style>body{margin:0;background:transparent}</style>${sized}`);
  return page.screenshot({ omitBackground: true, type: 'png' });
}

async function ico(page: Page, drawing: string, sizes: readonly number[]): Promise<Buffer> {
  const pictures = [];
  for (const size of sizes) pictures.push({ size, png: await rendered(page, drawing, size) });
  return icoOf(pictures);
}

async function make(): Promise<void> {
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  const put = (name: string, bytes: Buffer): void => writeFileSync(join(made, name), bytes);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    for (const name of TRAY) {
      const black = drawn(`tray-${name}`, '#000000');
      const blue = drawn(`tray-${name}`, ON_ANY_PANEL);
      put(`tray-${name}Template.png`, await rendered(page, black, 16));
      put(`tray-${name}Template@2x.png`, await rendered(page, black, 32));
      put(`tray-${name}.png`, await rendered(page, blue, 24));
      put(`tray-${name}.ico`, await ico(page, blue, [16, 20, 24, 32, 48]));
    }
    put('icon.png', await rendered(page, onPaper(), 1024));
    put('icon.ico', await ico(page, onPaper(), [16, 24, 32, 48, 64, 128, 256]));
  } finally {
    await browser.close();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await make();
