import type { KeyRef, WireKey } from '../../../shared/contract/values.ts';
import { typedParts } from '../../api/pairs/key-parts.ts';
import { splitKey } from '../parse/keys.ts';

/** Letters that a shell, quoted or not, takes as they stand; nothing that acts, hides, or looks like another letter. */
const PLAIN = /^[\p{L}\p{N}\p{P}\p{S}]([\p{L}\p{N}\p{P}\p{S} ]*[\p{L}\p{N}\p{P}\p{S}])?$/u;

/** A key as one word that leads back to exactly this record: as people type it, or its bytes where that is unsure. */
export function keyWord({ hex, text }: WireKey): string {
  const parts = typedParts(hex);
  if (parts === null) return /^[A-Za-z0-9_.@+-]+$/.test(text) ? text : `hex:${hex}`;
  const known = parts.filter((part) => part !== null && isTypable(part));
  const word = known.length === 1 ? (known[0] ?? '') : known.map(escaped).join(',');
  return known.length < parts.length || /^(-\D|hex:|$)/.test(word) ? `hex:${hex}` : word;
}

/** The words that name a record; after `--` nothing is taken for an option. */
export const recordWords = (collection: string, key: WireKey): readonly string[] => [
  ...(collection.startsWith('-') ? ['--'] : []),
  collection,
  keyWord(key),
];

/** What looks like an object id, or stands in quotes, is taken for what it looks like. */
const LOOKS_TYPED = /^([0-9a-f]{24}|".*"|\{.*\}|(ObjectId|UUID|ISODate|Date)\(.*\))$/i;

const isTypable = (part: string): boolean =>
  PLAIN.test(part) && !LOOKS_TYPED.test(part) && part === part.normalize('NFC') && part.length <= LONGEST;

const LONGEST = 60;

const escaped = (part: string | null): string => (part ?? '').replaceAll(/[\\,]/g, (mark) => `\\${mark}`);

/** What was typed for a key of so many fields. */
export function keyRefOf(word: string, parts: number): KeyRef {
  const hex = /^hex:((?:[0-9a-f]{2})+)$/.exec(word)?.[1];
  return hex === undefined ? { parts: splitKey(word, parts) } : { hex };
}
