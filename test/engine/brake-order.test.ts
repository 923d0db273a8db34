import { describe, expect, test } from 'vitest';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import { must } from '../../shared/lib/assert.ts';
import type { BrakeReport } from '../../electron/engine/reports/waiting.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const artists = table('artist', { id: 'integer', album: 'integer?' });
const refersTo = (parent: string, field: string) => ({
  references: [{ name: `${parent}s`, fields: [field], parent, parentFields: ['id'] }],
});
const albums = table('album', { id: 'integer', artist: 'integer?' }, refersTo('artist', 'artist'));
const tracks = table('track', { id: 'integer', album: 'integer?' }, refersTo('album', 'album'));
const ids = Array.from({ length: 12 }, (_, i) => BigInt(i + 1));

async function filled(tables: readonly (typeof albums)[], more: (id: bigint) => Row): Promise<Bench> {
  const bench = await Bench.open({ tables: [...tables] });
  for (const { name } of tables) for (const id of ids) bench.put('A', name, { id });
  await bench.sync();
  for (const { name, fields } of tables)
    for (const id of ids) {
      const row = Object.entries(more(id)).filter(([field]) => fields.some((one) => one.name === field));
      bench.put('A', name, { id, ...Object.fromEntries(row) });
    }
  await bench.sync();
  return bench;
}

/** Everything is deleted on this computer, and each collection is a question. */
async function emptied(bench: Bench, names: readonly string[]): Promise<Map<string, BrakeReport>> {
  for (const name of names) for (const id of ids) bench.drop('A', name, id);
  await bench.sync();
  return asked(bench);
}

const asked = async (bench: Bench): Promise<Map<string, BrakeReport>> =>
  new Map((await bench.engine.brakes()).map((brake) => [brake.collection, brake]));
const one = (brakes: ReadonlyMap<string, BrakeReport>, name: string): BrakeReport =>
  must(brakes.get(name), `a brake on ${name}`);
const refers = (id: bigint): Row => ({ artist: id, album: id });
const orders = [
  { answer: 'bring-back', early: 'album', first: 'artist', left: 12 },
  { answer: 'let-go', early: 'artist', first: 'album', left: 0 },
] as const satisfies readonly { answer: BrakeAnswer; early: string; first: string; left: number }[];

