import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExtendedJson, WireValue } from '../../shared/model/ejson.ts';
import { compact, inLines, isCompactJson } from '../../renderer/pages/conflict/long/json-lines.ts';
import { documentFrom, layoutOf, withEndsOf } from '../../renderer/pages/conflict/long/long-values.ts';
import { composed, isPlace, partsOf, retaken } from '../../renderer/pages/conflict/long/places.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', 'long line\r'), { maxLength: 9 })
  .map((lines) => lines.join('\n'));
const all = <T>(parts: ReturnType<typeof partsOf>, value: T): T[] => parts.filter(isPlace).map(() => value);
const join = (base: string, local: string, remote: string): string | undefined => {
  const parts = partsOf(base, local, remote);
  return composed(
    parts,
    parts.filter(isPlace).map(({ onlyBy }) => onlyBy),
  );
};

describe('the places of a text', () => {
  it('[WI85] taken from one side alone give its text, byte for byte', () => {
    fc.assert(
      fc.property(text, text, text, (base, local, remote) => {
        const parts = partsOf(base, local, remote);
        expect(composed(parts, all(parts, 'local' as const))).toBe(local);
        expect(composed(parts, all(parts, 'remote' as const))).toBe(remote);
      }),
    );
  });

  it('[WI85] without a base only the two sides are there', () => {
    fc.assert(
      fc.property(text, text, (local, remote) => {
        const parts = partsOf(undefined, local, remote);
        expect(composed(parts, all(parts, 'local' as const))).toBe(local);
        expect(composed(parts, all(parts, 'remote' as const))).toBe(remote);
        expect(parts.filter(isPlace).every(({ base, onlyBy }) => base === undefined && onlyBy === undefined)).toBe(
          true,
        );
      }),
    );
  });

  it('[WI85] a text that only one side changed is joined to the text of that side', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(join(base, changed, base)).toBe(changed);
        expect(join(base, base, changed)).toBe(changed);
      }),
    );
  });

  it.each([
    ['different lines', '1\n2\n3', 'one\n2\n3', '1\n2\nthree', 'one\n2\nthree'],
    ['neighbouring lines', '1\n2\n3', 'one\n2\n3', '1\ntwo\n3', 'one\ntwo\n3'],
    ['one line on both', '1\n2\n3', '1\nhere\n3', '1\nthere\n3', undefined],
    ['lines added at one place', '1\n2', '1\nhere\n2', '1\nthere\n2', undefined],
    ['the same on both', '1\n2\n3', '1\ntwo\n3', '1\ntwo\n3', '1\ntwo\n3'],
    ['a line gone here, changed there', '1\n2\n3', '1\n3', '1\ntwo\n3', undefined],
  ])('[WI85] a join takes what one side alone changed, and nothing else: %s', (_, base, local, remote, joined) => {
    expect(join(base, local, remote)).toBe(joined);
  });

  it('[WI85] a place that is taken anew leaves what was written elsewhere', () => {
    const parts = partsOf('1\n2\n3\n4\n5', 'one\n2\n3\n4\nfive', '1\n2\n3\n4\nfünf');
    const written = 'one\n2\nthree by hand\n4\nfive';
    expect(retaken(parts, ['local', 'local'], { written, index: 1, origin: 'remote' })).toBe(
      'one\n2\nthree by hand\n4\nfünf',
    );
    expect(retaken(parts, ['local', 'local'], { written, index: 0, origin: 'base' })).toBe(
      '1\n2\nthree by hand\n4\nfive',
    );
  });
});

describe('a JSON text on one line', () => {
  it('[WI87] is laid out in lines, and written back as it was', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const one = compact(json);
        expect(compact(inLines(one))).toBe(one);
        expect(JSON.parse(one)).toEqual(JSON.parse(json));
      }),
    );
  });

  it('[WI87] keeps every digit; what is written with spaces is left as it is', () => {
    const json = '{"big":12345678901234567890.10,"list":[],"of":{"a":"x: {y},\\"z\\""}}';
    expect(compact(inLines(json))).toBe(json);
    expect([isCompactJson(json), isCompactJson('{"a": 1}'), isCompactJson('[1, 2')]).toEqual([true, false, false]);
  });
});

describe('the ends of lines', () => {
  it('[WI85] stay as the text has them', () => {
    expect(withEndsOf('a\r\nb', 'a\nc\nb')).toBe('a\r\nc\r\nb');
    expect(withEndsOf('a\nb', 'a\nc')).toBe('a\nc');
  });
});

describe('how a field is laid out', () => {
  const of = (base: WireValue, local: WireValue, remote: WireValue): string | undefined =>
    layoutOf({ name: 'field', base, local, remote })?.kind;
  const document = (body: ExtendedJson): WireValue => ({ $extended: body });

  it.each([
    ['short texts', of('a', 'b', 'c'), undefined],
    ['several lines', of('a', 'b\nc', 'd'), 'text'],
    ['a long text', of('a', 'b'.repeat(200), 'd'), 'text'],
    ['JSON on one line', of('{"a":1}', '{"a":2}', '{"a":3}'), 'json'],
    ['JSON with spaces', of('{"a": 1}', '{"a": 2}', '{"a": 3}'), undefined],
    ['documents', of(null, document({ a: 'x' }), document({ a: 'y' })), 'document'],
    ['a document and a text', of(null, document({ a: 'x' }), 'a\nb'), undefined],
    ['a text that one side emptied', of('a\nb', null, 'a\nc'), undefined],
  ])('[WI84] %s', (_, kind, expected) => {
    expect(kind).toBe(expected);
  });

  it('[WI87] a document that was written is a document again, with every class of its values', () => {
    const body = { n: { $numberLong: '9007199254740993' }, at: { $date: { $numberLong: '0' } }, list: ['a'] };
    const layout = layoutOf({ name: 'field', base: null, local: document(body), remote: document({ n: null }) });
    const written = layout?.fromLines(layout.toLines(document(body)));
    expect(documentFrom(written ?? '')).toEqual(document(body));
    expect(layout?.fromLines('no document')).toBeUndefined();
  });
});
