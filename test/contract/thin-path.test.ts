import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';

let dir: string;
let client: Connection;
let heard: AnyEvent[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tandem-path-'));
  heard = [];
  client = await connect({ home: resolveHome(join(dir, 'home')), client: 'test', parts: programParts(silentLog) });
  await client.subscribe((event) => heard.push(event));
});
afterEach(async () => {
  await client.close();
  rmSync(dir, { recursive: true, force: true });
});

function run(file: string, sql: string): void {
  const db = new Database(join(dir, file));
  db.exec(sql);
  db.close();
}
function rows(file: string): unknown[] {
  const db = new Database(join(dir, file), { readonly: true });
  const all = db.prepare('SELECT * FROM admins ORDER BY id').all();
  db.close();
  return all;
}
const schema = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, age INTEGER, photo BLOB);';

async function pairOf(a: string, b: string): Promise<void> {
  run('a.db', schema + a);
  run('b.db', schema + b);
  await client.call('pairs.add', { name: 'shop', a: join(dir, 'a.db'), b: join(dir, 'b.db') });
}
const sync = () => client.call('runs.start', { pair: 'shop' });

describe('every call on two real SQLite files', () => {
  it('[W1] first counts, plan, sync, receipt and history agree', async () => {
    run('a.db', `${schema} INSERT INTO admins VALUES (1, 'ann', 30, x'00ff'), (2, 'bob', 40, NULL)`);
    run('b.db', `${schema} INSERT INTO admins VALUES (2, 'bob', 40, NULL), (3, 'cy', NULL, NULL)`);
    const added = await client.call('pairs.add', { name: 'shop', a: join(dir, 'a.db'), b: join(dir, 'b.db') });
    expect(added.preview?.collections).toEqual([
      { name: 'admins', equal: 1, onlyA: 1, onlyB: 1, different: 0, uniqueClashes: 0, clashingA: 0, clashingB: 0 },
    ]);
    const plan = await client.call('plan.make', { pair: 'shop' });
    expect(plan).toMatchObject({
      total: 2,
      localToRemote: { admins: { insert: 1 } },
      remoteToLocal: { admins: { insert: 1 } },
    });
    expect(plan.actions.map(({ key, after }) => [key.text, after])).toEqual([
      [
        '1',
        {
          id: { $numberLong: '1' },
          username: 'ann',
          age: { $numberLong: '30' },
          photo: { $binary: { base64: 'AP8=', subType: '00' } },
        },
      ],
      ['3', { id: { $numberLong: '3' }, username: 'cy', age: null, photo: null }],
    ]);
    const done = await client.call('runs.start', { pair: 'shop', plan: plan.entries });
    expect(done).toMatchObject({
      status: 'completed',
      localToRemote: { admins: 1 },
      remoteToLocal: { admins: 1 },
      conflicts: { admins: 0 },
    });
    expect(rows('a.db')).toEqual(rows('b.db'));
    expect(await client.call('receipts.compare', { pair: 'shop' })).toMatchObject({
      equal: true,
      collections: [{ name: 'admins', equal: 3 }],
    });
    expect(await client.call('runs.show', { id: done.id })).toEqual(done);
    expect((await client.call('runs.list', { pair: 'shop' }))[0]?.id).toBe(done.id);
    expect(await client.call('status.show', {})).toMatchObject([
      { pair: 'shop', state: 'in-step', next: '', error: null },
    ]);
    expect(heard.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['run.progress', 'run.finished', 'pair.state']),
    );
  });

  it('[W2] two edits of one field are listed, told, shown, tried, resolved with a typed value, undone and held', async () => {
    await pairOf("INSERT INTO admins VALUES (1, 'ann', 30, NULL);", '');
    await sync();
    run('a.db', 'UPDATE admins SET age = 31');
    run('b.db', 'UPDATE admins SET age = 32');
    expect(await sync()).toMatchObject({ conflicts: { admins: 1 } });
    const [item] = await client.call('conflicts.list', {});
    if (!item) throw new Error('no conflict was listed');
    expect(item).toMatchObject({
      pair: 'shop',
      collection: 'admins',
      kind: 'update/update',
      key: { text: '1' },
      fields: ['age'],
      status: 'open',
      base: { age: { $numberLong: '30' } },
      local: { age: { $numberLong: '31' } },
      remote: { age: { $numberLong: '32' } },
    });
    expect(heard.filter(({ name }) => name === 'conflict.opened')).toHaveLength(1);
    expect(await client.call('conflicts.show', { id: item.id })).toEqual(item);
    const decision = {
      id: item.id,
      strategy: 'merge',
      value: { typed: '35' },
      generation: item.generation,
      notes: 'asked ann',
    } as const;
    const tried = await client.call('conflicts.resolve', { ...decision, dryRun: true });
    expect(tried.preview).toMatchObject([{ id: item.id, a: { age: { $numberLong: '35' } } }]);
    expect(rows('a.db')).toMatchObject([{ age: 31 }]);
    const resolved = await client.call('conflicts.resolve', decision);
    expect(resolved).toMatchObject({ resolved: [{ pair: 'shop', id: item.id }], failed: [], dryRun: false });
    expect([rows('a.db'), rows('b.db')]).toMatchObject([[{ age: 35 }], [{ age: 35 }]]);
    expect(await client.call('conflicts.list', {})).toEqual([]);
    expect(await client.call('conflicts.list', { all: true })).toMatchObject([
      { status: 'resolved', notes: 'asked ann', strategy: 'merge' },
    ]);
    const again = await client.call('conflicts.resolve', decision).catch((cause: unknown) => cause);
    expect(JSON.stringify(again)).toContain('already-resolved');
    expect(await client.call('runs.undo', { conflict: item.id })).toMatchObject({ pair: 'shop', restored: 1 });
    expect([rows('a.db'), rows('b.db')]).toMatchObject([[{ age: 31 }], [{ age: 32 }]]);
    const [hold] = await client.call('holds.list', {});
    expect(hold).toMatchObject({ pair: 'shop', key: { text: '1' }, fields: ['age'] });
    await client.call('holds.answer', {
      pair: 'shop',
      collection: 'admins',
      key: { parts: ['1'] },
      answer: 'old-on-both',
    });
    const lines = await client.call('records.timeline', { pair: 'shop', collection: 'admins', key: { parts: ['1'] } });
    expect(lines.length).toBeGreaterThan(2);
    expect(
      await client.call('records.timeline', { pair: 'shop', collection: 'admins', key: { hex: item.key.hex } }),
    ).toEqual(lines);
  });

  it('[W3] a brake waits for a person, whose answer ends it', async () => {
    const many = Array.from(
      { length: 100 },
      (_, i) => `INSERT INTO admins VALUES (${i + 1}, 'user${i}', 1, NULL);`,
    ).join('');
    await pairOf(many, '');
    await sync();
    run('a.db', 'DELETE FROM admins WHERE id > 10');
    await sync();
    const [brake] = await client.call('brakes.list', {});
    if (!brake) throw new Error('nothing braked');
    expect(brake).toMatchObject({ pair: 'shop', collection: 'admins', kind: 'deletes', answer: null });
    expect(rows('b.db')).toHaveLength(100);
    expect(await client.call('status.show', {})).toMatchObject([{ next: 'tandem brake list' }]);
    await client.call('brakes.answer', { id: brake.id, answer: 'bring-back' });
    expect([rows('a.db').length, rows('b.db').length]).toEqual([100, 100]);
    expect(await client.call('brakes.list', {})).toEqual([]);
    await expect(client.call('brakes.answer', { id: 999, answer: 'let-go' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('[W4] settings are shown with their origin, set as typed, and refused by name', async () => {
    await pairOf('', '');
    await client.call('config.set', {
      values: { batchSize: '250', syncIntervalMinutes: 'null', logLevel: 'debug', 'collections.admins.touch': '[age]' },
    });
    const { settings } = await client.call('config.get', {});
    const shown = (key: string) => settings.find((each) => each.key === key);
    expect([shown('batchSize'), shown('maxRetries'), shown('logLevel')]).toMatchObject([
      { value: 250, origin: 'pair', pair: 'shop' },
      { value: 3, origin: 'default' },
      { value: 'debug', origin: 'file', pair: '' },
    ]);
    expect((await client.call('pairs.show', { pair: 'shop' })).collections).toMatchObject([
      { name: 'admins', touch: ['age'] },
    ]);
    await expect(client.call('config.set', { values: { bathSize: 5 } })).rejects.toMatchObject({
      code: 'config-invalid',
      hint: 'Did you mean batchSize?',
    });
    await expect(client.call('config.set', { values: { batchSize: 0, maxRetries: 1 } })).rejects.toMatchObject({
      code: 'config-invalid',
    });
    expect((await client.call('pairs.show', { pair: 'shop' })).options.maxRetries).toBe(3);
    expect(await client.call('config.check', {})).toMatchObject({ ok: true, problems: [] });
  });

  it('[W5] a hint is told to whoever watches, and doctor and test look at everything', async () => {
    await pairOf("INSERT INTO admins VALUES (1, 'ann', 30, NULL);", '');
    await client.call('hint.send', { pair: 'shop', collection: 'admins', keys: [{ parts: ['1'] }] });
    await expect.poll(() => heard.map(({ name }) => name)).toContain('pair.hint');
    await expect(client.call('hint.send', { pair: 'shop', collection: 'nobody' })).rejects.toMatchObject({
      code: 'not-found',
    });
    const { checks } = await client.call('doctor.run', {});
    expect(checks.filter(({ name }) => name.startsWith('pair shop'))).toMatchObject([{ ok: 'ok' }, { ok: 'ok' }]);
    expect(await client.call('pairs.test', { pair: 'shop' })).toMatchObject({
      sides: [{ ok: true, kind: 'sqlite' }, { ok: true }],
      findings: [],
    });
    rmSync(join(dir, 'b.db'));
    await client.call('pairs.edit', { pair: 'shop', nameB: 'Office' });
    expect(await client.call('pairs.test', { pair: 'shop' })).toMatchObject({
      sides: [{ ok: true }, { ok: false, label: 'Office', error: { code: 'file-missing' } }],
    });
  });

  it('[W6] keeps no more of the agreed values than the pair may, and shows no earlier value where none was kept', async () => {
    await pairOf("INSERT INTO admins VALUES (1, 'ann', 30, NULL), (2, 'bob', 30, NULL);", '');
    for (const [values, baseKept] of [
      [{ keepPairBytes: 0 }, false],
      [{ keepPairBytes: 10_000 }, true],
      [{ keepDocBytes: 1 }, false],
    ] as const) {
      await client.call('config.set', { values });
      run('a.db', 'UPDATE admins SET age = age + 1');
      await sync();
      run('a.db', 'UPDATE admins SET age = age + 10 WHERE id = 1');
      run('b.db', 'UPDATE admins SET age = age + 20 WHERE id = 1');
      await sync();
      const [conflict] = await client.call('conflicts.list', {});
      expect(conflict).toMatchObject({ kind: 'update/update', baseKept });
      await client.call('conflicts.resolve', { id: conflict?.id, strategy: 'keep_local' });
    }
  });

  it('[W6] decides by the strategy of the pair what a run left open', async () => {
    await pairOf("INSERT INTO admins VALUES (1, 'ann', 30, NULL);", "INSERT INTO admins VALUES (2, 'ann', 40, NULL);");
    await client.call('config.set', { values: { conflictResolutionStrategy: 'rename_local' } });
    await sync();
    expect(await client.call('conflicts.list', {})).toEqual([]);
    expect(rows('a.db')).toEqual(rows('b.db'));
    expect(rows('b.db')).toMatchObject([
      { id: 1, username: expect.stringMatching(/^ann_[a-z0-9]{4}$/) as string },
      { id: 2, username: 'ann' },
    ]);
  });
});
