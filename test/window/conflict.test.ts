import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeEach(async () => {
  driver = await WindowDriver.start(World.disputed());
}, 240_000);
afterEach(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const both = (query: string): unknown[] =>
  [driver.world.office.a, driver.world.office.b].map((path) => driver.world.office.rows(path, query));
const member = (id: string): string =>
  `SELECT phone, street, pledge, spouse, email, gothram FROM members WHERE id = '${id}'`;
const row = (page: Page, field: string) => page.getByRole('radiogroup', { name: field, exact: true });
const result = (page: Page, field: string) => page.getByLabel(`Result for ${field}`);
const heading = (page: Page): Promise<string | null> => page.locator('h1').textContent();
const write = (page: Page) => page.getByRole('button', { name: 'Write to both sides' });

const DEVIKA = '/conflicts/3?pair=temple-office';

describe('two edits', () => {
  it('[WI30] shows base, both sides and what was merged', async () => {
    const page = await driver.open(DEVIKA);
    expect(await heading(page)).toBe('Devika Raman MEM-04417');
    const cells = await row(page, 'spouse').getByRole('radio').allTextContents();
    expect(cells).toEqual(['NULL', 'empty text', 'Raman']);
    await page.getByText('2 fields merged, because only one side changed them').waitFor();
    await page.getByText('Bharadwaja').first().waitFor();
    await page.getByRole('button', { name: '4 fields are equal on both sides' }).click();
    await page.getByText('Rohini').waitFor();
  });

  it('[WI31] by pointer: chosen, written by hand, and then on both sides; the next conflict opens', async () => {
    const page = await driver.open(DEVIKA);
    await row(page, 'phone').getByRole('radio').nth(1).click();
    await row(page, 'pledge').getByRole('radio').nth(2).click();
    await row(page, 'spouse').getByRole('radio').nth(0).click();
    await page.getByText('1 of 4 fields not decided').waitFor();
    expect(await write(page).getAttribute('aria-disabled')).toBe('true');
    await result(page, 'street').fill('27 Car Street, 2nd floor');
    await page.getByText('written by you').waitFor();
    expect(await row(page, 'street').locator('[aria-checked=true]').count()).toBe(0);
    await page.getByText('Everything decided').waitFor();
    await write(page).click();
    const agreed = [['98840 55310', '27 Car Street, 2nd floor', 1250.5, null, 'devika.raman@mail.in', 'Bharadwaja']];
    await expect.poll(() => both(member('MEM-04417')), soon).toEqual([agreed, agreed]);
    await expect.poll(() => heading(page), soon).toBe('Gopal Iyer MEM-04418');
  });

  it('[WI32] by keys alone, from the inbox on', async () => {
    const page = await driver.open('/conflicts?q=Devika');
    await page.getByRole('row', { name: 'Devika Raman' }).waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => heading(page), soon).toContain('Devika Raman');
    await row(page, 'phone').getByRole('radio').first().waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('3');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('3');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('E');
    await page.keyboard.type('3 Mill Lane');
    await page.keyboard.press('Escape');
    await page.keyboard.press('N');
    await page.keyboard.type('told on the phone, 1 2 3');
    await page.keyboard.press('Control+Enter');
    const agreed = [['98840 55310', '3 Mill Lane', 1250.5, 'Raman', 'devika.raman@mail.in', 'Bharadwaja']];
    await expect.poll(() => both(member('MEM-04417')), soon).toEqual([agreed, agreed]);
    const [decided] = driver.world.office.json('conflicts', '--all', '--collection', 'members') as { notes: string }[];
    expect(decided).toMatchObject({ notes: 'told on the phone, 1 2 3', status: 'resolved' });
  });

  it('[WI32] Alt and an arrow lead to the next and the previous conflict; L leaves it for later', async () => {
    const page = await driver.open(DEVIKA);
    await expect.poll(() => page.getByRole('button', { name: 'Next conflict' }).isEnabled(), soon).toBe(true);
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => heading(page), soon).toContain('Gopal Iyer');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => heading(page), soon).toContain('Devika Raman');
    await page.keyboard.press('L');
    await expect.poll(() => heading(page), soon).toContain('Gopal Iyer');
  });

  it('[WI35] the draft survives leaving and loading again, and is gone when it is settled', async () => {
    const page = await driver.open(DEVIKA);
    await row(page, 'phone').getByRole('radio').nth(2).click();
    await result(page, 'street').fill('typed before');
    await page.reload();
    await driver.settled(page);
    expect(await result(page, 'street').inputValue()).toBe('typed before');
    expect(await row(page, 'phone').getByRole('radio').nth(2).getAttribute('aria-checked')).toBe('true');
    await page.getByText('2 of 4 fields not decided').waitFor();
    await page.getByRole('button', { name: 'Take one side for all' }).click();
    await page.getByRole('menuitem', { name: 'Take Remote for all' }).click();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => heading(page), soon).toContain('Gopal Iyer');
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')))).toEqual([]);
  });

  it('[WI36] a record that changes meanwhile is not overwritten; the draft stays and the field is asked again', async () => {
    const { office } = driver.world;
    const page = await driver.open('/conflicts/5?pair=temple-office');
    await row(page, 'phone').getByRole('radio').nth(2).click();
    await page.getByText('Everything decided').waitFor();
    office.sql(office.b, "UPDATE members SET phone='new there' WHERE id='MEM-04419'");
    await write(page).click();
    await page.getByText('The record changed again meanwhile: phone. Nothing was written.').waitFor();
    await page.getByText('1 of 1 fields not decided').waitFor();
    expect(await row(page, 'phone').getByRole('radio').nth(2).textContent()).toBe('new therewas 98411 77125');
    expect(both("SELECT phone FROM members WHERE id='MEM-04419'")).toEqual([[['98411 77121']], [['new there']]]);
    await page.getByRole('radio', { name: 'Remote: new there' }).click();
    await write(page).click();
    await expect
      .poll(() => both("SELECT phone FROM members WHERE id='MEM-04419'"), soon)
      .toEqual([[['new there']], [['new there']]]);
  });

  it('[WI37] [WI39] a decision is taken back at once; a decided one says who and when', async () => {
    const page = await driver.open('/conflicts/5?pair=temple-office');
    await page.keyboard.press('2');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Anand Krishnan is written to both sides.').waitFor();
    const phones = (): unknown[] => both("SELECT phone FROM members WHERE id='MEM-04419'");
    expect(phones()).toEqual([[['98411 77121']], [['98411 77121']]]);
    const second = await driver.open('/conflicts/5?pair=temple-office');
    await second.getByText(/^Decided by .+, \d\d:\d\d$/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(phones, soon).toEqual([[['98411 77121']], [['98411 77125']]]);
  });
});

