import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireRecord, wireValue } from '../../shared/contract/values.ts';
import { displayRecord, displayValue, cleanText } from '../../shared/model/display.ts';
import {
  fromWire,
  fromWireRecord,
  isWireValue,
  toWire,
  toWireRecord,
  type PlainValue,
} from '../../shared/model/ejson.ts';
import { sameValue } from '../../electron/engine/port/value.ts';

const anyValue: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
);

describe('canonical Extended JSON', () => {
  it('[T17] brings every value back through JSON text, in its own class', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const back = fromWire(JSON.parse(JSON.stringify(toWire(value))));
        expect(back !== undefined && sameValue(back, value)).toBe(true);
      }),
    );
  });

  it('[T17] keeps apart what databases keep apart', () => {
    expect(toWire(5n)).toEqual({ $numberLong: '5' });
    expect(toWire(5)).toEqual({ $numberDouble: '5.0' });
    expect(toWire(1.5)).toEqual({ $numberDouble: '1.5' });
    expect(toWire(-0)).toEqual({ $numberDouble: '-0.0' });
    expect(toWire(NaN)).toEqual({ $numberDouble: 'NaN' });
    expect(toWire(-Infinity)).toEqual({ $numberDouble: '-Infinity' });
    expect(toWire(Uint8Array.of(1, 2))).toEqual({ $binary: { base64: 'AQI=', subType: '00' } });
    expect([toWire(null), toWire(''), toWire('5')]).toEqual([null, '', '5']);
  });

  it('[T17] carries fields of any name, also those that JavaScript would lose', () => {
    const record = toWireRecord([
      ['__proto__', 'kept'],
      ['constructor', 1n],
      ['$numberLong', null],
      ['', 'nameless'],
    ]);
    const parsed = wireRecord.parse(JSON.parse(JSON.stringify(record)));
    expect([...fromWireRecord(parsed)]).toEqual([
      ['__proto__', 'kept'],
      ['constructor', 1n],
      ['$numberLong', null],
      ['', 'nameless'],
    ]);
  });

  it.each([
    5,
    true,
    undefined,
    [],
    {},
    { $numberLong: '9223372036854775808' },
    { $numberLong: '1.5' },
    { $numberLong: 5 },
    { $numberDouble: 'one' },
    { $binary: { base64: '???', subType: '00' } },
    { $binary: { base64: 'AQI=' } },
    { $numberLong: '1', more: 1 },
  ])('[T17] refuses %j', (wire) => {
    expect(isWireValue(wire)).toBe(false);
    expect(wireValue.safeParse(wire).success).toBe(false);
  });
});

describe('values for people', () => {
  it('tell NULL, not there and empty text apart', () => {
    expect([displayValue(null), displayValue(undefined), displayValue('')]).toEqual([
      'NULL',
      'not there',
      'empty text',
    ]);
    expect([displayValue(toWire(7n)), displayValue(toWire(7)), displayValue(toWire(Uint8Array.of(255, 0)))]).toEqual([
      '7',
      '7.0',
      '2 bytes: ff00',
    ]);
    expect(
      displayRecord(
        toWireRecord([
          ['id', 7n],
          ['name', null],
        ]),
      ),
    ).toBe('id: 7, name: NULL');
    expect(displayRecord(null)).toBe('no record');
  });

  it('[T18] cannot act on a terminal or hide in it', () => {
    expect(cleanText('a\u001b[31mred\u0007\r\n\u202e\ud800')).toBe('a\\e[31mred\\u0007\\r\\n\\u202e\ufffd');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
        expect(displayValue(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
