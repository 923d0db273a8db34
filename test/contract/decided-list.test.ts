import { describe, expect, it } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT, phone TEXT);';
const rows = "INSERT INTO admins VALUES (1, 'ann', '1'), (2, 'bob', '2'), (3, 'cyd', '3');";

async function pair(office: Office, more = ''): Promise<Connection> {
  const client = await office.connect();
  const a = office.sql('a.db', table + rows + more);
  const b = office.sql('b.db', table + rows + more);
  await client.call('pairs.add', { name: 'shop', a, b });
  await client.call('runs.start', { pair: 'shop' });
  return client;
}

/** Edits the phones of these people on both sides, and syncs. */
async function disputed(office: Office, client: Connection, ids: string, mark: string): Promise<void> {
  office.sql('a.db', `UPDATE admins SET phone = 'a${mark}' WHERE id IN (${ids})`);
  office.sql('b.db', `UPDATE admins SET phone = 'b${mark}' WHERE id IN (${ids})`);
  await client.call('runs.start', { pair: 'shop' });
}

describe('what was decided', () => {
  it('[W20] one conflict with its record and notes, many with one word as one entry, and what was taken back since', async () => {
    const office = new Office();
    const client = await pair(office);
    expect(await client.call('decisions.list', {})).toEqual([]);
    await disputed(office, client, '1', 'x');
    const [first] = await client.call('conflicts.list', {});
    const one = await client.call('conflicts.resolve', { id: first?.id, strategy: 'keep_local', notes: 'she called' });
    await disputed(office, client, '2, 3', 'y');
    const many = await client.call('conflicts.resolve', { where: { pair: 'shop' }, strategy: 'keep_remote' });
    const listed = await client.call('decisions.list', { pair: 'shop' });
    expect(listed).toMatchObject([
      {
        kind: 'bulk',
        subject: null,
        records: 2,
        what: 'Kept what Remote had: 2 conflicts of admins.',
        run: many.runs[0]?.run,
        undone: null,
      },
      {
        kind: 'conflict',
        by: one.resolvedBy,
        subject: { collection: 'admins', key: { text: '1' }, title: 'ann' },
        records: 1,
        what: 'Kept what This computer had (phone).',
        notes: 'she called',
        undone: null,
      },
    ]);
    const undone = await client.call('runs.undo', { run: many.runs[0]?.run });
    const after = await client.call('decisions.list', { limit: 2 });
    expect(after).toMatchObject([
      { kind: 'bulk', undone: { run: undone.run } },
      { kind: 'conflict', undone: null },
    ]);
    expect(await client.call('decisions.list', { limit: 1 })).toEqual(after.slice(0, 1));
  });

  it('[W20] answers to holds and to brakes, and what a rule decided in place of a person', async () => {
    const office = new Office();
    const client = await pair(office, people(20));
    await client.call('config.set', { pair: 'shop', values: { conflictResolutionStrategy: 'keep_remote' } });
    await disputed(office, client, '1', 'x');
    expect(await client.call('decisions.list', {})).toMatchObject([
      { kind: 'auto', subject: { title: 'ann' }, what: 'The rule “remote” kept what Remote had (phone).' },
    ]);
    const [run] = await client.call('runs.list', {});
    await client.call('runs.undo', { run: run?.id });
    const [hold] = await client.call('holds.list', {});
    await client.call('holds.answer', {
      pair: 'shop',
      collection: 'admins',
      key: { hex: hold?.key.hex ?? '' },
      answer: 'keep-apart',
    });
    office.sql('b.db', 'DELETE FROM admins WHERE id > 3');
    await client.call('runs.start', { pair: 'shop' });
    const [brake] = await client.call('brakes.list', {});
    const answered = await client.call('brakes.answer', { id: brake?.id ?? 0, answer: 'bring-back' });
    const [byBrake, byHold, byRule] = await client.call('decisions.list', {});
    expect(byBrake).toMatchObject({ kind: 'brake', run: answered.id, records: 20, subject: null });
    expect(byBrake?.what).toMatch(/^Had it brought back \(admins\): /);
    expect(byHold).toMatchObject({ kind: 'hold', run: null, subject: { title: 'ann' }, undone: null });
    expect(byHold?.what).toBe('After the undo the two sides are kept apart on purpose.');
    expect(byRule).toMatchObject({ kind: 'auto', undone: { run: expect.any(Number) } });
  });
});

const people = (n: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < ${n + 3}) INSERT INTO admins SELECT i, 'user' || i, NULL FROM n;`;
