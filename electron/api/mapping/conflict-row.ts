import type { WireConflictRow } from '../../../shared/contract/window-shapes.ts';
import { cleanText, displayValue } from '../../../shared/model/display.ts';
import { shownFields } from '../../engine/port/field-order.ts';
import { fieldOf } from '../../engine/port/record.ts';
import type { PairSettings } from '../../engine/settings.ts';
import type { ItemRow } from '../../engine/state/waiting.ts';
import { wireKeyOf } from './key-text.ts';
import { titleOf } from './record-title.ts';
import { momentOf, wireOf } from './values.ts';

export type NamedPair = Pick<PairSettings, 'name' | 'sideLabel'>;

/** A conflict as lists show it, from what the state keeps of it. */
export function conflictRow(item: ItemRow, pair: NamedPair): WireConflictRow {
  const { id, collection, kind, key, a, b, base, fields, at, state, generation } = item;
  return {
    id,
    pair: pair.name,
    collection,
    kind,
    key: wireKeyOf(key),
    title: titleOf(key, [a, b, base?.doc ?? null]),
    summary: summaryOf(item, pair),
    fields: shownFields(fields),
    openedAt: momentOf(at),
    status: state,
    generation,
  };
}

/** What is in dispute, in one line. */
export function summaryOf(item: ItemRow, { sideLabel: { A, B } }: NamedPair): string {
  const [here, there] = [placeOf(A), placeOf(B)];
  switch (item.kind) {
    case 'update/update':
      return differs(item);
    case 'insert/insert':
      return `added on both sides, ${differs(item)}`;
    case 'delete/update':
      return item.a === null ? `deleted ${here}, changed ${there}` : `deleted ${there}, changed ${here}`;
    case 'unique':
      return usedTwice(item);
    case 'fk-parent-missing':
      return 'refers to a record that the other side does not have';
    case 'fk-child-exists':
      return item.a === null || item.b === null
        ? `deleted ${item.a === null ? here : there}, and other records still refer to it`
        : 'changed, and other records still refer to what stood there';
    case 'type-misfit':
      return `${listOf(item.fields)} does not fit the field on the other side`;
    case 'bounce':
      return 'comes back changed each time it is written';
    case 'undone':
      return 'set back by an undo, and edited since';
    case 'restored':
      return 'differs since a side came back from an earlier copy';
    case 'rejected':
    case 'schema':
      return firstSentence(item.reason);
  }
}

const placeOf = (label: string): string => (label === 'This computer' ? 'here' : `on ${cleanText(label, 60)}`);

function differs({ fields }: ItemRow): string {
  const names = shownFields(fields);
  return names.length === 0 ? 'the two differ' : `${listOf(fields)} ${names.length === 1 ? 'differs' : 'differ'}`;
}

/** `phone`, `phone and email`, `phone, email and 3 more`. */
function listOf(fields: readonly string[]): string {
  const [first = '', second, ...more] = shownFields(fields).map((name) => cleanText(name || '""', 60));
  if (second === undefined) return first;
  if (more.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${more.length} more`;
}

function usedTwice({ collection, fields, a, b, extra }: ItemRow): string {
  const own = extra.side === 'A' ? (b ?? a) : (a ?? b);
  const values = fields.map((name) => displayValue(wireOf(fieldOf(own, name) ?? null), 60));
  const where = `${cleanText(collection, 60)}.${listOf(fields)}`;
  return `${where} “${values.join(', ')}” is used twice`;
}

const firstSentence = (text: string): string => cleanText(/^.*?[^.](?=\.(\s|$))/s.exec(text)?.[0] ?? text, 200);
