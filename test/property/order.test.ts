import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectionRanks } from '../../electron/engine/order/collection-ranks.ts';
import type { CollectionReference } from '../../electron/engine/order/collection-ranks.ts';
import { order } from '../../electron/engine/order/order.ts';
import type { OrderEdge, Ordered, OrderNode } from '../../electron/engine/order/order.ts';

interface World {
  readonly nodes: readonly OrderNode[];
  readonly edges: readonly OrderEdge[];
}

/** Ids are spread out and negative ones occur, so that no test passes because ids are positions. */
const world: fc.Arbitrary<World> = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 14 })
  .chain((ids) =>
    fc.record({
      nodes: fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), rank: fc.integer({ min: -2, max: 3 }) }))),
      edges: fc.array(fc.record({ before: fc.constantFrom(...ids), after: fc.constantFrom(...ids) }), {
        maxLength: 24,
      }),
    }),
  );

const runs = { seed: 20_250_301, numRuns: 2000 };

/** What must come before `id`, by following edges backwards; the slow and obvious way. `id` itself only if it is in a cycle. */
function ancestors(id: number, edges: readonly OrderEdge[]): Set<number> {
  const found = new Set<number>();
  const todo = [id];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const { before, after } of edges) {
      if (after !== next || before === after || found.has(before)) continue;
      found.add(before);
      todo.push(before);
    }
  }
  return found;
}

function level(ordered: Ordered, id: number): number {
  const found = ordered.levels.get(id);
  if (found === undefined) throw new Error(`node ${id} has no level`);
  return found;
}

