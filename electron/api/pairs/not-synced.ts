import type { WireTestReport } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { ReportedObject, SideSchema } from '../../engine/port/schema.ts';
import { sideNames } from '../../engine/settings.ts';

type NotSynced = WireTestReport['notSynced'][number];

/** What belongs to the database itself, or to a part of it that is named anyway, is no news to anybody. */
const isTold = ({ kind, name }: ReportedObject): boolean =>
  kind !== 'field' && kind !== 'shadow' && !name.startsWith('sqlite_');

/** What stands on the sides and no sync carries, with the reason: views, triggers, tables that nothing identifies. */
export function notSynced(
  schemas: Readonly<Partial<Record<'A' | 'B', SideSchema>>>,
  { collections, ...sides }: Pick<PairEntry, 'a' | 'b' | 'collections'>,
): NotSynced[] {
  const found = new Map<string, NotSynced>();
  for (const side of sideNames) {
    const own = side === 'A' ? 'a' : 'b';
    const mapped = new Set(Object.entries(collections).map(([name, entry]) => entry[own] ?? name));
    for (const one of (schemas[side]?.reported ?? []).filter(isTold)) {
      if (one.kind === 'table' && mapped.has(one.name)) continue;
      const kind = one.kind === 'table' && /^mongodb(\+srv)?:/i.test(sides[own].url) ? 'collection' : one.kind;
      const known = `${kind} ${one.name} ${one.why}`;
      found.set(known, { kind, name: one.name, why: one.why, side: found.has(known) ? null : side });
    }
  }
  return [...found.values()];
}
