import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome } from '../standin/driver.ts';
import { forOneTest, officeWith, SLOW_ROWS, slowly, useDesktop } from './desk.ts';

const start = forOneTest(useDesktop());

/** Thousands of records, or several starts, on a machine that has other work. */
const LONG = { timeout: 180_000 };

describe('from start to end', () => {
  it('[DT12] closing the window hides it, and only quitting ends the program', async () => {
    const program = start(newHome());
    await program.shows('state', 'ready');
    expect(await program.windows()).toMatchObject([{ visible: true }]);
    await expect(program.do('closeWindow')).resolves.toBe(false);
    expect(await program.windows()).toMatchObject([{ visible: false, destroyed: false }]);
    await program.do('clickItem', 'open');
    expect(await program.windows()).toMatchObject([{ visible: true, focused: true }]);
    await program.do('clickItem', 'quit');
    await expect(program.ended).resolves.toBe(0);
  });

  it('[DT12] started with the computer it stays in the tray; where icons are not shown it opens its window and says so once', async () => {
    const home = newHome();
    const program = start(home, { args: ['--hidden'] });
    await program.trayShows('No pair is set up yet');
    expect(await program.windows()).toEqual([]);
    await program.do('quit');
    await program.ended;
    for (const times of [1, 0]) {
      const trayless = start(home, { args: ['--hidden'], env: { STANDIN_TRAY: 'none' } });
      await trayless.shows('state', 'ready');
      const { notifications } = await trayless.record();
      expect(notifications.filter(({ body }) => body.includes('shows no tray icons'))).toHaveLength(times);
      await trayless.do('quit');
      await trayless.ended;
    }
  });

  it('[DT12] a window whose process ends is loaded again', async () => {
    const program = start(newHome());
    await program.shows('state', 'ready');
    await program.evaluate('void (globalThis.before = true)');
    await program.do('windowGone');
    await program.until(
      () => program.evaluate<boolean>('globalThis.before === undefined'),
      (isNew) => isNew,
    );
    await expect(program.shows('state', 'ready')).resolves.toBe('ready');
  });

  it('[DT13] a second start on the same home shows the window of the first and ends', async () => {
    const home = newHome();
    const first = start(home);
    await first.shows('state', 'ready');
    await first.do('closeWindow');
    const second = start(home);
    await expect(second.ended).resolves.toBe(0);
    await first.until(
      () => first.windows(),
      ([window]) => window?.visible === true,
    );
    expect(await first.windows()).toHaveLength(1);
  });

  it('[DT13] another home is another program', async () => {
    const first = start(newHome());
    await first.shows('state', 'ready');
    const second = start(newHome());
    await expect(second.shows('state', 'ready')).resolves.toBe('ready');
  });

  it('[DT14] quitting while a sync runs asks; “do not quit” goes on', LONG, async () => {
    const office = await officeWith('shop');
    slowly(office, 'shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('clickItem', 'sync-all');
    await program.trayShows(/^shop(:| is syncing)/);
    await program.do('quit');
    const { dialogs } = await program.until(
      () => program.record(),
      (seen) => seen.dialogs.length === 1,
    );
    expect(dialogs[0]).toMatchObject({
      kind: 'message',
      options: {
        message: 'shop is being synced.',
        buttons: ['Finish the sync, then quit', 'Stop after this batch and quit', 'Do not quit'],
        cancelId: 2,
      },
    });
    await program.do('answer', { response: 2 });
    await program.do('quit');
    await program.until(
      () => program.record(),
      (seen) => seen.dialogs.length === 2,
    );
    await program.do('answer', { response: 0 });
    await expect(program.ended).resolves.toBe(0);
    expect(office.rows('shop-b.db', 'select count(*) as n from products')).toEqual([{ n: 12 + SLOW_ROWS }]);
  });

  it('[DT14] “stop after this batch” leaves nothing half done', LONG, async () => {
    const office = await officeWith('shop');
    slowly(office, 'shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('clickItem', 'sync-all');
    await program.trayShows(/^shop(:| is syncing)/);
    await program.do('quit');
    await program.until(
      () => program.record(),
      (seen) => seen.dialogs.length === 1,
    );
    await program.do('answer', { response: 1 });
    await expect(program.ended).resolves.toBe(0);
    const connection = await office.connect();
    await connection.call('runs.start', { pair: 'shop' });
    await expect(connection.call('receipts.compare', { pair: 'shop' })).resolves.toMatchObject({ equal: true });
  });

  it('[DT14] when the computer shuts down nobody is asked', LONG, async () => {
    const office = await officeWith('shop');
    slowly(office, 'shop');
    const program = start(office.home.given);
    await program.trayShows('shop is in step');
    await program.do('clickItem', 'sync-all');
    await program.trayShows(/^shop(:| is syncing)/);
    await program.do('power', 'shutdown');
    await program.do('quit');
    await expect(program.ended).resolves.toBe(0);
    expect(office.rows('shop-b.db', 'select count(*) < 30012 as stopped from products')).toEqual([{ stopped: 1 }]);
  });

  it('[DT3] the tray says that a Tandem runs here already, and quitting leaves that one alone', async () => {
    const office = await officeWith('shop');
    const other = await office.connect();
    const program = start(office.home.given);
    await program.shows('engine', 'running attached');
    const tray = await program.trayShows('shop is in step');
    expect(tray.items[1]?.label).toMatch(/^Last sync|Through a Tandem that runs here already/);
    await program.do('quit');
    await expect(program.ended).resolves.toBe(0);
    await expect(other.call('pairs.list', {})).resolves.toHaveLength(1);
  });

  it(
    '[DT16] with a keychain passwords come back at the next start, and without one nothing is written',
    LONG,
    async () => {
      const pair = {
        from: 'environment',
        local: 'mongodb://ann:word-one@127.0.0.1:9',
        cloud: 'mongodb://bob:word-two@127.0.0.1:8',
        database: 'shop',
      };
      for (const [keyring, kept] of [
        ['ok', true],
        ['basic_text', false],
        ['absent', false],
      ] as const) {
        const home = newHome();
        const program = start(home, { keyring });
        await program.shows('state', 'ready');
        const made = await program.evaluate<{ value: { notes: string[] } }>(
          `tandem.call('pairs.fromEnv', ${JSON.stringify(pair)})`,
        );
        expect(made.value.notes.join(' ')).toContain(kept ? 'in the keychain of this computer' : 'until Tandem quits');
        await program.do('quit');
        await program.ended;
        const file = join(home, 'state', 'keychain.json');
        expect(existsSync(file)).toBe(kept);
        expect(kept ? readFileSync(file, 'utf8') : '').not.toMatch(/word-one|word-two/);
        const again = start(home, { keyring });
        await again.shows('state', 'ready');
        const { value } = await again.evaluate<{ value: { checks: { name: string; text: string }[] } }>(
          "tandem.call('doctor.run', {})",
        );
        expect(value.checks.find(({ name }) => name === 'passwords')?.text).toBe(
          kept ? 'They are readable by you alone.' : 'None are kept.',
        );
        await again.kill();
      }
    },
  );
});
