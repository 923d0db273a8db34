import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.temple());
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 40_000, interval: 50 };

describe('what can go away', () => {
  it('[WI9] a page that cannot be loaded says so in three parts, and the others work', async () => {
    const page = await driver.open('/overview');
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.keyboard.press('Alt+4');
    await page.getByRole('alert').getByText('Showing this page failed because of a mistake in Tandem.').waitFor();
    await page.getByText('Nothing was written, and syncing goes on. Your drafts are kept.').waitFor();
    await page.getByRole('button', { name: 'Load the page again' }).waitFor();
    await page.keyboard.press('Alt+1');
    await expect.poll(() => page.locator('h1').textContent(), soon).toBe('Everything is in step.');
  });

  it('[WI7] [WI8] the engine is killed: the window says so, keeps what it shows, and reads again what it missed', async () => {
    const page = await driver.open('/overview');
    await page.getByRole('link', { name: 'temple-office in step' }).waitFor();
    await driver.kill();
    await page.getByText("Tandem's engine does not answer.").first().waitFor();
    await page.getByText(/It is tried again by itself, for \d+ s so far/).waitFor();
    await page.getByRole('link', { name: 'temple-office', exact: true }).waitFor();
    driver.world.dispute();
    await driver.restart();
    // A login belongs to the server that gave it.
    await page.getByText('The login of this browser has ended.').waitFor();
    expect(await page.getByText('The login of this browser has ended.').count()).toBe(1);
    await page.getByRole('link', { name: 'temple-office', exact: true }).waitFor();
    // What was never read cannot be read now; the notice above says why.
    await page.evaluate(() => (location.hash = '#/pair/temple-office/summary'));
    await page.getByText('Loading').first().waitFor();
    expect(await page.getByText('The login of this browser has ended.').count()).toBe(1);
    expect(await page.getByText('because of a mistake in Tandem').count()).toBe(0);
    await page.goto(driver.link);
    await expect
      .poll(() => page.getByLabel('State of everything').locator('p').textContent(), soon)
      .toBe('1 thing needs you. The rest goes on.');
  });

  it('[WI8] a login that has ended says how to log in again', async () => {
    const page = await driver.open('/overview');
    await page.context().clearCookies();
    await page.reload();
    await expect
      .poll(() => page.locator('main').textContent(), soon)
      .toContain('Open the link that tandem serve printed.');
  });
});

describe('an engine of another program', () => {
  it('[WI7] is killed: the window goes on with the next one by itself, still logged in', async () => {
    const world = World.temple();
    const watch = world.office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('Watching');
    const beside = await WindowDriver.start(world);
    try {
      const page = await beside.open('/overview');
      await page.getByRole('link', { name: 'temple-office in step' }).waitFor();
      watch.child.kill('SIGKILL');
      await watch.ended;
      world.dispute();
      await page.getByRole('link', { name: 'temple-office waiting for you 7 open' }).waitFor();
      expect(beside.breaches).toEqual([]);
    } finally {
      await beside.close();
    }
  });
});
