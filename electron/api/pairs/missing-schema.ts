import type { WireAddReport } from '../../../shared/contract/pair-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SideName } from '../../engine/settings.ts';
import type { Comparison } from './compare-schemas.ts';
import type { Looked } from './look.ts';

type CreateStep = WireAddReport['create'][number];

/** What has to be created, per side: tables first, then what stands on them. */
export function createSteps(missing: Comparison['missing']): CreateStep[] {
  return missing.map(({ name, on, from }) => ({ side: on, collection: name, statements: [...from.create] }));
}

/** Views and what hangs on them, for a side that is empty and gets everything of the other. */
export function besideTables([a, b]: readonly [Looked, Looked]): CreateStep[] {
  const [empty, full] = a.schema.collections.length === 0 ? [a, b] : [b, a];
  if (empty.schema.collections.length > 0) return [];
  const { more = [] } = full.schema;
  return more.length === 0 ? [] : [{ side: empty.side, collection: '', statements: [...more] }];
}

const ORDER = [
  /^\s*create\s+(temp\w*\s+)?(virtual\s+)?table\b/i,
  /^\s*alter\s+table\b/i,
  /^\s*create\s+(unique\s+)?index\b/i,
  /^\s*create\s+(temp\w*\s+)?view\b/i,
];

/** All statements for one side in an order that works across collections. */
export function statementsFor(side: SideName, steps: readonly CreateStep[]): readonly string[] {
  const all = [...new Set(steps.filter((step) => step.side === side).flatMap(({ statements }) => statements))];
  const rank = (statement: string): number => {
    const at = ORDER.findIndex((pattern) => pattern.test(statement));
    return at < 0 ? ORDER.length : at;
  };
  return all.toSorted((one, other) => rank(one) - rank(other));
}

export function missingCollections(
  pair: string,
  missing: Comparison['missing'],
  labels: Readonly<Record<SideName, string>>,
): AppError {
  const lists = (['A', 'B'] as const).flatMap((side) => {
    const names = missing.filter(({ on }) => on === side).map(({ name }) => name);
    return names.length === 0
      ? []
      : [`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing on ${labels[side]}`];
  });
  return new AppError({
    code: 'schema-mismatch',
    operation: 'pairs.add',
    message: `Adding the pair ${pair} failed: ${lists.join('; ')}.`,
    next: 'Nothing was changed on either side.',
    hint: 'Add --create to create what is missing with the exact schema of the other side, or name with --collections what both have.',
    subject: { pair },
    retry: 'after-user-action',
  });
}
