import { afterAll, beforeAll, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(new World());
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };

it('[WI48] has three doors: one adds a pair, one only compares, one makes a sample with conflicts that wait', async () => {
  const page = await driver.open('/welcome');
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Connect two databases/ })
    .click();
  await page.getByText('Which two should stay in step?').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: /^Only compare/ }).click();
  await page.getByText('Which two should be compared?').waitFor();
  await page.goBack();
  expect(driver.world.office.tandem('status').out).not.toContain('sample');
  await page.getByRole('button', { name: /^Try it with sample data/ }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url(), soon).toContain('#/conflicts?pair=');
  const { out } = driver.world.office.tandem('conflicts');
  expect(out).toContain('john');
});

it('[WI48] a second sample is refused in three parts', async () => {
  const page = await driver.open('/welcome');
  await page.getByRole('button', { name: /^Try it with sample data/ }).click();
  const refusal = page
    .getByRole('main')
    .getByRole('status')
    .filter({ hasText: /failed/ });
  await expect.poll(() => refusal.count(), soon).toBe(1);
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
