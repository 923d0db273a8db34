import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.disputed());
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const titles = (page: Page): Promise<string[]> => page.locator('[role=row] a > span:first-child').allTextContents();
const grid = (page: Page) => page.getByRole('grid');

describe('the inbox', () => {
  it('[WI23] lists what waits by collection, and filters say what they would show', async () => {
    const page = await driver.open('/conflicts');
    await expect.poll(() => titles(page), soon).toHaveLength(7);
    expect(await page.getByRole('rowheader').allTextContents()).toEqual([
      'temple-office · admins 2',
      'temple-office · events 1',
      'temple-office · members 4',
    ]);
    const filters = page.getByRole('group', { name: 'Kinds of conflicts' }).getByRole('button');
    expect(await filters.allTextContents()).toEqual(['All 7', 'Two edits 5', 'Deleted / edited 1', 'Used twice 1']);
    await page.getByRole('button', { name: 'Deleted / edited 1' }).click();
    await expect.poll(() => titles(page), soon).toEqual(['Gopal Iyer MEM-04418']);
    expect(page.url()).toContain('#/conflicts?kind=delete%2Fupdate');
    expect(await filters.allTextContents()).toEqual(['All 7', 'Two edits 5', 'Deleted / edited 1', 'Used twice 1']);
  });

  it('[WI23] what is searched stands in the address; nothing that fits is said, and can be cleared', async () => {
    const page = await driver.open('/conflicts?q=phone');
    await expect.poll(() => titles(page), soon).toEqual(['Devika Raman MEM-04417', 'Anand Krishnan MEM-04419']);
    await page.getByRole('searchbox').fill('nobody at all');
    await page.getByText('Nothing here fits this filter.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expect.poll(() => titles(page), soon).toHaveLength(7);
  });

  it('[WI24] arrows, Space and Enter do everything; / leads to the search', async () => {
    const page = await driver.open('/conflicts');
    await expect.poll(() => titles(page), soon).toHaveLength(7);
    await grid(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    const chosen = () => page.locator('[role=row][aria-selected=true] a > span:first-child').allTextContents();
    await expect.poll(chosen, soon).toEqual(['John Mathew 3', 'Karthigai Deepam 1']);
    await page.getByRole('button', { name: 'Used twice 1' }).click();
    await expect.poll(() => titles(page), soon).toHaveLength(1);
    await page.getByRole('button', { name: 'All 7', exact: true }).click();
    await expect.poll(chosen, soon).toHaveLength(2);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    await grid(page).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent(), soon).toContain('Saroja Venkat');
  });

  it('[WI25] is told with its real length', async () => {
    const page = await driver.open('/conflicts');
    await expect.poll(() => grid(page).getAttribute('aria-rowcount'), soon).toBe('10');
    await page.getByRole('grid', { name: '7 conflicts' }).waitFor();
  });
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
