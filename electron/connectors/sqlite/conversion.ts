import { fieldOf, type RecordImage, type State } from '../../engine/port/record.ts';
import { sameButForSign, type Value } from '../../engine/port/value.ts';
import { mayConvert } from './holding.ts';
import type { Rejected } from './refusals.ts';
import type { WritableCollection } from './writable.ts';

/**
 * What a column made of a value by its type alone: the record is refused then, for whoever wrote the value meant this
 * one, and the converted one would travel back over it. What a trigger makes of it is the owner's will, and no refusal.
 */
export function conversionOf(
  { bound, isTriggered }: WritableCollection,
  record: RecordImage,
  stored: State,
): Rejected | undefined {
  for (const [i, name] of bound.names.entries()) {
    const meant = fieldOf(record, name);
    const kept = fieldOf(stored, name);
    if (meant === undefined || sameButForSign(meant, kept) || !mayConvert(meant, bound.affinities[i] ?? 'none'))
      continue;
    // A trigger may have written anything; a number is never equal to what it did not come from.
    if (isTriggered && Number(meant) !== Number(kept)) continue;
    const detail =
      kept === undefined
        ? `${name} would not keep ${described(meant)}`
        : `${name} would keep ${described(kept)} instead of ${described(meant)}`;
    return { status: 'rejected', code: 'type', field: name, detail };
  }
  return undefined;
}

const SHOWN = 40;

function described(value: Value): string {
  const text = String(value);
  const short = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  if (typeof value === 'bigint') return `the whole number ${short}`;
  return typeof value === 'number'
    ? `the decimal number ${Number.isInteger(value) ? value.toFixed(1) : short}`
    : `the text '${short}'`;
}
