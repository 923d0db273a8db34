import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  const world = new World();
  world.addShop();
  driver = await WindowDriver.start(world);
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const price = (side: 'a' | 'b', id: string) => (): unknown =>
  driver.world.one(`corner-shop-${side}.db`, `SELECT price FROM products WHERE id='${id}'`);
const stock = (side: 'a' | 'b') => (): unknown =>
  driver.world.one(`corner-shop-${side}.db`, "SELECT stock FROM products WHERE id='SWT-002'");

async function saved(page: Page, entry: string): Promise<string> {
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: entry }).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

describe('history', () => {
  it('[WI70] lists the runs by day, and shows of each what it moved and every record before and after', async () => {
    const page = await driver.open('/history?show=runs');
    const runs = page.getByRole('listbox').getByRole('option');
    await expect.poll(() => runs.count(), soon).toBe(5);
    await runs.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url(), soon).toMatch(/history\/run\/4\?pair=corner-shop$/);
    const detail = page.getByRole('region', { name: 'The run' });
    await detail.getByText('The 3 records it wrote').waitFor();
    await detail.getByRole('button', { name: 'products INC-012 · changed on Remote · undone since' }).click();
    await detail.getByText('price120.0becomes135.0').or(detail.getByText('135.0')).first().waitFor();
    await page.context().close();
  });

  it('[WI70] narrows the runs by what they were', async () => {
    const page = await driver.open('/history?show=runs');
    const options = page.getByRole('listbox', { name: 'Runs, the newest first' }).getByRole('option');
    await expect.poll(() => options.count(), soon).toBe(5);
    await page.getByRole('combobox', { name: 'What' }).click();
    await page.getByRole('option', { name: 'Undos' }).click();
    await expect.poll(() => options.count(), soon).toBe(1);
    expect(await options.first().textContent()).toMatch(/corner-shop, run 5by \S+, who undid something/);
    await page.context().close();
  });

  it('[WI71] a decision says who, when and why, and is taken back after its effect was shown', async () => {
    const page = await driver.open('/history?show=decisions');
    const row = page.locator('tbody tr');
    expect(await row.first().textContent()).toMatch(/SWT-002.*Note: counted on the shelf/);
    await page
      .getByRole('button', { name: /^Undo… / })
      .first()
      .click();
    await page.getByRole('alertdialog').getByText('1 record goes back to what it was before the run.').waitFor();
    expect([stock('a')(), stock('b')()]).toEqual([20, 20]);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(stock('b')()).toBe(20);
    await page
      .getByRole('button', { name: /^Undo… / })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Put 1 record back' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await expect.poll(stock('b'), soon).toBe(21);
    await page.getByText(/taken back by run \d+/).waitFor();
    await page.context().close();
  });

  it('[WI72] a record that rests is answered after it was shown how it would stand; many after they were counted', async () => {
    const page = await driver.open('/history?show=holds&pair=corner-shop');
    await page.getByRole('button', { name: 'Old value on both: Sandal incense 50 g INC-012' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('stays as it is').waitFor();
    expect(price('a', 'INC-012')()).toBe(135);
    await dialog.getByRole('button', { name: 'Old value on both' }).click();
    await expect.poll(price('a', 'INC-012'), soon).toBe(120);
    expect(price('b', 'INC-012')()).toBe(120);
    await page.getByRole('button', { name: 'Choose for all 2' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Send again…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('2 records take this answer.').waitFor();
    expect(price('b', 'INC-014')()).toBe(115);
    await page.keyboard.press('Control+Enter');
    await expect.poll(price('b', 'INC-014'), soon).toBe(130);
    expect(price('b', 'INC-020')()).toBe(240);
    await page.context().close();
  });

  it('[WI73] what is shown is saved as a table that no spreadsheet computes, and as JSON with everything', async () => {
    const page = await driver.open('/history?show=decisions');
    const table = await saved(page, 'As a table (CSV)');
    expect(table.split('\r\n')[0]).toMatch(/^\uFEFFwhen,pair,kind,who/);
    expect(table).toContain('counted on the shelf');
    const [decision] = JSON.parse(await saved(page, 'With everything (JSON)')) as { readonly pair: string }[];
    expect(decision?.pair).toBe('corner-shop');
    await page.context().close();
  });

  it('[WI75] the timeline says in a sentence why a value is here, and then the chain', async () => {
    const page = await driver.open('/record/corner-shop/products/INC-012');
    await page
      .getByRole('navigation', { name: 'Fields' })
      .getByRole('link', { name: /^price/ })
      .click();
    await page.getByText('Why does price hold 120.0?').waitFor();
    const events = page.getByRole('region', { name: 'Events of price' }).getByRole('listitem');
    expect(await events.count()).toBeGreaterThan(2);
    expect(await events.last().textContent()).toMatch(/Added on Remote/);
    await page.context().close();
    expect(driver.breaches).toEqual([]);
  });
});
