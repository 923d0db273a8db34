import { useMemo, useState } from 'react';
import type { WirePlan } from '../../../shared/contract/plan-shapes.ts';
import { planRows, verbs, type PlanRow, type Verb } from './plan-rows.ts';

export type Shown = 'all' | Verb;

export interface PlanView {
  readonly rows: readonly PlanRow[];
  readonly shown: readonly PlanRow[];
  readonly counts: Readonly<Record<Shown, number>>;
  readonly filter: Shown;
  readonly setFilter: (filter: Shown) => void;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly chosen: PlanRow | undefined;
  readonly choose: (id: string) => void;
  readonly leftOut: ReadonlySet<string>;
  /** Whether the record is one that the run can be told to leave out. */
  readonly canLeaveOut: (row: PlanRow) => boolean;
  readonly toggleOut: (row: PlanRow) => void;
  /** How many changes would be applied. */
  readonly toApply: number;
}

/** What of a plan is shown, which record is looked at, and what is left out. */
export function usePlanView(plan: WirePlan): PlanView {
  const rows = useMemo(() => planRows(plan), [plan]);
  const [filter, setFilter] = useState<Shown>('all');
  const [text, setText] = useState('');
  const [id, choose] = useState<string>();
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const words = text.toLowerCase().trim();
  const shown = rows.filter(
    (row) => (filter === 'all' || row.verb === filter) && (words === '' || searched(row).includes(words)),
  );
  const counts = Object.fromEntries([
    ['all', rows.length],
    ...verbs.map((verb) => [verb, rows.filter((row) => row.verb === verb).length]),
  ]) as Record<Shown, number>;
  const canLeaveOut = (row: PlanRow): boolean => row.action !== undefined;
  const out = rows.filter((row) => leftOut.has(row.id)).length;
  const created = plan.create.reduce((sum, { records }) => sum + records, 0);
  return {
    rows,
    shown,
    counts,
    filter,
    setFilter,
    text,
    setText,
    chosen: shown.find((row) => row.id === id) ?? shown[0],
    choose,
    leftOut,
    canLeaveOut,
    toggleOut: (row) =>
      setLeftOut((now) => {
        const next = new Set(now);
        if (!next.delete(row.id)) next.add(row.id);
        return next;
      }),
    toApply: plan.total - out + created,
  };
}

const searched = ({ collection, key, title, fields }: PlanRow): string =>
  [collection, key.text, title ?? '', ...fields].join(' ').toLowerCase();
