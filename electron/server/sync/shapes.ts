import { syncConfigKeys } from '../../../shared/config/pair-options.ts';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireNetwork } from '../../../shared/contract/network-shapes.ts';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { isExtended, type ExtendedJson, type WireRecord, type WireValue } from '../../../shared/model/ejson.ts';

/** A run as `/api/sync` tells it: of what set it off only whether it was a person, of its collections those that were asked for. */
export function runShape(run: WireRun, collections: readonly string[] = run.collections) {
  const asked = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(collections.map((name) => [name, counts[name] ?? 0]));
  return {
    startTime: run.startTime,
    endTime: run.endTime,
    status: run.status,
    trigger: run.trigger === 'manual' ? 'manual' : 'automatic',
    collections,
    localToRemote: asked(run.localToRemote),
    remoteToLocal: asked(run.remoteToLocal),
    conflicts: asked(run.conflicts),
    durationSeconds: run.durationSeconds,
  };
}

const isOnline = (name: string, { pairs }: WireNetwork): boolean =>
  pairs.some(({ pair, online }) => pair === name && online);

export const networkShape = (pair: string, network: WireNetwork) => ({
  is_running: network.running,
  is_online: isOnline(pair, network),
  last_check: network.lastCheck,
  check_interval_seconds: network.checkIntervalSeconds,
});

export const statusShape = ({ pair, lastRun, runs, conflicts, syncing }: WirePairStatus, network: WireNetwork) => ({
  lastSyncTime: lastRun === null ? null : (lastRun.endTime ?? lastRun.startTime),
  lastSyncStatus: lastRun?.status ?? null,
  lastSyncDuration: lastRun?.durationSeconds ?? null,
  totalSyncsCompleted: runs,
  totalConflicts: conflicts.total,
  unresolvedConflicts: conflicts.open,
  isOnline: isOnline(pair, network),
  isSyncing: syncing !== null,
});

export const isSettled = ({ status }: WireConflict): boolean => status === 'resolved' || status === 'vanished';

/** Of a unique clash the two sides show different records, each by its own key. */
export function conflictShape(conflict: WireConflict) {
  const { id, collection, key, fields, other, at, notes } = conflict;
  const mine = conflict.local ?? conflict.remote;
  const local = other?.side === 'A' ? other : { key, record: other ? mine : conflict.local };
  const remote = other?.side === 'B' ? other : { key, record: other ? mine : conflict.remote };
  return {
    _id: id,
    collection,
    localId: idText(local.key.text),
    remoteId: idText(remote.key.text),
    field: fields.join(', '),
    localValue: disputed(local.record, fields),
    remoteValue: disputed(remote.record, fields),
    timestamp: at,
    resolved: isSettled(conflict),
    notes,
  };
}

/** Scripts know an object id by its digits. */
const idText = (key: string): string => /^ObjectId\(([0-9a-f]{24})\)$/.exec(key)?.[1] ?? key;

/** What is in dispute on a side: one value, several by their names, or the whole record. */
function disputed(record: WireRecord | null, fields: readonly string[]): ExtendedJson {
  if (record === null) return null;
  const [only, ...more] = fields;
  if (only !== undefined && more.length === 0) return plain(record[only]);
  const shown = only === undefined ? Object.keys(record) : fields;
  return Object.fromEntries(shown.map((name) => [name, plain(record[name])]));
}

const plain = (wire: WireValue | undefined): ExtendedJson =>
  wire === undefined ? null : plainJson(isExtended(wire) ? wire.$extended : (wire as ExtendedJson));

/** As scripts know them: numbers, dates and object ids as such; what JSON has no form for stays Extended JSON. */
function plainJson(json: ExtendedJson): ExtendedJson {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return (json as readonly ExtendedJson[]).map(plainJson);
  const entries = Object.entries(json) as [string, ExtendedJson][];
  const [tag = '', body = null] = entries.length === 1 ? (entries[0] ?? []) : [];
  switch (tag) {
    case '$oid':
      return body;
    case '$numberInt':
    case '$numberLong':
    case '$numberDouble':
      return numberOr(body, json);
    case '$date':
      return dateOr(plainJson(body), json);
    default:
      return Object.fromEntries(entries.map(([name, each]) => [name, plainJson(each)]));
  }
}

/** A number that JSON would change stays as it is. */
function numberOr(text: ExtendedJson, json: ExtendedJson): ExtendedJson {
  const number = Number(text);
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : json;
}

function dateOr(ms: ExtendedJson, json: ExtendedJson): ExtendedJson {
  const date = new Date(typeof ms === 'number' ? ms : Number.NaN);
  return Number.isNaN(date.getTime()) ? json : date.toISOString();
}

export const configShape = ({ options }: WirePair) =>
  Object.fromEntries(syncConfigKeys.map((key) => [key, options[key]]));
