import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LiveShop, rest, soon } from './live-support.ts';

describe('keeping pairs in step', () => {
  it('[LV1] a hint starts a look within a second although nothing shows a change', async () => {
    const shop = await (await LiveShop.open()).settled();
    await expect.poll(async () => (await shop.view()).nextWhy, soon).toContain('every second');
    await rest(2500);
    const looks = (): number => shop.events.filter(({ name }) => name === 'run.progress').length;
    const before = looks();
    await shop.engine.call('hint.send', { pair: 'shop', collection: 'posts' });
    await expect.poll(looks, { timeout: 1000, interval: 20 }).toBeGreaterThan(before);
  });

  it('[LV2] a sync that is asked for waits for one that runs by itself', async () => {
    const shop = await (await LiveShop.open({ batchSize: 1 })).settled();
    for (let id = 2; id < 12; id++) shop.add(id);
    await shop.engine.call('hint.send', { pair: 'shop', collection: 'posts' });
    const asked = await Promise.all(
      [1, 2, 3].map(() =>
        shop.engine.call('runs.start', { pair: 'shop' }).then(
          () => 'ran',
          ({ code }) => code as string,
        ),
      ),
    );
    expect(asked).toContain('ran');
    expect(shop.arrived).toBe(11);
  });

  it('[LV3] without liveSync a pair is synced at the start and at its times alone; without autoSyncEnabled not even that', async () => {
    const shop = await (await LiveShop.open({ liveSync: false })).settled();
    expect(await shop.view()).toMatchObject({ mode: 'scheduled', next: null });
    shop.add(2);
    await rest(2500);
    expect(shop.arrived).toBe(1);
    await shop.engine.call('config.set', { pair: 'shop', values: { autoSyncEnabled: false } });
    await expect.poll(async () => (await shop.view()).mode, soon).toBe('off');
    expect((await shop.view()).nextWhy).toContain('Nothing happens by itself');
    await shop.engine.call('config.set', { pair: 'shop', values: { autoSyncEnabled: true, liveSync: true } });
    await expect.poll(() => shop.arrived, soon).toBe(2);
    await expect.poll(async () => (await shop.view()).mode, soon).toBe('watching');
  });

  it('[LV3] a pair that comes is watched, under another name as well, and one that goes is not', async () => {
    const shop = await (await LiveShop.open()).settled();
    await shop.engine.call('pairs.rename', { pair: 'shop', name: 'store' });
    shop.add(2);
    await expect.poll(() => shop.arrived, soon).toBe(2);
    expect(await shop.engine.call('live.list', {})).toMatchObject([{ pair: 'store', mode: 'watching', trouble: null }]);
    await shop.engine.call('pairs.remove', { pair: 'store' });
    shop.add(3);
    await rest(3000);
    expect([shop.arrived, await shop.engine.call('live.list', {})]).toEqual([2, []]);
  });

  it('[LV3] a configuration that cannot be read for a while changes nothing', async () => {
    const shop = await (await LiveShop.open()).settled();
    await shop.engine.call('config.set', { values: { checkIntervalSeconds: 5 } });
    await shop.engine.call('network.start', {});
    const path = shop.office.home.config;
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, `${good}nonsense: true\n`);
    await rest(7000);
    writeFileSync(path, good);
    shop.add(2);
    await expect.poll(() => shop.arrived, soon).toBe(2);
    await expect.poll(async () => (await shop.view()).trouble, soon).toBeNull();
    const { lastCheck } = await shop.engine.call('network.show', {});
    await expect.poll(async () => (await shop.engine.call('network.show', {})).lastCheck, soon).not.toBe(lastCheck);
  });

  it('[LV4] syncIntervalMinutes starts a sync although nothing shows a change', async () => {
    const shop = await (await LiveShop.open({ liveSync: false, syncIntervalMinutes: 0.02 })).settled();
    shop.add(2);
    await expect.poll(() => shop.arrived, soon).toBe(2);
    await expect.poll(() => new Set(shop.triggers), soon).toEqual(new Set(['start', 'schedule']));
    expect(await shop.view()).toMatchObject({ mode: 'scheduled', next: expect.stringContaining('T') });
  });

  it('[LV4] a syncSchedule that is none, or never comes, changes nothing', async () => {
    const { engine } = await LiveShop.open();
    for (const syncSchedule of ['daily', '61 * * * *', '0 0 31 2 *'])
      await expect(engine.call('config.set', { pair: 'shop', values: { syncSchedule } })).rejects.toMatchObject({
        code: 'config-invalid',
      });
    await engine.call('config.set', { pair: 'shop', values: { syncSchedule: '30 7 * * MON-FRI' } });
    expect((await engine.call('pairs.show', { pair: 'shop' })).options.syncSchedule).toBe('30 7 * * MON-FRI');
  });

  it('[LV5] live.list says how a pair is kept in step and what comes next; a change is told', async () => {
    const shop = await LiveShop.open();
    expect(await shop.view()).toEqual({
      pair: 'shop',
      mode: 'off',
      paused: null,
      next: null,
      nextWhy: 'Nothing happens by itself: a sync begins when it is asked for.',
      trouble: null,
      captures: null,
    });
    await shop.live();
    const told = (): unknown[] => shop.events.flatMap((event) => (event.name === 'live.changed' ? [event.data] : []));
    await expect.poll(told, soon).toMatchObject([
      { pair: 'shop', mode: 'watching', captures: null },
      { pair: 'shop', mode: 'watching' },
    ]);
    await expect.poll(() => shop.view(), soon).toMatchObject({ next: expect.stringContaining('T') });
  });
});