describe('whole records', () => {
  it('[WI33] deleted here and edited there: nothing is chosen, and the record comes back as it was asked', async () => {
    const page = await driver.open('/conflicts/4?pair=temple-office');
    await page.getByRole('region', { name: 'This computer: deleted' }).waitFor();
    await page.getByRole('region', { name: 'Remote: edited' }).waitFor();
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    await page.getByText('Nothing chosen yet').waitFor();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: 'Bring it back on This computer' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(() => both("SELECT name, pledge FROM members WHERE id='MEM-04418'"), soon)
      .toEqual([[['Gopal Iyer', 900]], [['Gopal Iyer', 900]]]);
  });

  it('[WI33] or it is deleted on the other side, too, by pointer', async () => {
    const page = await driver.open('/conflicts/4?pair=temple-office');
    await page.getByRole('radio', { name: 'Delete it on Remote too' }).click();
    await page.getByRole('button', { name: 'Delete it on Remote too' }).click();
    await expect.poll(() => both("SELECT name FROM members WHERE id='MEM-04418'"), soon).toEqual([[], []]);
  });

  it('[WI34] one username of two people: both stay, with a suggested value that is free', async () => {
    const page = await driver.open('/conflicts/8?pair=temple-office');
    await page.getByText('Both records stay, whatever you choose.').waitFor();
    expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
    await page.getByRole('radio', { name: 'John Mathew (here) gets a new username' }).click();
    const value = page.getByLabel('New value: John Mathew (here) gets a new username');
    expect(await value.inputValue()).toMatch(/^john_admin_[a-z0-9]{4}$/);
    await value.fill('john_mathew');
    await page.getByRole('button', { name: 'Rename here and copy both' }).click();
    const admins = [
      [3, 'john_mathew'],
      [4, 'john_admin'],
    ];
    await expect
      .poll(() => both('SELECT id, username FROM admins WHERE id > 2 ORDER BY id'), soon)
      .toEqual([admins, admins]);
  });
});

describe('hostile values', () => {
  it('[WI38] are text, and control characters are shown', async () => {
    const { office } = driver.world;
    const evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>';
    office.sql(office.a, `UPDATE members SET street='${evil}', name='${evil}' WHERE id='MEM-04420'`);
    office.sql(office.b, "UPDATE members SET street=char(27)||'[31m red'||char(8238)||'txt' WHERE id='MEM-04420'");
    driver.world.tandem('sync', 'temple-office');
    const page = await driver.open('/conflicts/6?pair=temple-office');
    expect(await heading(page)).toContain('<img src=x onerror=');
    expect(await row(page, 'street').getByRole('radio').nth(2).textContent()).toContain('\\e[31m red\\u202etxt');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
  });
});
