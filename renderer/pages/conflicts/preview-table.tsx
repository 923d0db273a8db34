import type { ReactNode } from 'react';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import { cx } from '../../components/cx.ts';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import type { Outcome, Preview } from './decide-many.ts';
import css from './inbox.module.css';

const SHOWN = 8;

/** The first records with what they hold now and what they would hold. */
export function PreviewTable({
  rows,
  trial: { previews },
  strategy,
}: {
  readonly rows: readonly ConflictRow[];
  readonly trial: Outcome;
  readonly strategy: Strategy;
}): ReactNode {
  // What changes is told: of the side whose values are taken nothing does.
  const side = strategy === 'keep_local' ? 'remote' : 'local';
  const pairs = previews.slice(0, SHOWN).flatMap((preview) => {
    const row = rows.find(({ id, pair }) => id === preview.id && pair === preview.pair);
    return row === undefined ? [] : [{ row, preview }];
  });
  if (pairs.length === 0) return null;
  return (
    <>
      <div className={table.tableInset}>
        <table className={cx(table.table, css.previewTable)}>
          <caption className="srOnly">{t('bulk.pane')}</caption>
          <thead>
            <tr>
              <th>{t('bulk.column.record')}</th>
              <th>{t(side === 'local' ? 'bulk.column.here' : 'bulk.column.there')}</th>
              <th>{t('bulk.column.result')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ row, preview }) => (
              <PreviewRow key={`${row.pair} ${row.id}`} row={row} preview={preview} side={side} />
            ))}
          </tbody>
        </table>
      </div>
      {previews.length <= pairs.length ? null : (
        <p className="tiny faint">{t('bulk.firstOf', { n: pairs.length, of: previews.length })}</p>
      )}
    </>
  );
}

function PreviewRow({
  row: { id, pair, title, fields },
  preview: { a, b },
  side,
}: {
  readonly row: ConflictRow;
  readonly preview: Preview;
  readonly side: 'local' | 'remote';
}): ReactNode {
  const { data } = useCall('conflicts.show', { id, pair }, ['conflicts']);
  const [field] = fields;
  return (
    <tr>
      <td>
        <div className="medium clip" title={title}>
          {title}
        </div>
        {field === undefined ? null : (
          <div className="tiny faint mono clip" title={fields.join(', ')}>
            {fields.join(', ')}
          </div>
        )}
      </td>
      <td className="faint clip">{data === undefined ? '' : <Cell of={data[side]} field={field} />}</td>
      <td className="medium clip">
        <Cell of={a ?? b} field={field} />
      </td>
    </tr>
  );
}

const Cell = ({
  of: record,
  field,
}: {
  readonly of: WireRecord | null;
  readonly field: string | undefined;
}): ReactNode =>
  record === null ? (
    t('bulk.gone')
  ) : field === undefined ? (
    t('bulk.records', { n: 1 })
  ) : (
    <Value of={record[field]} maxLength={40} />
  );
