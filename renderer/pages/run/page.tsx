import { Square } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { useAct, useCall, usePair, useWindow } from '../../store/hooks.ts';
import { useStarted, type Started } from '../../store/started.ts';
import { exactTime } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import { RunDetail } from '../history/run-detail.tsx';
import type { PageProps } from '../pages.ts';
import { Failed } from './failed.tsx';
import { Running } from './running.tsx';

/** A run at work (`now`), or what came of one. */
export const Page = ({ params: { pair = '', id = '' } }: PageProps): ReactNode =>
  /^\d+$/.test(id) ? <Ended pair={pair} id={Number(id)} /> : <Now pair={pair} />;

function Now({ pair }: { readonly pair: string }): ReactNode {
  const started = useStarted(pair);
  const status = usePair(pair);
  const isMoving = useWindow(({ progress }) => progress[pair]?.activity === 'sync');
  const { act } = useAct();
  const [stopping, setStopping] = useState(false);
  const run = started?.run?.id;
  const mine = started !== undefined && started.run === undefined && started.error === undefined;
  useEffect(() => {
    if (run !== undefined) go(addresses.run(pair, run), { replace: true });
  }, [pair, run]);
  const syncing = status?.syncing ?? null;
  const isRunning = mine || syncing !== null || isMoving;
  const stop = (): void => {
    setStopping(true);
    void act('runs.cancel', { pair });
  };
  return (
    <>
      <PageHead
        title={t('run.titleNow', { pair })}
        facts={
          mine
            ? beganText(started)
            : syncing === null
              ? ' '
              : t('run.beganBy', { who: syncing.who, time: exactTime(syncing.since) })
        }
        actions={
          isRunning ? (
            <Button icon={Square} disabled={stopping} onClick={stop}>
              {t(stopping ? 'run.stopping' : 'run.stop')}
            </Button>
          ) : undefined
        }
      />
      <PageBody>
        {isRunning ? (
          <Running pair={pair} />
        ) : started?.error === undefined ? (
          <EmptyState
            title={t('run.none')}
            actions={
              <>
                <ButtonLink to={addresses.history('runs', pair)}>{t('run.toHistory')}</ButtonLink>
                <ButtonLink to={addresses.plan(pair)}>{t('run.toPlan')}</ButtonLink>
              </>
            }
          >
            {t('run.noneNext')}
          </EmptyState>
        ) : (
          <Failed pair={pair} started={started} error={started.error} />
        )}
      </PageBody>
    </>
  );
}

const beganText = ({ since, request }: Started): string =>
  t(request.kept === undefined ? 'run.began' : 'run.beganPlan', { time: exactTime(new Date(since).toISOString()) });

function Ended({ pair, id }: { readonly pair: string; readonly id: number }): ReactNode {
  const run = useCall('runs.show', { pair, id }, ['runs']);
  const fresh = useStarted(pair)?.run;
  // What was left out of a plan stands in the answer of the run alone.
  const data = fresh?.id === id && run.data !== undefined ? { ...run.data, moved: fresh.moved } : run.data;
  return (
    <>
      <PageHead
        title={t('run.title', { pair, run: id })}
        actions={
          <>
            <ButtonLink kind="quiet" to={addresses.historyRun(id, pair)}>
              {t('run.toHistory')}
            </ButtonLink>
            <ButtonLink to={addresses.overview()}>{t('run.toOverview')}</ButtonLink>
          </>
        }
      />
      <PageBody>
        <Shown of={{ ...run, data }}>
          {(report) => (report.status === 'running' ? <Running pair={pair} /> : <RunDetail run={report} plain />)}
        </Shown>
      </PageBody>
    </>
  );
}
