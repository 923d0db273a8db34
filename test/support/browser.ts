import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const packageFolder = join(import.meta.dirname, '..', '..', 'node_modules', '@sparticuz', 'chromium');

/**
 * A Chromium without a window, for this test alone; whoever launched it closes it. Its own security stays as it is: no
 * flag lets a page do what it could not do in a person's browser. Signals are left to the test (a browser that takes
 * them keeps the process from ending).
 *
 * Which one: `TANDEM_TEST_BROWSER` (the path of a program), else the one that `npm ci` brought, where it runs, else
 * Playwright's own.
 */
export async function launchBrowser(more: { readonly args?: readonly string[] } = {}): Promise<Browser> {
  const found = findBrowser();
  return await chromium.launch({
    ...(found === undefined ? {} : { executablePath: found.program, env: found.env }),
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-webgl',
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
      ...(more.args ?? []),
    ],
  });
}

type Found = { readonly program: string; readonly env: NodeJS.ProcessEnv };

/** `undefined`: the one that Playwright knows of. */
export function findBrowser(): Found | undefined {
  const named = process.env['TANDEM_TEST_BROWSER'];
  if (named !== undefined && named !== '') return { program: named, env: process.env };
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(packageFolder)) return undefined;
  const folder = unpacked();
  return { program: join(folder, 'chromium'), env: { ...process.env, FONTCONFIG_FILE: fonts(folder) } };
}

/** Unpacked once per version and machine, whole or not at all: several test files may ask at the same time. */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const folder = join(tmpdir(), `tandem-test-browser-${version}-${process.getuid?.() ?? ''}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}-making-`);
  try {
    // The package unpacks to the folder for temporary files, and takes what it finds there for whole.
    const script = `const { default: chromium } = await import(${JSON.stringify(join(packageFolder, 'build', 'index.js'))}); await chromium.executablePath();`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: making },
      stdio: 'inherit',
    });
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** The machine may have no fonts at all. */
function fonts(folder: string): string {
  const file = join(folder, 'fonts.conf');
  if (existsSync(file)) return file;
  const cache = join(folder, 'font-cache');
  mkdirSync(cache, { recursive: true });
  const places = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  const lines = places.map((place) => `  <dir>${place}</dir>`).join('\n');
  writeFileSync(
    file,
    `<?xml version="1.0"?>\n<fontconfig>\n${lines}\n  <cachedir>${cache}</cachedir>\n</fontconfig>\n`,
  );
  return file;
}
