import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireFinding, WireTestReport } from '../../../shared/contract/pair-shapes.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { cx } from '../../components/cx.ts';
import page from '../../components/page.module.css';
import { StateIcon } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import { tell } from '../../components/toast.tsx';
import { useAct, useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { Checkup } from './checkup.tsx';
import css from './pair.module.css';
import type { ViewProps } from './page.tsx';

/** Where the definitions of the two sides differ, what no sync carries and why, and what a look at everything says. */
export function Schema({ status, pair }: ViewProps): ReactNode {
  const tested = useCall('pairs.test', { pair: status.pair }, ['settings']);
  return (
    <>
      <Shown of={tested}>{(report) => <Report report={report} status={status} pair={pair} />}</Shown>
      <Checkup pair={status.pair} />
    </>
  );
}

function Report({ report, status }: ViewProps & { readonly report: WireTestReport }): ReactNode {
  const { act, busy, error } = useAct();
  const labelOf = (side: 'A' | 'B' | null): string =>
    side === null ? t('pair.schema.bothSides') : (side === 'A' ? status.a : status.b).label;
  const makeIndexes = async (): Promise<void> => {
    const done = await act('pairs.include', { pair: status.pair, indexes: 'all' });
    if (done !== undefined) tell({ text: t('pair.schema.indexes.done', { n: done.indexes.length }) });
  };
  return (
    <>
      {report.sides.map(({ side, error: away }) =>
        away === null ? null : (
          <Notice key={side} mark="off" title={away.message}>
            <p>{away.hint}</p>
          </Notice>
        ),
      )}
      {error === undefined ? null : <ErrorNotice error={error} />}
      {report.indexes === 0 ? null : (
        <Notice
          title={t('pair.schema.indexes', { n: report.indexes })}
          actions={
            <Button size="small" disabled={busy} onClick={() => void makeIndexes()}>
              {t('pair.schema.indexes.do', { n: report.indexes })}
            </Button>
          }
        >
          <p>{t('pair.schema.indexes.next')}</p>
        </Notice>
      )}
      {report.findings.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t('pair.schema.fits')}>
          {t('pair.schema.fits.next')}
        </EmptyState>
      ) : (
        <Findings of={report.findings} labelOf={labelOf} />
      )}
      <section className={page.section} aria-labelledby="notSynced">
        <div className={page.sectionHead}>
          <h2 id="notSynced">{t('pair.schema.notSynced')}</h2>
        </div>
        {report.notSynced.length === 0 ? (
          <p className="muted small">{t('pair.schema.notSynced.none')}</p>
        ) : (
          <div className={table.tableInset}>
            <table className={table.table}>
              <caption className="srOnly">{t('pair.schema.notSynced')}</caption>
              <tbody>
                {report.notSynced.map(({ kind, name, side, why }) => (
                  <tr key={`${kind} ${name} ${side}`}>
                    <td className="medium">
                      <span className="faint">{kind}</span> <span className="mono">{name}</span>
                    </td>
                    <td className="muted nowrap">{labelOf(side)}</td>
                    <td className={cx('muted', css.wraps)}>{why}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}

const Findings = ({
  of: findings,
  labelOf,
}: {
  readonly of: readonly WireFinding[];
  readonly labelOf: (side: 'A' | 'B' | null) => string;
}): ReactNode => (
  <section className={page.section} aria-labelledby="findings">
    <div className={page.sectionHead}>
      <h2 id="findings">{t('pair.schema.differs', { n: findings.length })}</h2>
    </div>
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('pair.schema.differs', { n: findings.length })}</caption>
        <thead>
          <tr>
            <th>{t('pair.column.collection')}</th>
            <th>{t('pair.schema.side')}</th>
            <th>{t('pair.schema.what')}</th>
            <th>{t('pair.column.state')}</th>
          </tr>
        </thead>
        <tbody>
          {findings.map(({ collection, side, text, blocks }, i) => (
            <tr key={i}>
              <td className="medium">{collection}</td>
              <td className="muted nowrap">{labelOf(side)}</td>
              <td className={css.wraps}>{text}</td>
              <td className="nowrap">
                <span className="row">
                  {blocks ? <StateIcon mark="stop" /> : null}
                  {t(blocks ? 'pair.schema.blocks' : 'pair.schema.note')}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);
