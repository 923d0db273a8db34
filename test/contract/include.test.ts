import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { Office, sha256 } from './home-support.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT);';
const phone = 'ALTER TABLE t ADD COLUMN phone TEXT;';

/** A pair in step, whose two databases grew afterwards. */
async function grown(a: string, b: string, first = table): Promise<{ office: Office; client: Connection }> {
  const office = new Office();
  const client = await office.connect();
  const rows = "INSERT INTO t(id, name) VALUES (1, 'ann'), (2, 'bob'), (3, 'cyd');";
  await client.call('pairs.add', {
    name: 'shop',
    a: office.sql('a.db', first + rows),
    b: office.sql('b.db', first + rows),
  });
  await client.call('runs.start', { pair: 'shop' });
  office.sql('a.db', a);
  office.sql('b.db', b);
  return { office, client };
}
const configOf = ({ home }: Office): string => readFileSync(home.config, 'utf8');

describe('what stands beside a pair', () => {
  it('[P20] is left out on purpose where it was there when the pair was added, and named where it came later', async () => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql(
      'a.db',
      `${table} CREATE TABLE old(id INTEGER PRIMARY KEY); ALTER TABLE t ADD COLUMN mine TEXT;`,
    );
    const b = office.sql('b.db', `${table} CREATE TABLE old(id INTEGER PRIMARY KEY);`);
    await client.call('pairs.add', { name: 'shop', a, b, collections: ['t'] });
    expect((await client.call('runs.start', { pair: 'shop' })).notInPair).toEqual([]);
    office.sql('b.db', 'ALTER TABLE t ADD COLUMN mine TEXT; CREATE TABLE young(id INTEGER PRIMARY KEY);');
    const seen = [
      { collection: 'young', field: null, side: 'B' },
      { collection: 't', field: 'mine', side: null },
    ];
    expect((await client.call('runs.start', { pair: 'shop' })).notInPair).toEqual(seen);
    expect((await client.call('plan.make', { pair: 'shop' })).notInPair).toEqual(seen);
    expect((await client.call('status.show', { pair: 'shop' }))[0]?.notInPair).toEqual(seen);
    const { checks } = await client.call('doctor.run', { pair: 'shop' });
    expect(checks.filter(({ ok }) => ok === 'note')).toMatchObject([
      { text: 'Not part of the pair, so not kept in step: young, t.mine.' },
    ]);
  });

  it('[P21] is looked at first: counts, conflicts and schema, with nothing written anywhere', async () => {
    const { office, client } = await grown(
      `${phone} ALTER TABLE t ADD COLUMN qty INT NOT NULL DEFAULT 5; UPDATE t SET phone = 'a' WHERE id < 3; UPDATE t SET qty = 7 WHERE id = 3;
       CREATE TABLE n(id INTEGER PRIMARY KEY); INSERT INTO n VALUES (1);`,
      `${phone} UPDATE t SET phone = 'b' WHERE id > 1`,
    );
    const before = [configOf(office), sha256(office.path('a.db')), sha256(office.path('b.db'))];
    const look = await client.call('pairs.include', { pair: 'shop', add: ['t', 'n'], dryRun: true });
    expect(look).toMatchObject({ saved: false, added: ['n', 't.phone', 't.qty'], findings: [] });
    expect(look.fields).toEqual([
      { collection: 't', field: 'phone', equal: 0, toA: 1, toB: 1, different: 1 },
      { collection: 't', field: 'qty', equal: 2, toA: 0, toB: 1, different: 0 },
    ]);
    expect(look.preview?.collections).toMatchObject([{ name: 'n', onlyA: 1 }]);
    expect(look.create).toMatchObject([
      { side: 'B', statements: ['CREATE TABLE n(id INTEGER PRIMARY KEY)'] },
      { side: 'B', statements: ['ALTER TABLE "t" ADD COLUMN qty INT NOT NULL DEFAULT 5'] },
    ]);
    expect([configOf(office), sha256(office.path('a.db')), sha256(office.path('b.db'))]).toEqual(before);
  });

  it('[P21] is taken in: missing schema is created exactly, base, rules and comments stay, and the next sync moves the values', async () => {
    const { office, client } = await grown(
      `${phone} UPDATE t SET phone = 'a' WHERE id = 1; ALTER TABLE t ADD COLUMN code TEXT COLLATE NOCASE; CREATE UNIQUE INDEX by_code ON t(code);
       UPDATE t SET code = 'x' WHERE id = 2; CREATE TABLE n(id INTEGER PRIMARY KEY); INSERT INTO n VALUES (1);`,
      `${phone} UPDATE t SET phone = 'b' WHERE id = 3; DELETE FROM t WHERE id = 2`,
    );
    writeFileSync(office.home.config, configOf(office).replace('  shop:', '  # mine\n  shop:'));
    const report = await client.call('pairs.include', { pair: 'shop', add: 'all' });
    expect(report).toMatchObject({ saved: true, added: ['n', 't.phone', 't.code'], preview: null });
    expect(configOf(office)).toContain('# mine');
    expect(office.rows('b.db', "SELECT sql FROM sqlite_schema WHERE name = 'by_code'")).toEqual([
      { sql: 'CREATE UNIQUE INDEX by_code ON t(code)' },
    ]);
    const run = await client.call('runs.start', { pair: 'shop' });
    expect(run).toMatchObject({ notInPair: [], brakes: [], localToRemote: { t: 1, n: 1 }, remoteToLocal: { t: 1 } });
    // The deletion is known by the base from before; the value in the new column is why it is asked about.
    expect(await client.call('conflicts.list', { pair: 'shop' })).toMatchObject([
      { kind: 'delete/update', fields: ['code'] },
    ]);
    expect(office.rows('b.db', 'SELECT id, phone FROM t')).toEqual([
      { id: 1, phone: 'a' },
      { id: 3, phone: 'b' },
    ]);
    expect(office.rows('a.db', 'SELECT phone FROM t WHERE id = 3')).toEqual([{ phone: 'b' }]);
  });

  it('[P21] is created on a side only as it is on the other; what cannot be is refused with the reason', async () => {
    const { office, client } = await grown(
      "ALTER TABLE t ADD COLUMN at TEXT NOT NULL DEFAULT 'x' CHECK (length(at) > 0); CREATE TABLE u(id INTEGER PRIMARY KEY, c TEXT UNIQUE)",
      'CREATE TABLE u(id INTEGER PRIMARY KEY)',
    );
    const taken = await client.call('pairs.include', { pair: 'shop', add: ['t.at', 'u'] });
    expect(taken.added).toEqual(['u', 't.at']);
    const late = await client.call('pairs.include', { pair: 'shop', add: 'all' });
    expect(late).toMatchObject({
      added: [],
      findings: [
        { collection: 'u', blocks: true, text: expect.stringContaining('it is UNIQUE in the definition of the table') },
      ],
    });
    await expect(client.call('pairs.include', { pair: 'shop', add: ['u.c'] })).rejects.toMatchObject({
      code: 'schema-mismatch',
      message: expect.stringContaining('Create it on Remote with your own program, then give the command again.'),
    });
    expect(office.rows('b.db', "SELECT name FROM pragma_table_info('u')")).toEqual([{ name: 'id' }]);
  });

  it('[P22] leaves the pair with what was known of it, or is not mentioned again; what cannot be done without stays', async () => {
    const { office, client } = await grown(
      phone,
      phone,
      `${table} CREATE TABLE n(id INTEGER PRIMARY KEY, must TEXT NOT NULL, b TEXT, r TEXT);`,
    );
    const leave = (...leaveOut: string[]) => client.call('pairs.include', { pair: 'shop', leaveOut });
    expect(await leave('t.phone')).toMatchObject({ dismissed: ['t.phone'], removed: [], added: [] });
    expect((await client.call('runs.start', { pair: 'shop' })).notInPair).toEqual([]);
    await client.call('pairs.edit', { pair: 'shop', collections: { n: { touch: ['r'] } } });
    for (const [name, why] of [
      ['n.id', 'it is part of the key'],
      ['n.must', 'it takes no NULL and has no default'],
      ['n.r', 'the rule touch names it'],
    ] as const)
      await expect(leave(name)).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining(why) });
    expect(await leave('n.b')).toMatchObject({ removed: ['n.b'] });
    expect(await leave('n')).toMatchObject({ removed: ['n'], pair: { collections: [{ name: 't' }] } });
    await expect(leave('t')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('the last collection'),
    });
    expect((await client.call('runs.start', { pair: 'shop' })).notInPair).toEqual([]);
    const back = await client.call('pairs.include', { pair: 'shop', add: ['n', 't.phone'] });
    expect(back.added).toEqual(['n', 't.phone']);
    expect(configOf(office)).not.toContain('leftOut');
  });

  it('[P23] is found by its name; one that is nowhere names the nearest, and one that is part of the pair says so', async () => {
    const { client } = await grown(phone, phone);
    const add = (name: string) => client.call('pairs.include', { pair: 'shop', add: [name], dryRun: true });
    expect((await add('T.Phone')).added).toEqual(['t.phone']);
    await expect(add('t.fone')).rejects.toMatchObject({ code: 'not-found', hint: 'Did you mean t.phone?' });
    await expect(add('t.name')).rejects.toMatchObject({ code: 'already-exists' });
    await expect(client.call('pairs.include', { pair: 'shop', leaveOut: ['zebra'] })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('[P23] all takes what can be taken and names what cannot; a table without a key is taken with one that the person names', async () => {
    const log = 'CREATE TABLE log(day TEXT, n INT, UNIQUE(day, n));';
    const { client } = await grown(phone + log, phone + log);
    const all = await client.call('pairs.include', { pair: 'shop', add: 'all' });
    expect(all.added).toEqual(['t.phone']);
    expect(all.findings).toMatchObject([{ collection: 'log', blocks: true }]);
    const keyed = await client.call('pairs.include', { pair: 'shop', add: ['log'], keys: { log: ['day', 'n'] } });
    expect(keyed.added).toEqual(['log']);
    expect((await client.call('runs.start', { pair: 'shop' })).status).toBe('completed');
  });
});
