import type { ReactNode } from 'react';
import type { WireRuleTrial } from '../../../shared/contract/window-shapes.ts';
import table from '../../components/table.module.css';
import { t } from '../../text/text.ts';

/** The decisions of persons that the rule would have made otherwise. */
export const Samples = ({ of: samples }: { readonly of: WireRuleTrial['samples'] }): ReactNode =>
  samples.length === 0 ? null : (
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('rule.samples')}</caption>
        <thead>
          <tr>
            <th>{t('bulk.column.record')}</th>
            <th>{t('rule.column.then')}</th>
            <th>{t('rule.column.rule')}</th>
          </tr>
        </thead>
        <tbody>
          {samples.slice(0, 8).map(({ conflict, key, title, person, rule }) => (
            <tr key={conflict}>
              <td className="medium">
                {title} {title === key.text ? null : <span className="mono faint">{key.text}</span>}
              </td>
              <td>{t(`rule.outcome.${person}`)}</td>
              <td className="medium">{t(`rule.outcome.${rule}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
