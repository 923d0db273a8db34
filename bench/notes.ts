import type { Life } from './child.ts';
import type { Bench } from './context.ts';
import { mb, ms, ratio, whole, type Series } from './figures.ts';
import type { PortCounts } from './pair.ts';

/** Figures that are the same for every kind of database; `kind` is what their ids end with, '' or ` mongo`. */

export function notePerChange(
  bench: Bench,
  kind: string,
  of: { readonly ours: Series; readonly raw: Series; readonly than: string; readonly made: string },
): void {
  const { ours, raw, than, made } = of;
  bench.note({
    id: `R3${kind}`,
    what: `delta, time a change / ${than}`,
    value: ratio(ours.ms / raw.ms),
    goal: '≤ 3',
    reached: ours.ms / raw.ms <= 3,
    made: `${made}; raw ${raw.show()}; of the processor alone ${ratio(ours.processorMs / raw.processorMs)}`,
  });
}

/** Pages of a scan depend on N, not on k, and are told apart. */
export function noteCalls(bench: Bench, kind: string, { A, B }: PortCounts, k: number): void {
  const byKeys = (name: string): boolean => name !== 'scan';
  const most = Math.max(A.callsOf(byKeys), B.callsOf(byKeys));
  const goal = 3 * Math.ceil(k / 1000) + 6;
  bench.note({
    id: `R4${kind}`,
    what: 'calls for k changes, the busier side, without pages of the scan',
    value: whole(most),
    goal: `≤ ${goal} (3⌈k/1000⌉ + 6)`,
    reached: most <= goal,
    made: `k ${whole(k)}; A: ${A.show()}; B: ${B.show()}`,
  });
}

export function noteWeight(
  bench: Bench,
  kind: string,
  { A, B }: PortCounts,
  { k, changed }: { readonly k: number; readonly changed: number },
): void {
  const moved = A.bytesWritten + B.bytesWritten;
  bench.note({
    id: `R6${kind}`,
    what: 'bytes in the writes / bytes of the changed fields',
    value: ratio(moved / changed),
    goal: '≤ 3',
    reached: moved / changed <= 3,
    made: `k ${whole(k)}; changed ${whole(changed)} B, sent ${whole(moved)} B (each with the old value it expects); read ${whole(A.bytesRead + B.bytesRead)} B in ${whole(A.recordsRead + B.recordsRead)} records`,
  });
}

export function noteNothing(bench: Bench, kind: string, { A, B }: PortCounts, made: string): void {
  const most = Math.max(A.callsOf(), B.callsOf());
  const records = A.recordsRead + B.recordsRead;
  const bytes = A.bytesRead + B.bytesRead + A.bytesWritten + B.bytesWritten;
  bench.note({
    id: `R5${kind} calls`,
    what: 'a run without changes: calls, the busier side',
    value: whole(most),
    goal: '≤ 2 a side',
    reached: most <= 2,
    made: `${made}; A: ${A.show()}; B: ${B.show()}`,
  });
  bench.note({
    id: `R5${kind} read`,
    what: 'a run without changes: records and bytes read',
    value: `${whole(records)}, ${whole(bytes)} B`,
    goal: '0 records, ≤ 4 KB',
    reached: records === 0 && bytes <= 4096,
    made,
  });
}

const MB = 1024 * 1024;

interface Sized {
  readonly n: number;
  readonly life: Life;
}

/** The same life of a pair at two sizes, each in a process of its own. */
export function noteMemory(
  bench: Bench,
  kind: string,
  { little, much, on }: { readonly little: Sized; readonly much: Sized; readonly on: string },
): void {
  const shown = ({ n, life: { openedBytes, copiedBytes, endBytes } }: Sized): string =>
    `N ${whole(n)}: opened ${mb(openedBytes)}, first copy ${mb(copiedBytes)}, after deltas and a comparison ${mb(endBytes)}`;
  const { n, life } = much;
  const grown = life.endBytes - little.life.endBytes;
  bench.note({
    id: `R7${kind}`,
    what: 'most memory at the large size − at the small one',
    value: mb(grown),
    goal: '≤ 48 MB',
    reached: grown <= 48 * MB,
    made: `${on}${shown(much)}; ${shown(little)}`,
  });
  bench.note({
    id: `R7${kind} whole`,
    what: 'most memory in all, Node included',
    value: mb(life.endBytes),
    goal: '≤ 150 MB',
    reached: life.endBytes <= 150 * MB,
    made: `${on}N ${whole(n)}; first copy ${ms(life.copyMs)} = ${whole(n / (life.copyMs / 1000))} records/s; comparison ${ms(life.compareMs)}`,
  });
}
