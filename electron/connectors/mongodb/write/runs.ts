import type { CallSize } from './call-size.ts';
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

/** Parts that each fit into a message and are small enough for the server as it is then, in order. */
export function* partsOf<T extends { readonly statement: Buffer }>(
  steps: readonly T[],
  size: Pick<CallSize, 'most'>,
): Generator<T[]> {
  for (let from = 0; from < steps.length;) {
    const { most } = size;
    let [to, bytes] = [from, 0];
    do bytes += weight(steps[to++]);
    while (to < steps.length && to - from < most && bytes + weight(steps[to]) <= MESSAGE_BYTES);
    yield steps.slice(from, to);
    from = to;
  }
}

const weight = (step: { readonly statement: Buffer } | undefined): number => step?.statement.length ?? 0;
