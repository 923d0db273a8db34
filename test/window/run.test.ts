import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const MANY = 8_000;

let driver: WindowDriver;
beforeAll(async () => {
  const world = new World();
  world.addShop();
  world.office.sql(
    world.path('corner-shop-a.db'),
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
     INSERT INTO orders SELECT 20000 + i, 'Customer ' || i, 'new', NULL, i FROM n`,
  );
  driver = await WindowDriver.start(world);
}, 120_000);
afterAll(() => driver.close());

const written = (): unknown => driver.world.one('corner-shop-b.db', 'SELECT count(*) FROM orders WHERE id > 20000');

describe('a run at work', () => {
  it('[WI67] says in words how far it is, stops after its batch, and the rest follows later', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    await page.getByText('The first 500 of 8,006 changes are listed. All are applied.').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: /^[\d,]+ of [\d,]+ changes are on both sides$/ }).waitFor();
    await page.getByText('Stopping is safe').waitFor();
    await page.getByRole('button', { name: 'Stop after this batch' }).click();
    await page.getByText('It was stopped. What it had written until then is on both sides').waitFor();
    expect(Number(written())).toBeLessThan(MANY);
    await page.goto(`${driver.url}/#/pair/corner-shop/plan`);
    const rest = page.getByRole('button', { name: /^Apply [\d,]+ changes$/ });
    await expect.poll(() => rest.getAttribute('aria-disabled'), { timeout: 90_000 }).not.toBe('true');
    await rest.click();
    await page.getByText('You can leave this page; the run goes on.').waitFor();
    await page.goto(`${driver.url}/#/overview`);
    expect(Number(written())).toBeLessThan(MANY);
    await page.context().close();
    await expect.poll(written, { timeout: 120_000 }).toBe(MANY);
    const again = await driver.open('/history');
    const run = again.getByRole('option', { name: /corner-shop, run 2/ });
    await run.waitFor();
    expect(await run.textContent()).not.toContain('stopped');
    expect(driver.breaches).toEqual([]);
  }, 300_000);
});
