import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.full());
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };

describe('overview', () => {
  it('[WI20] begins with what needs a person, the brake first, which alone has the main button', async () => {
    const page = await driver.open('/overview');
    await expect
      .poll(() => page.locator('h1').textContent(), soon)
      .toBe('2 things need you. Nothing is lost, and the rest goes on.');
    const needs = page.getByRole('region', { name: 'What needs you' }).getByRole('listitem');
    expect(await needs.locator('p:first-child').allTextContents()).toEqual([
      'price-list stopped before deleting 55 of 60 products',
      '7 records in temple-office have two answers',
    ]);
    expect(await page.locator('[data-primary]').allTextContents()).toEqual(['Look and decide']);
    await page.getByRole('link', { name: 'Look and decide' }).click();
    await expect.poll(() => page.url(), soon).toContain('#/pair/price-list/brake/products');
  });

  it('[WI21] shows each pair with its state, when it was proved equal, what waits and what to do', async () => {
    const page = await driver.open('/overview');
    const row = (pair: string) =>
      page.getByRole('row').filter({ has: page.getByRole('link', { name: pair, exact: true }) });
    await expect
      .poll(() => row('price-list').textContent(), soon)
      .toMatch(/Stopped by a brakesince \d\d:\d\d55recordsDecide/);
    expect(await row('temple-office').textContent()).toMatch(
      /Waiting for you \(7\)everything else in step since \d\d:\d\d7conflicts/,
    );
    expect(await row('member-portal').textContent()).toMatch(/In step(?:just now|\d+ min ago) · 2 records equal0/);
    expect(await page.getByRole('table').locator('a[class]').allTextContents()).toEqual(
      expect.arrayContaining(['price-list', 'temple-office', 'member-portal']),
    );
  });

  it('[WI21] Sync now of one pair syncs that one', async () => {
    const { world } = driver;
    world.office.sql(world.path('member-portal-a.db'), "INSERT INTO visits VALUES (3,'Uma')");
    const page = await driver.open('/overview');
    await page.getByRole('button', { name: 'Sync now: member-portal' }).click();
    const there = () => world.office.rows(world.path('member-portal-b.db'), 'SELECT who FROM visits WHERE id=3');
    await expect.poll(there, soon).toEqual([['Uma']]);
  });
});

describe('a home without a pair', () => {
  it('[WI22] [WI1] begins with the welcome, and the overview leads to adding one', async () => {
    const world = new World();
    const empty = await WindowDriver.start(world);
    try {
      const page = await empty.open('');
      await expect.poll(() => page.url(), soon).toBe(`${empty.url}/#/welcome`);
      await page.goto(`${empty.url}/#/overview`);
      await page.getByText('A pair is two databases that Tandem keeps in step.').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Add a pair' }).last().click();
      await expect.poll(() => page.url(), soon).toBe(`${empty.url}/#/add/1`);
    } finally {
      await empty.close();
    }
  });
});
