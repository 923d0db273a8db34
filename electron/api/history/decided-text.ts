import { countText } from '../../../shared/lib/count-text.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import { fieldList, shownFields } from '../../engine/port/field-order.ts';
import type { PairSettings } from '../../engine/settings.ts';
import type { DecidedItem, DecisionLine } from '../../engine/state/stored.ts';

export interface Told {
  readonly labels: PairSettings['sideLabel'];
  readonly rows: readonly DecisionLine[];
  readonly items: readonly DecidedItem[];
  readonly records: number;
}

/** What was decided about conflicts, as a sentence. */
export function byConflicts({ labels, rows, items, records }: Told): string {
  const strategies = [...new Set(items.map(({ strategy }) => strategy))];
  const [only] = strategies;
  const done =
    strategies.length === 1 && only !== undefined
      ? strategyText(only, labels)
      : strategies.length > 1
        ? 'Decided each for itself'
        : cleanText(rows[0]?.text || 'Decided', 200);
  return records === 1 ? `${done}${inFields(rows)}.` : `${done}: ${countText(records, 'conflict')}${inPlaces(rows)}.`;
}

function strategyText(strategy: Strategy, { A, B }: Told['labels']): string {
  switch (strategy) {
    case 'keep_local':
      return `Kept what ${cleanText(A, 60)} had`;
    case 'keep_remote':
      return `Kept what ${cleanText(B, 60)} had`;
    case 'merge':
      return 'Gave both sides a value of its own';
    case 'rename_local':
      return `Gave the record of ${cleanText(A, 60)} another value, so that both can stand`;
    case 'keep_both':
      return 'Kept both records';
  }
}

/** What a person answered for records that rested after an undo. */
export function byHold({ rows, records }: Told): string {
  const text = cleanText(rows[0]?.text ?? '', 200);
  return records === 1 ? text : `${text} (${countText(records, 'record')}${inPlaces(rows)}.)`;
}

/** What a rule of the pair decided by itself. */
export function byRule(policy: string, { labels, rows, records }: Told): string {
  const won = records === 1 ? rows[0]?.winner : undefined;
  const winner = won ? `what ${cleanText(labels[won], 60)} had` : 'one of the two';
  const where = records === 1 ? inFields(rows) : ` in ${countText(records, 'record')}${inPlaces(rows)}`;
  return `The rule “${cleanText(policy, 40)}” kept ${winner}${where}.`;
}

function inFields(rows: readonly DecisionLine[]): string {
  const fields = [...new Set(rows.flatMap((row) => row.fields))];
  return fields.length === 0 || fields.length > 5 ? '' : ` (${cleanText(fieldList(shownFields(fields)), 200)})`;
}

function inPlaces(rows: readonly DecisionLine[]): string {
  const places = [...new Set(rows.map(({ collection }) => cleanText(collection, 40)))];
  return places.length > 3 ? '' : ` of ${places.join(', ')}`;
}
