import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultBrakes } from '../electron/engine/settings.ts';
import type { RunReport } from '../electron/engine/reports/run.ts';
import {
  newPairFiles,
  openFilePair,
  removePairFiles,
  type OpenPair,
  type OpenWish,
  type PairFiles,
} from '../test/support/file-pair.ts';
import { counted, countedState, PortCount } from './counted.ts';

export { newPairFiles, removePairFiles, type OpenPair, type PairFiles };

export interface PortCounts {
  readonly A: PortCount;
  readonly B: PortCount;
  readonly state: PortCount;
}
export const newCounts = (): PortCounts => ({
  A: new PortCount(),
  B: new PortCount(),
  state: new PortCount(),
});

/** The benches edit a tenth of a collection again and again, and nobody is there to answer a brake. They are judged all the same. */
export const brakes = { ...defaultBrakes, changePercent: 1_000_000, deletePercent: 1_000_000, smallPercent: 1_000_000 };

/** The real engine over the files, as the program opens it; base documents on. */
export function openPair(files: PairFiles, counts?: PortCounts): Promise<OpenPair> {
  return openFilePair(files, {
    settings: { brakes },
    ...(counts ? countedParts(counts) : {}),
  });
}

/** Records are weighed at the sides alone. */
export function resetCounts({ A, B, state }: PortCounts, weighing: boolean): void {
  A.reset(weighing);
  B.reset(weighing);
  state.reset(false);
}

/** Both sides and the state, counted. */
export const countedParts = (counts: PortCounts): Pick<OpenWish, 'connector' | 'store'> => ({
  connector: (side, connector) => counted(connector, counts[side]),
  store: (store) => countedState(store, counts.state),
});

export async function syncOnce({ engine }: OpenPair): Promise<RunReport> {
  const report = await engine.sync({ trigger: 'manual', who: 'bench' });
  if (report.status !== 'completed')
    throw new Error(`The run ended as ${report.status}: ${report.error?.message ?? ''}`);
  return report;
}

/** Opens, syncs and closes. */
export async function syncFiles(files: PairFiles, counts?: PortCounts): Promise<RunReport> {
  const pair = await openPair(files, counts);
  try {
    return await syncOnce(pair);
  } finally {
    await pair.close();
  }
}

/** A pair whose A is a copy of `full` and whose B is a copy of `empty`; the state is new. */
export function pairFrom(full: string, empty: string): PairFiles {
  const files = newPairFiles();
  copyFileSync(full, files.A);
  copyFileSync(empty, files.B);
  return files;
}

/** Two files to copy from: `full` with the rows, `empty` with the same definitions. */
export interface Templates {
  readonly full: string;
  readonly empty: string;
  drop(): void;
}
export function newTemplates(): Templates {
  const { folder } = newPairFiles();
  return {
    full: join(folder, 'full.db'),
    empty: join(folder, 'empty.db'),
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}
