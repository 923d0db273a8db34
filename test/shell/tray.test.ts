import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Office } from '../contract/home-support.ts';
import type { Program } from '../standin/driver.ts';
import { newHome } from '../standin/driver.ts';
import { disagree, forOneTest, liveOffice, officeWith, SLOW_ROWS, slowly, useDesktop } from './desk.ts';

const start = forOneTest(useDesktop());

const labels = async (program: Program): Promise<string[]> => (await program.tray()).items.map(({ label }) => label);
const price = (office: Office, file: string, id: number): unknown =>
  office.rows(file, `select price from products where id = ${id}`);

/** Waits until the second product has this price on the other side. */
const arrives = (program: Program, office: Office, value: number): Promise<string> =>
  program.until(
    async () => JSON.stringify(price(office, 'shop-b.db', 2)),
    (seen) => seen === JSON.stringify([{ price: value }]),
  );

/** Thousands of records, or several starts, on a machine that has other work. */
const LONG = { timeout: 180_000 };

describe('the tray', () => {
  it('[DT17] without a pair it says so, and everything it can do stands in its menu', async () => {
    const program = start(newHome());
    await program.trayShows('No pair is set up yet');
    expect(await labels(program)).toEqual(['No pair is set up yet', '', 'Open Tandem', 'Settings…', 'Quit Tandem…']);
    expect(basename((await program.tray()).icon)).toBe('tray-idle.png');
    await program.do('closeWindow');
    await program.do('clickTray');
    expect(await program.windows()).toMatchObject([{ visible: true }]);
  });

  it('[DT17] [DT18] a sync is started from the menu, conflicts are counted, and the item opens their page', async () => {
    const office = await officeWith('shop', 'music');
    const program = start(office.home.given);
    await program.trayShows('All 2 pairs are in step');
    office.sql('music-a.db', 'update products set price = 5 where id = 2');
    disagree(office, 'shop', 1);
    await program.do('clickItem', 'sync-all');
    const tray = await program.trayShows('1 thing needs you');
    expect(basename(tray.icon)).toBe('tray-attention.png');
    expect(tray.tooltip).toBe('Tandem: 1 thing needs you');
    expect(tray.items[1]).toMatchObject({ id: 'conflicts:shop', label: 'shop: resolve 1 conflict…', enabled: true });
    expect(price(office, 'music-b.db', 2)).toEqual([{ price: 5 }]);
    await program.do('clickItem', 'conflicts:shop');
    await program.shows('route', '#/conflicts?pair=shop');
  });

  it('[DT19] a conflict that opened is told once, and the notification opens its page', async () => {
    const office = await officeWith('shop');
    disagree(office, 'shop', 1);
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('closeWindow');
    await program.do('clickItem', 'sync-all');
    await program.trayShows('1 thing needs you');
    await program.do('clickItem', 'sync-all');
    await program.trayShows('1 thing needs you');
    expect((await program.record()).notifications).toEqual([
      { title: '1 record in shop needs a decision', body: 'Everything else went through.' },
    ]);
    await program.do('clickNotification', 0);
    await program.shows('route', '#/conflicts?pair=shop');
    expect(await program.windows()).toMatchObject([{ visible: true }]);
  });

  it('[DT19] a brake is told, and what waited at the start is not', async () => {
    const office = await officeWith('shop', 'music');
    disagree(office, 'music', 3);
    const connection = await office.connect();
    await connection.call('runs.start', { pair: 'music' });
    await office.close();
    const program = start(office.home.given);
    await program.trayShows('1 thing needs you');
    office.sql('shop-a.db', 'delete from products');
    await program.do('clickItem', 'sync-all');
    const tray = await program.trayShows('2 things need you');
    expect(basename(tray.icon)).toBe('tray-error.png');
    expect(tray.items[1]).toMatchObject({ label: 'shop: answer the brake…' });
    const { notifications } = await program.record();
    expect(notifications).toHaveLength(1);
    expect(notifications[0]?.title).toMatch(/^shop stopped before writing \d+ records$/);
    expect(notifications[0]?.body).toContain('Nothing was written. Your answer is needed.');
  });

  it('[DT20] an engine that is killed: the tray says stopped and why, the window too, and it comes back by itself', async () => {
    const office = await officeWith('shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.shows('state', 'ready');
    const [before] = (await program.do('engines')) as number[];
    await program.do('killEngine');
    await program.shows('state', 'gone');
    await program.trayShows('shop is in step');
    await program.shows('state', 'ready');
    await program.shows('pairs', 'shop');
    const [after] = (await program.do('engines')) as number[];
    expect(after).not.toBe(before);
    const kinds = await program.evaluate<string[]>('heard.map(({ kind }) => kind)');
    expect(kinds.filter((kind) => kind !== 'event')).toEqual(['ready', 'gone', 'ready']);
  });

  it('[DT20] one that cannot start is told with its reason, and starts at once from the menu when asked', async () => {
    const office = await officeWith('shop');
    const path = join(office.home.state, 'tandem.db');
    const good = readFileSync(path);
    writeFileSync(path, 'no database at all, and long enough to be taken for one that is broken');
    const program = start(office.home.given);
    const tray = await program.trayShows(/^Stopped: /);
    expect(basename(tray.icon)).toBe('tray-error.png');
    expect(tray.items[0]?.label).toBe("Stopped: Writing Tandem's own state failed: it is damaged");
    expect(tray.items.map(({ id }) => id)).toEqual([
      'state',
      'state-more',
      'retry',
      'line-1',
      'open',
      'settings',
      'quit',
    ]);
    await program.shows('engine', /^stopped.*it is damaged/);
    writeFileSync(path, good);
    // Between two tries there is a moment in which it starts, and nothing is to be clicked.
    await program.until(
      () => program.do('clickItem', 'retry').then(() => true),
      (clicked) => clicked,
    );
    await program.trayShows('shop is in step');
    await program.shows('state', 'ready');
  });

  it('[DT27] what changes is carried by itself, also after the engine was killed', async () => {
    const office = await liveOffice('shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    office.sql('shop-a.db', 'update products set price = 71 where id = 2');
    await arrives(program, office, 71);
    expect(price(office, 'shop-b.db', 2)).toEqual([{ price: 71 }]);
    await program.do('killEngine');
    office.sql('shop-a.db', 'update products set price = 72 where id = 2');
    await arrives(program, office, 72);
    expect(price(office, 'shop-b.db', 2)).toEqual([{ price: 72 }]);
  });

  it('[DT21] [DT27] pausing stops that until one resumes, and a sync by hand leaves the pause', async () => {
    const office = await liveOffice('shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('clickItem', 'pause-60');
    const tray = await program.trayShows(/^Paused until (tomorrow )?\d\d:\d\d$/);
    expect(basename(tray.icon)).toBe('tray-paused.png');
    expect(tray.items.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Resume now', 'Sync once, stay paused', 'Pause longer']),
    );
    office.sql('shop-a.db', 'update products set price = 81 where id = 2');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(price(office, 'shop-b.db', 2)).toEqual([{ price: 10 }]);
    await program.do('clickItem', 'sync-all');
    await arrives(program, office, 81);
    await program.trayShows(/^Paused until/);
    await program.do('clickItem', 'resume');
    await program.trayShows('shop is in step');
  });

  it('[DT15] before the computer sleeps syncs end after their batch, and afterwards they go on', LONG, async () => {
    const office = await officeWith('shop');
    slowly(office, 'shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('clickItem', 'sync-all');
    await program.trayShows(/^shop(:| is syncing)/);
    await program.do('power', 'suspend');
    await program.trayShows(/^(?!shop(:| is syncing))/);
    const [{ n: arrived }] = office.rows('shop-b.db', 'select count(*) as n from products') as [{ n: number }];
    expect(arrived).toBeLessThan(12 + SLOW_ROWS);
    await program.do('power', 'resume');
    await program.until(
      async () => office.rows('shop-b.db', 'select count(*) as n from products'),
      ([row]) => (row as { n: number }).n === 12 + SLOW_ROWS,
    );
    await program.trayShows('shop is in step');
  });
});
