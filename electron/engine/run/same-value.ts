import type { Collation, Key } from '../port/key-codec.ts';
import { fieldOf, type State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { PairContext } from './context.ts';
import { tupleKey, type TupleRule } from './tuples.ts';

/** A unique value in dispute, as an item or a refusal tells it. */
export interface Disputed {
  readonly side: SideName;
  readonly collection: string;
  readonly index: string | undefined;
  readonly fields: readonly string[];
}

/**
 * Does `owner` hold a value that `wanted` would need for itself, as the side compares them? Where bytes alone do not
 * show it (lists, documents, other collations), the side is asked.
 */
export async function holdsSame(
  ctx: Pick<PairContext, 'constraints' | 'sides'>,
  { side, collection, index, fields }: Disputed,
  wanted: State,
  owner: { readonly key: Key; readonly record: State },
): Promise<boolean> {
  if (wanted === null || owner.record === null) return false;
  const known = ctx.constraints.unique[side].get(collection)?.find(({ name }) => name === index);
  const rule: TupleRule = known ?? { fields, collations: fields.map((): Collation => 'binary'), nullsClash: true };
  const mine = tupleKey(wanted, rule);
  if (mine !== null && mine === tupleKey(owner.record, rule)) return true;
  if (index === undefined || known?.index === null || rule.fields.length === 0) return false;
  const values = rule.fields.map((field) => fieldOf(wanted, field) ?? null);
  const found = await ctx.sides[side].lookup?.find({
    collection,
    index,
    fields: rule.fields,
    tuples: [values],
    limit: 100,
  });
  return found?.[0]?.includes(owner.key) ?? false;
}
