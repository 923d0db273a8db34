import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

let driver: WindowDriver;
beforeAll(async () => {
  const world = World.disputed();
  // Not equal, since conflicts wait.
  world.office.tandem('compare', 'temple-office');
  world.addPair(
    'visits',
    'CREATE TABLE visits(id INTEGER PRIMARY KEY, who TEXT); CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT);',
    "INSERT INTO visits VALUES (1,'Asha'),(2,'Ravi'); INSERT INTO rooms VALUES (1,'Hall');",
  );
  driver = await WindowDriver.start(world);
}, 240_000);
afterAll(() => driver.close());

const soon = { timeout: 30_000, interval: 50 };
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const config = () => readFileSync(join(driver.world.office.home, 'tandem.yaml'), 'utf8');

describe('summary', () => {
  it('[WI49] says how it stands, what the receipt does not cover, how each side notices changes, and what was added', async () => {
    const page = await driver.open('/pair/temple-office/summary');
    await page.getByText('Waiting for you (7)').first().waitFor();
    await page.getByText(/Receipt: both sides are equal, except for \d records that wait for you/).waitFor();
    await page.getByText(/\d+ records in 3 collections compared · not compared: /).waitFor();
    const here = page.getByRole('region', { name: 'This computer' });
    expect(await here.textContent()).toMatch(/a\.db.*SQLite file.*by comparing content.*Added by Tandemnothing/);
    await page.getByRole('row', { name: /^members.*4 conflicts/ }).waitFor();
  });

  it('[WI49] [P34] triggers that were asked for stand among what was added; the command says what comes and what goes', async () => {
    const { office } = driver.world;
    expect(office.tandem('pair', 'edit', 'visits', '--triggers').out).toMatch(
      /^Changed visits\.\nTriggers, and the tables _tandem_changes and _tandem_readers, will be kept in the SQLite files from the first sync on; pair edit --no-triggers and removing the pair remove them\.$/m,
    );
    const page = await driver.open('/pair/visits/summary');
    for (const name of ['This computer', 'Remote'])
      await page
        .getByRole('region', { name })
        .getByText(/^triggers on each table, and the tables _tandem_changes and _tandem_readers/)
        .waitFor();
    expect(office.tandem('pair', 'edit', 'visits', '--no-triggers').out).toMatch(
      /^No triggers are kept from now on: they and the tables _tandem_changes and _tandem_readers go from the SQLite files/m,
    );
    await page.getByRole('region', { name: 'Remote' }).getByText('nothing', { exact: true }).waitFor();
  });

  it('[WI49] the chart of activity says its sums, and is a table, too', async () => {
    const page = await driver.open('/pair/temple-office/summary');
    await page.getByRole('img', { name: /\d+ records to Remote, \d+ to This computer in 14 days/ }).waitFor();
    await button(page, 'Show as table').click();
    const table = page.getByRole('table', { name: 'Last 14 days' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(15);
  });
});

describe('collections', () => {
  it('[WI50] one is left out and taken in again, by the keyboard, after saying what that does', async () => {
    const page = await driver.open('/pair/visits/collections');
    await button(page, 'Leave out rooms').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Leave rooms out of visits?').waitFor();
    await page.getByText(/Both databases keep what they hold/).waitFor();
    await button(page, 'Leave rooms out').focus();
    await page.keyboard.press('Enter');
    await page.getByText('rooms is no part of visits any more.').waitFor();
    await expect.poll(() => button(page, 'Leave out rooms').count(), soon).toBe(0);
    const { world } = driver;
    const there = () => world.office.rows(world.path('visits-b.db'), 'SELECT name FROM rooms ORDER BY id');
    expect(there()).toEqual([['Hall']]);
    world.office.sql(world.path('visits-a.db'), "INSERT INTO rooms VALUES (2,'Kitchen')");
    world.tandem('sync', 'visits');
    expect(there()).toEqual([['Hall']]);
    world.tandem('pair', 'edit', 'visits', '--add', 'rooms');
    world.tandem('sync', 'visits');
    expect(there()).toEqual([['Hall'], ['Kitchen']]);
  });

  it('[WI50] a new one is offered, with what taking it in would copy', async () => {
    const { world } = driver;
    world.office.sql(
      world.path('visits-a.db'),
      "CREATE TABLE guests(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO guests VALUES (1,'Uma'),(2,'Hari')",
    );
    world.tandem('sync', 'visits');
    const page = await driver.open('/pair/visits/collections');
    await button(page, 'Take in guests…').click();
    await page
      .getByText('Take guests in: 2 records would be copied, 0 would wait for you. Nothing would be deleted.')
      .waitFor();
    await button(page, 'Take guests in').click();
    await page.getByText('guests is part of visits. The next sync compares it.').waitFor();
    await button(page, 'Sync now').click();
    const there = () => world.office.rows(world.path('visits-b.db'), 'SELECT name FROM guests ORDER BY id');
    await expect.poll(there, soon).toEqual([['Uma'], ['Hari']]);
  });
});

describe('rules', () => {
  it('[WI51] a rule is tried before it is set, and decides from then on', async () => {
    const page = await driver.open('/pair/visits/rules');
    await page.getByRole('combobox', { name: 'When both sides changed a field of visits' }).click();
    await page.getByRole('option', { name: 'Take Remote' }).click();
    const dialog = page.getByRole('dialog', { name: 'Use this rule for visits?' });
    await dialog.getByText('No conflict of visits was decided before').waitFor();
    expect(config()).not.toContain('policy: remote');
    await dialog.getByRole('button', { name: 'Use it for visits' }).click();
    await page.getByText('The rule for visits is set.').waitFor();
    expect(config()).toContain('policy: remote');
    const { world } = driver;
    world.office.sql(world.path('visits-a.db'), "UPDATE visits SET who='Asha K' WHERE id=1");
    world.office.sql(world.path('visits-b.db'), "UPDATE visits SET who='Asha R' WHERE id=1");
    world.tandem('sync', 'visits');
    expect(world.office.rows(world.path('visits-a.db'), 'SELECT who FROM visits WHERE id=1')).toEqual([['Asha R']]);
  });
});

describe('schema', () => {
  it('[WI52] says what no sync carries and why, and what a look at everything says', async () => {
    const { world } = driver;
    world.office.sql(
      world.path('visits-b.db'),
      'CREATE VIEW names AS SELECT who FROM visits; CREATE TRIGGER tidy AFTER INSERT ON rooms BEGIN SELECT 1; END',
    );
    const page = await driver.open('/pair/visits/schema');
    const left = page.getByRole('table', { name: 'What no sync carries' });
    await left.getByRole('row', { name: /^view names Remote a view shows other tables/ }).waitFor();
    await left.getByRole('row', { name: /^trigger tidy Remote it stays as it is/ }).waitFor();
    const doctor = page.getByRole('region', { name: 'What a look at everything says' });
    await expect.poll(() => doctor.getByText(/visits-b\.db answers/).count(), soon).toBe(1);
  });
});

describe('integrity', () => {
  it('[WI53] compares now, and shows the receipt with what it says nothing about', async () => {
    const page = await driver.open('/pair/visits/integrity');
    await button(page, /^Compare/).click();
    await page.getByText('Both sides were compared.').waitFor();
    await page.getByText('Receipt: both sides are equal').first().waitFor();
    const row = page.getByRole('table', { name: 'Last receipt' }).getByRole('row', { name: /^visits/ });
    expect(await row.getByRole('cell').allTextContents()).toEqual(['visits', '2', '0', '0', '0', '0', '0']);
    await page.getByText('What this receipt says nothing about').waitFor();
  });
});

describe('changing and removing', () => {
  it('[WI54] another database is said to be a new beginning before anything is changed', async () => {
    const { world } = driver;
    world.office.sql(
      world.path('visits-c.db'),
      'CREATE TABLE visits(id INTEGER PRIMARY KEY, who TEXT); CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE guests(id INTEGER PRIMARY KEY, name TEXT)',
    );
    const page = await driver.open('/pair/visits/summary');
    await button(page, 'More').click();
    await page.getByRole('menuitem', { name: 'Names and addresses…' }).click();
    const remote = page.getByRole('region', { name: 'Remote' });
    await remote.getByRole('textbox', { name: 'Name of this side' }).fill('The other office');
    await remote.getByRole('textbox', { name: 'Address' }).fill(world.path('visits-c.db'));
    await button(page, 'Change the pair').click();
    await page.getByText('The other office is another database than before.').waitFor();
    expect(config()).not.toContain('visits-c.db');
    await button(page, 'Begin anew with The other office').click();
    await page.getByText('visits was changed.').waitFor();
    expect(config()).toContain('visits-c.db');
    await page.getByRole('region', { name: 'The other office' }).waitFor();
  });

  it('[WI55] removing says what happens to what, and leaves both databases as they are', async () => {
    const { world } = driver;
    const files = ['visits-a.db', 'visits-c.db'].map((name) => world.path(name));
    const held = () => files.map((file) => world.office.rows(file, 'SELECT who FROM visits ORDER BY id'));
    // The new beginning of before is carried live.
    await expect.poll(held, soon).toEqual([
      [['Asha R'], ['Ravi']],
      [['Asha R'], ['Ravi']],
    ]);
    const page = await driver.open('/pair/visits/summary?do=remove');
    await page.getByText('Both databases stay as they are').waitFor();
    await page.getByText('Tandem added nothing to them').waitFor();
    await button(page, 'Remove visits, keep both databases').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url(), soon).toContain('#/overview');
    await expect.poll(() => page.getByRole('link', { name: 'visits', exact: true }).count(), soon).toBe(0);
    expect(config()).not.toContain('visits-c.db');
    expect(held()).toEqual([
      [['Asha R'], ['Ravi']],
      [['Asha R'], ['Ravi']],
    ]);
  });
});

it('[WI11] nothing of this asked another place or broke the policy', () => {
  expect(driver.breaches).toEqual([]);
});
