import { Ban, Hand } from 'lucide-react';
import { memo, useEffect, useRef, type ReactNode } from 'react';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { Change } from '../../components/change.tsx';
import { Icon } from '../../components/icon.tsx';
import { rowKeys } from '../../components/row-keys.ts';
import table from '../../components/table.module.css';
import { cx } from '../../components/cx.ts';
import { fieldOf } from '../../model/records.ts';
import { sideIcon } from '../../model/side.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import css from './plan.module.css';
import { statesOf, type PlanRow, type Side } from './plan-rows.ts';
import { VerbWord } from './verb.tsx';

interface TableProps {
  readonly rows: readonly PlanRow[];
  readonly chosen: string | undefined;
  readonly leftOut: ReadonlySet<string>;
  readonly status: WirePairStatus | undefined;
  readonly labels: Labels;
  readonly onChoose: (id: string) => void;
}

/** What would happen to what; arrows go from record to record, and the one with the focus is shown beside. */
export function PlanTable({ rows, chosen, leftOut, status, labels, onChoose }: TableProps): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const stop = rows.some(({ id }) => id === chosen) ? chosen : rows[0]?.id;
  useEffect(() => {
    if (body.current?.contains(document.activeElement) !== true) return;
    body.current.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  }, [chosen]);
  return (
    <table
      className={cx(table.table, css.tableFixed)}
      role="grid"
      aria-label={t('plan.list')}
      aria-rowcount={rows.length}
    >
      <thead>
        <tr>
          <th className={css.colVerb}>{t('plan.what')}</th>
          <th className={css.colSide}>{t('plan.onHead')}</th>
          <th className={css.colRecord}>{t('plan.record')}</th>
          <th>{t('plan.change')}</th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={rowKeys}>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            isChosen={row.id === chosen}
            isStop={row.id === stop}
            isOut={leftOut.has(row.id)}
            status={status}
            labels={labels}
            onChoose={onChoose}
          />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = Pick<TableProps, 'status' | 'labels' | 'onChoose'> & {
  readonly row: PlanRow;
  readonly isChosen: boolean;
  readonly isStop: boolean;
  readonly isOut: boolean;
};

/** Drawn again only where it is another: there are many. */
const Row = memo(({ row, isChosen, isStop, isOut, status, labels, onChoose }: RowProps): ReactNode => (
  <tr
    data-row=""
    tabIndex={isStop ? 0 : -1}
    aria-selected={isChosen}
    onFocus={() => onChoose(row.id)}
    onClick={() => onChoose(row.id)}
  >
    <td>
      <VerbWord verb={row.verb} />
    </td>
    <td>
      <Where row={row} status={status} labels={labels} />
    </td>
    <td>
      <span className="faint">{row.collection}</span>{' '}
      <span className="medium">{[row.key.text, row.title].filter(Boolean).join(' · ')}</span>
    </td>
    <td className="clip">
      {isOut ? (
        <span className="row muted">
          <Icon of={Ban} size="small" />
          {t('plan.leftOut')}
        </span>
      ) : (
        <What row={row} labels={labels} />
      )}
    </td>
  </tr>
));

function Where({
  row: { sides },
  status,
  labels,
}: { readonly row: PlanRow } & Pick<TableProps, 'status' | 'labels'>): ReactNode {
  const [first] = sides;
  const place = first === 'A' ? status?.a : status?.b;
  const words = sides.length === 0 ? t('plan.neither') : sides.length === 2 ? t('plan.both') : labels[first as Side];
  return (
    <span className="row muted">
      {sides.length === 0 ? <Icon of={Hand} size="small" /> : place ? <Icon of={sideIcon(place)} size="small" /> : null}
      <span className={css.sideLabel}>{words}</span>
    </span>
  );
}

function What({ row, labels }: { readonly row: PlanRow; readonly labels: Labels }): ReactNode {
  const { verb, conflict, fields, sides } = row;
  if (conflict !== undefined) return <span className="muted">{conflict.reason}</span>;
  const [side = 'B'] = sides;
  if (verb === 'delete') return <span className="muted">{t('plan.goneOn', { side: labels[other(side)] })}</span>;
  if (verb === 'add') return <span className="muted">{t('plan.cameFrom', { side: labels[other(side)] })}</span>;
  const states = statesOf(row, side);
  const [field] = fields;
  if (states === undefined || field === undefined) return null;
  return (
    <Change clip field={field} before={fieldOf(states.before, field)} after={fieldOf(states.after, field)}>
      {fields.length > 1 ? <span className="faint tiny">{t('plan.more', { n: fields.length - 1 })}</span> : null}
    </Change>
  );
}

export const other = (side: Side): Side => (side === 'A' ? 'B' : 'A');
