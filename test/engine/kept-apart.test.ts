import { describe, expect, test } from 'vitest';
import { writtenBy, type Bench } from '../support/engine-harness.ts';
import { peoplePair, person, theHold, undoneEdit } from '../support/people-and-pets.ts';

const NEW = person(1, 'new', { city: 'new' });
const OLD = person(1, 'ann');

/** An undone edit of name and city, which a person keeps apart on purpose. */
async function keptApart(): Promise<Bench> {
  const bench = await undoneEdit(await peoplePair({}, ['ann', 'bob']));
  const { collection, key } = await theHold(bench);
  await bench.engine.answerHold({ collection, key, answer: 'keep-apart', who: 'ann' });
  await bench.sync();
  return bench;
}

describe('What is kept apart on purpose', () => {
  for (const side of ['A', 'B'] as const) {
    const other = side === 'A' ? 'B' : 'A';
    const kept = side === 'A' ? OLD : NEW;

    test(`[E122] an edit of one of its fields on ${side} overwrites nothing and is asked about`, async () => {
      const bench = await keptApart();
      bench.put(side, 'people', { id: 1n, city: 'newest' });
      expect(writtenBy(await bench.sync())).toBe(0);
      expect([bench.one(side, 'people', 1n)?.['city'], bench.one(other, 'people', 1n)]).toEqual(['newest', kept]);
      expect((await bench.open()).map(({ kind, fields }) => [kind, fields])).toEqual([['undone', ['city', 'name']]]);
      expect(await bench.engine.holds()).toEqual([]);
    });

    test(`[E122] an edit of another field on ${side} makes it wait for an answer again, and flows with that`, async () => {
      const bench = await keptApart();
      bench.put(side, 'people', { id: 1n, zip: '4711' });
      expect(writtenBy(await bench.sync())).toBe(0);
      expect(await theHold(bench)).toMatchObject({ kept: null, fields: ['city', 'name'] });
      expect(await bench.engine.status()).toMatchObject({ state: 'waiting', holds: 1, apart: 0 });
      const { collection, key } = await theHold(bench);
      await bench.engine.answerHold({ collection, key, answer: 'old-on-both', who: 'ann' });
      expect(bench.both('people')[0]).toEqual({ ...OLD, zip: '4711' });
    });

    test(`[E122] a record that is deleted on ${side} is asked about`, async () => {
      const bench = await keptApart();
      bench.drop(side, 'people', 1n);
      expect(writtenBy(await bench.sync())).toBe(0);
      expect([bench.one(side, 'people', 1n), bench.one(other, 'people', 1n)]).toEqual([null, kept]);
      expect((await bench.open()).map(({ kind }) => kind)).toEqual(['undone']);
    });
  }
});
