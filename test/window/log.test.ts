import { afterAll, beforeAll, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.full());
}, 240_000);
afterAll(() => driver.closeClean());

it('[WI96] [WI97] is narrowed by level and words, by keys alone, and copied as it is shown', async () => {
  const page = await driver.open('/log');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByText('a brake waits for your answer', { exact: false }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('no such line');
  await page.getByText('No line contains “no such line”.').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('BRAKE price');
  await page.getByText('a brake waits for your answer', { exact: false }).waitFor();
  await page.getByRole('button', { name: /^Copy \d+ lines?$/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/lines? (?:is|are) in the clipboard/).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^\d{4}-\d\d-\d\dT\S+ warn .*a brake waits for your answer/);
  await page.getByRole('combobox', { name: 'Level' }).click();
  await page.getByRole('option', { name: 'Errors only' }).click();
  await page.getByText('No line contains “BRAKE price”.').waitFor();
});

it('[WI96] follows what is logged while it is open', async () => {
  const page = await driver.open('/log');
  await page.getByText('a brake waits for your answer', { exact: false }).first().waitFor();
  const before = await page.locator('tbody tr').count();
  const { world } = driver;
  const visits = (): unknown => world.office.rows(world.path('member-portal-b.db'), 'SELECT count(*) FROM visits')[0];
  world.office.sql(world.path('member-portal-a.db'), "INSERT INTO visits VALUES (3,'Uma'),(4,'Hari'),(5,'Mala')");
  await page.getByRole('button', { name: 'Sync all now' }).click();
  await expect.poll(visits, { timeout: 40_000 }).toEqual([5]);
  world.office.sql(world.path('member-portal-a.db'), 'DELETE FROM visits');
  await expect.poll(() => page.locator('tbody tr').count(), { timeout: 40_000 }).toBeGreaterThan(before);
}, 120_000);
