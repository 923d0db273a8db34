import type { WirePlannedChange } from '../../../shared/contract/plan-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import type { PlanReport } from '../../engine/reports/plan.ts';
import { sideNames } from '../../engine/settings.ts';
import { wireKeyOf } from './key-text.ts';
import { titleOf } from './record-title.ts';
import { wireStatesOf } from './values.ts';

/** What an action would change, on each side that it writes. */
export function plannedChanges({
  collection,
  key,
  op,
  fields,
  before,
  after,
}: PlanReport['actions'][number]): WirePlannedChange[] {
  const states = wireStatesOf([before.A, before.B, after], fields);
  const [a = null, b = null, agreed = null] = states;
  return sideNames.flatMap((side) => {
    const what = op[side];
    if (what === undefined) return [];
    return [
      {
        collection,
        key: wireKeyOf(key),
        title: titleOf(key, [after, before.A, before.B]),
        side,
        what,
        fields: changedIn(side === 'A' ? a : b, what === 'delete' ? null : agreed),
      },
    ];
  });
}

function changedIn(before: WireRecord | null, after: WireRecord | null): WirePlannedChange['fields'] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((field) => {
    const [from, to] = [valueIn(before, field), valueIn(after, field)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [{ field, ...(from === undefined ? {} : { before: from }), ...(to === undefined ? {} : { after: to }) }];
  });
}

const valueIn = (record: WireRecord | null, field: string): WireRecord[string] | undefined =>
  record !== null && Object.hasOwn(record, field) ? record[field] : undefined;
