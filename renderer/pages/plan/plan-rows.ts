import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WirePlan, WirePlannedAction } from '../../../shared/contract/plan-shapes.ts';
import { differing, titleOf, type State } from '../../model/records.ts';

export const verbs = ['delete', 'hold', 'change', 'add'] as const;
export type Verb = (typeof verbs)[number];
export type Side = 'A' | 'B';
const sides: readonly Side[] = ['A', 'B'];

/** One line of a plan: what would happen to one record, on one side or on both. */
export interface PlanRow {
  /** Of the record; the same as in the entries of the plan. */
  readonly id: string;
  readonly verb: Verb;
  readonly sides: readonly Side[];
  readonly collection: string;
  readonly key: { readonly hex: string; readonly text: string };
  readonly title: string | undefined;
  readonly fields: readonly string[];
  readonly action: WirePlannedAction | undefined;
  readonly conflict: WireConflict | undefined;
}

export const recordId = (collection: string, hex: string): string => `${collection} ${hex}`;

export const verbOf = { insert: 'add', update: 'change', delete: 'delete' } as const;

/** Everything the plan names, what removes records on top, then what is held back. */
export function planRows(plan: WirePlan): readonly PlanRow[] {
  const rows = [...plan.actions.flatMap(actionRow), ...plan.conflicts.map(heldRow)];
  return rows.toSorted((x, y) => verbs.indexOf(x.verb) - verbs.indexOf(y.verb));
}

function actionRow(action: WirePlannedAction): readonly PlanRow[] {
  const { collection, key, op, before, after, fields } = action;
  const touched = sides.filter((side) => op[side] !== null);
  const words = touched.map((side) => verbOf[op[side] ?? 'update']);
  const verb = verbs.find((each) => words.includes(each as (typeof words)[number]));
  if (verb === undefined) return [];
  return [
    {
      id: recordId(collection, key.hex),
      verb,
      sides: touched,
      collection,
      key,
      title: titleOf(after, before.A, before.B),
      fields: fields.length > 0 ? fields : touched.flatMap((side) => differing(before[side], after)),
      action,
      conflict: undefined,
    },
  ];
}

const heldRow = (conflict: WireConflict): PlanRow => ({
  id: recordId(conflict.collection, conflict.key.hex),
  verb: 'hold',
  sides: [],
  collection: conflict.collection,
  key: conflict.key,
  title: titleOf(conflict.local, conflict.remote, conflict.base),
  fields: conflict.fields,
  action: undefined,
  conflict,
});

export interface SideCounts {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
}

/** What would be done on a side, of everything, also of what is not listed. */
export function countsOn(plan: WirePlan, side: Side): SideCounts {
  const movements = Object.values(side === 'B' ? plan.localToRemote : plan.remoteToLocal);
  const sum = (op: 'insert' | 'update' | 'delete'): number => movements.reduce((all, each) => all + each[op], 0);
  const fresh = plan.create
    .filter(({ missingOn }) => missingOn === side)
    .reduce((all, { records }) => all + records, 0);
  return { added: sum('insert') + fresh, changed: sum('update'), deleted: sum('delete') };
}

/** The state that a side has now, and the one it would have. */
export const statesOf = (
  { action }: PlanRow,
  side: Side,
): { readonly before: State; readonly after: State } | undefined =>
  action === undefined || action.op[side] === null ? undefined : { before: action.before[side], after: action.after };
