import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  const world = World.temple();
  Object.defineProperty(world.office, 'env', { value: { ...world.office.env, TANDEM_LOG_LEVEL: 'warn' } });
  driver = await WindowDriver.start(world);
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const config = () => readFileSync(join(driver.world.office.home, 'tandem.yaml'), 'utf8');
const setting = (page: Page, title: string) => page.getByRole('group', { name: title, exact: true });

describe('settings', () => {
  it('[WI56] each stands there with key, default and origin; what is changed is changed in the file, and can go back', async () => {
    const page = await driver.open('/settings/sync?pair=temple-office');
    const every = setting(page, 'Also sync every');
    expect(await every.textContent()).toMatch(/syncIntervalMinutes.*default: none.*as it comes/);
    await every.getByRole('textbox').fill('30');
    await every.getByRole('button', { name: 'Set Also sync every' }).click();
    await page.getByText('Also sync every was changed.').waitFor();
    expect(config()).toContain('syncIntervalMinutes: 30');
    await every.getByText('set for this pair').waitFor();
    await every.getByRole('button', { name: 'Also sync every: back to the default' }).click();
    await expect.poll(config, soon).toContain('syncIntervalMinutes: null');
  });

  it('[WI56] by the keyboard alone: a switch, a number with Enter, a choice', async () => {
    const page = await driver.open('/settings/sync?pair=temple-office');
    await setting(page, 'Live').getByRole('switch').focus();
    await page.keyboard.press('Space');
    await expect.poll(config, soon).toContain('liveSync: false');
    await setting(page, 'Try a batch again').getByRole('textbox').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('7');
    await page.keyboard.press('Enter');
    await expect.poll(config, soon).toContain('maxRetries: 7');
    await page.goto(`${driver.url}/#/settings/conflicts?pair=temple-office`);
    await setting(page, 'What is left open after a sync').getByRole('combobox').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Take remote' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(config, soon).toContain('conflictResolutionStrategy: keep_remote');
  });

  it('[WI56] a value that is none is refused at its setting, in three parts, and changes nothing', async () => {
    const page = await driver.open('/settings/sync?pair=temple-office');
    const before = config();
    await setting(page, 'Also sync at these times').getByRole('textbox').fill('at dawn');
    await page.keyboard.press('Enter');
    await setting(page, 'Also sync at these times')
      .getByText(/Setting syncSchedule .*Nothing was changed\./)
      .waitFor();
    expect(config()).toBe(before);
  });

  it('[WI56] is found by a part of its name, whatever its group', async () => {
    const page = await driver.open('/settings/general');
    await page.keyboard.press('/');
    await page.keyboard.type('undoable');
    await setting(page, 'Runs stay undoable for').waitFor();
    expect(await page.getByRole('group').filter({ hasText: 'autoSyncEnabled' }).count()).toBe(0);
  });

  it('[WI57] what the environment decides is shown, locked, with its source', async () => {
    const page = await driver.open('/settings/log');
    const level = setting(page, 'How much the log tells');
    await level.getByText('set by the environment').waitFor();
    await level.getByText('Change it where Tandem is started').waitFor();
    expect(await level.getByRole('combobox').getAttribute('data-disabled')).not.toBeNull();
    expect(await level.getByRole('combobox').textContent()).toContain('What needs a look');
  });

  it('[WI58] brakes have limits and no switch', async () => {
    const page = await driver.open('/settings/brakes');
    await page.getByText('A brake cannot be switched off, and no command answers it for you.').waitFor();
    expect(
      await page.getByRole('group').filter({ hasText: 'brakeDeletePercent' }).getByRole('textbox').count(),
    ).toBeGreaterThan(0);
    expect(await page.getByRole('main').getByRole('switch').count()).toBe(0);
  });

  it('[WI59] look and single-letter keys are those of this window', async () => {
    const page = await driver.open('/settings/general');
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(15, 16, 17)');
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.getByRole('heading', { name: 'Settings' }).click();
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('switch', { name: 'Single-letter keys' }).click();
    await page.getByRole('heading', { name: 'Settings' }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
