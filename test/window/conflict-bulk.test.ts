import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeEach(async () => {
  driver = await WindowDriver.start(World.disputed());
}, 240_000);
afterEach(() => driver.closeClean());

const both = (query: string): unknown[] =>
  [driver.world.office.a, driver.world.office.b].map((path) => driver.world.office.rows(path, query));
const PHONES = "SELECT id, phone FROM members WHERE id IN ('MEM-04417','MEM-04419') ORDER BY id";
const ROLE = 'SELECT role FROM admins WHERE id = 1';
const bar = (page: Page) => page.getByRole('toolbar');
const pane = (page: Page) => page.getByRole('region', { name: 'Preview of the decision' });
const choose = (page: Page, title: string) => page.getByRole('img', { name: `${title} is not chosen` }).click();

describe('many conflicts at once', () => {
  it('[WI80] [WI81] by pointer: chosen across filters, previewed, written with a note, and taken back in one step', async () => {
    const before = both(PHONES);
    const page = await driver.open('/conflicts');
    await choose(page, 'Anand Krishnan');
    await choose(page, 'Gopal Iyer');
    await choose(page, 'Lakshmi Narayan');
    await page.getByRole('button', { name: 'Two edits 5' }).click();
    await bar(page).getByText('3 chosen, 1 of them outside this filter').waitFor();
    await bar(page).getByRole('button', { name: 'Take Remote' }).click();
    await pane(page).getByText('3 records chosen. This is what each would become on both sides.').waitFor();
    await pane(page).getByRole('row', { name: 'Anand Krishnan' }).getByText('98411 77125').last().waitFor();
    await pane(page).getByText('Settled by this').waitFor();
    expect(both(PHONES)).toEqual(before);
    await pane(page).getByLabel('Note (goes into the history)').fill('as the office said');
    await pane(page).getByRole('button', { name: 'Take Remote for 3 records' }).click();
    await page.getByText('3 records are decided.').waitFor();
    expect(both(ROLE)).toEqual([[['admin']], [['admin']]]);
    expect(both("SELECT phone FROM members WHERE id='MEM-04419'")).toEqual([[['98411 77125']], [['98411 77125']]]);
    expect(both("SELECT pledge FROM members WHERE id='MEM-04418'")).toEqual([[[900]], [[900]]]);
    const notes = (driver.world.office.json('conflicts', '--all') as { notes: string; status: string }[])
      .filter(({ status }) => status === 'resolved')
      .map((conflict) => conflict.notes);
    expect(notes).toEqual(['as the office said', 'as the office said', 'as the office said']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(/decisions? (?:was|were) taken back/).waitFor();
    expect(both(ROLE)).toEqual([[['owner']], [['admin']]]);
    expect(both("SELECT count(*) FROM members WHERE id='MEM-04418'")).toEqual([[[0]], [[1]]]);
  });

  it('[WI81] a decision that deletes says how many, and what cannot be written says why and stays', async () => {
    const page = await driver.open('/conflicts');
    await choose(page, 'Gopal Iyer');
    await choose(page, 'John Mathew');
    await bar(page).getByRole('button', { name: 'Take This computer' }).click();
    await pane(page).getByText('Deleted by this').waitFor();
    await pane(page).getByText('Cannot be written').waitFor();
    await pane(page).getByRole('button', { name: 'Take This computer for 1 record' }).click();
    await page.getByText('1 decided, 1 not. What could not be decided stays chosen.').waitFor();
    expect(both("SELECT count(*) FROM members WHERE id='MEM-04418'")).toEqual([[[0]], [[0]]]);
    expect(both('SELECT id FROM admins WHERE id > 2')).toEqual([[[3]], [[4]]]);
    await bar(page).getByText('1 chosen').waitFor();
  });

  it('[WI99] one run for all, and what changed after it was chosen is not decided and chosen no more', async () => {
    const page = await driver.open('/conflicts');
    await choose(page, 'Anand Krishnan');
    await choose(page, 'Gopal Iyer');
    await choose(page, 'Lakshmi Narayan');
    await bar(page).getByRole('button', { name: 'Take Remote' }).click();
    const write = pane(page).getByRole('button', { name: 'Take Remote for 3 records' });
    await write.waitFor();
    driver.world.office.sql(driver.world.office.a, "UPDATE members SET phone='just now' WHERE id='MEM-04419'");
    await write.click();
    await page.getByText('2 decided. Changed meanwhile, and left for you to look at again: 1.').waitFor();
    await bar(page).waitFor({ state: 'detached' });
    expect(both("SELECT phone FROM members WHERE id='MEM-04419'")).toEqual([[['just now']], [['98411 77125']]]);
    expect(both(ROLE)).toEqual([[['admin']], [['admin']]]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 decision was taken back.').waitFor();
    expect(both(ROLE)).toEqual([[['owner']], [['admin']]]);
    const runs = driver.world.office.json('history') as { trigger: string }[];
    expect(runs.filter(({ trigger }) => trigger === 'resolve')).toHaveLength(1);
  });

  it('[WI82] by keys alone: all of a filter, the side, and the writing of it', async () => {
    const page = await driver.open('/conflicts?kind=update%2Fupdate');
    await page.getByRole('row', { name: 'Anand Krishnan' }).waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+a');
    await bar(page).getByText('5 chosen').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await pane(page).getByRole('heading', { name: 'Take This computer' }).waitFor();
    await pane(page).getByText('Settled by this').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('5 records are decided.').waitFor();
    const here = [
      ['MEM-04417', '98840 55310'],
      ['MEM-04419', '98411 77121'],
    ];
    expect([both(PHONES), both(ROLE)]).toEqual([
      [here, here],
      [[['owner']], [['owner']]],
    ]);
    const waiting = (driver.world.office.json('conflicts') as { kind: string }[]).map(({ kind }) => kind);
    expect(waiting.toSorted()).toEqual(['delete/update', 'unique']);
  });
});

describe('a rule', () => {
  it('[WI83] is tried on what was decided, is not set by Keep asking me, and decides once it is added', async () => {
    const { world } = driver;
    const conflicts = world.office.json('conflicts') as { id: number; fields: string[] }[];
    const phone = conflicts.find(({ fields }) => fields.join() === 'phone')?.id ?? 0;
    world.tandem('resolve', String(phone), '--strategy', 'keep_local');
    world.office.sql(world.office.a, "UPDATE members SET phone='a2' WHERE id='MEM-04419'");
    world.office.sql(world.office.b, "UPDATE members SET phone='b2' WHERE id='MEM-04419'");
    world.tandem('sync', 'temple-office');
    const page = await driver.open('/conflicts');
    await choose(page, 'Anand Krishnan');
    await bar(page).getByRole('button', { name: 'Take Remote' }).click();
    await pane(page).getByRole('button', { name: 'Always do this for phone…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Always take Remote for phone in members?' });
    await dialog
      .getByText('Tried on the 1 conflict of members that a person decided before.', { exact: false })
      .waitFor();
    expect(await dialog.locator('table tbody tr').allTextContents()).toEqual([
      'Anand Krishnan MEM-04419This computerRemote',
    ]);
    await dialog.getByRole('button', { name: 'Keep asking me' }).click();
    await dialog.waitFor({ state: 'detached' });
    const rule = (): unknown =>
      (
        world.office.json('config', 'show', '--pair', 'temple-office') as {
          settings: { key: string; value: unknown }[];
        }
      ).settings.find(({ key }) => key === 'collections.members.fieldPolicy')?.value;
    expect(rule()).toBeUndefined();
    await pane(page).getByRole('button', { name: 'Always do this for phone…' }).click();
    await dialog.getByRole('button', { name: 'Add rule' }).click();
    await page.getByText('From now on Remote wins for phone in members.').waitFor();
    expect(rule()).toEqual({ phone: 'remote' });
    world.office.sql(world.office.a, "INSERT INTO members(id, name, phone) VALUES ('MEM-1', 'Uma', 'old')");
    world.tandem('sync', 'temple-office');
    world.office.sql(world.office.a, "UPDATE members SET phone='a3' WHERE id='MEM-1'");
    world.office.sql(world.office.b, "UPDATE members SET phone='b3' WHERE id='MEM-1'");
    world.tandem('sync', 'temple-office');
    expect(both("SELECT phone FROM members WHERE id='MEM-1'")).toEqual([[['b3']], [['b3']]]);
  });
});
