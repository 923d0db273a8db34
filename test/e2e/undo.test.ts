import { describe, expect, it, onTestFinished } from 'vitest';
import type { HoldReport } from '../../electron/engine/reports/waiting.ts';
import { decodeKey } from '../../electron/engine/port/key-codec.ts';
import { must } from '../../shared/lib/assert.ts';
import {
  dumpOf,
  edit,
  makeSides,
  newPairFiles,
  openFilePair,
  removePairFiles,
  type Dump,
  type OpenPair,
  type PairFiles,
  type Row,
} from '../support/file-pair.ts';

const schema = `
  CREATE TABLE members (id INTEGER PRIMARY KEY, number TEXT UNIQUE, name TEXT, phone TEXT);
  CREATE TABLE visits (id INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES members(id), note TEXT);
`;
const rows = `
  INSERT INTO members VALUES (1, 'M-1', 'Asha', '11'), (2, 'M-2', 'Bela', '22'), (3, 'M-3', 'Chen', '33'), (4, 'M-4', 'Dara', '44');
  INSERT INTO visits VALUES (1, 1, 'first'), (2, 2, 'second'), (3, 4, 'third');
`;
/** One run of every kind of write, in both directions, a merge of two fields of one record among them. */
const workHere = [
  "UPDATE members SET name = 'Asha K.' WHERE id = 1",
  "UPDATE members SET name = 'Bela L.' WHERE id = 2",
  "INSERT INTO members VALUES (10, 'M-10', 'Emil', NULL)",
  "INSERT INTO visits VALUES (10, 10, 'new member')",
];
const workThere = [
  "UPDATE members SET phone = '22-22' WHERE id = 2",
  "UPDATE visits SET note = 'second, corrected' WHERE id = 2",
  'DELETE FROM visits WHERE id = 3',
  "INSERT INTO visits VALUES (20, 3, 'walk-in')",
];

interface World {
  readonly files: PairFiles;
  readonly pair: OpenPair;
  readonly run: number;
}

async function afterARun(marker: boolean): Promise<World> {
  const files = newPairFiles();
  makeSides(files, schema, rows, { A: 'wal', B: 'delete' });
  const pair = await openFilePair(files, { marker });
  onTestFinished(async () => {
    await pair.close();
    removePairFiles(files);
  });
  await sync(pair);
  edit(files.A, ...workHere);
  edit(files.B, ...workThere);
  return { files, pair, run: (await sync(pair)).id };
}

const sync = ({ engine }: OpenPair) => engine.sync({ trigger: 'manual', who: 'the test' });
const both = ({ files }: World): { A: Dump; B: Dump } => ({ A: dumpOf(files.A), B: dumpOf(files.B) });
const member = (dump: Dump, id: number): Row | undefined => dump['members']?.find((row) => row['id'] === id);
const visit = (dump: Dump, id: number): Row | undefined => dump['visits']?.find((row) => row['id'] === id);

async function holdOf({ pair: { engine } }: World, collection: string, id: bigint): Promise<HoldReport> {
  const holds = await engine.holds();
  return must(
    holds.find((hold) => hold.collection === collection && decodeKey(hold.key)[0] === id),
    `a hold on ${collection} ${id}`,
  );
}

async function expectThreeQuietSyncs(world: World): Promise<void> {
  const stands = both(world);
  for (let i = 0; i < 3; i++) {
    const { written } = await sync(world.pair);
    expect(written).toEqual({ A: { insert: 0, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 0 } });
    expect(both(world)).toEqual(stands);
  }
}

describe.each([
  ['with a marker', true],
  ['without a marker', false],
])('undo of a run, %s', (_, marker) => {
  it('[L8] restores what the run wrote on each side, and three further syncs flip nothing', async () => {
    const world = await afterARun(marker);
    const report = await world.pair.engine.undo({ run: world.run }, 'the test');
    expect(report.refused).toEqual([]);
    expect(report.kept).toBe(0);
    const { A, B } = both(world);
    expect(member(A, 1)).toMatchObject({ name: 'Asha K.' });
    expect(member(B, 1)).toMatchObject({ name: 'Asha' });
    expect(member(A, 2)).toMatchObject({ name: 'Bela L.', phone: '22' });
    expect(member(B, 2)).toMatchObject({ name: 'Bela', phone: '22-22' });
    expect(member(B, 10)).toBeUndefined();
    expect(visit(B, 10)).toBeUndefined();
    expect(visit(A, 2)).toMatchObject({ note: 'second' });
    expect(visit(A, 3)).toMatchObject({ note: 'third' });
    expect(visit(A, 20)).toBeUndefined();
    await expectThreeQuietSyncs(world);
  });

  it('[L8] flips nothing after a restart either', async () => {
    const world = await afterARun(marker);
    const { restored } = await world.pair.engine.undo({ run: world.run }, 'the test');
    expect(restored).toBeGreaterThan(0);
    const again = await openFilePair(world.files, { marker });
    onTestFinished(() => again.close());
    await expectThreeQuietSyncs({ ...world, pair: again });
  });

  it('[L8] keeps what somebody changed since, and says so', async () => {
    const world = await afterARun(marker);
    edit(world.files.B, "UPDATE members SET name = 'Asha Kumar' WHERE id = 1");
    const report = await world.pair.engine.undo({ run: world.run }, 'the test');
    expect(report.kept).toBe(1);
    expect(member(dumpOf(world.files.B), 1)).toMatchObject({ name: 'Asha Kumar' });
  });
});

