import type { ExtendedJson } from '../model/ejson.ts';

type Revive = (text: string, reviver: (key: string, value: unknown, from: { source?: string }) => unknown) => unknown;

/**
 * JSON whose numbers are kept as they are written, in canonical Extended JSON: one with a point or an exponent is a
 * double, a whole one that a double would round is a 64-bit integer. Throws what `JSON.parse` throws.
 */
export function exactJson(text: string): ExtendedJson {
  return (JSON.parse as Revive)(text, (_, value, { source = '' }) => {
    if (typeof value !== 'number') return value;
    if (!/^-?\d+$/.test(source)) return Number.isFinite(value) ? { $numberDouble: source } : value;
    return Number.isSafeInteger(value) ? value : { $numberLong: source };
  }) as ExtendedJson;
}
