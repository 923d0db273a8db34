import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.temple());
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
const heading = (page: Page) => page.locator('main h1');
const stateOfAll = (page: Page) => page.getByLabel('State of everything').locator('p');

describe('addresses', () => {
  it('[WI1] without one the overview opens; one that is none says so and leads back', async () => {
    const page = await driver.open('');
    await expect.poll(() => page.url(), soon).toBe(`${driver.url}/#/overview`);
    await page.goto(`${driver.url}/#/no/such/page`);
    await page.getByText('There is no page at this address.').first().waitFor();
    await page.getByRole('link', { name: 'To the overview' }).click();
    await expect.poll(() => page.url(), soon).toBe(`${driver.url}/#/overview`);
    await page.goBack();
    await page.getByText('There is no page at this address.').first().waitFor();
  });

  it('[WI8] the end of a link leaves the address of a browser that is logged in', async () => {
    const page = await driver.open('/overview');
    await page.goto(`${driver.url}/#t=${'0'.repeat(64)}`);
    await expect.poll(() => page.url(), soon).toBe(`${driver.url}/#/overview`);
  });
});

describe('side bar', () => {
  it('[WI2] follows what another program does', async () => {
    const page = await driver.open('/overview');
    await expect.poll(() => stateOfAll(page).textContent(), soon).toBe('Everything is in step.');
    driver.world.dispute();
    await expect.poll(() => stateOfAll(page).textContent(), soon).toBe('1 thing needs you. The rest goes on.');
    await page.getByRole('link', { name: 'Conflicts 7 open' }).waitFor();
    await page.getByRole('link', { name: 'temple-office waiting for you 7 open' }).waitFor();
  });

  it('[WI3] Sync all now brings a change to the other side', async () => {
    const { office } = driver.world;
    const page = await driver.open('/overview');
    office.sql(office.a, "INSERT INTO events VALUES (9,'Navaratri','Nine evenings.')");
    await page.getByRole('button', { name: 'Sync all now' }).click();
    await expect
      .poll(() => office.rows(office.b, 'SELECT title FROM events WHERE id=9'), soon)
      .toEqual([['Navaratri']]);
  });

  it('[WI5] is a rail in a narrow window, whose words stay; nothing is scrolled sideways', async () => {
    const page = await driver.open('/overview', { size: 'narrow' });
    const link = page.getByRole('link', { name: 'History', exact: true });
    expect((await link.boundingBox())?.width).toBeLessThan(50);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(900);
    expect(await page.locator('main').evaluate((main) => main.scrollWidth > main.clientWidth)).toBe(false);
  });
});

describe('keys', () => {
  it('[WI4] the five places, by Alt and a digit; the focus goes to the heading', async () => {
    const page = await driver.open('/overview');
    const titles = ['History', 'Network'];
    for (const [i, title] of titles.entries()) {
      await page.keyboard.press(`Alt+${i + 4}`);
      await expect.poll(() => heading(page).textContent(), soon).toBe(title);
      await expect.poll(() => focused(page), soon).toBe(title);
    }
    await page.keyboard.press('Alt+1');
    await expect.poll(() => page.url(), soon).toContain('#/overview');
    await page.goBack();
    await expect.poll(() => heading(page).textContent(), soon).toBe('Network');
  });

  it('[WI4] ? lists all keys; Esc closes and the focus is where it was', async () => {
    const page = await driver.open('/overview');
    await page.getByRole('link', { name: 'History', exact: true }).focus();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    await dialog.getByText('find a pair, page or action').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page), soon).toBe('History');
  });

  it('[WI4] switched off, signs alone do nothing', async () => {
    const page = await driver.open('/overview');
    await page.getByRole('button', { name: 'Help and keys' }).click();
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Find' }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
  });

  it('[WI4] Ctrl K finds a page by a part of its name, and what is typed is no key', async () => {
    const page = await driver.open('/overview');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a pair, a page or an action' }).waitFor();
    await page.keyboard.type('netw?');
    await page.getByText('Nothing contains “netw?”.').waitFor();
    await page.keyboard.press('Backspace');
    await page.getByRole('option', { name: 'Network page' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => heading(page).textContent(), soon).toBe('Network');
  });

  it('[WI4] F6 goes from the side bar to the page and round again', async () => {
    const page = await driver.open('/overview');
    const inside = (selector: string) =>
      page.evaluate((part) => document.querySelector(part)?.contains(document.activeElement) ?? false, selector);
    await page.keyboard.press('F6');
    await expect.poll(() => inside('aside'), soon).toBe(true);
    await page.keyboard.press('F6');
    await expect.poll(() => inside('main'), soon).toBe(true);
    await page.keyboard.press('Shift+F6');
    await expect.poll(() => inside('aside'), soon).toBe(true);
  });
});

describe('looks', () => {
  it('[WI6] light and dark are those of the system, unless one was chosen', async () => {
    const canvas = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const page = await driver.open('/overview', { theme: 'dark' });
    expect(await canvas(page)).toBe('rgb(15, 16, 17)');
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await canvas(page)).toBe('rgb(239, 238, 234)');
    await page.evaluate(() => localStorage.setItem('tandem.theme', 'dark'));
    await page.reload();
    await driver.settled(page);
    expect(await canvas(page)).toBe('rgb(15, 16, 17)');
  });

  it('[WI6] with reduced motion nothing moves', async () => {
    const page = await driver.open('/overview');
    const fast = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--normal'));
    expect(fast).toBe('0s');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
