import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import type { SavedPlan, WirePlan, WirePlanPage } from '../../../shared/contract/plan-shapes.ts';
import { must } from '../../../shared/lib/assert.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { saveFile } from '../../components/save-file.ts';
import { csv, type Cell } from '../../model/export.ts';
import { useAsk } from '../../store/use-ask.ts';
import { useLabels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import { verbOf } from './plan-rows.ts';

const PAGE = 5000;
type Row = WirePlanPage['rows'][number];

export interface Saving {
  /** So many records are fetched; undefined: nothing is being saved. */
  readonly done: number | undefined;
  readonly all: number;
  readonly error: AppErrorBody | undefined;
  readonly asCsv: () => void;
  readonly asJson: () => void;
}

/** The whole plan as a file, whatever part of it is listed. */
export function useSavePlan(plan: WirePlan | undefined): Saving {
  const ask = useAsk();
  const labels = useLabels(plan?.pair ?? '');
  const [done, setDone] = useState<number>();
  const [error, setError] = useState<AppErrorBody>();

  const save = async (write: (plan: WirePlan, rows: readonly Row[]) => void): Promise<void> => {
    if (plan === undefined) return;
    setError(undefined);
    const rows: Row[] = [];
    setDone(0);
    while (rows.length < plan.total) {
      const request = { pair: plan.pair, plan: must(plan.id, 'a kept plan'), offset: rows.length, limit: PAGE };
      const answer = await ask('plan.entries', request);
      if (answer.error !== undefined) {
        setError(answer.error);
        break;
      }
      if (answer.data.rows.length === 0) break;
      for (const row of answer.data.rows) rows.push(row);
      setDone(rows.length);
    }
    setDone(undefined);
    // Half a plan would be taken for a whole one.
    if (rows.length === plan.total) write(plan, rows);
  };

  const word = (op: Row['op']['A']): Cell => (op === null ? '' : t(`plan.verb.${verbOf[op]}`));
  const writeCsv = ({ pair, conflicts, create }: WirePlan, rows: readonly Row[]): void => {
    const head = [t('plan.csv.collection'), t('plan.csv.key'), ...(['A', 'B'] as const).map((side) => labels[side])];
    const lines = [
      ...rows.map(({ entry: { collection }, key, op }) => [collection, key, word(op.A), word(op.B)]),
      ...conflicts.map(({ collection, key }) => [collection, key.text, t('plan.verb.hold'), t('plan.verb.hold')]),
      ...create.map(({ name, missingOn, records }) => {
        const said = t('plan.csv.create', { n: records });
        return [name, '', missingOn === 'A' ? said : '', missingOn === 'B' ? said : ''];
      }),
    ];
    saveFile(`${pair}-plan.csv`, csv(head, lines), 'text/csv');
  };
  const writeJson = ({ pair, at }: WirePlan, rows: readonly Row[]): void => {
    const saved: SavedPlan = { version: 3, pair, at, entries: rows.map(({ entry }) => entry) };
    saveFile(`${pair}-plan.json`, `${JSON.stringify(saved)}\n`, 'application/json');
  };
  return {
    done,
    all: plan?.total ?? 0,
    error,
    asCsv: () => void save(writeCsv),
    asJson: () => void save(writeJson),
  };
}

export const SavePlan = ({
  saving: { done, all, asCsv, asJson },
  disabled,
}: {
  readonly saving: Saving;
  readonly disabled: boolean;
}): ReactNode => (
  <Menu
    trigger={
      <Button kind="quiet" icon={Download} disabled={disabled || done !== undefined}>
        {done === undefined ? t('plan.save') : t('plan.saving', { n: done, all })}
      </Button>
    }
    entries={[
      { label: t('plan.saveCsv'), onSelect: asCsv },
      { label: t('plan.saveJson'), onSelect: asJson },
    ]}
  />
);
