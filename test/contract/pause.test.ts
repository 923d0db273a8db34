import { describe, expect, it } from 'vitest';
import { LiveShop, rest, soon } from './live-support.ts';

describe('a pause', () => {
  it('[LV6] keeps everything back until it is ended, and what changed meanwhile is carried then', async () => {
    const shop = await (await LiveShop.open()).settled();
    const [paused] = await shop.engine.call('live.pause', {});
    expect(paused).toMatchObject({ pair: 'shop', paused: { until: null }, nextWhy: 'Paused until you say so.' });
    shop.add(2);
    await shop.engine.call('hint.send', { pair: 'shop', collection: 'posts' });
    await rest(3000);
    expect(shop.arrived).toBe(1);
    expect(await shop.engine.call('live.resume', { pair: 'shop' })).toMatchObject([{ paused: null }]);
    await expect.poll(() => shop.arrived, soon).toBe(2);
  });

  it('[LV6] lasts over a new start and under a new name, and ends with the pair', async () => {
    const shop = await LiveShop.open();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await shop.engine.call('live.pause', { pair: 'shop', until });
    await shop.begin();
    await shop.engine.call('pairs.rename', { pair: 'shop', name: 'store' });
    await shop.begin();
    await shop.live();
    await rest(2500);
    expect(shop.arrived).toBe(0);
    expect(await shop.view('store')).toMatchObject({ mode: 'watching', paused: { until }, next: until });
    const [a, b] = ['a.db', 'b.db'].map((name) => shop.office.path(name)) as [string, string];
    await shop.engine.call('pairs.remove', { pair: 'store' });
    await shop.engine.call('pairs.add', { name: 'store', a, b });
    await expect.poll(() => shop.arrived, soon).toBe(1);
  });

  it('[LV6] ends by itself at its moment; one that is over is refused', async () => {
    const shop = await (await LiveShop.open()).settled();
    const at = Date.now();
    await shop.engine.call('live.pause', { until: new Date(at + 2500).toISOString() });
    shop.add(2);
    await expect.poll(() => shop.arrived, soon).toBe(2);
    expect(Date.now() - at).toBeGreaterThan(2400);
    expect(await shop.view()).toMatchObject({ paused: null });
    await expect(shop.engine.call('live.pause', { until: new Date(at).toISOString() })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('[LV7] a sync that is asked for runs, and the pause stays; the status says so', async () => {
    const shop = await (await LiveShop.open()).live();
    await shop.engine.call('live.pause', {});
    await shop.engine.call('runs.start', { pair: 'shop' });
    shop.add(2);
    await shop.engine.call('runs.start', { pair: 'shop' });
    expect(shop.arrived).toBe(2);
    shop.add(3);
    await rest(2500);
    expect(shop.arrived).toBe(2);
    expect(await shop.engine.call('status.show', {})).toMatchObject([
      {
        state: 'paused',
        sentence: 'Paused until you say so.',
        next: 'tandem resume shop',
        paused: { until: null, since: expect.any(String), by: expect.any(String) },
      },
    ]);
  });

  it('[LV7] a brake is said before a pause', async () => {
    const shop = await LiveShop.open();
    for (let id = 2; id <= 40; id++) shop.add(id);
    await shop.engine.call('runs.start', { pair: 'shop' });
    shop.office.sql('a.db', 'DELETE FROM posts');
    await shop.engine.call('runs.start', { pair: 'shop' });
    await shop.engine.call('live.pause', { pair: 'shop' });
    const [status] = await shop.engine.call('status.show', { pair: 'shop' });
    expect(status?.state).toBe('stopped');
    expect(status?.sentence).toMatch(/brake.* Paused until you say so\.$/);
  });
});