describe('trouble', () => {
  it('[LV9] is told with the next try, opens the circuit where no haste helps, and ends when the file is back', async () => {
    const shop = await (await LiveShop.open()).settled();
    renameSync(shop.office.path('b.db'), shop.office.path('away.db'));
    shop.add(2);
    await expect
      .poll(() => shop.view(), soon)
      .toMatchObject({
        mode: 'watching',
        trouble: { code: 'file-missing', open: true, nextTry: expect.stringContaining('T') },
        nextWhy: expect.stringContaining('tried seldom until something changes'),
      });
    const { trouble } = await shop.view();
    expect(Date.parse(trouble?.nextTry ?? '') - Date.now()).toBeGreaterThan(200_000);
    renameSync(shop.office.path('away.db'), shop.office.path('b.db'));
    await expect.poll(() => shop.arrived, soon).toBe(2);
    await expect.poll(async () => (await shop.view()).trouble, soon).toBeNull();
  });

  it('[LV9] a sync that a person started closes the circuit', async () => {
    const shop = await (await LiveShop.open()).settled();
    renameSync(shop.office.path('b.db'), shop.office.path('away.db'));
    await expect.poll(async () => (await shop.view()).trouble?.open, soon).toBe(true);
    renameSync(shop.office.path('away.db'), shop.office.path('b.db'));
    await shop.engine.call('runs.start', { pair: 'shop' });
    await expect.poll(async () => (await shop.view()).trouble, soon).toBeNull();
  });

  it('[LV9] so do settings that change: it is tried at once', async () => {
    const shop = await (await LiveShop.open()).settled();
    renameSync(shop.office.path('b.db'), shop.office.path('away.db'));
    await expect.poll(async () => (await shop.view()).trouble?.open, soon).toBe(true);
    await shop.engine.call('config.set', { pair: 'shop', values: { maxRetries: 4 } });
    await expect.poll(async () => (await shop.view()).trouble, soon).toMatchObject({ open: false });
    await expect.poll(async () => (await shop.view()).trouble?.open, soon).toBe(true);
  });

  it('[LV10] a brake holds back its collection; the rest goes on, and it is said', async () => {
    const shop = await LiveShop.open();
    const { office, engine } = shop;
    for (let id = 2; id <= 40; id++) shop.add(id);
    for (const name of ['c.db', 'd.db'])
      office.sql(name, 'CREATE TABLE gone(id INTEGER PRIMARY KEY); CREATE TABLE kept(id INTEGER PRIMARY KEY);');
    office.sql('c.db', `INSERT INTO gone VALUES ${Array.from({ length: 40 }, (_, i) => `(${i})`).join(',')}`);
    await engine.call('pairs.add', { name: 'desk', a: office.path('c.db'), b: office.path('d.db') });
    await shop.live();
    const count = (table: string): number => office.rows('d.db', `SELECT * FROM ${table}`).length;
    await expect.poll(() => count('gone'), soon).toBe(40);
    office.sql('c.db', 'DELETE FROM gone');
    await expect.poll(async () => (await shop.view('desk')).nextWhy, soon).toContain('a brake holds back');
    office.sql('c.db', 'INSERT INTO kept VALUES(1)');
    await expect.poll(() => count('kept'), soon).toBe(1);
    expect(count('gone')).toBe(40);
    const said = shop.events.flatMap((event) => (event.name === 'log' ? [event.data.message] : []));
    expect(said.filter((text) => text.includes('desk: a brake waits for your answer'))).toHaveLength(1);
  });
});
