import type { WireConflictFilter } from '../../../shared/contract/conflict-shapes.ts';
import { conflictKinds } from '../../../shared/model/words.ts';
import { usage } from '../cli.ts';
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
    if (key === 'kind') filter.kind = oneOf(conflictKinds, 'kind of conflict')(value);
    else filter[key] = value;
  }
  return filter;
}
