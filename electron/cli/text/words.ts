import { numberText } from '../../../shared/lib/count-text.ts';
import { safeText } from './safe-text.ts';
import type { ConflictKind, Trigger } from '../../../shared/model/words.ts';

export const kindNames: Readonly<Record<ConflictKind, string>> = {
  'update/update': 'Two edits',
  'delete/update': 'Deleted / edited',
  'insert/insert': 'Added twice',
  unique: 'Used twice',
  'fk-parent-missing': 'Parent missing',
  'fk-child-exists': 'Children exist',
  'type-misfit': 'Does not fit',
  rejected: 'Refused',
  schema: 'Schema differs',
  bounce: 'Came back',
  undone: 'Undone',
  restored: 'Restored',
};

export const triggerNames: Readonly<Record<Trigger, string>> = {
  manual: 'by hand',
  automatic: 'automatic',
  start: 'at start',
  live: 'live',
  schedule: 'on schedule',
  reconnect: 'on reconnect',
  resolve: 'resolving',
  undo: 'undo',
  brake: 'brake answer',
  hold: 'hold answer',
};

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

/** `a, b and c`. */
export function listText(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

const NAMED = 10;

/** By name, the first ten of many: `a, b, c … and 36 more`. */
export function namesText(names: readonly string[]): string {
  const sorted = names.toSorted((one, other) => one.localeCompare(other, 'en'));
  const more = sorted.length - NAMED;
  const shown = sorted.slice(0, NAMED).map((name) => safeText(name, 120));
  return shown.join(', ') + (more > 0 ? ` and ${numberText(more)} more` : '');
}

/** How a hold ends, and what becomes of an edit meanwhile: the end of “no sync writes it …”. */
export const untilHoldEnds =
  'until you choose, both sides are equal, or somebody edits what differs (that goes to the other side, or you are asked); edits of other fields wait until then';

/** The first letter large, as at the begin of a sentence. */
export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
