import type { ReactNode } from 'react';
import type { WireReceipt } from '../../../shared/contract/run-shapes.ts';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { Link } from '../../components/link.tsx';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import css from './pair.module.css';
import type { ViewProps } from './page.tsx';
import { ReceiptNotice } from './receipt-notice.tsx';

/** The last receipt in full: what was equal, what was not, and what it says nothing about. */
export function Integrity({ status }: ViewProps): ReactNode {
  const receipt = status.lastReceipt;
  return (
    <>
      <ReceiptNotice status={status} />
      <p className="muted small">{t('pair.integrity.waits')}</p>
      {receipt === null ? null : (
        <>
          <Counts of={receipt} status={status} />
          {receipt.differing.length === 0 ? null : <Differing of={receipt} status={status} />}
          <section className={page.section} aria-labelledby="left">
            <div className={page.sectionHead}>
              <h2 id="left">{t('pair.integrity.notCompared')}</h2>
            </div>
            {receipt.notCompared.length === 0 ? (
              <p className="muted small">{t('pair.integrity.notCompared.none')}</p>
            ) : (
              <ul className={css.plain}>
                {receipt.notCompared.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            )}
          </section>
        </>
      )}
    </>
  );
}

interface Props {
  readonly of: WireReceipt;
  readonly status: ViewProps['status'];
}

const Counts = ({ of: { at, collections }, status: { a, b } }: Props): ReactNode => (
  <section className={page.section} aria-labelledby="receipt">
    <div className={page.sectionHead}>
      <h2 id="receipt">{t('pair.integrity.last')}</h2>
      <time className="faint tiny" dateTime={at}>
        {time(at, Date.now(), { clockToo: true })}
      </time>
    </div>
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('pair.integrity.last')}</caption>
        <thead>
          <tr>
            <th>{t('pair.column.collection')}</th>
            <th className="num">{t('pair.column.equal')}</th>
            <th className="num">{t('pair.column.differ')}</th>
            <th className="num">{t('pair.integrity.only', { side: a.label })}</th>
            <th className="num">{t('pair.integrity.only', { side: b.label })}</th>
            <th className="num">{t('pair.column.waiting')}</th>
            <th className="num">{t('pair.integrity.apart')}</th>
          </tr>
        </thead>
        <tbody>
          {collections.map(({ name, equal, different, onlyA, onlyB, waiting, apart }) => (
            <tr key={name}>
              <td className="medium">
                <Value of={name} />
              </td>
              {[equal, different, onlyA, onlyB, waiting, apart].map((n, i) => (
                <td className="num" key={i}>
                  {number(n)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

const Differing = ({ of: { differing }, status: { pair, a, b } }: Props): ReactNode => (
  <section className={page.section} aria-labelledby="differing">
    <div className={page.sectionHead}>
      <h2 id="differing">{t('pair.integrity.differing', { n: differing.length })}</h2>
    </div>
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('pair.integrity.differing', { n: differing.length })}</caption>
        <thead>
          <tr>
            <th>{t('pair.column.collection')}</th>
            <th>{t('pair.integrity.record')}</th>
            <th>{t('pair.integrity.how')}</th>
            <th>{t('pair.column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map(({ collection, key, only, waits }) => (
            <tr key={`${collection} ${key.hex}`}>
              <td className="medium">{collection}</td>
              <td>
                <Link className="mono" to={addresses.record(pair, collection, key.hex)}>
                  {key.text}
                </Link>
              </td>
              <td className="muted">
                {only === null
                  ? t('pair.integrity.two')
                  : t('pair.integrity.only', { side: (only === 'A' ? a : b).label })}
              </td>
              <td className="muted">
                {waits === null
                  ? t('pair.integrity.open')
                  : t(waits === 'waiting' ? 'pair.integrity.waiting' : 'pair.integrity.apartOne')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);
