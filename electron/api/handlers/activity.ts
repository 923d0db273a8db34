import type { Params, Result } from '../../../shared/contract/calls.ts';
import { withCounts } from '../../engine/run/cut-runs.ts';
import { runReport } from '../../engine/run/report.ts';
import type { PairRow, RunTally } from '../../engine/state/stored.ts';
import type { Handlers } from '../dispatcher.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { momentOf } from '../mapping/values.ts';
import { pairNames } from './common.ts';

const PAGE = 1000;
/** Up to so many days are told by the hour. */
const BY_HOUR = 2;
const HOUR = 3_600_000;

type Bucket = Result<'pairs.activity'>['buckets'][number];

export function activityHandlers(host: Host): Pick<Handlers, 'pairs.activity'> {
  return { 'pairs.activity': (params) => activityOf(host, params) };
}

async function activityOf(
  host: Host,
  { pair, days = 14 }: Params<'pairs.activity'>,
): Promise<Result<'pairs.activity'>> {
  pairNames(host, pair);
  const ends = endsOf(host.ports.clock.now(), days);
  const buckets: Bucket[] = ends.slice(1).map((end, i) => ({
    from: momentOf(ends[i] ?? end),
    to: momentOf(end),
    toA: 0,
    toB: 0,
    conflicts: 0,
    runs: 0,
    failed: 0,
  }));
  const row = await pairRowOf(host, pair);
  if (row) for await (const tally of talliesOf(host, row, ends[0] ?? 0)) count(buckets, ends, tally);
  return { buckets };
}

/** Where the stretches end, the begin of the first one before them. Days are those of this computer, whatever their length. */
export function endsOf(now: number, days: number): number[] {
  if (days <= BY_HOUR) {
    const end = (Math.floor(now / HOUR) + 1) * HOUR;
    return Array.from({ length: 24 * days + 1 }, (_, i) => end - (24 * days - i) * HOUR);
  }
  const today = new Date(now);
  return Array.from({ length: days + 1 }, (_, i) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1 - days + i).getTime(),
  );
}

async function* talliesOf({ store }: Host, pair: PairRow, since: number): AsyncGenerator<RunTally> {
  const breath = new Breath();
  for (let afterId = 0; ;) {
    await breath.take();
    const page = await store.runTallies(pair.id, { since, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    for (const tally of page) yield tally.cut ? await counted(store, pair, tally) : tally;
  }
}

/** What a run that was cut off wrote stands in the journal alone. */
async function counted(store: Host['store'], pair: PairRow, tally: RunTally): Promise<RunTally> {
  const row = await store.run(pair.id, tally.id);
  if (!row) return tally;
  const { written, conflicts } = await withCounts(store, pair.id, runReport(row, pair.name));
  const all = ({ A, B }: typeof written, side: 'A' | 'B'): number => {
    const { insert, update, delete: gone } = side === 'A' ? A : B;
    return insert + update + gone;
  };
  const opened = Object.values(conflicts).reduce((sum, n) => sum + n, 0);
  return { ...tally, toA: all(written, 'A'), toB: all(written, 'B'), conflicts: opened };
}

function count(buckets: readonly Bucket[], ends: readonly number[], run: RunTally): void {
  const bucket = buckets[ends.findLastIndex((end) => end <= run.startedAt)];
  // Begun in the future: a clock was set back.
  if (!bucket) return;
  bucket.toA += run.toA;
  bucket.toB += run.toB;
  bucket.conflicts += run.conflicts;
  bucket.runs++;
  if (run.status === 'failed') bucket.failed++;
}
