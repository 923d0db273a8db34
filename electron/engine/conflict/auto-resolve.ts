import { append } from '../../../shared/lib/append.ts';
import type { AutoResolveReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { ResolveRequest } from '../requests.ts';
import { laterSide } from '../plan/newest.ts';
import { timeOfDate } from '../port/bson-value.ts';
import { bsonType } from '../port/bson-type.ts';
import { fieldOf, type State } from '../port/record.ts';
import { BsonValue, type Value } from '../port/value.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { otherKeyOf } from './clash.ts';
import { isStillTaken } from './unique.ts';
import { resolveItems, type Resolved } from './resolve.ts';
import { sharedText, Taken } from './shared-records.ts';

/** What came of it, with the records the decisions are about. */
export type AutoResolved = Omit<AutoResolveReport, 'wrote' | 'follows' | 'run' | 'byItself'> &
  Pick<Resolved, 'records' | 'done' | 'would'>;

/** It was no conflict any more when it was looked at once more: nothing had to be decided, and it does not count for `max`. */
export const CLEARED = { strategy: null, why: 'the other side does not dispute it any more' } as const;

const HOUR = 3_600_000;

/** Both records of a clash, for each waits for the other. */
function bothOf(item: ItemRow): readonly KeyRef[] {
  const other = otherKeyOf(item);
  return other === null ? [item] : [item, { collection: item.collection, key: other }];
}

type Advice =
  | { readonly strategy: 'rename_local' | 'keep_remote' | 'keep_local'; readonly why: string }
  | { readonly skip: string };

export interface AutoRequest {
  readonly max: number;
  readonly who: string;
  readonly dryRun?: boolean | undefined;
  /** The items as they stood before the records were looked at once more. */
  readonly shown: readonly ItemRow[];
}

/** requirements.md B: the first rule that fits; unknown or anything else is left to a person and does not count for `max`. Times choose a policy only. */
export async function autoResolve(
  pass: Pass,
  items: readonly ItemRow[],
  { max, who, shown, dryRun = false }: AutoRequest,
): Promise<AutoResolved> {
  const report = {
    records: [] as KeyRef[],
    done: [] as KeyRef[],
    would: [] as WrittenRecord[],
    resolved: [] as AutoResolveReport['resolved'][number][],
    skipped: [] as AutoResolveReport['skipped'][number][],
    failed: [] as AutoResolveReport['failed'][number][],
    notLookedAt: 0,
  };
  let decided = 0;
  const taken = new Taken();
  for (const [i, item] of items.entries()) {
    const shared = taken.sharedBy(item);
    if (shared) {
      report.skipped.push({ id: item.id, why: `${sharedText(shared)} Sync, then run auto-resolve again.` });
      continue;
    }
    if (item.kind === 'unique' && !(await isStillTaken(pass, item))) {
      const both = bothOf(item);
      if (!dryRun) await pass.store.commit(pass.id, { touch: both });
      report.records.push(...both);
      report.done.push(...both);
      report.resolved.push({ id: item.id, ...CLEARED });
      continue;
    }
    if (decided + report.failed.length >= max) {
      report.notLookedAt = items.length - i;
      break;
    }
    const advice = await advise(pass, item, shown);
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
    append(report.records, outcome.records);
    append(report.done, outcome.done);
    append(report.would, outcome.would);
    const [failure] = outcome.failed;
    if (failure) {
      report.failed.push({ id: item.id, why: failure.text });
      continue;
    }
    decided++;
    taken.take(item.id, outcome.preview);
    report.resolved.push({ id: item.id, strategy: advice.strategy, why: advice.why });
  }
  return report;
}

async function advise(pass: Pass, item: ItemRow, shown: readonly ItemRow[]): Promise<Advice> {
  const [local, remote] = await records(pass, item);
  const unique = item.kind === 'unique';
  if (unique && isYoung(local, pass.ports.clock.now()))
    return { strategy: 'rename_local', why: 'the local record was created less than an hour ago' };
  const before = shown.find(({ id }) => id === item.id);
  if (unique && (remote === null || (before && otherKeyOf(before) !== otherKeyOf(item))))
    return { strategy: 'rename_local', why: 'the local value is still taken' };
  const column = collectionOf(pass, item.collection).newestBy || 'updatedAt';
  const later = laterSide(local, remote, column);
  if (later === 'B') return { strategy: 'keep_remote', why: `the remote record is newer by ${column}` };
  return { skip: later === 'A' ? `the local record is newer by ${column}` : undecided(item, local, remote, column) };
}

/** Why times tell nothing, in the words of the kind: of one record, or of none, they never could. */
function undecided({ kind, reason, collection }: ItemRow, local: State, remote: State, column: string): string {
  if (
    kind === 'fk-parent-missing' ||
    kind === 'fk-child-exists' ||
    kind === 'rejected' ||
    kind === 'type-misfit' ||
    kind === 'schema'
  )
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

/** When the record says that it was created, else when the object id of its key was made. */
function isYoung(record: State, now: number): boolean {
  const told = fieldOf(record, 'createdAt') ?? fieldOf(record, 'created_at');
  const at = told === undefined || told === null ? madeAt(fieldOf(record, '_id')) : momentOf(told);
  return at <= now && now - at < HOUR;
}

/** A date, ISO text, or seconds or milliseconds since 1970; NaN for anything else. */
function momentOf(value: Value): number {
  if (typeof value === 'string') return Date.parse(value);
  if (typeof value === 'bigint' || typeof value === 'number') return scaled(Number(value));
  return Number(timeOfDate(value) ?? Number.NaN);
}
const scaled = (time: number): number => (time < 1e11 ? time * 1000 : time);

/** An object id begins with the second in which it was made. */
function madeAt(id: Value | undefined): number {
  if (!(id instanceof BsonValue) || id.type !== bsonType.objectId) return Number.NaN;
  return Buffer.from(id.bytes).readUInt32BE(0) * 1000;
}
