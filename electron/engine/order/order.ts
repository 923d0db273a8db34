import { must } from '../../../shared/lib/assert.ts';
import { buildGraph, components } from './components.ts';
import type { Components, Graph } from './components.ts';

export interface OrderNode {
  readonly id: number;
  /** Phase and collection order as decided by the caller; lower ranks are applied first where no edge is against it. */
  readonly rank: number;
}

/** `before` must be applied before `after`, or together with it. */
export interface OrderEdge {
  readonly before: number;
  readonly after: number;
}

export interface Ordered {
  /** The level of every node, counted from 0 without gaps: a node is applied after all nodes of lower levels. */
  readonly levels: ReadonlyMap<number, number>;
  /** Only for nodes that need each other (a cycle): the smallest id among them. They share one level. */
  readonly groups: ReadonlyMap<number, number>;
}

/**
 * Puts nodes into levels so that every edge leads to a higher level, or stays inside one group. A node comes as
 * early as its rank says, unless something that must come before it has a higher rank: then it waits for that.
 * An edge from a node to itself means nothing. Pure; the result does not depend on the order of the arguments;
 * O(nodes + edges). Fails if an id stands there twice, or an edge names an id that is not among the nodes.
 */
export function order(nodes: readonly OrderNode[], edges: readonly OrderEdge[]): Ordered {
  const graph = graphOf(nodes, edges);
  const parts = components(graph);
  const places = placesOf(nodes, graph, parts);
  const levelOf = denseLevels(places);
  const levels = new Map<number, number>();
  for (let i = 0; i < nodes.length; i++) levels.set(must(nodes[i], 'node').id, levelOf(parts.of[i] as number));
  return { levels, groups: groupsOf(nodes, parts) };
}

function graphOf(nodes: readonly OrderNode[], edges: readonly OrderEdge[]): Graph {
  const positions = new Map<number, number>();
  for (const node of nodes) {
    if (positions.has(node.id)) throw new Error(`Expected every node once, but ${node.id} stands there twice`);
    positions.set(node.id, positions.size);
  }
  const position = (id: number): number => must(positions.get(id), `node ${id} among the nodes to order`);
  const from = Int32Array.from(edges, (edge) => position(edge.before));
  const to = Int32Array.from(edges, (edge) => position(edge.after));
  return buildGraph(nodes.length, from, to);
}

/** Per component: the highest rank of it and of all that must come before it, and how many steps deep it is in that rank. */
interface Places {
  readonly ranks: Float64Array;
  readonly depths: Int32Array;
}

function placesOf(nodes: readonly OrderNode[], graph: Graph, parts: Components): Places {
  const ranks = new Float64Array(parts.count).fill(-Infinity);
  const depths = new Int32Array(parts.count);
  const members = membersOf(parts);
  for (const [i, node] of nodes.entries()) {
    const part = parts.of[i] as number;
    ranks[part] = Math.max(ranks[part] as number, node.rank);
  }
  // Arrows lead to lower numbers, so from the highest down every component is final before its successors see it.
  for (let part = parts.count - 1; part >= 0; part--) {
    for (let m = members.starts[part] as number; m < (members.starts[part + 1] as number); m++) {
      const node = members.targets[m] as number;
      for (let arrow = graph.starts[node] as number; arrow < (graph.starts[node + 1] as number); arrow++) {
        push({ ranks, depths }, part, parts.of[graph.targets[arrow] as number] as number);
      }
    }
  }
  return { ranks, depths };
}

/** Component → its nodes, in the same flat form. */
function membersOf(parts: Components): Graph {
  return buildGraph(parts.count, parts.of, Int32Array.from(parts.of.keys()));
}

function push(places: Places, before: number, after: number): void {
  if (before === after) return;
  const bound = places.ranks[before] as number;
  const rank = places.ranks[after] as number;
  const depth = (places.depths[before] as number) + 1;
  if (bound > rank) {
    places.ranks[after] = bound;
    places.depths[after] = depth;
  } else if (bound === rank && depth > (places.depths[after] as number)) {
    places.depths[after] = depth;
  }
}

/** Numbers the places that occur: by rank, and within one rank by depth. */
function denseLevels(places: Places): (part: number) => number {
  const deepest = new Map<number, number>();
  for (const [part, rank] of places.ranks.entries()) {
    deepest.set(rank, Math.max(deepest.get(rank) ?? 0, places.depths[part] as number));
  }
  const firsts = new Map<number, number>();
  let next = 0;
  for (const rank of [...deepest.keys()].sort((a, b) => a - b)) {
    firsts.set(rank, next);
    next += (deepest.get(rank) ?? 0) + 1;
  }
  return (part) =>
    must(firsts.get(places.ranks[part] as number), 'a level for every rank') + (places.depths[part] as number);
}

function groupsOf(nodes: readonly OrderNode[], parts: Components): Map<number, number> {
  const sizes = new Int32Array(parts.count);
  const smallest = new Float64Array(parts.count).fill(Infinity);
  for (const [i, node] of nodes.entries()) {
    const part = parts.of[i] as number;
    sizes[part] = (sizes[part] as number) + 1;
    smallest[part] = Math.min(smallest[part] as number, node.id);
  }
  const groups = new Map<number, number>();
  for (const [i, node] of nodes.entries()) {
    const part = parts.of[i] as number;
    if ((sizes[part] as number) > 1) groups.set(node.id, smallest[part] as number);
  }
  return groups;
}
