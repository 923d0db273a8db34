import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { shippedDesktop } from '../standin/driver.ts';
import { disagree, officeWith } from './desk.ts';
import { driverFor } from './scenario-driver.ts';

/*
 * What is run in both hosts: under the stand-in with all tests, and in a real Electron by `npm run test:electron`
 * (TANDEM_TEST_ELECTRON names its binary). Nothing here knows which it is.
 */
let shipped: Awaited<ReturnType<typeof shippedDesktop>>;
beforeAll(async () => {
  shipped = await shippedDesktop();
});
afterAll(() => shipped.remove());

async function started(home: string) {
  const driver = await driverFor(process.env['TANDEM_TEST_ELECTRON'], { folder: shipped.folder, home });
  onTestFinished(() => driver.end());
  return driver;
}

describe('the desktop program, in whatever host', () => {
  it('[DT25] starts, shows its window and its tray, and answers', async () => {
    const office = await officeWith('shop');
    const driver = await started(office.home.given);
    await driver.shows('state', 'ready');
    await driver.shows('pairs', 'shop');
    await expect(driver.trayShows('shop is in step')).resolves.toBe('shop is in step');
  });

  it('[DT25] syncs from the tray, and leads to what waits for the person', async () => {
    const office = await officeWith('shop');
    disagree(office, 'shop', 1);
    const driver = await started(office.home.given);
    await driver.trayShows('shop is in step');
    await driver.shows('state', 'ready');
    await driver.clickItem('sync-all');
    await driver.trayShows('1 thing needs you');
    await driver.clickItem('conflicts:shop');
    await expect(driver.shows('route', '#/conflicts?pair=shop')).resolves.toBe('#/conflicts?pair=shop');
  });

  it('[DT25] ends from the tray', async () => {
    const office = await officeWith('shop');
    const driver = await started(office.home.given);
    await driver.trayShows('shop is in step');
    await driver.clickItem('quit');
    await expect(driver.ended).resolves.toBe(0);
  });
});