const sorted = (map: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
  [...map].sort(([a], [b]) => a - b);

function shuffled<T>(items: readonly T[], keys: readonly number[]): T[] {
  return items
    .map((item, i) => ({ item, key: keys[i % keys.length] ?? 0, i }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .map(({ item }) => item);
}

describe('order', () => {
  test('every edge leads to a higher level, or both ends are in one group', () => {
    fc.assert(
      fc.property(world, ({ nodes, edges }) => {
        const ordered = order(nodes, edges);
        for (const { before, after } of edges) {
          if (before === after) continue;
          const group = ordered.groups.get(before);
          const together = group !== undefined && group === ordered.groups.get(after);
          expect(together || level(ordered, before) < level(ordered, after)).toBe(true);
        }
      }),
      runs,
    );
  });

  test('groups are exactly the cycles, named by their smallest id, and share one level', () => {
    fc.assert(
      fc.property(world, ({ nodes, edges }) => {
        const ordered = order(nodes, edges);
        const before = new Map(nodes.map(({ id }) => [id, ancestors(id, edges)]));
        for (const { id } of nodes) {
          const cycle = nodes
            .map((node) => node.id)
            .filter((other) => before.get(id)?.has(other) && before.get(other)?.has(id));
          expect(ordered.groups.get(id)).toBe(cycle.length > 0 ? Math.min(...cycle) : undefined);
          for (const other of cycle) expect(level(ordered, other)).toBe(level(ordered, id));
        }
      }),
      runs,
    );
  });

  test('a lower rank means a lower level, unless something of at least that rank must come first', () => {
    fc.assert(
      fc.property(world, ({ nodes, edges }) => {
        const ordered = order(nodes, edges);
        const rankOf = new Map(nodes.map(({ id, rank }) => [id, rank]));
        for (const early of nodes) {
          const bound = Math.max(early.rank, ...[...ancestors(early.id, edges)].map((id) => rankOf.get(id) ?? 0));
          for (const late of nodes) {
            expect(bound >= late.rank || level(ordered, early.id) < level(ordered, late.id)).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  test('levels count from 0 without gaps, and every node has one', () => {
    fc.assert(
      fc.property(world, ({ nodes, edges }) => {
        const { levels } = order(nodes, edges);
        expect([...levels.keys()].sort((a, b) => a - b)).toEqual(nodes.map(({ id }) => id).sort((a, b) => a - b));
        const used = [...new Set(levels.values())].sort((a, b) => a - b);
        expect(used).toEqual(used.map((_, i) => i));
      }),
      runs,
    );
  });

  test('the order of the arguments makes no difference', () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(), { minLength: 1, maxLength: 24 }), ({ nodes, edges }, keys) => {
        const one = order(nodes, edges);
        const other = order(shuffled(nodes, keys), shuffled(edges, keys));
        expect(sorted(other.levels)).toEqual(sorted(one.levels));
        expect(sorted(other.groups)).toEqual(sorted(one.groups));
      }),
      runs,
    );
  });

  test('the worlds of these properties hold cycles, chains and edges against the rank', () => {
    const seen = { groups: 0, deep: 0, againstRank: 0 };
    fc.assert(
      fc.property(world, ({ nodes, edges }) => {
        const ordered = order(nodes, edges);
        const rankOf = new Map(nodes.map(({ id, rank }) => [id, rank]));
        if (ordered.groups.size > 0) seen.groups++;
        if (Math.max(...ordered.levels.values()) > 5) seen.deep++;
        if (edges.some(({ before, after }) => (rankOf.get(before) ?? 0) > (rankOf.get(after) ?? 0))) seen.againstRank++;
      }),
      runs,
    );
    expect(seen.groups).toBeGreaterThan(200);
    expect(seen.deep).toBeGreaterThan(200);
    expect(seen.againstRank).toBeGreaterThan(200);
  });

  test('without edges the levels are the ranks that occur', () => {
    const ordered = order(
      [
        { id: 9, rank: 30 },
        { id: 4, rank: 10 },
        { id: 5, rank: 30 },
      ],
      [],
    );
    expect(sorted(ordered.levels)).toEqual([
      [4, 0],
      [5, 1],
      [9, 1],
    ]);
    expect(ordered.groups.size).toBe(0);
  });

  test('a chain of 100,000 nodes gets 100,000 levels', () => {
    const count = 100_000;
    const nodes = Array.from({ length: count }, (_, id) => ({ id, rank: count - id }));
    const edges = Array.from({ length: count - 1 }, (_, id) => ({ before: id, after: id + 1 }));
    const { levels, groups } = order(nodes, edges);
    expect(groups.size).toBe(0);
    expect(nodes.every(({ id }) => levels.get(id) === id)).toBe(true);
  });

  test('a ring of 100,000 nodes is one group on one level', () => {
    const count = 100_000;
    const nodes = Array.from({ length: count }, (_, id) => ({ id: id + 7, rank: id % 4 }));
    const edges = Array.from({ length: count }, (_, id) => ({ before: id + 7, after: ((id + 1) % count) + 7 }));
    const { levels, groups } = order(nodes, edges);
    expect(new Set(levels.values())).toEqual(new Set([0]));
    expect(groups.size).toBe(count);
    expect(new Set(groups.values())).toEqual(new Set([7]));
  });

  test('a node that names itself is no group', () => {
    const ordered = order([{ id: 1, rank: 0 }], [{ before: 1, after: 1 }]);
    expect(ordered.groups.size).toBe(0);
    expect(sorted(ordered.levels)).toEqual([[1, 0]]);
  });

  test('nothing to order is no error', () => {
    expect(order([], [])).toEqual({ levels: new Map(), groups: new Map() });
  });

  test('an edge to an unknown node, or a node given twice, is an error and not a guess', () => {
    expect(() => order([{ id: 1, rank: 0 }], [{ before: 2, after: 1 }])).toThrow('node 2 among the nodes to order');
    expect(() =>
      order(
        [
          { id: 1, rank: 0 },
          { id: 1, rank: 1 },
        ],
        [],
      ),
    ).toThrow('1 stands there twice');
  });
});

describe('collectionRanks', () => {
  const names = ['admins', 'employees', 'events', 'bookings', 'rituals', 'donations'];
  const references: fc.Arbitrary<CollectionReference[]> = fc.array(
    fc.record({ child: fc.constantFrom(...names), parent: fc.constantFrom(...names) }),
    { maxLength: 10 },
  );

  test('parents have lower ranks than their children, except within a cycle', () => {
    fc.assert(
      fc.property(references, (refs) => {
        const { ranks, cyclic } = collectionRanks(names, refs);
        for (const { child, parent } of refs) {
          const low = ranks.get(parent) ?? NaN;
          const high = ranks.get(child) ?? NaN;
          expect(low < high || (low === high && cyclic.has(child) && cyclic.has(parent))).toBe(true);
        }
      }),
      runs,
    );
  });

  test('exactly the collections that can reach themselves are cyclic', () => {
    fc.assert(
      fc.property(references, (refs) => {
        const { cyclic } = collectionRanks(names, refs);
        for (const name of names) {
          const reached = new Set<string>();
          const todo = refs.filter((ref) => ref.child === name).map((ref) => ref.parent);
          for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
            if (reached.has(next)) continue;
            reached.add(next);
            for (const ref of refs) if (ref.child === next) todo.push(ref.parent);
          }
          expect(cyclic.has(name)).toBe(reached.has(name));
        }
      }),
      runs,
    );
  });

  test('collections come after what they refer to, as far as the longest way leads', () => {
    const { ranks, cyclic } = collectionRanks(
      ['lines', 'orders', 'people'],
      [
        { child: 'lines', parent: 'orders' },
        { child: 'orders', parent: 'people' },
        { child: 'lines', parent: 'people' },
      ],
    );
    expect(Object.fromEntries(ranks)).toEqual({ people: 0, orders: 1, lines: 2 });
    expect(cyclic.size).toBe(0);
  });

  test('a collection that refers to itself is cyclic and keeps its rank', () => {
    const { ranks, cyclic } = collectionRanks(
      ['employees', 'tasks'],
      [
        { child: 'employees', parent: 'employees' },
        { child: 'tasks', parent: 'employees' },
      ],
    );
    expect(Object.fromEntries(ranks)).toEqual({ employees: 0, tasks: 1 });
    expect([...cyclic]).toEqual(['employees']);
  });

  test('references to collections that are not synced mean nothing', () => {
    const { ranks, cyclic } = collectionRanks(
      ['a'],
      [
        { child: 'a', parent: 'elsewhere' },
        { child: 'elsewhere', parent: 'a' },
      ],
    );
    expect(Object.fromEntries(ranks)).toEqual({ a: 0 });
    expect(cyclic.size).toBe(0);
  });
});
