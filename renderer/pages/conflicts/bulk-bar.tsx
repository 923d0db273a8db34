import { Cloud, Ellipsis, Laptop, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Strategy } from '../../../shared/model/words.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import type { InboxFilter } from './filter.ts';
import css from './inbox.module.css';

interface BulkBarProps {
  readonly rows: readonly ConflictRow[];
  readonly filter: InboxFilter;
  /** In the filter. */
  readonly total: number;
  readonly names: { readonly local: string; readonly remote: string };
  readonly strategy: Strategy | undefined;
  readonly onStrategy: (strategy: Strategy) => void;
  readonly onAll: () => void;
  readonly onClear: () => void;
}

const isInside = ({ pair, kind, collection }: InboxFilter, row: ConflictRow): boolean =>
  (pair === undefined || row.pair === pair) &&
  (kind === undefined || row.kind === kind) &&
  (collection === undefined || row.collection === collection);

/** How many are chosen, also outside of what is shown, and what can be done with them. Nothing is written from here. */
export function BulkBar(props: BulkBarProps): ReactNode {
  const { rows, filter, total, names, strategy, onStrategy, onAll, onClear } = props;
  const outside = rows.filter((row) => !isInside(filter, row)).length;
  const of = (kind: ConflictRow['kind']): boolean => rows.some((row) => row.kind === kind);
  return (
    <div className={css.bulkBar} role="toolbar" aria-label={t('bulk.bar', { n: rows.length })}>
      <strong className="medium" aria-live="polite">
        {t('bulk.chosen', { n: rows.length })}
        {outside === 0 ? null : <span className="faint">, {t('bulk.outside', { n: outside })}</span>}
      </strong>
      {rows.length >= total ? null : (
        <Button kind="quiet" size="small" onClick={onAll}>
          {t('bulk.all', { n: total })}
        </Button>
      )}
      <Button
        size="small"
        icon={Laptop}
        aria-pressed={strategy === 'keep_local'}
        onClick={() => onStrategy('keep_local')}
      >
        {t('bulk.take', { side: names.local })}
      </Button>
      <Button
        size="small"
        icon={Cloud}
        aria-pressed={strategy === 'keep_remote'}
        onClick={() => onStrategy('keep_remote')}
      >
        {t('bulk.take', { side: names.remote })}
      </Button>
      {of('unique') || of('insert/insert') ? (
        <Menu
          trigger={
            <Button size="small" icon={Ellipsis}>
              {t('bulk.more')}
            </Button>
          }
          entries={[
            ...(of('insert/insert') ? [{ label: t('bulk.keepBoth'), onSelect: () => onStrategy('keep_both') }] : []),
            ...(of('unique') ? [{ label: t('bulk.renameHere'), onSelect: () => onStrategy('rename_local') }] : []),
          ]}
        />
      ) : null}
      <Button kind="quiet" size="small" icon={X} iconOnly={t('bulk.clear')} onClick={onClear} />
    </div>
  );
}
