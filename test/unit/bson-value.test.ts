import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { describe, expect, test } from 'vitest';
import { bsonFromJson, jsonOfBson } from '../../electron/api/mapping/bson-json.ts';
import { wireOf, valueOf } from '../../electron/api/mapping/values.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { elementOfValue, valueOfElement } from '../../electron/engine/port/bson-value.ts';
import { decodeKey, encodeKey } from '../../electron/engine/port/key-codec.ts';
import { decodeRecord, encodeRecord } from '../../electron/engine/port/record-codec.ts';
import { recordFrom } from '../../electron/engine/port/record.ts';
import { BsonValue, classOf, sameValue, type Value } from '../../electron/engine/port/value.ts';
import { displayValue } from '../../shared/model/display.ts';

/** One value as the server would send it. */
function stored(plain: unknown): Value {
  const document = Buffer.from(serialize({ v: plain }));
  return valueOfElement({ type: document.readUInt8(4), bytes: document.subarray(7, document.length - 1) });
}

const plain: Readonly<Record<string, unknown>> = {
  text: 'Größe\0x',
  'no text': '',
  long: Long.fromString('-9223372036854775808'),
  double: new Double(1),
  'negative zero': new Double(-0),
  'not a number': new Double(NaN),
  null: null,
  bytes: Buffer.from([1, 2]),
  int32: new Int32(-5),
  decimal: Decimal128.fromString('1.10'),
  id: new ObjectId('65f000000000000000000001'),
  yes: true,
  date: new Date('1969-12-31T23:59:59.999Z'),
  uuid: new Binary(Buffer.alloc(16, 7), 4),
  regex: new BSONRegExp('a/b', 'i'),
  code: new Code('x = 1'),
  timestamp: new Timestamp({ t: 7, i: 9 }),
  smallest: new MinKey(),
  largest: new MaxKey(),
  list: [1, 'b', [null]],
  document: { b: 1, a: { c: 2 } },
};
const values = Object.entries(plain).map(([name, value]) => [name, stored(value)] as const);

describe('Values of document stores', () => {
  test.each(values)('[P1] %s keeps every byte through element, record and wire', (_name, value) => {
    const element = elementOfValue(value);
    expect(sameValue(valueOfElement(element), value)).toBe(true);
    const [back] = decodeRecord(encodeRecord(recordFrom([['f', value]]))).values;
    expect(back !== undefined && sameValue(back, value)).toBe(true);
    expect(sameValue(valueOf(JSON.parse(JSON.stringify(wireOf(value)))), value)).toBe(true);
  });

  test('[P1] types that compare alike on a server stay apart, and a strange NaN keeps its bits', () => {
    expect(sameValue(stored(new Int32(1)), stored(Long.fromNumber(1)))).toBe(false);
    expect(sameValue(stored({ a: 1, b: 2 }), stored({ b: 2, a: 1 }))).toBe(false);
    const strange = Buffer.from('010000000000f87f', 'hex');
    const value = valueOfElement({ type: 1, bytes: strange });
    expect(classOf(value)).toBe('bson');
    expect(elementOfValue(value).bytes).toEqual(strange);
  });

  test('[P2] keys of all types sort as MongoDB sorts them, and a number is one key in every type', () => {
    const key = (value: Value): string => encodeKey([value], ['binary']);
    const ordered = [
      new MinKey(),
      null,
      new Double(-3.5),
      new Int32(-3),
      new Int32(2),
      Long.fromNumber(3),
      'a',
      'b',
      { a: 1 },
      [1],
      new Binary(Buffer.from([9]), 4),
      new Binary(Buffer.from([1, 2]), 4),
      new ObjectId('65f000000000000000000001'),
      false,
      true,
      new Date(-5),
      new Date(5),
      new Timestamp({ t: 1, i: 9 }),
      new Timestamp({ t: 2, i: 0 }),
      new BSONRegExp('x'),
      new MaxKey(),
    ].map(stored);
    const keys = ordered.map(key);
    expect(keys.toSorted()).toEqual(keys);
    expect(key(stored(new Int32(7)))).toBe(key(stored(Long.fromNumber(7))));
    expect(key(stored(new Int32(7)))).toBe(key(stored(new Double(7))));
    for (const value of ordered.filter((each) => each instanceof BsonValue && each.type !== 0x10)) {
      const [back] = decodeKey(encodeKey([value], ['binary']));
      expect(back !== undefined && sameValue(back, value)).toBe(true);
    }
  });

  test('[P3] people read dates, ids and documents as they know them', () => {
    const shown = (name: string): string => displayValue(wireOf(stored(plain[name])));
    expect([shown('int32'), shown('decimal'), shown('yes'), shown('date')]).toEqual([
      '-5',
      '1.10',
      'true',
      '1969-12-31T23:59:59.999Z',
    ]);
    expect(shown('id')).toBe('ObjectId(65f000000000000000000001)');
    expect([shown('list'), shown('document')]).toEqual(['[1, "b", [NULL]]', '{b: 1, a: {c: 2}}']);
    expect(jsonOfBson(bsonFromJson({ $numberInt: '4' }) as BsonValue)).toEqual({ $numberInt: '4' });
  });

  test.each(['int32', 'decimal', 'yes', 'date', 'uuid', 'id'])('[P3] a message shows %s as lists do', (name) => {
    const value = stored(plain[name]);
    expect(value).toBeInstanceOf(BsonValue);
    expect(String(value)).toBe(displayValue(wireOf(value)));
  });

  test.each(
    [
      '0',
      '-0',
      '1',
      '-1.10',
      '2.50',
      '0.001',
      '1E+3',
      '123.456E-20',
      '1E-6176',
      '9.999999999999999999999999999999999E+6144',
    ].concat(['0.0000001', '0.000001', '12345678901234567890.5', '-7E-7', '0E+3', '0.00', '1000000', '10E-3']),
  )('[P3] the decimal number %s is written as the driver writes it', (text) => {
    const decimal = Decimal128.fromString(text);
    expect(String(stored(decimal))).toBe(decimal.toString());
  });

  test('[P3] numbers that are none, and dates that no calendar here knows, keep their bytes', () => {
    for (const text of ['NaN', 'Infinity', '-Infinity'])
      expect(String(stored(Decimal128.fromString(text)))).toMatch(/^BSON 19 [0-9a-f]{32}$/);
    expect(String(new BsonValue(bsonType.date, Uint8Array.from(Buffer.alloc(8, 0x7f))))).toBe(
      'BSON 9 7f7f7f7f7f7f7f7f',
    );
  });

  test('[P3] a text that is none is shown as well as it can be, and keeps nobody from seeing the rest', () => {
    const broken = new BsonValue(bsonType.string, Uint8Array.from([3, 0, 0, 0, 0x61, 0xff, 0]));
    expect(jsonOfBson(broken)).toBe('a\ufffd');
  });
});
