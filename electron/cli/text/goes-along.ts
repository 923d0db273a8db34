import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import { differing } from './value-window.ts';
import { listText } from './words.ts';

const MOST = 5;

/** A field that nobody disputes and that waits with the record. */
interface Along {
  readonly field: string;
  /** The side that changed it; null where both did, or where the old value was not kept. */
  readonly side: 'A' | 'B' | null;
}

/** What a decision about two edits carries besides the fields that it is about. */
function goesAlong({ kind, fields, local, remote, base, baseKept }: WireConflict): readonly Along[] {
  if (kind !== 'update/update' || fields.length === 0 || local === null || remote === null) return [];
  const [onA, onB] = [new Set(differing(base, local)), new Set(differing(base, remote))];
  const known = baseKept && base !== null;
  return differing(local, remote)
    .filter((field) => !fields.includes(field))
    .map((field) => ({ field, side: !known || onA.has(field) === onB.has(field) ? null : onA.has(field) ? 'A' : 'B' }));
}

/** One line a field: who changed it, and that it waits for the answer about the others. */
export function alongRows(conflict: WireConflict, labels: Labels): (readonly [string, string])[] {
  const along = goesAlong(conflict);
  const lines = along.slice(0, MOST).map(({ field, side }) => {
    const changed = side === null ? 'differs' : `changed on ${side === 'A' ? labels.a : labels.b}`;
    return `${safeText(field, 80)}: ${changed}, goes along with your answer`;
  });
  const more = along.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more fields`] : [])].map((line, i) => [
    i === 0 ? 'waits with it' : '',
    line,
  ]);
}

/** What both sides get when one side is taken: all of it, or its disputed fields with what goes along. */
export function takenText(conflict: WireConflict, labels: Labels): string {
  const along = goesAlong(conflict);
  if (along.length === 0) return 'both sides get its state';
  const names = (fields: readonly string[]): string =>
    listText([
      ...fields.slice(0, MOST).map((field) => safeText(field, 40)),
      ...(fields.length > MOST ? [`${fields.length - MOST} more`] : []),
    ]);
  const from = (side: Along['side'], words: (one: boolean) => string): string[] => {
    const fields = along.filter((each) => each.side === side).map(({ field }) => field);
    return fields.length === 0 ? [] : [`${names(fields)} ${words(fields.length === 1)}`];
  };
  return [
    `both sides get its ${names(conflict.fields)}`,
    ...from('A', (one) => `${one ? 'comes' : 'come'} from ${labels.a}`),
    ...from('B', (one) => `${one ? 'comes' : 'come'} from ${labels.b}`),
    ...from(null, (one) => `${one ? 'goes' : 'go'} along`),
  ].join('; ');
}
