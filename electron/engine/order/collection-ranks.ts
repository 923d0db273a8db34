import { order } from './order.ts';

/** A foreign key: records of `child` refer to records of `parent`. */
export interface CollectionReference {
  readonly child: string;
  readonly parent: string;
}

export interface CollectionRanks {
  /** Parents have lower ranks than their children, counted from 0 without gaps; the collections of one cycle share a rank. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Collections whose records may need each other: members of a cycle, and those that refer to themselves. */
  readonly cyclic: ReadonlySet<string>;
}

/**
 * The order of collections by their foreign keys. References from or to a collection that is not named mean nothing,
 * for not every table of a side is synced. Pure; the result does not depend on the order of the arguments.
 */
export function collectionRanks(
  collections: readonly string[],
  references: readonly CollectionReference[],
): CollectionRanks {
  const names = [...new Set(collections)];
  const ids = new Map(names.map((name, id) => [name, id]));
  const cyclic = new Set<string>();
  const edges = [];
  for (const { child, parent } of references) {
    const before = ids.get(parent);
    const after = ids.get(child);
    if (before === undefined || after === undefined) continue;
    if (before === after) cyclic.add(child);
    else edges.push({ before, after });
  }
  const ordered = order(
    names.map((_, id) => ({ id, rank: 0 })),
    edges,
  );
  const ranks = new Map<string, number>();
  for (const [name, id] of ids) {
    ranks.set(name, ordered.levels.get(id) ?? 0);
    if (ordered.groups.has(id)) cyclic.add(name);
  }
  return { ranks, cyclic };
}