describe('Brakes whose records refer to each other', () => {
  for (const { answer, early, first, left } of orders)
    test(`[E164] ${answer} of the ${early} is refused before that of the ${first}, and then leaves no conflict`, async () => {
      const bench = await filled([artists, albums], refers);
      const brakes = await emptied(bench, ['album', 'artist']);
      const [soon, before] = [one(brakes, early), one(brakes, first)];
      expect(soon.first).toEqual([{ answer, brake: before.id, collection: first }]);
      expect([soon.possible.includes(answer), before.possible.includes(answer)]).toEqual([false, true]);
      await expect(bench.engine.answerBrake(soon.id, answer, 'ann')).rejects.toMatchObject({
        code: 'brake',
        message: `Answering the brake on ${early} with ${answer} was refused: its records cannot be written before those of brake ${before.id} (${first}), since one refers to the other.`,
        next: 'Nothing was written, and the brake stays.',
        hint: `Answer brake ${before.id} (${first}) first: tandem brake answer ${before.id} ${answer}`,
      });
      expect((await asked(bench)).size).toBe(2);
      await bench.engine.answerBrake(before.id, answer, 'ann');
      await bench.engine.answerBrake(soon.id, answer, 'ann');
      expect([bench.both('album').length, bench.both('artist').length]).toEqual([left, left]);
      await bench.expectPeace('album', 'artist');
    });

  test('[E164] of a chain the brake is named that can be answered at once', async () => {
    const bench = await filled([artists, albums, tracks], refers);
    const brakes = await emptied(bench, ['track', 'album', 'artist']);
    const firsts = (name: string): unknown[] =>
      one(brakes, name).first.map(({ answer, collection }) => [answer, collection]);
    expect(firsts('track')).toEqual([['bring-back', 'artist']]);
    expect(firsts('album')).toEqual([
      ['bring-back', 'artist'],
      ['let-go', 'track'],
    ]);
    expect(firsts('artist')).toEqual([['let-go', 'track']]);
  });

  for (const { answer, left } of orders)
    test(`[E164] brakes that need each other take ${answer} together`, async () => {
      const mutual = { ...artists, ...refersTo('album', 'album') };
      const bench = await filled([mutual, albums], refers);
      for (const id of ids) bench.put('A', 'album', { id, artist: null });
      for (const id of ids) bench.put('A', 'artist', { id, album: null });
      const brakes = await emptied(bench, ['album', 'artist']);
      const [album, artist] = [one(brakes, 'album'), one(brakes, 'artist')];
      expect([album.first, artist.first]).toEqual([[], []]);
      expect(album.along).toContainEqual({ answer, brake: artist.id, collection: 'artist' });
      await bench.engine.answerBrake(album.id, answer, 'ann');
      expect((await asked(bench)).size).toBe(0);
      expect([bench.both('album').length, bench.both('artist').length]).toEqual([left, left]);
      await bench.expectPeace('album', 'artist');
    });

  for (const { answer, early } of orders)
    test(`[E164] where no record refers to another, ${answer} of the ${early} waits for nothing`, async () => {
      const bench = await filled([artists, albums], () => ({}));
      const brake = one(await emptied(bench, ['album', 'artist']), early);
      expect([brake.first, brake.along]).toEqual([[], []]);
      await bench.engine.answerBrake(brake.id, answer, 'ann');
      expect((await asked(bench)).size).toBe(1);
    });

  for (const { answer, early, first, left } of orders)
    test(`[E164] two SQLite files: ${answer} of the ${early} waits for the ${first}`, async () => {
      const bench = await SqliteBench.open(
        'CREATE TABLE artist(id INTEGER PRIMARY KEY); CREATE TABLE album(id INTEGER PRIMARY KEY, artist INTEGER REFERENCES artist(id))',
        { album: ['id', 'artist'], artist: ['id'] },
      );
      for (const id of ids) bench.exec('A', `INSERT INTO artist VALUES(${id}); INSERT INTO album VALUES(${id}, ${id})`);
      await bench.sync();
      bench.exec('A', 'DELETE FROM album; DELETE FROM artist');
      await bench.sync();
      const brakes = new Map((await bench.engine.brakes()).map((brake) => [brake.collection, brake.id]));
      const answered = (name: string): Promise<unknown> =>
        bench.engine.answerBrake(must(brakes.get(name), 'a brake'), answer, 'ann');
      await expect(answered(early)).rejects.toMatchObject({ code: 'brake' });
      await answered(first);
      await answered(early);
      expect(bench.rows('A', 'SELECT count(*) FROM album')).toEqual([[left]]);
      expect(bench.rows('B', 'SELECT count(*) FROM album')).toEqual([[left]]);
      expect(await bench.engine.conflicts({})).toEqual([]);
    });
});

describe('What a brake offers as things stand', () => {
  test('[E165] behind a question about the whole pair only that one is to be answered', async () => {
    const bench = await filled([artists, albums], () => ({}));
    await emptied(bench, ['album']);
    const earlier = bench.A.snapshot();
    for (const album of [1n, 2n]) {
      for (const id of ids) bench.put('B', 'artist', { id, album });
      await bench.sync();
    }
    bench.A.restore(earlier);
    await bench.sync();
    const brakes = await asked(bench);
    const whole = { brake: one(brakes, '').id, collection: '' };
    expect(one(brakes, 'album')).toMatchObject({
      possible: ['keep'],
      first: [
        { answer: 'bring-back', ...whole },
        { answer: 'let-go', ...whole },
      ],
      sameAgain: false,
    });
    expect(one(brakes, '')).toMatchObject({ possible: ['bring-back', 'let-go', 'keep'], first: [] });
  });

  for (const answer of ['bring-back', 'let-go'] as const)
    test(`[E166] [E38] a brake whose records are all there again stands, says so, and ${answer} ends it without a write`, async () => {
      const bench = await filled([artists], refers);
      const brakes = await emptied(bench, ['artist']);
      expect(one(brakes, 'artist').sameAgain).toBe(false);
      for (const id of ids.slice(1)) bench.put('A', 'artist', { id, album: id });
      await bench.sync();
      expect(one(await asked(bench), 'artist').sameAgain).toBe(false);
      bench.put('A', 'artist', { id: 1n, album: 1n });
      const { brakes: stands } = await bench.engine.status();
      expect([stands.length, one(await asked(bench), 'artist').sameAgain]).toEqual([1, true]);
      bench.put('B', 'artist', { id: 50n });
      expect(one(await asked(bench), 'artist').sameAgain).toBe(false);
      bench.drop('B', 'artist', 50n);
      const { written } = await bench.engine.answerBrake(one(brakes, 'artist').id, answer, 'ann');
      const none = { insert: 0, update: 0, delete: 0 };
      expect(written).toEqual({ A: none, B: none });
      expect(bench.both('artist')).toHaveLength(12);
      await bench.expectPeace('artist');
    });
});
