import { bsonType, int32Of } from '../port/bson-key.ts';
import { BsonValue, type Value } from '../port/value.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 4;

/**
 * A new value close to `old` that is probably free: `john` → `john_a7k2`. The end is `_` and four lower-case letters or
 * digits, so it is also new where the side compares without case. `random` gives numbers in [0, 1). Whether it is
 * free, and short enough for the field, the caller finds out.
 */
export function suggestValue(old: string, random: () => number): string {
  let suffix = '';
  while (suffix.length < SUFFIX_LENGTH) suffix += LETTERS.charAt(Math.floor(random() * LETTERS.length));
  return `${old}_${suffix}`;
}

/**
 * The first of `candidates` that is not taken, or `null` after `attempts` of them were. Asks for one candidate at a
 * time and only as many as it needs, so they may come from an endless generator.
 */
export async function firstFree<T>(
  candidates: Iterable<T>,
  isTaken: (candidate: T) => Promise<boolean>,
  attempts: number,
): Promise<T | null> {
  if (attempts <= 0) return null;
  let tried = 0;
  for (const candidate of candidates) {
    if (!(await isTaken(candidate))) return candidate;
    tried++;
    if (tried >= attempts) return null;
  }
  return null;
}

/**
 * Values like the old one, of its class, without end or as far as the class goes: text gets `_` and four letters or
 * digits, a number the next ones, an object id keeps its time. `null` where nobody can say what would be like it.
 */
export function valuesLike(old: Value, random: () => number): Iterable<Value> | null {
  if (typeof old === 'bigint') return from(old + 1n, (next) => next);
  if (typeof old === 'number') return Number.isSafeInteger(old) ? from(BigInt(old) + 1n, Number) : null;
  if (typeof old === 'string' || old === null) return texts(old ?? 'value', random);
  if (!(old instanceof BsonValue)) return null;
  if (old.type === bsonType.int32) return from(BigInt(int32Of(old)) + 1n, int32, MOST_INT32);
  return old.type === bsonType.objectId ? objectIds(old, random) : null;
}

const MOST_INT32 = 2n ** 31n - 1n;

function* from(first: bigint, value: (n: bigint) => Value, most: bigint | null = null): Generator<Value> {
  for (let next = first; most === null || next <= most; next++) yield value(next);
}

function* texts(old: string, random: () => number): Generator<string> {
  for (;;) yield suggestValue(old, random);
}

function int32(n: bigint): BsonValue {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(Number(n));
  return new BsonValue(bsonType.int32, Uint8Array.from(bytes));
}

const TIME_BYTES = 4;

function* objectIds({ bytes }: BsonValue, random: () => number): Generator<BsonValue> {
  for (;;)
    yield new BsonValue(
      bsonType.objectId,
      bytes.map((byte, i) => (i < TIME_BYTES ? byte : Math.floor(random() * 256))),
    );
}

/** What a person reads and types: a number without its class. */
export const suggestedText = (value: Value): string =>
  value instanceof BsonValue && value.type === bsonType.int32 ? String(int32Of(value)) : String(value);

/** The text of a suggestion as a value of the class of `old`; `undefined` where it was none of a class that has a text. */
export function suggestedValue(text: string, old: Value): Value | undefined {
  if (typeof old === 'bigint') return BigInt(text);
  if (typeof old === 'number') return Number(text);
  if (old instanceof BsonValue) return old.type === bsonType.int32 ? int32(BigInt(text)) : undefined;
  return text;
}
