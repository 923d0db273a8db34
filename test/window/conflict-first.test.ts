import { afterAll, beforeAll, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { FirstsWorld } from './firsts-world.ts';

interface Waiting {
  readonly id: number;
  readonly kind: string;
  readonly collection: string;
  readonly key: { readonly text: string };
}

let driver: WindowDriver;
let waiting: readonly Waiting[];
beforeAll(async () => {
  driver = await WindowDriver.start(new FirstsWorld());
  waiting = driver.world.office.json('conflicts') as readonly Waiting[];
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const idOf = (collection: string, kind: string): number =>
  waiting.find((each) => each.collection === collection && each.kind === kind)?.id ?? 0;
const at = (id: number): string => `/conflicts/${id}?pair=firsts`;

it('[WI111] [WI113] a value that another record holds: a link leads to the conflict that comes first, and no command is named', async () => {
  const clash = idOf('codes', 'unique');
  const page = await driver.open(at(idOf('codes', 'delete/update')));
  const note = page.getByRole('note', { name: 'What is in the way' });
  await note.getByText('codes 1 on This computer has the same code, which must be unique.').waitFor();
  await note.getByRole('link', { name: `Conflict ${clash}, codes 1` }).click();
  await expect.poll(() => page.url(), soon).toContain(`#${at(clash)}`);
  await page.getByRole('heading', { name: 'codes 1', exact: true }).waitFor();
  expect(await page.locator('main').textContent()).not.toContain('tandem ');
});

it('[WI111] a record that is missing there: a link leads to the conflict in which it waits', async () => {
  const page = await driver.open(at(idOf('visits', 'fk-parent-missing')));
  const first = waiting.find(({ collection, key }) => collection === 'people' && key.text === '1')?.id;
  await page.getByText('It refers to 1 of people, which Remote lacks.').waitFor();
  const link = page.getByRole('link', { name: `Conflict ${first}, people 1` });
  await link.waitFor();
  expect(await driver.violations(page)).toEqual([]);
});

it('[WI112] where nothing can be chosen the page says so, what comes first, and names no key for it', async () => {
  const page = await driver.open(at(idOf('pins', 'unique')));
  await page.getByText('Nothing can be decided here as things stand. What has to come first is said below.').waitFor();
  const first = waiting.find(({ collection, key }) => collection === 'people' && key.text === '1')?.id;
  await page.getByRole('link', { name: `Conflict ${first}, people 1` }).waitFor();
  await page.getByText('Nothing can be chosen yet').waitFor();
  const hints = await page.locator('main footer kbd').allTextContents();
  expect(hints).not.toContain('2');
  expect(hints).not.toContain('3');
});
