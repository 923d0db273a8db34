import { describe, expect, it } from 'vitest';
import { Office } from '../contract/home-support.ts';
import { Served } from './server-support.ts';

const schema = 'CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';

describe('/metrics', () => {
  it('[SV23] tells how each pair and the process stand, before and after a sync and a removal', async () => {
    const bench = new Office();
    const engine = await bench.connect();
    const [a, b] = [bench.sql('a.db', `${schema} INSERT INTO posts VALUES(1,'x')`), bench.sql('b.db', schema)];
    await engine.call('pairs.add', { name: 'shop', a, b });
    const served = await Served.start({ engine });
    const before = await served.ask('/metrics');
    expect(before.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(before.text).toContain('\ntandem_syncs_completed{pair="shop"} 0\n');
    expect(before.text).not.toContain('tandem_last_sync_success{');
    await engine.call('runs.start', { pair: 'shop' });
    const { text } = await served.ask('/metrics');
    for (const line of [
      'tandem_pair_state{pair="shop",state="in-step"} 1',
      'tandem_pair_state{pair="shop",state="offline"} 0',
      'tandem_conflicts_open{pair="shop"} 0',
      'tandem_brakes{pair="shop"} 0',
      'tandem_syncs_completed{pair="shop"} 1',
      'tandem_last_sync_success{pair="shop"} 1',
    ])
      expect(text).toContain(`\n${line}\n`);
    expect(text).toMatch(/\ntandem_last_sync_timestamp_seconds\{pair="shop"\} \d{10}/);
    expect(text).toMatch(/\nprocess_resident_memory_bytes \d+\n/);
    await engine.call('pairs.remove', { pair: 'shop' });
    expect((await served.ask('/metrics')).text).not.toContain('shop');
  });
});
