import type { ReactNode } from 'react';
import type { WireNetworkChange } from '../../../shared/contract/network-shapes.ts';
import page from '../../components/page.module.css';
import { State } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import { marks } from './words.ts';

/** How the servers came and went since the engine began, newest first. */
export const Happened = ({ history }: { readonly history: readonly WireNetworkChange[] }): ReactNode => (
  <section className={page.section} aria-labelledby="happened">
    <div className={page.sectionHead}>
      <h2 id="happened">{t('network.happened')}</h2>
    </div>
    {history.length === 0 ? (
      <p className="small muted">{t('network.nothing')}</p>
    ) : (
      <div className={table.tableInset}>
        <table className={table.table} aria-labelledby="happened">
          <thead>
            <tr>
              <th>{t('network.column.when')}</th>
              <th>{t('network.column.server')}</th>
              <th>{t('network.column.what')}</th>
              <th>{t('network.column.before')}</th>
              <th>{t('network.column.says')}</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ at, pair, side, label, from, to, sentence }) => (
              <tr key={`${at} ${pair} ${side}`}>
                <td className="faint nowrap">
                  <time dateTime={at}>{time(at, Date.now(), { clockToo: true })}</time>
                </td>
                <td className="nowrap">
                  {label} <span className="faint">· {pair}</span>
                </td>
                <td className="nowrap">
                  <State mark={marks[to]}>{t(`network.state.${to}`)}</State>
                </td>
                <td className="faint nowrap">{t(`network.state.${from}`)}</td>
                <td className="muted">{sentence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
);
