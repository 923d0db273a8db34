import { renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../electron/engine/ports.ts';
import { NetworkMonitor } from '../../electron/server/sync/network.ts';
import { Office } from '../contract/home-support.ts';

const schema = 'CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';

async function away() {
  const bench = new Office();
  const [a, b] = [bench.sql('a.db', `${schema} INSERT INTO posts VALUES(1,'first')`), bench.sql('b.db', schema)];
  const engine = await bench.connect();
  await engine.call('pairs.add', { name: 'shop', a, b });
  renameSync(b, `${b}.away`);
  const said: string[] = [];
  const log = { ...silentLog, info: (message: string) => void said.push(message) };
  const monitor = new NetworkMonitor({ engine, log, signal: new AbortController().signal });
  await monitor.check();
  return { bench, engine, monitor, said, back: () => renameSync(`${b}.away`, b) };
}

describe('a pair whose servers answer again', () => {
  it('[SV21] is synced, and the log says so', async () => {
    const { bench, engine, monitor, said, back } = await away();
    expect([monitor.isOnline('shop'), said]).toEqual([false, []]);
    back();
    await monitor.check();
    expect([monitor.isOnline('shop'), said]).toEqual([true, ['Internet connection restored!']]);
    expect(bench.rows('b.db', 'SELECT body FROM posts')).toEqual([{ body: 'first' }]);
    expect(await engine.call('runs.list', { pair: 'shop' })).toMatchObject([{ trigger: 'reconnect' }]);
    await monitor.check();
    expect(said).toHaveLength(1);
  });

  it('[SV21] waits where the pair does not sync by itself', async () => {
    const { bench, engine, monitor, back } = await away();
    await engine.call('config.set', { pair: 'shop', values: { autoSyncEnabled: false } });
    back();
    await monitor.check();
    expect(monitor.isOnline('shop')).toBe(true);
    expect(bench.rows('b.db', 'SELECT body FROM posts')).toEqual([]);
  });
});
