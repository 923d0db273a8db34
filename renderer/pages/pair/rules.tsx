import type { ReactNode } from 'react';
import { ErrorNotice } from '../../components/notice.tsx';
import page from '../../components/page.module.css';
import { ButtonLink } from '../../components/button.tsx';
import { Select } from '../../components/select.tsx';
import table from '../../components/table.module.css';
import { tell } from '../../components/toast.tsx';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { useAct } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { CollectionRule } from './collection-rule.tsx';
import type { ViewProps } from './page.tsx';
import { wayOf } from './ways.ts';

const afterwards = ['manual', 'keep_local', 'keep_remote', 'rename_local', 'keep_both', 'auto'] as const;

/** What decides where both sides changed something: for the pair, and for each collection. A person does, unless a rule says otherwise. */
export function Rules({ status, pair }: ViewProps): ReactNode {
  const { act, busy, error } = useAct();
  const set = async (value: string): Promise<void> => {
    const done = await act('config.set', { pair: status.pair, values: { conflictResolutionStrategy: value } });
    if (done !== undefined) tell({ text: t('pair.rules.setPair', { pair: status.pair }) });
  };
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      <section className={page.section} aria-labelledby="whole">
        <div className={page.sectionHead}>
          <h2 id="whole">{t('pair.rules.all')}</h2>
        </div>
        <div className="row">
          <span className="small">{t('pair.rules.after')}</span>
          <Select
            label={t('pair.rules.after')}
            value={pair.options.conflictResolutionStrategy}
            disabled={busy}
            options={afterwards.map((value) => ({ value, label: t(`pair.rules.after.${value}`, wayOf(pair)) }))}
            onChange={(value) => void set(value)}
          />
          <span className="push" />
          <ButtonLink kind="quiet" to={addresses.settings('conflicts', status.pair)}>
            {t('pair.rules.more')}
          </ButtonLink>
        </div>
        <p className="muted small">{t('pair.rules.kept')}</p>
      </section>
      <section className={page.section} aria-labelledby="each">
        <div className={page.sectionHead}>
          <h2 id="each">{t('pair.rules.each')}</h2>
        </div>
        <div className={table.tableInset}>
          <table className={table.table}>
            <caption className="srOnly">{t('pair.rules.each')}</caption>
            <thead>
              <tr>
                <th>{t('pair.column.collection')}</th>
                <th>{t('pair.rules.policy')}</th>
                <th>{t('pair.rules.unique')}</th>
              </tr>
            </thead>
            <tbody>
              {pair.collections.map((one) => (
                <tr key={one.name}>
                  <td className="medium">
                    <Value of={one.name} />
                  </td>
                  <td>
                    <CollectionRule pair={pair} collection={one} />
                  </td>
                  <td className="muted">
                    {one.uniqueFields === undefined ? (
                      t('pair.rules.unique.none')
                    ) : (
                      <span className="mono">{one.uniqueFields.join(', ')}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}
