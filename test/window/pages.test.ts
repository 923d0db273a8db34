import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { pageCases } from './pages.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(World.lived());
}, 240_000);
afterAll(() => driver.close());

const looks = [
  { theme: 'light', size: 'wide' },
  { theme: 'dark', size: 'wide' },
  { theme: 'light', size: 'narrow' },
  { theme: 'dark', size: 'narrow' },
] as const;
const cases = pageCases.flatMap((page) => looks.map((look) => ({ ...page, look })));

describe('every page', () => {
  it.each(cases)(
    '[WI10] $name ($look.theme, $look.size) shows itself, and axe finds nothing',
    async ({ address, shows, first, look }) => {
      const page = await driver.open(address, look);
      await first?.(page);
      await page.locator('body').getByText(shows).first().waitFor();
      expect(await driver.violations(page)).toEqual([]);
      await page.context().close();
    },
  );

  it('[WI11] made no request to elsewhere, kept to its policy, and no script failed', () => {
    expect(driver.breaches).toEqual([]);
  });
});
