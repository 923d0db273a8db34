import { append } from '../../../shared/lib/append.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { AutoResolveReport } from '../reports/decision.ts';
import type { ResolveRequest } from '../requests.ts';
import { laterSide } from '../plan/newest.ts';
import { timeOfDate } from '../port/bson-value.ts';
import { bsonType } from '../port/bson-type.ts';
import { fieldOf, type State } from '../port/record.ts';
import { BsonValue, type Value } from '../port/value.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { isReference } from '../run/park.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { otherKeyOf } from './clash.ts';
import { isStillTaken } from './unique.ts';
import { byId, resolveItems, type Resolved } from './resolve.ts';
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

interface Decision {
  readonly strategy: 'rename_local' | 'keep_remote' | 'keep_local';
  readonly why: string;
}
type Advice = Decision | { readonly skip: string };

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
  const resolved: AutoResolveReport['resolved'][number][] = [];
  const undecided = new Map<ItemRow, string>();
  const advised = new Map<ItemRow, Decision>();
  const settled: KeyRef[] = [];
  let notLookedAt = 0;
  for (const [i, item] of items.entries()) {
    if (item.kind === 'unique' && !(await isStillTaken(pass, item))) {
      settled.push(...bothOf(item));
      resolved.push({ id: item.id, ...CLEARED });
      continue;
    }
    if (advised.size >= max) {
      notLookedAt = items.length - i;
      break;
    }
    const advice = await advise(pass, item, shown);
    if ('skip' in advice) undecided.set(item, advice.skip);
    else advised.set(item, advice);
  }
  if (!dryRun) await pass.store.commit(pass.id, { touch: settled });
  const outcome = await resolveItems(pass, [...advised.keys()], {
    decisionOf: (item) => asked(item, must(advised.get(item), 'what was advised'), who),
    dryRun,
  });
  const by = new Map([...advised].map(([{ id }, advice]) => [id, advice]));
  append(
    resolved,
    outcome.resolved.map(({ id }) => ({ id, ...must(by.get(id), 'what was advised') })),
  );
  return {
    records: [...settled, ...outcome.records],
    done: [...settled, ...outcome.done],
    would: outcome.would,
    resolved: resolved.toSorted(byId),
    skipped: [
      ...skippedOf(undecided, outcome),
      ...outcome.left.map(({ id, why }) => ({ id, why: `${why} ${AGAIN}` })),
    ].toSorted(byId),
    failed: outcome.failed.map(({ id, code, text }) => ({ id, code, why: text })),
    notLookedAt,
  };
}

/** Whether one of these needs a person tells only once what was decided about its record has been looked at. */
function skippedOf(
  undecided: ReadonlyMap<ItemRow, string>,
  { preview }: Pick<Resolved, 'preview'>,
): AutoResolveReport['skipped'] {
  const taken = new Taken();
  for (const { id, ...record } of preview) taken.take(id, [record]);
  return [...undecided].map(([item, why]) => {
    const shared = taken.sharedBy(item);
    return { id: item.id, why: shared ? `${sharedText(shared)} ${AGAIN}` : why };
  });
}

const AGAIN = 'Sync; if it still waits then, run auto-resolve again.';

const asked = ({ id, generation }: ItemRow, { strategy, why }: Decision, who: string): ResolveRequest => ({
  where: { id },
  strategy,
  who,
  notes: `automatic: ${why}`,
  generation,
});

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
  return {
    skip: later === 'A' ? `the local record is newer by ${column}` : undecided(pass, item, [local, remote], column),
  };
}

/** Why times tell nothing, in the words of the kind: of one record, or of none, they never could. */
function undecided(
  pass: Pass,
  { kind, reason, collection }: ItemRow,
  records: readonly [State, State],
  column: string,
): string {
  if (isReference(kind) || kind === 'rejected' || kind === 'type-misfit' || kind === 'schema')
    return `no rule decides this kind: ${reason}`;
  if (records.includes(null)) return `no rule decides a deletion: ${reason}`;
  const { anyField, fields } = collectionOf(pass, collection);
  if (!anyField && !fields.some(({ name }) => name === column))
    return `${collection} has no field ${column} that could tell which record is newer`;
  const [local, remote] = records.map((record) => (fieldOf(record, column) ?? null) !== null);
  if (!local && !remote) return `neither of the two records has ${column}, which could tell which is newer`;
  if (!local || !remote)
    return `only the ${local ? 'local' : 'remote'} record has ${column}, so it does not tell which is newer`;
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
