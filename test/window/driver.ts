import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildWindow } from '../../build/window-build.js';
import { launchBrowser } from '../support/browser.ts';
import type { Running } from '../e2e/cli-support.ts';
import type { World } from './world.ts';

export const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 700 } } as const;
export type Size = keyof typeof sizes;
export type Look = { readonly theme?: 'light' | 'dark'; readonly size?: Size };

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** How long a page may take on a busy machine before it counts as stuck. */
const PATIENCE_MS = 30_000;

/** A real `tandem serve` on the home of a world, and browsers that are logged in by its link. */
export class WindowDriver {
  readonly world: World;
  readonly url: string;
  /** Whatever no page may do: a request elsewhere, a breach of the policy, an error of a script. Empty at the end. */
  readonly breaches: string[] = [];
  readonly #browser: Browser;
  readonly #contexts = new Set<BrowserContext>();
  #running: Running;
  #login: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
  #link: string;

  /** Builds the pages first, unless they are as the sources have them. */
  static async start(world: World): Promise<WindowDriver> {
    await buildWindow(join(import.meta.dirname, '..', '..'));
    const [{ running, url, link }, browser] = await Promise.all([served(world, '0'), launchBrowser()]);
    return new WindowDriver(world, running, url, link, browser);
  }

  private constructor(world: World, running: Running, url: string, link: string, browser: Browser) {
    this.world = world;
    this.url = url;
    this.#running = running;
    this.#link = link;
    this.#browser = browser;
  }

  /** A browser of its own with this page of the window open; the first one comes by the link. */
  async open(address: string, { theme = 'light', size = 'wide' }: Look = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: sizes[size],
      colorScheme: theme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'UTC',
      ...(this.#login === undefined ? {} : { storageState: this.#login }),
    });
    this.#contexts.add(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await this.#watch(page);
    if (this.#login === undefined) {
      await page.goto(this.#link);
      await page.locator('#window main').waitFor();
      this.#login = await context.storageState();
    }
    await page.goto(`${this.url}/#${address}`);
    await this.settled(page);
    return page;
  }

  /** The page is there, and nothing of it is still on its way. */
  async settled(page: Page): Promise<void> {
    await page.locator('main h1, main h2').first().waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
    await page.waitForFunction(() => document.fonts.status === 'loaded');
  }

  async #watch(page: Page): Promise<void> {
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== this.url) this.breaches.push(`request to ${request.url()}`);
    });
    page.on('pageerror', (error) => this.breaches.push(`error: ${error.message}`));
    await page.exposeBinding('breach', (_, text: string) => void this.breaches.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        (window as unknown as { breach(text: string): void }).breach(`policy: ${effectiveDirective} ${blockedURI}`);
      });
    });
  }

  /** What axe (WCAG 2.2 A and AA) has against the page, one line per kind. */
  async violations(page: Page): Promise<readonly string[]> {
    await page.evaluate(axeSource);
    return await page.evaluate(async () => {
      const { axe } = window as unknown as {
        readonly axe: {
          run(options: object): Promise<{
            readonly violations: readonly {
              readonly id: string;
              readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
            }[];
          }>;
        };
      };
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
      const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`).join(' | ')}`,
      );
    });
  }

  /** The service is gone, as after a kill; its home and its databases stay. */
  async kill(): Promise<void> {
    process.kill(this.#running.pid, 'SIGKILL');
    await this.#running.ended;
  }

  /** Comes back at the same address. */
  async restart(): Promise<void> {
    const { running, link } = await served(this.world, new URL(this.url).port);
    this.#running = running;
    this.#link = link;
  }

  /** The link that the last start printed; logs one browser in, once. */
  get link(): string {
    return this.#link;
  }

  /** Fails where a page did what no page may do, whatever else its test found. */
  /** Closes, and fails where a page did what no page may do. */
  async closeClean(): Promise<void> {
    await this.close();
    if (this.breaches.length > 0) throw new Error(this.breaches.join('\n'));
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#browser.close();
    this.world.close();
    if (this.breaches.length > 0) throw new Error(`A page did what none may do: ${this.breaches.join('; ')}`);
  }
}

async function served(
  world: World,
  port: string,
): Promise<{ readonly running: Running; readonly url: string; readonly link: string }> {
  const running = world.office.start('serve', '--port', port);
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const link = /http:\S+\/#t=[0-9a-f]{64}/.exec(running.said())?.[0];
    if (link !== undefined) return { running, url: new URL(link).origin, link };
    if (Date.now() > until) throw new Error(`tandem serve did not begin: ${running.said()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
