import type { PairEngine } from '../pair-engine.ts';
import type { AutoResolveReport, ResolveRequest, WrittenRecord } from '../reports.ts';
import { laterSide } from '../plan/newest.ts';
import { fieldOf, type State } from '../port/record.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import type { KeyRef } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { otherKeyOf } from './unique.ts';
import { resolveItems, type Resolved } from './resolve.ts';

/** What came of it, with the records the decisions are about. */
export type AutoResolved = Omit<AutoResolveReport, 'wrote' | 'follows' | 'run'> & Pick<Resolved, 'records' | 'would'>;

const HOUR = 3_600_000;

type Advice =
  | { readonly strategy: 'rename_local' | 'keep_remote' | 'keep_local'; readonly why: string }
  | { readonly skip: string };

/** requirements.md B: the first rule that fits; unknown or anything else is left to a person and does not count for `max`. Times choose a policy only. */
export async function autoResolve(
  pass: Pass,
  items: readonly ItemRow[],
  { max, who, dryRun = false }: Parameters<PairEngine['autoResolve']>[0],
): Promise<AutoResolved> {
  const report = {
    records: [] as KeyRef[],
    would: [] as WrittenRecord[],
    resolved: [] as AutoResolveReport['resolved'][number][],
    skipped: [] as AutoResolveReport['skipped'][number][],
    failed: [] as AutoResolveReport['failed'][number][],
  };
  for (const item of items) {
    if (report.resolved.length + report.failed.length >= max) break;
    const advice = await advise(pass, item);
    if ('skip' in advice) {
      report.skipped.push({ id: item.id, why: advice.skip });
      continue;
    }
    const request: ResolveRequest = {
      where: { id: item.id },
      strategy: advice.strategy,
      who,
      notes: `automatic: ${advice.why}`,
      dryRun,
    };
    const outcome = await resolveItems(pass, [item], request, new Map());
    report.records.push(...outcome.records);
    report.would.push(...outcome.would);
    const [failure] = outcome.failed;
    if (failure) report.failed.push({ id: item.id, why: failure.text });
    else report.resolved.push({ id: item.id, strategy: advice.strategy, why: advice.why });
  }
  return report;
}

async function advise(pass: Pass, item: ItemRow): Promise<Advice> {
  const [local, remote] = await records(pass, item);
  const unique = item.kind === 'unique';
  if (unique && isYoung(local, pass.ports.clock.now()))
    return { strategy: 'rename_local', why: 'the local record was created less than an hour ago' };
  if (unique && remote === null) return { strategy: 'rename_local', why: 'the local value is still taken' };
  const column = collectionOf(pass, item.collection).newestBy || 'updatedAt';
  const later = laterSide(local, remote, column);
  if (later === 'B') return { strategy: 'keep_remote', why: `the remote record is newer by ${column}` };
  return { skip: later === 'A' ? `the local record is newer by ${column}` : undecided(item, local, remote, column) };
}

/** Why times tell nothing, in the words of the kind: of one record, or of none, they never could. */
function undecided({ kind, reason, collection }: ItemRow, local: State, remote: State, column: string): string {
  if (kind === 'fk-parent-missing' || kind === 'fk-child-exists' || kind === 'rejected' || kind === 'schema')
    return `no rule decides this kind: ${reason}`;
  if (local === null || remote === null) return `no rule decides a deletion: ${reason}`;
  if (fieldOf(local, column) === undefined && fieldOf(remote, column) === undefined)
    return `${collection} has no field ${column} that could tell which record is newer`;
  return `${column} does not tell which record is newer: the times are equal, or cannot be compared`;
}

async function records(pass: Pass, item: ItemRow): Promise<[State, State]> {
  const other = otherKeyOf(item);
  if (item.kind !== 'unique' || other === null) return [item.a, item.b];
  const side = item.extra.side === 'A' ? 'A' : 'B';
  const found = (await pass.sides[side].read(item.collection, [other])).get(other) ?? null;
  return side === 'B' ? [item.a, found] : [found, item.b];
}

/** `createdAt` as ISO text or seconds or milliseconds since 1970. */
function isYoung(record: State, now: number): boolean {
  const value = fieldOf(record, 'createdAt') ?? fieldOf(record, 'created_at');
  const at =
    typeof value === 'string'
      ? Date.parse(value)
      : typeof value === 'bigint' || typeof value === 'number'
        ? scaled(Number(value))
        : Number.NaN;
  return at <= now && now - at < HOUR;
}
const scaled = (time: number): number => (time < 1e11 ? time * 1000 : time);
