import type { ReactNode } from 'react';
import { Added, Removed } from '../../components/change.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { Facts } from '../../components/facts.tsx';
import { Keys } from '../../components/kbd.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { fieldNames, fieldOf } from '../../model/records.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import css from './plan.module.css';
import { statesOf, type PlanRow, type Side } from './plan-rows.ts';
import { other } from './plan-table.tsx';

interface DetailProps {
  readonly pair: string;
  readonly row: PlanRow;
  readonly labels: Labels;
  readonly isOut: boolean;
  /** Undefined: it is not written anyway, or cannot be named one by one. */
  readonly onLeaveOut: (() => void) | undefined;
}

/** One record of the plan: every field before and after, where it comes from, and the way to leave it out. */
export function PlanDetail({ pair, row, labels, isOut, onLeaveOut }: DetailProps): ReactNode {
  const { collection, key, title, conflict, action } = row;
  return (
    <div className={page.paneBody}>
      <div className="stackTight">
        <p className={page.crumb}>{collection}</p>
        <h2 className="title">{title ?? key.text}</h2>
        {title === undefined ? null : <p className="mono small faint">{key.text}</p>}
        <p className="small muted">{sentenceOf(row, labels)}</p>
      </div>
      {row.sides.map((side) => (
        <Fields key={side} row={row} side={side} label={labels[side]} />
      ))}
      {conflict === undefined ? null : (
        <div className="stack">
          <Facts
            of={row.fields.map((field) => [<code key="f">{field}</code>, <Both key="b" row={row} field={field} />])}
          />
          <ButtonLink size="small" to={addresses.conflicts({ pair, collection, q: key.text })}>
            {t('plan.toConflict')}
          </ButtonLink>
        </div>
      )}
      {action === undefined ? null : (
        <Facts
          of={[
            [t('plan.comesFrom'), comesFrom(row, labels)],
            [t('plan.rule'), action.rules.length > 0 ? action.rules.join(', ') : t('plan.noRule')],
            [t('plan.undo'), t('plan.canUndo')],
          ]}
        />
      )}
      {onLeaveOut === undefined ? null : (
        <Button size="small" aria-pressed={isOut} onClick={onLeaveOut}>
          {t(isOut ? 'plan.takeIn' : 'plan.leaveOut')} <Keys of="X" />
        </Button>
      )}
    </div>
  );
}

function sentenceOf({ verb, sides, conflict, action }: PlanRow, labels: Labels): string {
  if (conflict !== undefined) return conflict.reason;
  if (action !== undefined && action.rules.length > 0) return t('plan.why.rule');
  const [side = 'B'] = sides;
  if (sides.length === 2) return t('plan.why.both');
  const names = { side: labels[side], other: labels[other(side)] };
  return t(`plan.why.${verb === 'hold' ? 'change' : verb}`, names);
}

const comesFrom = ({ sides }: PlanRow, labels: Labels): string =>
  sides.length === 2 ? t('plan.fromBoth') : labels[other(sides[0] ?? 'B')];

const Both = ({ row: { conflict }, field }: { readonly row: PlanRow; readonly field: string }): ReactNode => (
  <span className="row wrap">
    <Value of={fieldOf(conflict?.local ?? null, field)} /> <span className="faint">/</span>{' '}
    <Value of={fieldOf(conflict?.remote ?? null, field)} />
  </span>
);

function Fields({
  row,
  side,
  label,
}: {
  readonly row: PlanRow;
  readonly side: Side;
  readonly label: string;
}): ReactNode {
  const states = statesOf(row, side);
  if (states === undefined) return null;
  const { before, after } = states;
  const all = fieldNames(before, after);
  const moved = all.filter((field) => JSON.stringify(fieldOf(before, field)) !== JSON.stringify(fieldOf(after, field)));
  const kept = all.length - moved.length;
  return (
    <div className={table.tableInset}>
      <table className={cx(table.table, css.tableTight)}>
        <thead>
          <tr>
            <th>{t('plan.field')}</th>
            <th>{t('plan.now', { side: label })}</th>
            <th>{t('plan.then', { side: label })}</th>
          </tr>
        </thead>
        <tbody>
          {moved.map((field) => (
            <tr key={field}>
              <td className="mono">{field}</td>
              <td>
                <Removed of={fieldOf(before, field)} />
              </td>
              <td>
                <Added of={fieldOf(after, field)} />
              </td>
            </tr>
          ))}
          {kept === 0 ? null : (
            <tr>
              <td colSpan={3} className="faint">
                {t('plan.kept', { n: kept })}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
