import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const SCHEMA = 'CREATE TABLE notices(id INTEGER PRIMARY KEY, title TEXT, body TEXT, options TEXT);';
const lines = (...all: readonly string[]): string => all.join('\n');
const BODY = lines(
  'Lamps at six.',
  'Procession at seven.',
  'Food afterwards.',
  'Parking on Car Street.',
  'Bring a torch.',
);
const HERE = lines(
  'Lamps at half past six.',
  'Procession at seven.',
  'Food at nine.',
  'Parking on Car Street.',
  'Bring a torch.',
);
const THERE = lines(
  'Lamps at six.',
  'Procession at seven.',
  'Food at ten.',
  'Parking on Car Street.',
  'Bring a torch and a shawl.',
);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

let driver: WindowDriver;
beforeEach(async () => {
  const world = new World();
  world.addPair(
    'notices',
    SCHEMA,
    `INSERT INTO notices VALUES (1,'Deepam',${quoted(BODY)},NULL),(2,'Options','short','{"colour":"red","big":12345678901234567890,"tags":["a"]}');`,
  );
  const [a, b] = [world.path('notices-a.db'), world.path('notices-b.db')];
  world.office.sql(
    a,
    `UPDATE notices SET body=${quoted(HERE)} WHERE id=1;
    UPDATE notices SET options='{"colour":"blue","big":12345678901234567890,"tags":["a"]}' WHERE id=2;`,
  );
  world.office.sql(
    b,
    `UPDATE notices SET body=${quoted(THERE)} WHERE id=1;
    UPDATE notices SET options='{"colour":"red","big":12345678901234567890,"tags":["a","b"]}' WHERE id=2;`,
  );
  world.tandem('sync', 'notices');
  driver = await WindowDriver.start(world);
}, 240_000);
afterEach(() => driver.closeClean());

const soon = { timeout: 40_000, interval: 50 };
const both = (query: string): unknown[] =>
  ['notices-a.db', 'notices-b.db'].map((name) => driver.world.office.rows(driver.world.path(name), query));
const BODIES = 'SELECT body FROM notices WHERE id = 1';
const place = (page: Page, n: number) => page.getByRole('radiogroup', { name: new RegExp(`^Place ${n}, `) });
const result = (page: Page, field: string) => page.getByRole('textbox', { name: `Result for ${field}` });
const write = (page: Page) => page.getByRole('button', { name: 'Write to both sides' });
const marked = (page: Page): Promise<string[]> => page.locator('[data-compare] .cm-changedText').allTextContents();

describe('a long text', () => {
  it('[WI84] is compared three ways, in a part of the program that is loaded only for it', async () => {
    const page = await driver.open('/conflicts/1');
    await expect.poll(() => marked(page), soon).toContain('half past ');
    await page.getByRole('button', { name: 'Base and This computer' }).click();
    await expect.poll(() => marked(page), soon).toEqual(expect.arrayContaining(['half past ', 'fterwards', 't nine']));
    await page.getByRole('button', { name: 'Base and Remote' }).click();
    await expect.poll(() => marked(page), soon).toEqual(expect.arrayContaining([' and a shawl', 'at ten']));
    const asked = await page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('long-view')).length,
    );
    expect(asked).toBeGreaterThan(0);
    const overview = await driver.open('/overview');
    const early = await overview.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('long-view')).length,
    );
    expect(early).toBe(0);
  });

  it('[WI85] by pointer: joined on request, the open place decided, written on by hand, and seen before it is written', async () => {
    const page = await driver.open('/conflicts/1');
    await place(page, 3).waitFor();
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    await page.getByText('3 of 3 places not decided.', { exact: false }).waitFor();
    expect(await write(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Join line by line' }).click();
    await page.getByText('1 of 3 places not decided.', { exact: false }).waitFor();
    await page.getByRole('region', { name: 'The result so far' }).getByText('Place 2 is not decided yet').waitFor();
    await place(page, 2).getByText('Food at ten.').click();
    const joined = lines(
      'Lamps at half past six.',
      'Procession at seven.',
      'Food at ten.',
      'Parking on Car Street.',
      'Bring a torch and a shawl.',
    );
    await expect.poll(() => result(page, 'body').inputValue(), soon).toBe(joined);
    await result(page, 'body').fill(joined.replace('Car Street', 'Mill Lane'));
    await page.getByText('Written by you.', { exact: false }).waitFor();
    await place(page, 1).getByRole('radio', { name: /^Base/ }).click();
    const agreed = lines(
      'Lamps at six.',
      'Procession at seven.',
      'Food at ten.',
      'Parking on Mill Lane.',
      'Bring a torch and a shawl.',
    );
    await expect.poll(() => result(page, 'body').inputValue(), soon).toBe(agreed);
    expect(both(BODIES)).toEqual([[[HERE]], [[THERE]]]);
    await write(page).click();
    await expect.poll(() => both(BODIES), soon).toEqual([[[agreed]], [[agreed]]]);
  });

  it('[WI86] by keys alone: from place to place, each taken from where it shall come', async () => {
    const page = await driver.open('/conflicts/1');
    await place(page, 1).getByRole('radio').first().waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')), soon).toBe('radio');
    await page.keyboard.press('Control+3');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Control+2');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Control+1');
    const agreed = lines(
      'Lamps at six.',
      'Procession at seven.',
      'Food at nine.',
      'Parking on Car Street.',
      'Bring a torch.',
    );
    await expect.poll(() => result(page, 'body').inputValue(), soon).toBe(agreed);
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => both(BODIES), soon).toEqual([[[agreed]], [[agreed]]]);
  });

  it('[WI85] what was taken of it survives loading again, and a move of the record where a place stays as it is', async () => {
    const page = await driver.open('/conflicts/1');
    await place(page, 1).getByText('Lamps at half past six.').click();
    await page.getByText('2 of 3 places not decided.', { exact: false }).waitFor();
    const { world } = driver;
    world.office.sql(
      world.path('notices-b.db'),
      `UPDATE notices SET body=${quoted(THERE.replace('shawl', 'coat'))} WHERE id=1`,
    );
    world.tandem('sync', 'notices');
    await place(page, 3).getByText('Bring a torch and a coat.').waitFor();
    await page.getByText('2 of 3 places not decided.', { exact: false }).waitFor();
    await page.reload();
    await place(page, 3).getByText('Bring a torch and a coat.').waitFor();
    await page.getByText('2 of 3 places not decided.', { exact: false }).waitFor();
    expect(await place(page, 1).getByRole('radio', { checked: true }).count()).toBe(1);
  });
});

describe('a JSON text', () => {
  it('[WI87] is compared value by value, joined, and written as it is written there: on one line, with every digit', async () => {
    const page = await driver.open('/conflicts/2');
    await page.getByRole('button', { name: 'Join line by line' }).click();
    await expect.poll(() => result(page, 'options').inputValue(), soon).toContain('"colour": "blue"');
    await result(page, 'options').fill('{"colour": ');
    await page.getByText('This is no JSON yet, so it cannot be written.').waitFor();
    expect(await write(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Join line by line' }).click();
    await write(page).click();
    const agreed = '{"colour":"blue","big":12345678901234567890,"tags":["a","b"]}';
    await expect.poll(() => both('SELECT options FROM notices WHERE id = 2'), soon).toEqual([[[agreed]], [[agreed]]]);
  });
});
