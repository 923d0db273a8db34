import type { WireConflictFilter } from '../../../shared/contract/conflict-shapes.ts';
import { conflictKinds } from '../../../shared/model/words.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { usage } from '../cli.ts';
import { kindNames, listText } from '../text/words.ts';
import { oneOf } from './choices.ts';
import { assignment } from './values.ts';

/** `kind=unique,collection=admins,pair=shop`, each at most once. */
export function whereFilter(text: string): Pick<WireConflictFilter, 'kind' | 'collection' | 'pair'> {
  const filter: { kind?: (typeof conflictKinds)[number]; collection?: string; pair?: string } = {};
  for (const part of text.split(',')) {
    const [name, value] = assignment(part, '--where');
    const key = oneOf(['kind', 'collection', 'pair'] as const, 'condition for --where')(name);
    if (filter[key] !== undefined)
      throw usage(`Reading --where failed: ${key} stands there twice.`, `Give ${key} once.`);
    if (key === 'kind') filter.kind = kindOf(value);
    else filter[key] = value;
  }
  return filter;
}

/** The word of scripts or the name that lists show: `update/update` and `Two edits` are the same. */
function kindOf(text: string): (typeof conflictKinds)[number] {
  const meant = text.trim().toLowerCase();
  const found = conflictKinds.find((kind) => kind === meant || kindNames[kind].toLowerCase() === meant);
  if (found !== undefined) return found;
  const near = nearest(text, [...conflictKinds, ...Object.values(kindNames)]);
  throw usage(
    `Reading --where failed: “${text}” is no kind of conflict.`,
    `${near === undefined ? '' : `Did you mean ${near}? `}There are: ${listText(conflictKinds.map((kind) => `${kind} (${kindNames[kind]})`))}.`,
  );
}