describe('what rests after an undo', () => {
  it('[L8] flows again after an edit of the held field, away from the side of the edit', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    edit(world.files.A, "UPDATE members SET name = 'Asha K. M.' WHERE id = 1");
    await sync(world.pair);
    expect(member(dumpOf(world.files.B), 1)).toMatchObject({ name: 'Asha K. M.' });
    await expectThreeQuietSyncs(world);
  });

  it('[L8] an edit of one held field releases this field and never another; the record waits for the rest', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    edit(world.files.A, "UPDATE members SET name = 'Bela of Here' WHERE id = 2");
    const stands = both(world);
    await sync(world.pair);
    expect(both(world)).toEqual(stands);
    const { collection, key, fields } = await holdOf(world, 'members', 2n);
    expect(fields).toEqual(['phone']);
    await world.pair.engine.answerHold({ collection, key, answer: 'send-again', who: 'the test' });
    const { A, B } = both(world);
    expect(member(A, 2)).toMatchObject({ name: 'Bela of Here', phone: '22-22' });
    expect(member(B, 2)).toEqual(member(A, 2));
    await expectThreeQuietSyncs(world);
  });

  it('[L8] edits of held fields on both sides become a conflict, with both values intact', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    edit(world.files.A, "UPDATE members SET name = 'Bela of Here' WHERE id = 2");
    edit(world.files.B, "UPDATE members SET phone = '22-99' WHERE id = 2");
    const stands = both(world);
    await sync(world.pair);
    expect(both(world)).toEqual(stands);
    const [conflict] = await world.pair.engine.conflicts({ collection: 'members' });
    expect(conflict?.kind).toBe('undone');
    await expectThreeQuietSyncs(world);
  });

  it('[L8] send again writes what the run had written', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    const { collection, key } = await holdOf(world, 'members', 1n);
    await world.pair.engine.answerHold({ collection, key, answer: 'send-again', who: 'the test' });
    expect(member(dumpOf(world.files.B), 1)).toMatchObject({ name: 'Asha K.' });
    await expectThreeQuietSyncs(world);
  });

  it('[L8] the old value on both writes it on the other side too', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    const { collection, key } = await holdOf(world, 'members', 1n);
    await world.pair.engine.answerHold({ collection, key, answer: 'old-on-both', who: 'the test' });
    expect(member(dumpOf(world.files.A), 1)).toMatchObject({ name: 'Asha' });
    expect(member(dumpOf(world.files.B), 1)).toMatchObject({ name: 'Asha' });
    await expectThreeQuietSyncs(world);
  });

  it('[L8] keep apart leaves both sides as they are', async () => {
    const world = await afterARun(true);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    const stands = both(world);
    const { collection, key } = await holdOf(world, 'members', 1n);
    await world.pair.engine.answerHold({ collection, key, answer: 'keep-apart', who: 'the test' });
    expect(both(world)).toEqual(stands);
    await expectThreeQuietSyncs(world);
  });

  it('[L8] every record goes again with send again, and both sides are equal', async () => {
    const world = await afterARun(true);
    const agreed = both(world);
    expect(agreed.A).toEqual(agreed.B);
    await world.pair.engine.undo({ run: world.run }, 'the test');
    for (const { collection, key } of await world.pair.engine.holds())
      await world.pair.engine.answerHold({ collection, key, answer: 'send-again', who: 'the test' });
    expect(both(world)).toEqual(agreed);
    expect((await world.pair.engine.compare()).equal).toBe(true);
    expect(await world.pair.engine.holds()).toEqual([]);
  });
});
