/**
 * Values as Electron's channels carry them (structured clone), as a text. Stands alone, since its source is also given
 * to the pages. What cannot be cloned throws in Electron's words.
 */
export function makeCodec(): { encode(value: unknown): string; decode(text: string): unknown } {
  const wrap = (value: unknown): unknown => {
    if (value === undefined) return { $: 'u' };
    if (typeof value === 'bigint') return { $: 'i', v: String(value) };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'n', v: String(value) };
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Date) return { $: 'd', v: value.getTime() };
    if (value instanceof Uint8Array) return { $: 'b', v: Array.from(value) };
    if (Array.isArray(value)) return { $: 'a', v: value.map(wrap) };
    return { $: 'o', v: Object.entries(value).map(([key, each]) => [key, wrap(each)]) };
  };
  const unwrap = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value;
    const { $, v } = value as { $: string; v: unknown };
    if ($ === 'u') return undefined;
    if ($ === 'i') return BigInt(v as string);
    if ($ === 'n') return Number(v);
    if ($ === 'd') return new Date(v as number);
    if ($ === 'b') return Uint8Array.from(v as number[]);
    if ($ === 'a') return (v as unknown[]).map(unwrap);
    return Object.fromEntries((v as [string, unknown][]).map(([key, each]) => [key, unwrap(each)]));
  };
  return { encode: (value) => JSON.stringify(wrap(value)), decode: (text) => unwrap(JSON.parse(text)) };
}
