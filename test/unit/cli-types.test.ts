import { EJSON } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answeredLines, holdLines } from '../../electron/cli/text/hold-text.ts';
import { conflictLines } from '../../electron/cli/text/conflict-list.ts';
import { twoAnswers } from '../../electron/cli/text/two-states.ts';
import { windows } from '../../electron/cli/text/value-window.ts';
import { bsonFromJson } from '../../electron/api/mapping/bson-json.ts';
import { wireOf } from '../../electron/api/mapping/values.ts';
import type { ExtendedJson, WireValue } from '../../shared/model/ejson.ts';
import { conflict, labels, listLook } from './cli-samples.ts';

const wire = (json: ExtendedJson): WireValue => wireOf(bsonFromJson(json));
const int = wire({ $numberInt: '1' });
const long = wire({ $numberLong: '1' });
const ISO = '2026-01-31T12:00:00.000Z';

test.each([
  [int, long, '1 (whole number of 32 bits)', '1 (whole number of 64 bits)'],
  [long, '1', '1 (whole number of 64 bits)', '1 (text)'],
  [
    wire({ $numberDouble: '1.0' }),
    wire({ $numberDecimal: '1.0' }),
    '1.0 (floating-point number)',
    '1.0 (decimal number)',
  ],
  [wire({ $date: ISO }), ISO, `${ISO} (date)`, `${ISO} (text)`],
  [wire(true), 'true', 'true (boolean)', 'true (text)'],
  [wire([{ $numberInt: '1' }]), wire([{ $numberLong: '1' }]), '[{"$numberInt":"1"}]', '[{"$numberLong":"1"}]'],
  [wire([]), '[]', '[]', '[] (text)'],
  [wire({ a: 'x'.repeat(80), b: 1 }), wire({ a: 'x'.repeat(80), b: 2 }), '…xxxxxx", b: 1}', '…xxxxxx", b: 2}'],
])('[MO75] %j and %j read differently', (one, other, mine, theirs) => {
  expect(windows([one, other])).toEqual([mine, theirs]);
});

test('[MO75] what reads differently, or is the same, has no type beside it', () => {
  expect(windows([int, wire({ $numberInt: '2' }), int])).toEqual(['1', '2', '1']);
  expect(windows([int, undefined, null, ''])).toEqual(['1', 'not there', 'NULL', 'empty text']);
});

test('[MO75] two values of documents never read the same where they differ', () => {
  const leaf = fc.constantFrom<ExtendedJson>(
    { $numberInt: '1' },
    { $numberLong: '1' },
    { $numberDouble: '1.0' },
    { $numberDecimal: '1' },
    { $date: ISO },
    '1',
    ISO,
    true,
    'true',
    null,
    'NULL',
    { $oid: '0123456789abcdef01234567' },
    'x'.repeat(70),
    [],
  );
  const any = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b'), leaf));
  fc.assert(
    fc.property(any, any, (one, other) => {
      const [a, b] = [wire(one), wire(other)];
      fc.pre(EJSON.stringify(a) !== EJSON.stringify(b));
      const [mine, theirs] = windows([a, b]);
      expect(mine).not.toBe(theirs);
    }),
  );
});

test('[MO75] a conflict, a sample and what rests show the type', () => {
  const states = { local: { n: int }, remote: { n: long } };
  const shown = conflictLines([{ ...conflict, ...states, base: { n: long }, fields: ['n'] }], listLook);
  expect(shown.join('\n')).toMatch(/1 \(whole number of 32 bits\)[^]*1 \(whole number of 64 bits\)/);
  expect(twoAnswers(states.local, states.remote, labels)).toEqual([
    'n: This computer 1 (whole number of 32 bits) / Remote 1 (whole number of 64 bits)',
  ]);
  const hold = { pair: 'shop', collection: 'o', key: { hex: '01', text: '1' }, fields: ['n'], ...states };
  const rest = { undoneRun: 1, generation: 1, at: conflict.at, kept: null, choices: [], unchecked: null, along: [] };
  const held = holdLines(
    [{ ...hold, ...rest }],
    [{ pair: 'shop', undoneRun: 1, collection: 'o', count: 1, apart: 0 }],
    listLook,
  ).join('\n');
  expect(held).toMatch(/This computer +1 \(whole number of 32 bits\)/);
  const record = { ...hold, along: [], before: states };
  expect(answeredLines('keep-apart', { record, byItself: [] }, labels).join()).toContain('64 bits');
});
