import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { savedPlan } from '../../shared/contract/plan-shapes.ts';
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
const side = (name: 'a' | 'b'): string => driver.world.path(`corner-shop-${name}.db`);
const one = (name: 'a' | 'b', sql: string): unknown => driver.world.one(`corner-shop-${name}.db`, sql);
const b = (sql: string) => (): unknown => one('b', sql);

describe('plan', () => {
  it('[WI60] says what would happen to what, what removes on top, with counts of each side and every field before and after', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    const rows = page.getByRole('grid').locator('tbody tr');
    expect(await rows.allTextContents()).toEqual([
      expect.stringMatching(/^DeleteRemoteproducts CND-004 · Ghee lamp, small/),
      expect.stringMatching(/^Hold backneitherorders 10885/),
      expect.stringMatching(/^Change/),
      expect.stringMatching(/^Change/),
      expect.stringMatching(/^Change/),
      expect.stringMatching(/^AddRemoteorders 10901/),
      expect.stringMatching(/^AddThis computerorders 10902/),
    ]);
    const counts = page.getByRole('region', { name: 'What would happen' }).locator('section');
    expect(await counts.allTextContents()).toEqual([
      'On Remote1new2changed1deleted',
      'On This computer1new1changed0deleted',
      expect.stringMatching(/^Not touched1conflict/),
    ]);
    await rows.filter({ hasText: '10884' }).click();
    const detail = page.getByRole('region', { name: 'The chosen change' });
    expect(await detail.locator('tbody tr').allTextContents()).toEqual([
      'carrierNULLIndia Post',
      'statuspackedshipped',
      '3 fields stay as they are',
    ]);
    expect(one('b', 'SELECT status FROM orders WHERE id=10884')).toBe('packed');
    await page.context().close();
  });

  it('[WI101] the whole plan is saved as a table and as the file that the command line carries out', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    const saved = async (how: string): Promise<string> => {
      await page.getByRole('button', { name: 'Save plan…' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: how }).click(),
      ]);
      return readFileSync(await download.path(), 'utf8');
    };
    const lines = (await saved('As a table (CSV)')).trimEnd().split('\r\n');
    expect(lines[0]).toBe('\uFEFFCollection,Key,This computer,Remote');
    expect(lines.slice(1).toSorted()).toEqual(
      expect.arrayContaining(['orders,10901,,Add', 'orders,10902,Add,', 'products,CND-004,,Delete']),
    );
    expect(lines.filter((line) => line.endsWith('Hold back,Hold back'))).toEqual(['orders,10885,Hold back,Hold back']);
    const plan = savedPlan.parse(JSON.parse(await saved('For applying it later (JSON)')));
    expect([plan.pair, plan.entries.length]).toEqual(['corner-shop', 6]);
    await page.context().close();
  });

  it('[WI102] is rehearsed on copies by keys alone: what would come of it is said, and both sides are as they were', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    await page.getByRole('button', { name: 'Apply 6 changes' }).waitFor();
    const before = [driver.world.office.hash(side('a')), driver.world.office.hash(side('b'))];
    await page.getByRole('button', { name: 'Rehearse on copies' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Rehearse corner-shop on copies' });
    await dialog.getByText(/They are removed at the end/).waitFor();
    await dialog.getByRole('button', { name: 'Make copies and rehearse' }).focus();
    await page.keyboard.press('Enter');
    const told = page.getByRole('dialog').or(page.getByRole('alertdialog'));
    await told.getByText('Remote would get: 1 new, 2 changed, 1 deleted.').waitFor();
    await told.getByText('This computer would get: 1 new, 1 changed, 0 deleted.').waitFor();
    await told.getByText('1 conflict would wait for you.').waitFor();
    await told.getByText('Remote was not changed: it holds exactly what it held before.').waitFor();
    expect([driver.world.office.hash(side('a')), driver.world.office.hash(side('b'))]).toEqual(before);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Apply 6 changes' }).waitFor();
    await page.context().close();
  });

  it('[WI61] [WI62] by keys alone: leaves a record out, applies the rest, and shows the run', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    const rows = page.getByRole('grid').locator('tbody tr');
    await rows.first().focus();
    await page.keyboard.press('x');
    await page.getByText('left out of this run').waitFor();
    await page.getByRole('button', { name: 'Apply 5 changes' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => rows.nth(1).getAttribute('aria-selected'), soon).toBe('true');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.url(), soon).toMatch(/\/pair\/corner-shop\/run\/\d+$/);
    await page.getByText('The 5 records it wrote').waitFor();
    expect(one('b', "SELECT count(*) FROM products WHERE id='CND-004'")).toBe(1);
    expect(one('b', 'SELECT status FROM orders WHERE id=10884')).toBe('shipped');
    expect(one('a', 'SELECT customer FROM orders WHERE id=10902')).toBe('Walk-in');
    expect(one('b', 'SELECT total FROM orders WHERE id=10885')).toBe(110);
    await page.context().close();
  });

  it('[WI63] a plan that the sides moved away from writes nothing; it says so, and the rest can be applied', async () => {
    const { office } = driver.world;
    office.sql(
      side('a'),
      "UPDATE orders SET status='sent' WHERE id=10887; UPDATE products SET stock=7 WHERE id='CND-001'",
    );
    const page = await driver.open('/pair/corner-shop/plan');
    await page.getByRole('button', { name: 'Apply 3 changes' }).waitFor();
    office.sql(side('a'), "UPDATE orders SET status='lost' WHERE id=10887");
    await page.getByRole('button', { name: 'Apply 3 changes' }).click();
    await page.getByRole('button', { name: 'Apply what did not move' }).click();
    await page.getByText('1 record changed since the plan was made. It was left out.').waitFor();
    expect(one('b', "SELECT stock FROM products WHERE id='CND-001'")).toBe(7);
    expect(one('b', 'SELECT status FROM orders WHERE id=10887')).toBe('packed');
    await page.context().close();
  });

  it('[WI62] by mouse: Apply writes to both sides what the plan said', async () => {
    const page = await driver.open('/pair/corner-shop/plan');
    await page.getByRole('button', { name: 'Apply 1 change', exact: true }).click();
    await expect.poll(b('SELECT status FROM orders WHERE id=10887'), soon).toBe('lost');
    await page.goto(`${driver.url}/#/pair/corner-shop/plan`);
    await page.getByRole('button', { name: 'Make the plan again' }).click();
    await page.getByRole('button', { name: 'Nothing to apply' }).waitFor();
    await page.context().close();
    expect(driver.breaches).toEqual([]);
  });
});
