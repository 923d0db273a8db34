import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

it('[WI94] pairs of files have no server; whether their files are there is said all the same', async () => {
  const world = World.temple();
  const driver = await WindowDriver.start(world);
  try {
    const page = await driver.open('/network');
    await page.getByText('No pair has a server.').waitFor();
    const files = page.getByRole('list', { name: 'Databases on this computer' });
    await files.getByText('is there').waitFor();
    renameSync(world.office.b, world.path('moved.db'));
    await page.getByRole('button', { name: 'Check now', exact: true }).click();
    await files.getByText('is not all there').waitFor();
    renameSync(world.path('moved.db'), world.office.b);
    await page.keyboard.press('Enter');
    await files.getByText('is there', { exact: true }).waitFor();
    expect(driver.breaches).toEqual([]);
  } finally {
    await driver.close();
  }
}, 240_000);
