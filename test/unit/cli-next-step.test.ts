import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notSynced } from '../../electron/api/pairs/not-synced.ts';
import { markerKept, markerQuestion } from '../../electron/cli/text/marker-text.ts';
import { planLines } from '../../electron/cli/text/plan-text.ts';
import { undoLines } from '../../electron/cli/text/run-text.ts';
import type { ReportedObject } from '../../electron/engine/port/schema.ts';
import type { WirePlan } from '../../shared/contract/plan-shapes.ts';
import { Desk } from './cli-desk.ts';
import { at, look, text } from './cli-samples.ts';

const rows = Array.from({ length: 12 }, (_, i) => `INSERT INTO t VALUES(${i}, 'x');`).join(' ');
const table = `CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);`;

describe('an answer to a brake', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await desk.script('pair', 'add', 'shop', desk.database('a.db', table + rows), desk.database('b.db', table + rows));
    await desk.script('sync');
    desk.database('a.db', 'DELETE FROM t WHERE id < 10');
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  it.each(['bring-back', 'let-go'])('that wrote something says how it is undone: %s', async (answer) => {
    const { said } = await desk.script('brake', 'answer', '1', answer);
    const [, run] = /Undo it: tandem undo run (\d+)\n/.exec(said) ?? [];
    expect((await desk.script('undo', 'run', String(run), '--yes')).said).toContain(`Undid run ${run}: 10 records`);
  });

  it('that wrote nothing has nothing to undo', async () => {
    expect((await desk.script('brake', 'answer', '1', 'keep')).said).not.toContain('Undo it');
  });
});

describe('what a plan says of collections to come', () => {
  const nothing = { localToRemote: {}, remoteToLocal: {}, total: 0, decided: 0, entries: [], actions: [], sample: [] };
  const plan: WirePlan = {
    ...nothing,
    id: null,
    pair: 'shop',
    at: at('2026-05-14T12:00:00'),
    adopt: 0,
    drift: 0,
    conflicts: [],
    brakes: [],
    notInPair: [],
    create: [{ name: 'accounts', missingOn: 'B', records: 60 }],
  };

  it('they are counted where they go, nothing is called nothing, and the command comes last', () => {
    const lines = planLines(plan, look);
    expect(text(lines)).toMatch(/To Remote\n +collection +insert +update +delete\n +accounts \(new\) +60 +0 +0\n/);
    expect(text(lines)).not.toContain('nothing');
    expect(lines.at(-1)).toBe('Apply it: tandem sync shop');
    expect(text(lines).match(/Apply it/g)).toHaveLength(1);
  });
});

describe('what an undo says of records that rest', () => {
  const none = { insert: 0, update: 0, delete: 0 };
  const undo = {
    pair: 'shop',
    run: 13,
    dryRun: false,
    restored: 2,
    inPart: [],
    without: [],
    resting: 2,
    kept: 0,
    byItself: [],
    leftOnHold: 0,
    written: { A: { ...none, update: 2 }, B: none },
    refused: ['18', '597'].map((key) => ({ collection: 'tracks', key: { hex: '01', text: key }, why: 'It is taken.' })),
  };

  it.each([
    [undo, 'The 2 restored records rest on hold'],
    [{ ...undo, restored: 1, resting: 1 }, 'The restored record rests on hold'],
    [{ ...undo, resting: 1 }, '1 of the 2 restored records rests on hold'],
  ])('they are those that were restored, before those that were not (%#)', (report, rest) => {
    const lines = text(undoLines(report, 'run 12', look));
    expect(lines).toMatch(new RegExp(`back to what .*\\n${rest}[^]*\\nNot restored: tracks 18 and 597: It is taken`));
    const before = text(undoLines({ ...report, dryRun: true, run: null }, 'run 12', look));
    expect(before).toMatch(/would then rest on hold[^]*\nNot restored[^]*\nNothing was written yet\./);
  });
});

describe('words that fit the kind of the database', () => {
  const side = (url: string) => ({ a: { label: 'This computer', url } });

  it('a marker is a collection in a database, or a table in a file', () => {
    const mongo = [...markerQuestion(side('mongodb://host/shop')), markerKept(side('mongodb+srv://host/shop'))].join(
      '\n',
    );
    expect(mongo).toContain('one small collection, _tandem_marker,');
    expect(mongo).toContain('The collection _tandem_marker will be kept');
    expect(mongo).not.toMatch(/table|file/);
    const file = [...markerQuestion(side('/data/shop.db')), markerKept(side('/data/shop.db'))].join('\n');
    expect(file).toContain('put back into the same file');
    expect(file).not.toContain('collection');
  });

  it('[W13] what no sync carries is a collection of MongoDB, and a table of SQLite', () => {
    const one: ReportedObject = { name: 'prices', kind: 'table', why: 'it has an order of its own' };
    const schema = { version: '', collections: [], reported: [one] };
    const kinds = (url: string) => {
      const entry = { a: { name: 'A', url }, b: { name: 'B', url }, collections: {} };
      return notSynced({ A: schema, B: schema }, entry).map(({ kind }) => kind);
    };
    expect(kinds('mongodb://host/shop')).toEqual(['collection']);
    expect(kinds('/data/shop.db')).toEqual(['table']);
  });
});

describe('a pair that began anew', () => {
  it('tells its earlier syncs apart from none', async () => {
    const desk = new Desk();
    const [a, b] = [desk.database('a.db', table), desk.database('b.db', table)];
    await desk.script('pair', 'add', 'shop', a, b);
    expect((await desk.script('status')).said).toMatch(/last sync +never\n +syncs +0 completed\n/);
    await desk.script('sync');
    await desk.script('pair', 'remove', 'shop');
    await desk.script('pair', 'add', 'shop', a, b);
    const { said } = await desk.script('status');
    expect(said).toMatch(
      /last sync +none since the pair began anew\n +syncs +1 completed before the pair began anew\n/,
    );
    expect(said).toContain('Nothing was synced since the pair began anew.');
    await desk.script('sync');
    expect((await desk.script('status')).said).toMatch(/syncs +2 completed\n/);
    desk.close();
  });

  it('where there is none, both kinds of databases are named', async () => {
    const desk = new Desk();
    const { said } = await desk.script('status');
    expect(said).toContain('tandem pair add NAME HERE THERE\n');
    expect(said).toContain('a file such as shop.db (SQLite), or mongodb://HOST/DATABASE');
    desk.close();
  });
});
