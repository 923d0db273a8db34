import type { Value } from '../port/value.ts';

/** A part of a key as a person writes it: a whole number is one unless the field is declared as text. */
export function parseKeyValue(text: string, declared: string): Value {
  const asText = /CHAR|CLOB|TEXT|STRING|UUID/i.test(declared);
  if (!asText && /^-?\d{1,18}$/.test(text)) return BigInt(text);
  if (!asText && /^-?\d+\.\d+$/.test(text)) return Number(text);
  return text;
}
