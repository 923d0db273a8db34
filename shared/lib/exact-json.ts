import type { ExtendedJson } from '../model/ejson.ts';

type Revive = (text: string, reviver: (key: string, value: unknown, from: { source?: string }) => unknown) => unknown;

/** JSON in which `numberFrom` stands for each number, from its text as it is written. Throws what `JSON.parse` throws. */
export const jsonWithNumbers = (text: string, numberFrom: (written: string, value: number) => unknown): unknown =>
  (JSON.parse as Revive)(text, (_, value, { source = '' }) =>
    typeof value === 'number' ? numberFrom(source, value) : value,
  );

/**
 * JSON whose numbers are kept as they are written, in canonical Extended JSON: one with a point or an exponent is a
 * double, a whole one that a double would round is a 64-bit integer. Throws what `JSON.parse` throws.
 */
export function exactJson(text: string): ExtendedJson {
  return jsonWithNumbers(text, (written, value) => {
    if (!/^-?\d+$/.test(written)) return Number.isFinite(value) ? { $numberDouble: written } : value;
    return Number.isSafeInteger(value) ? value : { $numberLong: written };
  }) as ExtendedJson;
}
