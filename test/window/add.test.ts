import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { chooseInTheShop, compareTheShop, lookAtTheShop, nameTheShop } from './add-steps.ts';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  const world = World.temple();
  world.shop();
  driver = await WindowDriver.start(world);
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const here = () => driver.world.path('shop-here.db');
const there = () => driver.world.path('shop-there.db');
const rows = (path: string, query: string) => driver.world.office.rows(path, query);
const hashes = () => [here(), there()].map((path) => driver.world.office.hash(path));
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

describe('what is asked for, and what is not fine', () => {
  let page: Page;
  afterEach(() => page.context().close());

  it('[WI41] what is missing is said at its field, and nothing is asked', async () => {
    page = await driver.open('/add/1');
    await button(page, 'Test both connections').click();
    await page.getByText('Choose what This computer is.').waitFor();
    await page.getByText('A pair needs a name of letters, digits').waitFor();
    await nameTheShop(page, { here: 'shop-here.db', there: 'shop-here.db' });
    await page.getByText('Both addresses lead to the same database.').waitFor();
    expect(page.url()).toContain('#/add/1');
  });

  it('[WI41] the name of another pair is refused at the name', async () => {
    page = await driver.open('/add/1');
    await nameTheShop(page);
    await page.getByRole('textbox', { name: 'Name of the pair' }).fill('temple-office');
    await button(page, 'Test both connections').click();
    await page.getByText('There is already a pair called temple-office.').waitFor();
    expect(page.url()).toContain('#/add/1');
  });

  it('[WI42] a file that is not there is named in three parts, mended at its field, and tested again', async () => {
    page = await driver.open('/add/1');
    await nameTheShop(page, { there: 'shop-nowhere.db' });
    await button(page, 'Test both connections').click();
    await page.getByText('This computer is ready. Remote needs a look.').waitFor();
    const told = page.getByRole('main').getByRole('status').filter({ hasText: 'there is no such file' });
    await told.getByText(/Nothing was written.*Look at the path/).waitFor();
    await told.getByRole('textbox', { name: 'File' }).fill('shop-there.db');
    await button(page, 'Test Remote again').click();
    await page.getByText('Both sides are ready.').waitFor();
    expect(existsSync(driver.world.path('shop-nowhere.db'))).toBe(false);
  });

  it('[WI42] the same file by another path is refused at the address of the second', async () => {
    page = await driver.open('/add/1');
    await nameTheShop(page, { there: './shop-here.db' });
    await button(page, 'Test both connections').click();
    await page.getByRole('link', { name: 'Choose collections' }).click();
    await button(page, 'Compare both sides').click();
    await page.getByText(/both addresses lead to the same database/).waitFor();
    expect(page.url()).toContain('#/add/1');
    await page
      .getByRole('region', { name: 'Remote' })
      .getByText(/Nothing was changed. Name another database here\./)
      .waitFor();
  });

  it('[WI42] databases that another pair keeps in step are refused at the address', async () => {
    page = await driver.open('/add/1');
    await nameTheShop(page, { here: 'a.db', there: 'b.db' });
    await button(page, 'Test both connections').click();
    await page.getByRole('link', { name: 'Choose collections' }).click();
    await button(page, 'Compare both sides').click();
    await page
      .getByRole('region', { name: 'Remote' })
      .getByText(/temple-office/)
      .waitFor();
    expect(page.url()).toContain('#/add/1');
  });

  it('[WI42] a server that does not answer is told apart from a file, with what is fine so far', async () => {
    page = await driver.open('/add/1');
    await nameTheShop(page);
    const card = page.getByRole('region', { name: 'Remote' });
    await card.getByRole('radio', { name: 'MongoDB' }).click();
    await card
      .getByRole('textbox', { name: 'Address' })
      .fill('mongodb://127.0.0.1:9/office?serverSelectionTimeoutMS=500');
    await button(page, 'Test both connections').click();
    await page.getByText('This computer is ready. Remote needs a look.').waitFor();
    await page.getByText(/Fine so far: address\./).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Remote' }).getByText('not fine').count(), soon).toBe(1);
  });

  it('[WI43] a password in an address leaves it, and is kept nowhere', async () => {
    page = await driver.open('/add/1');
    const card = page.getByRole('region', { name: 'Remote' });
    await card.getByRole('radio', { name: 'MongoDB' }).click();
    const address = card.getByRole('textbox', { name: 'Address' });
    await address.fill('mongodb://office:s3cr%40t-w0rd@127.0.0.1:9/office');
    await address.blur();
    await expect.poll(() => address.inputValue(), soon).toBe('mongodb://office@127.0.0.1:9/office');
    await page.getByText('The password was taken out of the address').waitFor();
    expect(await card.locator('input[type=password]').inputValue()).toBe('s3cr@t-w0rd');
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), location.href]),
    );
    expect(kept).toContain('office@127.0.0.1');
    expect(kept).not.toMatch(/s3cr/);
  });
});

