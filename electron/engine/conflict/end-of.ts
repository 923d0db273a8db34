import { plan } from '../plan/plan.ts';
import type { State } from '../port/record.ts';
import { collectionOf, mayWrite, type Pass } from '../run/context.ts';
import type { SideName } from '../settings.ts';
import type { NewAction } from '../state/stored.ts';
import { isRefused } from './offers.ts';

/**
 * What stands on the sides once a decision is carried out. What it writes on one side alone follows to the other as any
 * edit does, unless the record waits there for something else: another conflict, a record that it refers to (E143).
 */
export async function endOf(
  pass: Pass,
  { collection, key, base, a, b, toA = a, toB = b }: NewAction,
): Promise<Readonly<Record<SideName, State>>> {
  const written = { A: toA, B: toB };
  const rules = collectionOf(pass, collection);
  const next = plan(base, toA, toB, rules);
  if (next.kind !== 'write' || (await isRefused(pass, { collection, key, a: toA, b: toB }, next.agreed)))
    return written;
  return {
    A: next.toA && mayWrite(rules.direction, 'A') ? next.agreed : toA,
    B: next.toB && mayWrite(rules.direction, 'B') ? next.agreed : toB,
  };
}
