import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConflictKind } from '../../shared/model/words.ts';
import { WindowDriver } from './driver.ts';
import { KindsWorld } from './kinds-world.ts';

interface Case {
  readonly kind: ConflictKind;
  readonly key: string;
  /** What the page offers as the answer that is chosen here, and the button that then carries it out. */
  readonly by: (page: Page) => Promise<void>;
  readonly query: string;
  readonly agreed: readonly unknown[];
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    await page.locator('[role=radio]').first().waitFor();
    for (const key of keys) await page.keyboard.press(key);
  };
const choose =
  (radio: string, button: string) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('radio', { name: radio }).click();
    await page.getByRole('button', { name: button, exact: true }).click();
  };

/** The order matters: a record is brought back before what refers to it is asked about. */
const byPointer: readonly Case[] = [
  {
    kind: 'update/update',
    key: '1',
    by: choose('Remote: of B', 'Write to both sides'),
    query: 'SELECT city FROM people WHERE id=1',
    agreed: [['of B']],
  },
  {
    kind: 'delete/update',
    key: '2',
    by: choose('Keep the edited record', 'Bring it back on This computer'),
    query: 'SELECT city FROM people WHERE id=2',
    agreed: [['of B']],
  },
  {
    kind: 'insert/insert',
    key: '10',
    by: async (page) => {
      await page.getByRole('radio', { name: 'Remote: eva' }).click();
      await page.getByRole('radio', { name: 'This computer: of A' }).click();
      await page.getByRole('button', { name: 'Write to both sides' }).click();
    },
    query: 'SELECT name, city FROM people WHERE id=10',
    agreed: [['eva', 'of A']],
  },
  {
    kind: 'unique',
    key: '11',
    by: async (page) => {
      await page.getByRole('radio', { name: /\(here\) gets a new name/ }).click();
      const value = page.getByLabel(/^New value: /);
      await value.fill('ann');
      await page
        .getByRole('status')
        .filter({ hasText: /ann|unique|uses|used/i })
        .first()
        .waitFor();
      await value.fill('fay the second');
      await page.getByText('free on both sides', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Rename here and copy both' }).click();
    },
    query: 'SELECT id, name FROM people WHERE id IN (11,12) ORDER BY id',
    agreed: [
      [11, 'fay the second'],
      [12, 'fay'],
    ],
  },
  {
    kind: 'fk-child-exists',
    key: '3',
    by: async (page) => {
      await page.getByRole('region', { name: 'Remote: unchanged' }).waitFor();
      await choose('Keep the record', 'Bring it back on This computer')(page);
    },
    query: 'SELECT name FROM people WHERE id=3',
    agreed: [['cyd']],
  },
  {
    kind: 'fk-parent-missing',
    key: '4',
    by: choose('Delete it on This computer', 'Delete it on This computer'),
    query: 'SELECT id FROM pets WHERE id=4',
    agreed: [],
  },
  {
    kind: 'type-misfit',
    key: '1',
    by: choose('Remote: 10', 'Write to both sides'),
    query: 'SELECT size FROM things WHERE id=1',
    agreed: [[10]],
  },
  {
    kind: 'rejected',
    key: '2',
    by: async (page) => {
      await page.getByLabel('Result for colour').fill('purple');
      await page.getByRole('button', { name: 'Write to both sides' }).click();
    },
    query: 'SELECT colour FROM things WHERE id=2',
    agreed: [['purple']],
  },
];

const byKeys: readonly Case[] = [
  {
    kind: 'update/update',
    key: '1',
    by: press('2', 'Control+Enter'),
    query: 'SELECT city FROM people WHERE id=1',
    agreed: [['of A']],
  },
  {
    kind: 'delete/update',
    key: '2',
    by: press('2', 'Control+Enter'),
    query: 'SELECT city FROM people WHERE id=2',
    agreed: [],
  },
  {
    kind: 'insert/insert',
    key: '10',
    by: press('2', 'ArrowDown', '2', 'Control+Enter'),
    query: 'SELECT name, city FROM people WHERE id=10',
    agreed: [['eve', 'of A']],
  },
  {
    kind: 'unique',
    key: '11',
    by: press('2', 'Control+Enter'),
    query: "SELECT id, name = 'fay' FROM people WHERE id IN (11,12) ORDER BY id",
    agreed: [
      [11, 0],
      [12, 1],
    ],
  },
  {
    kind: 'fk-child-exists',
    key: '3',
    by: press('3', 'Control+Enter'),
    query: 'SELECT name FROM people WHERE id=3',
    agreed: [['cyd']],
  },
  {
    kind: 'fk-parent-missing',
    key: '4',
    by: press('3', 'Control+Enter'),
    query: 'SELECT id FROM pets WHERE id=4',
    agreed: [],
  },
  {
    kind: 'type-misfit',
    key: '1',
    by: press('3', 'Control+Enter'),
    query: 'SELECT size FROM things WHERE id=1',
    agreed: [[10]],
  },
  {
    kind: 'rejected',
    key: '2',
    by: press('3', 'Control+Enter'),
    query: 'SELECT colour FROM things WHERE id=2',
    agreed: [['blue']],
  },
];

const soon = { timeout: 40_000, interval: 50 };

describe.each([
  ['by pointer', byPointer],
  ['by keys alone', byKeys],
])('every kind of conflict, %s', (_, cases) => {
  let driver: WindowDriver;
  beforeAll(async () => {
    driver = await WindowDriver.start(new KindsWorld());
  }, 240_000);
  afterAll(() => driver.close());

  it.each(cases)(
    '[WI88] [WI89] [WI112] $kind is answered, and both databases hold the answer',
    async ({ kind, key, by, query, agreed }) => {
      const { world } = driver;
      const waiting = world.office.json('conflicts') as { id: number; kind: string; key: { text: string } }[];
      const id = waiting.find((conflict) => conflict.kind === kind && conflict.key.text === key)?.id;
      const page = await driver.open(`/conflicts/${id}?pair=kinds`);
      await by(page);
      const rows = (): unknown[] =>
        ['kinds-a.db', 'kinds-b.db'].map((name) => world.office.rows(world.path(name), query));
      await expect.poll(rows, soon).toEqual([agreed, agreed]);
      expect(driver.breaches).toEqual([]);
      await page.context().close();
    },
  );
});
