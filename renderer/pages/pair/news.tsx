import { useState, type ReactNode } from 'react';
import type { WireIncludeReport } from '../../../shared/contract/pair-shapes.ts';
import type { WireNotInPair } from '../../../shared/contract/run-shapes.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { tell } from '../../components/toast.tsx';
import { Value } from '../../components/value.tsx';
import { useAct } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { ViewProps } from './page.tsx';

export const nameOf = ({ collection, field }: WireNotInPair): string =>
  field === null ? collection : `${collection}.${field}`;

/** What stands on a side and is not part of the pair. Taking it in shows first what would be copied. */
export function News({ status }: ViewProps): ReactNode {
  const { act, busy, error } = useAct();
  const [offer, setOffer] = useState<{ readonly name: string; readonly report: WireIncludeReport }>();
  const { pair } = status;
  const look = async (name: string): Promise<void> => {
    const report = await act('pairs.include', { pair, add: [name], dryRun: true });
    if (report !== undefined) setOffer({ name, report });
  };
  const take = async (collection: string): Promise<void> => {
    if ((await act('pairs.include', { pair, add: [collection] })) === undefined) return;
    setOffer(undefined);
    tell({ text: t('pair.news.done', { collection, pair }) });
  };
  const dismiss = async (collection: string): Promise<void> => {
    if ((await act('pairs.include', { pair, leaveOut: [collection] })) === undefined) return;
    tell({ text: t('pair.news.dismissed', { collection }) });
  };
  return (
    <section className={page.section} aria-labelledby="news">
      <div className={page.sectionHead}>
        <h2 id="news">{t('pair.news')}</h2>
      </div>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {offer === undefined ? null : (
        <Notice
          title={previewText(offer.name, offer.report)}
          actions={
            <>
              <Button autoFocus size="small" kind="quiet" onClick={() => setOffer(undefined)}>
                {t('pair.news.no')}
              </Button>
              <Button size="small" disabled={busy} onClick={() => void take(offer.name)}>
                {t('pair.news.do', { collection: offer.name })}
              </Button>
            </>
          }
        >
          {offer.report.create.map(({ side, statements }) => (
            <p className="mono tiny" key={side}>
              {(side === 'A' ? status.a : status.b).label}: {statements.join('; ')}
            </p>
          ))}
          {offer.report.findings.map(({ text }) => (
            <p key={text}>{text}</p>
          ))}
        </Notice>
      )}
      {status.notInPair.length === 0 ? (
        <p className="muted small">{t('pair.news.none')}</p>
      ) : (
        <div className={table.tableInset}>
          <table className={table.table}>
            <caption className="srOnly">{t('pair.news')}</caption>
            <tbody>
              {status.notInPair.map((one) => (
                <tr key={`${nameOf(one)} ${one.side}`}>
                  <td className="medium">
                    <Value of={nameOf(one)} />
                  </td>
                  <td className="muted">{whereOf(one, status)}</td>
                  <td className="muted">{one.why ?? (one.comes === true ? t('pair.news.comes') : '')}</td>
                  <td className="num">
                    <Button
                      size="small"
                      kind="quiet"
                      disabled={busy}
                      aria-label={t('pair.news.dismissName', { collection: nameOf(one) })}
                      onClick={() => void dismiss(nameOf(one))}
                    >
                      {t('pair.news.dismiss')}
                    </Button>{' '}
                    {one.why === undefined && one.keyless === undefined ? (
                      <Button
                        size="small"
                        disabled={busy}
                        aria-label={t('pair.news.takeName', { collection: nameOf(one) })}
                        onClick={() => void look(nameOf(one))}
                      >
                        {t('pair.news.take')}
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const whereOf = ({ side }: WireNotInPair, { a, b }: ViewProps['status']): string =>
  side === null ? t('pair.news.both') : t('pair.news.on', { side: (side === 'A' ? a : b).label });

function previewText(collection: string, { preview, fields }: WireIncludeReport): string {
  const all = preview?.collections ?? [];
  const copied = all.reduce(
    (sum, { onlyA, onlyB, clashingA, clashingB }) => sum + onlyA + onlyB - clashingA - clashingB,
    0,
  );
  const asked = all.reduce((sum, one) => sum + one.different + one.uniqueClashes, 0);
  const filled = fields.reduce((sum, { toA, toB }) => sum + toA + toB, 0);
  const disputed = fields.reduce((sum, { different }) => sum + different, 0);
  return t('pair.news.preview', { collection, n: copied + filled, different: asked + disputed });
}
