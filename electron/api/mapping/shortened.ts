import { hash } from 'node:crypto';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { FIELD_ORDER } from '../../engine/port/connector.ts';
import { bsonType } from '../../engine/port/bson-type.ts';
import { entriesOf, recordFrom, type State } from '../../engine/port/record.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';

/** So much of the values of one record is shown beside others, and so much where it is the only one that was asked for. */
export const RECORD_BYTES = 64 * 1024;
export const ONE_RECORD_BYTES = 1024 * 1024;
/** What is said instead of a long value takes no more. */
const SHORT = 100;
const BEGIN = 10;
/** Stands where fields are left out altogether. */
const MORE = '…';

/**
 * The states of one record as far as people read them and an answer has room: with more than `most` bytes in their values, the
 * longest values give way to a word on how long they are and a hash. A field is shortened in all of the states, so that
 * what is equal reads alike; fields that it is about go last.
 */
export function shortened(states: readonly State[], about: readonly string[], most: number): readonly State[] {
  const sizes = largestOf(states);
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (total <= most) return states;
  const short = new Set<string>();
  for (const [name, size] of [...sizes].toSorted(([, a], [, b]) => b - a)) {
    if (total <= most || size <= SHORT) break;
    short.add(name);
    total -= size - SHORT;
  }
  const kept = total <= most ? null : firstOf(sizes, about, most);
  return states.map((state) => state && shortState(state, short, kept));
}

/** Of the largest answer there may be, with room for what else it says. */
const ANSWER_BYTES = MAX_FRAME_BYTES * 0.75;
/** A list of what waits is made of records that are shown in as many states, the records of its choices included. */
const STATES = 12;

/** The items of one answer: where they do not fit into it, with less of each. */
export function fitting<T, R>(items: readonly T[], make: (item: T, most: number) => R): R[] {
  const made = items.map((item) => make(item, RECORD_BYTES));
  if (areWithin(made, ANSWER_BYTES)) return made;
  const most = Math.max(SHORT, Math.floor(ANSWER_BYTES / (items.length * STATES)));
  return items.map((item) => make(item, Math.min(most, RECORD_BYTES)));
}

function areWithin(made: readonly unknown[], most: number): boolean {
  let total = 0;
  for (const one of made) {
    total += Buffer.byteLength(JSON.stringify(one));
    if (total > most) return false;
  }
  return true;
}

/** Of each field the largest of its values, with its name, as far as it can be told without writing them down. */
function largestOf(states: readonly State[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const state of states)
    for (const [name, value] of state ? entriesOf(state).filter(([one]) => one !== FIELD_ORDER) : [])
      sizes.set(name, Math.max(sizes.get(name) ?? 0, name.length + sizeOf(value)));
  return sizes;
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof BsonValue) return value.bytes.length;
  return value instanceof Uint8Array ? value.length : 8;
}

/** Fields that have room when every long value is short already: those that it is about come first. */
function firstOf(sizes: ReadonlyMap<string, number>, about: readonly string[], most: number): ReadonlySet<string> {
  const kept = new Set<string>();
  let total = 0;
  for (const name of new Set([...about, FIELD_ORDER, ...sizes.keys()])) {
    total += Math.min(sizes.get(name) ?? 0, SHORT);
    if (total > most) break;
    kept.add(name);
  }
  return kept;
}

function shortState(
  state: NonNullable<State>,
  short: ReadonlySet<string>,
  kept: ReadonlySet<string> | null,
): NonNullable<State> {
  const shown = entriesOf(state).filter(([name]) => kept?.has(name) ?? true);
  const left = state.names.length - shown.length;
  const entries = shown.map(([name, value]): [string, Value] => [name, short.has(name) ? inShort(value) : value]);
  if (left > 0) entries.push([MORE, `${countText(left, 'more field')}, too many to be shown`]);
  return recordFrom(entries);
}

function inShort(value: Value): Value {
  if (sizeOf(value) <= SHORT) return value;
  if (typeof value === 'string')
    return `shortened: ${countText(value.length, 'letter')}, ${hashOf(value)}: ${value.slice(0, BEGIN)}…`;
  if (value instanceof BsonValue)
    return `shortened: a ${typeOf(value)} of ${countText(value.bytes.length, 'byte')}, ${hashOf(value.bytes)}`;
  return value instanceof Uint8Array ? `shortened: ${countText(value.length, 'byte')}, ${hashOf(value)}` : value;
}

const hashOf = (content: string | Uint8Array): string => `sha256 ${hash('sha256', content, 'hex').slice(0, 8)}`;

const typeOf = ({ type }: BsonValue): string =>
  type === bsonType.object ? 'document' : type === bsonType.array ? 'list' : 'value';
