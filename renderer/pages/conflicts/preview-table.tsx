import type { ReactNode } from 'react';
import type { WireRecord } from '../../../shared/model/ejson.ts';
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
}: {
  readonly rows: readonly ConflictRow[];
  readonly trial: Outcome;
}): ReactNode {
  const pairs = previews.slice(0, SHOWN).flatMap((preview) => {
    const row = rows.find(({ id, pair }) => id === preview.id && pair === preview.pair);
    return row === undefined ? [] : [{ row, preview }];
  });
  if (pairs.length === 0) return null;
  return (
    <>
      <div className={table.tableInset}>
        <table className={table.table}>
          <caption className="srOnly">{t('bulk.pane')}</caption>
          <thead>
            <tr>
              <th>{t('bulk.column.record')}</th>
              <th>{t('bulk.column.here')}</th>
              <th>{t('bulk.column.there')}</th>
              <th>{t('bulk.column.result')}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ row, preview }) => (
              <PreviewRow key={`${row.pair} ${row.id}`} row={row} preview={preview} />
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
}: {
  readonly row: ConflictRow;
  readonly preview: Preview;
}): ReactNode {
  const { data } = useCall('conflicts.show', { id, pair }, ['conflicts']);
  const [field] = fields;
  return (
    <tr>
      <td className={css.previewCell}>
        <span className="medium">{title}</span>
        {field === undefined ? null : <span className="tiny faint mono">{fields.join(', ')}</span>}
      </td>
      <td className="faint">{data === undefined ? '' : <Cell of={data.local} field={field} />}</td>
      <td className="faint">{data === undefined ? '' : <Cell of={data.remote} field={field} />}</td>
      <td className="medium">
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
