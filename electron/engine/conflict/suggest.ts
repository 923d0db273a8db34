import { decimal, int32Of, wholeDecimalOf } from '../port/bson-key.ts';
import { bsonType } from '../port/bson-type.ts';
import { BsonValue, type Value } from '../port/value.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 4;
/** No side holds more than 64 bits. */
const LARGEST = 2n ** 63n - 1n;

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
 * Values like `old`, each of its class and type: whole numbers count up, text gets an end, an object id keeps its time.
 * None where nothing sensible can be made up (bytes, dates, documents, lists): there a person names one.
 */
export function* valuesLike(old: Value, random: () => number): Generator<Value> {
  if (typeof old === 'bigint') for (let next = old + 1n; next <= LARGEST; next++) yield next;
  if (typeof old === 'number') {
    for (let next = old + 1; Number.isSafeInteger(next); next++) yield next;
    return;
  }
  if (old instanceof BsonValue) {
    yield* bsonLike(old, random);
    return;
  }
  if (old !== null && typeof old !== 'string') return;
  for (;;) yield suggestValue(old ?? 'value', random);
}

function* bsonLike(old: BsonValue, random: () => number): Generator<Value> {
  if (old.type === bsonType.int32) for (let next = int32Of(old) + 1; next < 2 ** 31; next++) yield int32(next);
  const whole = wholeDecimalOf(old);
  if (whole !== undefined) for (let next = whole + 1n; next <= LARGEST; next++) yield decimal(next);
  if (old.type !== bsonType.objectId) return;
  for (;;)
    yield new BsonValue(
      old.type,
      old.bytes.map((byte, at) => (at < 4 ? byte : Math.floor(random() * 256))),
    );
}

function int32(value: number): BsonValue {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return new BsonValue(bsonType.int32, bytes);
}

/** Can a value like this one be made up at all? Whether one is free is another question. */
export const canBeMadeUp = (old: Value): boolean => valuesLike(old, () => 0).next().done !== true;

/** The value whose text a person was shown as a suggestion. */
export function suggestedValue(shown: string, old: Value): Value {
  if (typeof old === 'bigint') return BigInt(shown);
  if (typeof old === 'number') return Number(shown);
  if (!(old instanceof BsonValue)) return shown;
  if (old.type === bsonType.int32) return int32(Number(shown));
  if (old.type === bsonType.decimal) return decimal(BigInt(shown));
  return new BsonValue(old.type, Uint8Array.from(Buffer.from(shown.replaceAll(/^ObjectId\(|\)$/g, ''), 'hex')));
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
