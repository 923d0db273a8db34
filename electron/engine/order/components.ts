/** Successors of all nodes in two flat arrays: those of node `i` stand in `targets` from `starts[i]` up to `starts[i + 1]`. */
export interface Graph {
  readonly count: number;
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** Which strongly connected component each node belongs to. An arrow between two components leads to the lower number. */
export interface Components {
  readonly count: number;
  readonly of: Int32Array;
}

/** The graph over nodes `0 … count - 1` with the arrows `from[i] → to[i]`; an arrow may stand there twice. */
export function buildGraph(count: number, from: Int32Array, to: Int32Array): Graph {
  const starts = new Int32Array(count + 1);
  for (const node of from) starts[node + 1] = at(starts, node + 1) + 1;
  for (let node = 0; node < count; node++) starts[node + 1] = at(starts, node + 1) + at(starts, node);
  const free = starts.slice();
  const targets = new Int32Array(to.length);
  for (let i = 0; i < to.length; i++) {
    const node = at(from, i);
    targets[at(free, node)] = at(to, i);
    free[node] = at(free, node) + 1;
  }
  return { count, starts, targets };
}

/**
 * Tarjan's algorithm (SIAM J. Comput. 1972) with stacks of its own instead of recursion, so that a chain of any
 * length fits. O(nodes + arrows).
 */
export function components(graph: Graph): Components {
  const walk = newWalk(graph);
  for (let root = 0; root < graph.count; root++) {
    if (at(walk.index, root) === UNSEEN) walkFrom(graph, walk, root);
  }
  return { count: walk.found, of: walk.of };
}

const UNSEEN = -1;

interface Walk {
  readonly index: Int32Array;
  readonly low: Int32Array;
  /** The next arrow of each node that has not been followed. */
  readonly arrow: Int32Array;
  readonly of: Int32Array;
  /** Nodes that are being visited, and nodes that no component has taken yet. */
  readonly path: Int32Array;
  readonly waiting: Int32Array;
  waitingSize: number;
  clock: number;
  found: number;
}

function newWalk(graph: Graph): Walk {
  const { count } = graph;
  return {
    index: new Int32Array(count).fill(UNSEEN),
    low: new Int32Array(count),
    arrow: graph.starts.slice(0, count),
    of: new Int32Array(count).fill(UNSEEN),
    path: new Int32Array(count),
    waiting: new Int32Array(count),
    waitingSize: 0,
    clock: 0,
    found: 0,
  };
}

function walkFrom(graph: Graph, walk: Walk, root: number): void {
  let depth = 0;
  enter(walk, root);
  walk.path[depth++] = root;
  while (depth > 0) {
    const node = at(walk.path, depth - 1);
    const next = nextTarget(graph, walk, node);
    if (next === UNSEEN) {
      depth--;
      if (depth > 0) lower(walk, at(walk.path, depth - 1), at(walk.low, node));
      if (at(walk.low, node) === at(walk.index, node)) takeComponent(walk, node);
    } else if (at(walk.index, next) === UNSEEN) {
      enter(walk, next);
      walk.path[depth++] = next;
    } else if (at(walk.of, next) === UNSEEN) {
      lower(walk, node, at(walk.index, next));
    }
  }
}

function enter(walk: Walk, node: number): void {
  walk.index[node] = walk.clock;
  walk.low[node] = walk.clock;
  walk.clock++;
  walk.waiting[walk.waitingSize++] = node;
}

function nextTarget(graph: Graph, walk: Walk, node: number): number {
  const arrow = at(walk.arrow, node);
  if (arrow === at(graph.starts, node + 1)) return UNSEEN;
  walk.arrow[node] = arrow + 1;
  return at(graph.targets, arrow);
}

function lower(walk: Walk, node: number, bound: number): void {
  if (bound < at(walk.low, node)) walk.low[node] = bound;
}

function takeComponent(walk: Walk, last: number): void {
  let node: number;
  do {
    node = at(walk.waiting, --walk.waitingSize);
    walk.of[node] = walk.found;
  } while (node !== last);
  walk.found++;
}

/** All positions here are inside their arrays by construction; the type checker cannot know it. */
const at = (numbers: Int32Array, position: number): number => numbers[position] as number;
