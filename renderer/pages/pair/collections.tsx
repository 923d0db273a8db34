import { useState, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import page from '../../components/page.module.css';
import { tell } from '../../components/toast.tsx';
import { useAct } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { CollectionRows } from './collection-rows.tsx';
import { News } from './news.tsx';
import type { ViewProps } from './page.tsx';

/** What is part of the pair, and can leave it; what is not, and can join it. */
export function Collections({ status, pair }: ViewProps): ReactNode {
  const [leaving, setLeaving] = useState<string>();
  const { act, busy, error } = useAct();
  const leaveOut = async (collection: string): Promise<void> => {
    const done = await act('pairs.include', { pair: status.pair, leaveOut: [collection] });
    if (done === undefined) return;
    setLeaving(undefined);
    tell({ text: t('pair.leaveOut.done', { collection, pair: status.pair }) });
  };
  return (
    <>
      <section className={page.section} aria-labelledby="inPair">
        <div className={page.sectionHead}>
          <h2 id="inPair">{t('pair.collections')}</h2>
          <span className="faint tiny">{t('pair.collections.count', { n: pair.collections.length })}</span>
        </div>
        {error === undefined ? null : <ErrorNotice error={error} />}
        {leaving === undefined ? null : (
          <Notice
            title={t('pair.leaveOut.title', { collection: leaving, pair: status.pair })}
            actions={
              <>
                <Button autoFocus size="small" kind="quiet" onClick={() => setLeaving(undefined)}>
                  {t('pair.leaveOut.no')}
                </Button>
                <Button size="small" disabled={busy} onClick={() => void leaveOut(leaving)}>
                  {t('pair.leaveOut.do', { collection: leaving })}
                </Button>
              </>
            }
          >
            <p>{t('pair.leaveOut.next')}</p>
          </Notice>
        )}
        <CollectionRows
          status={status}
          pair={pair}
          action={(name) => (
            <Button
              size="small"
              kind="quiet"
              aria-label={t('pair.leaveOut.name', { collection: name })}
              onClick={() => setLeaving(name)}
            >
              {t('pair.leaveOut')}
            </Button>
          )}
        />
      </section>
      <News status={status} pair={pair} />
    </>
  );
}
