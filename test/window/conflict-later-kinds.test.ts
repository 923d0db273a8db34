import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { laterKinds, LaterKindsWorld } from './later-kinds-world.ts';

/** What stands on the page: the kind, and why it waits. */
const says = {
  bounce: ['Came back', 'One side changes this record each time it is written'],
  undone: ['Undone', 'An undo set this record back on one side'],
  restored: ['Earlier copy', 'came back from an earlier copy'],
} as const;
const ways = [
  {
    way: 'by pointer',
    key: '1',
    async take(page: Page) {
      await page.getByRole('button', { name: 'Take one side for all' }).click();
      await page.getByRole('menuitem', { name: 'Take Remote for all' }).click();
      await page.getByRole('button', { name: 'Write to both sides' }).click();
    },
    city: 'of b',
  },
  {
    way: 'by keys alone',
    key: '2',
    async take(page: Page) {
      await page.locator('[role=radio]').first().waitFor();
      const rows = await page.locator('[data-field]').count();
      for (let row = 0; row < rows; row++) {
        await page.keyboard.press('2');
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Control+Enter');
    },
    city: undefined,
  },
] as const;

const soon = { timeout: 40_000, interval: 50 };

describe('kinds of conflicts that more than two edits bring about', () => {
  let driver: WindowDriver;
  beforeAll(async () => {
    driver = await WindowDriver.start(new LaterKindsWorld());
  }, 300_000);
  afterAll(() => driver.close());

  it.each(laterKinds.flatMap((kind) => ways.map((each) => ({ kind, ...each }))))(
    '[WI89] $kind, $way: the page says what it is about, and both databases hold the answer',
    async ({ kind, key, take, city }) => {
      const { world } = driver;
      const waiting = world.office.json('conflicts', '--pair', kind) as {
        id: number;
        kind: string;
        key: { text: string };
      }[];
      const conflict = waiting.find((each) => each.key.text === key);
      expect(conflict?.kind).toBe(kind);
      const query = `SELECT name, city FROM people WHERE id = ${key}`;
      const sides = ['a', 'b'].map((side) => world.path(`${kind}-${side}.db`));
      const [here, there] = sides.map((path) => world.office.rows(path, query));
      expect(here).not.toEqual(there);
      const page = await driver.open(`/conflicts/${conflict?.id}?pair=${kind}`);
      for (const text of says[kind]) await page.getByText(text, { exact: false }).first().waitFor();
      await take(page);
      const agreed = city === undefined ? here : there;
      await expect.poll(() => sides.map((path) => world.office.rows(path, query)), soon).toEqual([agreed, agreed]);
      expect(driver.breaches).toEqual([]);
      await page.context().close();
    },
  );
});