describe('going back and away', () => {
  it('[WI44] keeps what was typed and chosen', async () => {
    const page = await driver.open('/add/1');
    await chooseInTheShop(page);
    await page.getByRole('checkbox', { name: 'products' }).click();
    await page.getByRole('link', { name: 'Back' }).click();
    await page.getByRole('link', { name: 'Two sides' }).click();
    const file = page.getByRole('region', { name: 'Remote' }).getByRole('textbox', { name: 'File' });
    expect(await file.inputValue()).toBe('shop-there.db');
    await page.keyboard.press('Alt+1');
    await page.goBack();
    expect(await file.inputValue()).toBe('shop-there.db');
    await page.reload();
    await driver.settled(page);
    expect(await file.inputValue()).toBe('shop-there.db');
    await button(page, 'Test both connections').click();
    await page.getByRole('link', { name: 'Choose collections' }).click();
    expect(await page.getByRole('checkbox', { name: 'products' }).isChecked()).toBe(false);
    await page.context().close();
  });
});

describe('only comparing', () => {
  it('[WI46] says what differs, writes to no database, and adds no pair', async () => {
    const before = hashes();
    const page = await driver.open('/welcome');
    await page.getByRole('link', { name: /^Only compare/ }).click();
    await page.getByText('Comparing only reads.').waitFor();
    await compareTheShop(page);
    await page.getByText('7 records differ between the two.').waitFor();
    expect(await button(page, /^Start/).count()).toBe(0);
    expect(hashes()).toEqual(before);
    expect(driver.world.office.tandem('status').out).not.toContain('compared-');
    await page.context().close();
  });
});

describe('ways and unique fields of single collections', () => {
  it('[WI100] [WI44] are chosen, survive going back, count in the first sync, and are kept by the pair', async () => {
    const page = await driver.open('/add/1');
    const { world } = driver;
    const schema = `CREATE TABLE customers(id INTEGER PRIMARY KEY, email TEXT UNIQUE);
      CREATE TABLE products(sku TEXT PRIMARY KEY, name TEXT);`;
    world.office.sql(
      world.path('ways-here.db'),
      `${schema} INSERT INTO customers VALUES (1,'a@x'); INSERT INTO products VALUES ('A','Lamp'),('B','Bell');`,
    );
    world.office.sql(
      world.path('ways-there.db'),
      `${schema} INSERT INTO customers VALUES (2,'b@x'); INSERT INTO products VALUES ('C','Lamp'),('D','Oil');`,
    );
    await nameTheShop(page, { here: 'ways-here.db', there: 'ways-there.db' });
    await page.getByRole('textbox', { name: 'Name of the pair' }).fill('ways');
    await button(page, 'Test both connections').click();
    await page.getByRole('link', { name: 'Choose collections' }).click();
    const way = page.getByRole('combobox', { name: 'Direction of products' });
    const unique = page.getByRole('textbox', { name: 'More unique fields of products' });
    const compare = async (said: string | RegExp): Promise<void> => {
      await button(page, 'Compare both sides').click();
      await page.getByText(said).waitFor();
    };
    await page
      .getByRole('row', { name: /customers/ })
      .getByText('email', { exact: true })
      .waitFor();
    await way.click();
    await page.getByRole('option', { name: 'Here → remote' }).click();
    await page.getByText('1 collection goes its own way').waitFor();
    await unique.fill('colour');
    await compare(/The fields colour, which shall be unique, are not on both sides/);
    await page.getByRole('link', { name: 'Change what travels' }).click();
    expect(await way.textContent()).toContain('Here → remote');
    expect(await unique.inputValue()).toBe('colour');
    await unique.fill('name');
    await compare('Nothing has been written.');
    const products = page.getByRole('row', { name: /^products/ });
    expect(await products.getByRole('cell').allTextContents()).toEqual([
      'products',
      'Here → remote',
      '0',
      '2',
      '2',
      '0',
      '1',
    ]);
    await button(page, 'Start: copy 3 records').click();
    await page.getByRole('heading', { name: /^ways is in step, except for/ }).waitFor();
    const shown = world.office.json('pair', 'show', 'ways', '--json');
    expect(shown).toMatchObject({
      collections: [{}, { name: 'products', direction: 'a-to-b', uniqueFields: ['name'] }],
    });
    expect(rows(world.path('ways-here.db'), 'SELECT sku FROM products')).toEqual([['A'], ['B']]);
    expect(rows(world.path('ways-there.db'), 'SELECT sku FROM products')).toEqual([['B'], ['C'], ['D']]);
    await page.context().close();
  });
});

