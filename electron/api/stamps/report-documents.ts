import { syncConfigKeys, type PairOptions } from '../../../shared/config/pair-options.ts';
import { isExtended, type ExtendedJson } from '../../../shared/model/ejson.ts';
import { decodeKey } from '../../engine/port/key-codec.ts';
import { ORDER_OF_FIELDS, orderIn, shownFields } from '../../engine/port/field-order.ts';
import { fieldOf, type State } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import type { RunReport } from '../../engine/reports/run.ts';
import type { ConflictItem } from '../../engine/reports/waiting.ts';
import { wireOf, wireStateOf } from '../mapping/values.ts';

/** A document for the local database, as canonical Extended JSON. */
export type ReportDocument = Readonly<Record<string, ExtendedJson>>;

const date = (ms: number | undefined): ExtendedJson => (ms ? { $date: { $numberLong: String(ms) } } : null);
const whole = (n: number): ExtendedJson => ({ $numberLong: String(n) });
const counts = (of: Readonly<Record<string, number>>): ExtendedJson =>
  Object.fromEntries(Object.entries(of).map(([name, n]) => [name, whole(n)]));

function valueJson(value: Value | undefined): ExtendedJson {
  if (value === undefined) return null;
  const wire = wireOf(value);
  return isExtended(wire) ? wire.$extended : (wire as ExtendedJson);
}

const recordJson = (state: State): ExtendedJson =>
  state &&
  Object.fromEntries(
    Object.entries(wireStateOf(state) ?? {}).map(([name, wire]) => [
      name,
      isExtended(wire) ? wire.$extended : (wire as ExtendedJson),
    ]),
  );

/** What is in dispute in this state: one value, several by their names, or the whole record. */
function disputed(state: State, fields: readonly string[]): ExtendedJson {
  const [only, ...more] = fields;
  if (state === null || only === undefined) return recordJson(state);
  if (only === ORDER_OF_FIELDS) return orderIn(state).join(', ') || 'by name';
  if (more.length === 0) return valueJson(fieldOf(state, only));
  return Object.fromEntries(fields.map((name) => [name, valueJson(fieldOf(state, name))]));
}

/** A conflict with the fields of `GET /conflicts`, and the pair. `keyField` is the name of the field that identifies a document. */
export function conflictDocument(item: ConflictItem, keyField: string): ReportDocument {
  const { other } = item;
  const fields = shownFields(item.fields);
  const mine = { key: item.key, record: item.local ?? item.remote };
  const local = other?.side === 'A' ? { key: other.key, record: other.record } : { ...mine, record: item.local };
  const remote = other?.side === 'B' ? { key: other.key, record: other.record } : { ...mine, record: item.remote };
  const idOf = ({ key, record }: { readonly key: ConflictItem['key']; readonly record: State }): ExtendedJson =>
    valueJson(fieldOf(record, keyField) ?? decodeKey(key)[0]);
  return {
    _id: whole(item.id),
    pair: item.pair,
    collection: item.collection,
    localId: idOf(local),
    remoteId: idOf(remote),
    field: fields.join(', '),
    localValue: disputed(local.record, fields),
    remoteValue: disputed(remote.record, fields),
    timestamp: date(item.at),
    resolved: item.state === 'resolved' || item.state === 'vanished',
    notes: item.notes,
  };
}

/** A sync with the fields of the answer to `POST /sync`, and the pair. */
export function runDocument(run: RunReport): ReportDocument {
  const duration = run.endedAt > 0 ? Math.max(0, run.endedAt - run.startedAt) / 1000 : null;
  return {
    _id: whole(run.id),
    pair: run.pair,
    startTime: date(run.startedAt),
    endTime: date(run.endedAt),
    status: run.status,
    trigger: run.trigger === 'manual' ? 'manual' : 'automatic',
    collections: [...run.collections],
    localToRemote: counts(run.aToB),
    remoteToLocal: counts(run.bToA),
    conflicts: counts(run.conflicts),
    durationSeconds: duration === null ? null : { $numberDouble: String(duration) },
  };
}

export function configDocument(pair: string, options: PairOptions): ReportDocument {
  const json = (value: PairOptions[(typeof syncConfigKeys)[number]]): ExtendedJson =>
    typeof value !== 'number' ? value : Number.isInteger(value) ? whole(value) : { $numberDouble: String(value) };
  return { _id: pair, pair, ...Object.fromEntries(syncConfigKeys.map((key) => [key, json(options[key])])) };
}
