import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  const world = World.full();
  addLibrary(world);
  driver = await WindowDriver.start(world);
}, 240_000);
afterAll(() => driver.close());

/** Authors and their books, of which nearly all vanish from one side: two brakes that depend on each other's answer. */
function addLibrary(world: World): void {
  const rows = Array.from({ length: 40 }, (_, i) => i + 1);
  world.addPair(
    'library',
    'CREATE TABLE authors(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE books(id INTEGER PRIMARY KEY, author INTEGER REFERENCES authors(id), title TEXT);',
    `INSERT INTO authors VALUES ${rows.map((i) => `(${i}, 'Author ${i}')`).join(',')};
     INSERT INTO books VALUES ${rows.map((i) => `(${i}, ${i}, 'Book ${i}')`).join(',')};`,
  );
  world.office.sql(world.path('library-a.db'), 'DELETE FROM books WHERE id > 3; DELETE FROM authors WHERE id > 3;');
  world.tandem('sync', 'library');
}

const soon = { timeout: 30_000, interval: 50 };
const products = (side: 'a' | 'b') => (): unknown =>
  driver.world.one(`price-list-${side}.db`, 'SELECT count(*) FROM products');
const address = '/pair/price-list/brake/products';

describe('brake', () => {
  it('[WI49] the page of the pair leads to the brake by its state and by its main button', async () => {
    for (const name of ['Stopped by a brake', 'Decide']) {
      const page = await driver.open('/pair/price-list/summary');
      await page.locator('main').getByRole('link', { name, exact: true }).click();
      await expect.poll(() => page.url(), soon).toContain(address);
      await page.context().close();
    }
  });

  it('[WI64] says what vanished, where and since when, shows twenty from the whole range, and chooses nothing', async () => {
    const page = await driver.open(address);
    expect(await page.locator('h1').textContent()).toBe(
      'Tandem stopped before deleting 55 of 60 records of products on Remote.',
    );
    await page
      .getByText('55 of 60 records of products vanished from This computer. Remote still has all of them.')
      .waitFor();
    await page.getByText('20 of the 55, picked from the whole range').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(20);
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    const main = page.getByRole('button', { name: 'Choose one of the three' });
    expect(await main.getAttribute('aria-disabled')).toBe('true');
    for (const key of ['1', '2', '3', 'b', 'l', 'k', 'Enter', 'Control+Enter']) await page.keyboard.press(key);
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    expect([products('a')(), products('b')()]).toEqual([5, 60]);
    await page.context().close();
  });

  it('[WI65] by mouse: keeps paused, and the question stays', async () => {
    const page = await driver.open(address);
    await page.getByRole('radio', { name: 'Keep paused' }).click();
    await page.getByRole('button', { name: 'Keep paused' }).click();
    await page.getByText('Kept paused. Nothing was written.').waitFor();
    await page.getByText(/Kept paused by \S+/).waitFor();
    expect([products('a')(), products('b')()]).toEqual([5, 60]);
    await page.context().close();
  });

  it('[WI65] [WI66] by keys alone: brings them back, says what was written, and takes it back', async () => {
    const page = await driver.open(address);
    await page.getByRole('radio', { name: 'Bring them back' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Let 55 records go' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Bring 55 records back' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('55 records were written on This computer.').waitFor();
    expect([products('a')(), products('b')()]).toEqual([60, 60]);
    await page.getByRole('button', { name: /^Undo run \d+…$/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('55 records go back to what they were before the run.').waitFor();
    expect(products('a')()).toBe(60);
    await page.keyboard.press('Control+Enter');
    await expect.poll(products('a'), soon).toBe(5);
    expect(products('b')()).toBe(60);
    await page.context().close();
  });

  it('[WI65] an answer that another brake has to come before says so, and leads there', async () => {
    const page = await driver.open('/pair/library/brake/authors');
    await page.getByText('Answer the brake on books first: its records have to be written before these.').waitFor();
    expect(await page.getByRole('radio').count()).toBe(2);
    await page.getByRole('link', { name: 'Go there' }).click();
    await page.getByRole('heading', { name: /records of books on Remote/ }).waitFor();
    await page.getByRole('radio', { name: 'Let them go' }).click();
    await page.getByRole('button', { name: 'Let 37 records go' }).click();
    await page.getByText('37 records were written on Remote.').waitFor();
    await page.getByText('The old values are kept in the history.').waitFor();
    expect(driver.world.one('library-b.db', 'SELECT count(*) FROM books')).toBe(3);
    expect(driver.world.one('library-b.db', 'SELECT count(*) FROM authors')).toBe(40);
    await page.context().close();
  });

  it('[WI64] where nothing waits it says so', async () => {
    const page = await driver.open('/pair/member-portal/brake/visits');
    await page.getByText('No brake stands here.').waitFor();
    await page.context().close();
    expect(driver.breaches).toEqual([]);
  });
});
