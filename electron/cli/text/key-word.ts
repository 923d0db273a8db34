import type { KeyRef, WireKey } from '../../../shared/contract/values.ts';
import { splitKey } from '../parse/keys.ts';

/** A key as one word that leads back to exactly this record: as people read it, or its bytes where that is unsure. */
export const keyWord = ({ hex, text }: WireKey): string => (/^[A-Za-z0-9_.@+-]+$/.test(text) ? text : `hex:${hex}`);

/** What was typed for a key of so many fields. */
export function keyRefOf(word: string, parts: number): KeyRef {
  const hex = /^hex:((?:[0-9a-f]{2})+)$/.exec(word)?.[1];
  return hex === undefined ? { parts: splitKey(word, parts) } : { hex };
}
