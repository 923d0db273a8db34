import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const MANY = 10_000;
const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`;

let driver: WindowDriver;
beforeAll(async () => {
  const world = new World();
  world.addPair(
    'shop',
    'CREATE TABLE products(id INTEGER PRIMARY KEY, name TEXT, price REAL);',
    `${numbers} INSERT INTO products SELECT i, 'Product ' || i, i FROM n;`,
  );
  world.tandem('config', 'set', '--pair', 'shop', 'brakeChangePercent=100');
  world.office.sql(world.path('shop-a.db'), 'UPDATE products SET price = price + 0.25;');
  world.office.sql(world.path('shop-b.db'), 'UPDATE products SET price = price + 0.75;');
  world.tandem('sync', 'shop');
  driver = await WindowDriver.start(world);
}, 600_000);
afterAll(() => driver.close());

const soon = { timeout: 60_000, interval: 50 };

/** From the address being another to the first row being painted, in milliseconds. */
const opening = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const begun = performance.now();
    location.hash = '/conflicts';
    while (document.querySelector('[role=grid] a') === null) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return Math.round(performance.now() - begun);
  });

/** Scrolls for some seconds; how far apart its frames were, in milliseconds, and how many showed a row that was not there yet. */
const scrolling = (
  page: Page,
  by: number,
): Promise<{ frames: number; over50: number; worst: number; withBones: number }> =>
  page.evaluate(async (pixels) => {
    const grid = document.querySelector('[role=grid]');
    const gaps: number[] = [];
    let withBones = 0;
    let last = performance.now();
    for (let i = 0; i < 180; i++) {
      grid?.scrollBy(0, pixels);
      const now = await new Promise<number>(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
      if (grid?.querySelector('[role=gridcell][aria-label]')) withBones++;
    }
    const over50 = gaps.filter((gap) => gap > 50).length;
    return { frames: gaps.length, over50, worst: Math.round(Math.max(...gaps)), withBones };
  }, by);

describe('ten thousand conflicts', () => {
  it('[WI91] open and scroll; the times are told, and only what is in sight is drawn', async () => {
    const page = await driver.open('/overview');
    await page
      .getByRole('link', { name: 'shop waiting for you' })
      .or(page.getByText('10,000').first())
      .first()
      .waitFor();
    const ms = await opening(page);
    await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount'), soon).toBe(String(MANY + 1));
    const still = await scrolling(page, 0);
    const scrolled = await scrolling(page, 260);
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    process.stdout.write(
      `10,000 conflicts: rows after ${ms} ms; scrolling ${JSON.stringify(scrolled)}, standing still ${JSON.stringify(still)}\n`,
    );
    await page.getByRole('grid').press('End');
    await page.getByRole('row', { name: 'Product 10000' }).waitFor();
    expect(driver.breaches).toEqual([]);
  });

  it('[WI91] are decided with one word, and taken back in one step', async () => {
    const { world } = driver;
    const sums = (): unknown[] =>
      ['shop-a.db', 'shop-b.db'].map((name) => world.office.rows(world.path(name), 'SELECT sum(price) FROM products'));
    const [a, b] = sums();
    const page = await driver.open('/conflicts');
    await page.getByRole('grid').press('Control+a');
    await page.getByRole('toolbar').getByText('10,000 chosen').waitFor();
    await page.getByRole('button', { name: 'Take Remote' }).first().click();
    await page.getByRole('button', { name: 'Take Remote for 10,000 records' }).click({ timeout: 240_000 });
    await page.getByText('10,000 records are decided.').waitFor({ timeout: 240_000 });
    expect(sums()).toEqual([b, b]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 decision was taken back.').waitFor({ timeout: 240_000 });
    expect(sums()).toEqual([a, b]);
  }, 600_000);
});
