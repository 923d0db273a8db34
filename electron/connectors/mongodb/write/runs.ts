import type { WriteIntent } from '../../../engine/port/connector.ts';

/** Intents next to each other that one command can carry out: one collection, one verb, no key twice. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

const MOST = 1000;

export function runsOf(intents: readonly WriteIntent[], from: number, to: number): Run[] {
  const runs: Run[] = [];
  for (let start = from; start < to;) {
    const first = intents[start] as WriteIntent;
    const keys = new Set<string>();
    let end = start;
    for (; end < to && end - start < MOST; end++) {
      const { collection, op, key } = intents[end] as WriteIntent;
      if (collection !== first.collection || op !== first.op || keys.has(key)) break;
      keys.add(key);
    }
    runs.push({ from: start, to: end });
    start = end;
  }
  return runs;
}

const MESSAGE_BYTES = 8 * 1024 * 1024;

/** Parts that each fit into a message, in order. */
export function byBytes<T extends { readonly bytes: number }>(steps: readonly T[]): T[][] {
  const parts: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    if (bytes + step.bytes > MESSAGE_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(step);
    bytes += step.bytes;
  }
  return parts;
}
