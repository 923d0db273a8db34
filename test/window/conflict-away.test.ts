import { expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const soon = { timeout: 40_000, interval: 50 };

it('[WI90] the engine is killed in the middle of an edit: it is back within seconds, the draft is there, and is written', async () => {
  const world = World.disputed();
  const watch = world.office.start('watch');
  await expect.poll(() => watch.said(), soon).toContain('Watching');
  const driver = await WindowDriver.start(world);
  try {
    const page = await driver.open('/conflicts/5?pair=temple-office');
    const result = page.getByLabel('Result for phone');
    await result.fill('typed before the engine');
    const killed = Date.now();
    watch.child.kill('SIGKILL');
    await watch.ended;
    await result.press('End');
    await page.keyboard.type(' was killed');
    await expect
      .poll(() => page.evaluate(() => document.body.textContent?.includes('engine does not answer') ?? true), soon)
      .toBe(false);
    expect(await result.inputValue()).toBe('typed before the engine was killed');
    await page.reload();
    await driver.settled(page);
    expect(await result.inputValue()).toBe('typed before the engine was killed');
    await page.getByRole('button', { name: 'Write to both sides' }).click();
    const phones = (): unknown[] =>
      [world.office.a, world.office.b].map((path) =>
        world.office.rows(path, "SELECT phone FROM members WHERE id='MEM-04419'"),
      );
    const agreed = [['typed before the engine was killed']];
    await expect.poll(phones, soon).toEqual([agreed, agreed]);
    process.stdout.write(`The edit went on, and was written ${Date.now() - killed} ms after the kill.\n`);
    expect(driver.breaches).toEqual([]);
  } finally {
    await driver.close();
  }
}, 240_000);

it('[WI98] what was chosen for whole records is kept through loading again, and asked again where the record moved', async () => {
  const world = World.disputed();
  const driver = await WindowDriver.start(world);
  try {
    const page = await driver.open('/conflicts/4?pair=temple-office');
    const kept = page.getByRole('radio', { name: 'Keep the edited record' });
    await kept.click();
    await page.reload();
    await driver.settled(page);
    await page.getByRole('button', { name: 'Bring it back on This computer' }).waitFor();
    expect(await kept.getAttribute('aria-checked')).toBe('true');
    world.office.sql(world.office.b, "UPDATE members SET pledge=901 WHERE id='MEM-04418'");
    world.tandem('sync', 'temple-office');
    await page.getByText('Nothing chosen yet').waitFor();
    await page.getByText('901').waitFor();
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  } finally {
    await driver.closeClean();
  }
}, 240_000);
