import { must } from '../../../shared/lib/assert.ts';
import { fieldOutcome } from '../plan/complete.ts';
import type { FieldPreview } from '../reports/plan.ts';
import type { Pass } from './context.ts';
import { walkBoth } from './walk.ts';

/** What taking these fields in would do to the records that both sides have. Writes nothing. */
export async function previewFields(
  pass: Pass,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<readonly FieldPreview[]> {
  const found: FieldPreview[] = [];
  for (const [collection, fields] of Object.entries(wanted)) {
    const shape = must(pass.shapes.get(collection), 'a collection with fields of its own');
    const counts = fields.map(() => ({ equal: 0, toA: 0, toB: 0, different: 0 }));
    let done = 0;
    for await (const { a, b } of walkBoth(pass, collection, new Set())) {
      if (++done % 1000 === 0) pass.progress({ phase: 'compare', collection, done, all: 0 });
      if (a === null || b === null) continue;
      for (const [i, field] of fields.entries()) must(counts[i], 'a count')[fieldOutcome(field, a, b, shape)]++;
    }
    found.push(...fields.map((field, i) => ({ collection, field, ...must(counts[i], 'a count') })));
  }
  return found;
}