describe('the first sync', () => {
  it('[WI40] [WI45] shows the counts and the clash before anything is written, then adds the pair and copies', async () => {
    const before = hashes();
    const page = await driver.open('/add/1');
    await lookAtTheShop(page);
    await page.getByText('2 records need a decision. Everything else can start; nothing will be deleted.').waitFor();
    await page.getByText('1 unique value is used by two different records').waitFor();
    const customers = page.getByRole('row', { name: /^customers/ });
    expect(await customers.getByRole('cell').allTextContents()).toEqual([
      'customers',
      'Both ways',
      '2',
      '1',
      '1',
      '1',
      '1',
    ]);
    expect(hashes()).toEqual(before);
    expect(driver.world.office.tandem('status').out).not.toContain('shop');

    await button(page, 'Start: copy 4 records').click();
    await page
      .getByRole('heading', { name: /^shop is in step, except for \d records? that waits? for you\.$/ })
      .waitFor();
    expect(rows(there(), "SELECT name FROM products WHERE sku LIKE 'LMP%' ORDER BY sku")).toEqual([
      ['Brass lamp'],
      ['Clay lamp'],
    ]);
    expect(rows(here(), "SELECT name FROM products WHERE sku='BEL-001'")).toEqual([['Hand bell']]);
    expect(rows(there(), 'SELECT name FROM suppliers')).toEqual([['Mysore Incense Works']]);
    expect(rows(here(), 'SELECT name FROM customers WHERE id=1')).toEqual([['Lotus Flower House']]);
    expect(rows(there(), 'SELECT name FROM customers WHERE id=1')).toEqual([['Lotus Flowers Ltd']]);
    await page.getByRole('link', { name: /^Resolve \d/ }).click();
    await expect.poll(() => page.url(), soon).toContain('#/conflicts?pair=shop');
    await page.context().close();
  });

  it('[WI47] by the keyboard alone, with a file that is made on the other side', async () => {
    const { world } = driver;
    world.office.sql(
      world.path('tasks.db'),
      "CREATE TABLE tasks(id INTEGER PRIMARY KEY, what TEXT); INSERT INTO tasks VALUES (1,'Lamps'),(2,'Flowers')",
    );
    const page = await driver.open('/add/1');
    const press = (...keys: readonly string[]) =>
      keys.reduce<Promise<void>>(async (last, key) => {
        await last;
        await page.keyboard.press(key);
      }, Promise.resolve());
    // From the heading: the three links of the steps' head come first.
    await page.getByRole('radio', { name: 'SQLite file' }).first().focus();
    await press('Space', 'Tab');
    await page.keyboard.type('tasks.db');
    await press('Tab', 'Space', 'Tab');
    await page.keyboard.type('tasks-there.db');
    await press('Tab', 'Control+a');
    await page.keyboard.type('tasks');
    await press('Enter');
    await page.getByText('This computer is ready. Remote needs a look.').waitFor();
    const make = page.getByRole('checkbox', { name: 'Make a new file there' });
    await make.focus();
    await press('Space');
    await page.getByText('The file of Remote is made when you start.').waitFor();
    await page.getByRole('link', { name: 'Choose collections' }).focus();
    await press('Enter');
    await page.getByText('made on Remote').waitFor();
    await button(page, 'Compare both sides').focus();
    await press('Enter');
    await button(page, 'Start: copy 2 records').focus();
    expect(existsSync(world.path('tasks-there.db'))).toBe(false);
    await press('Enter');
    await page.getByRole('heading', { name: 'tasks is in step.' }).waitFor();
    expect(rows(world.path('tasks-there.db'), 'SELECT what FROM tasks ORDER BY id')).toEqual([['Lamps'], ['Flowers']]);
    await page.context().close();
  });
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
