import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Meter } from '../../components/meter.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { PageBody } from '../../components/page.tsx';
import { State } from '../../components/state-icon.tsx';
import { addresses } from '../../model/addresses.ts';
import { usePair, useWindow, useAct, useModel } from '../../store/hooks.ts';
import { topics } from '../../store/topics.ts';
import { useAsk } from '../../store/use-ask.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';

/** The first sync, from its start to what came of it. It goes on when the page is left. */
export function Started({ pair }: { readonly pair: string }): ReactNode {
  const ask = useAsk();
  const model = useModel();
  const [ended, setEnded] = useState<{ readonly run?: WireRun; readonly error?: AppErrorBody }>();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void ask('runs.start', { pair, trigger: 'manual' }).then((answer) => {
      setEnded(answer.error === undefined ? { run: answer.data } : { error: answer.error });
      model.touch(topics);
    });
  }, [ask, model, pair]);
  return (
    <PageBody>
      <div className={css.flow}>
        {ended === undefined ? (
          <Running pair={pair} />
        ) : ended.run === undefined ? (
          <NotEnded pair={pair} error={ended.error} />
        ) : (
          <Done pair={pair} run={ended.run} />
        )}
      </div>
    </PageBody>
  );
}

function Running({ pair }: { readonly pair: string }): ReactNode {
  const progress = useWindow((state) => state.progress[pair]);
  const { act, busy } = useAct();
  const [done, all] = [progress?.done ?? 0, progress?.all ?? 0];
  const words =
    progress === undefined
      ? t('phase.scan')
      : all > 0
        ? t('add.running.progress', { done, all, collection: progress.collection })
        : t(`phase.${progress.phase}`);
  return (
    <>
      <div className="stackTight">
        <h2 className={css.flowTitle}>{t('add.running', { pair })}</h2>
        <p className="muted">{t('add.running.next')}</p>
      </div>
      <div className="stack">
        <Meter label={t('add.running', { pair })} done={done} all={all} words={words} />
        <p className="small muted" role="status">
          {words}
        </p>
      </div>
      <div className="row">
        <Button disabled={busy} onClick={() => void act('runs.cancel', { pair })}>
          {t('add.running.stop')}
        </Button>
      </div>
    </>
  );
}

const NotEnded = ({ pair, error }: { readonly pair: string; readonly error: AppErrorBody | undefined }): ReactNode => (
  <>
    <h2 className={css.flowTitle}>{t('add.done.stopped', { pair })}</h2>
    {error === undefined ? null : <ErrorNotice error={error} />}
    <div className="row">
      <ButtonLink kind="primary" to={addresses.pair(pair)}>
        {t('add.done.pair', { pair })}
      </ButtonLink>
    </div>
  </>
);

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((so, n) => so + n, 0);

function Done({ pair, run }: { readonly pair: string; readonly run: WireRun }): ReactNode {
  const status = usePair(pair);
  const waits = Math.max(sum(run.conflicts), status?.conflicts.open ?? 0);
  const isWhole = run.outcome === 'completed';
  const title = !isWhole
    ? t('add.done.stopped', { pair })
    : waits === 0
      ? t('add.done', { pair })
      : t('add.done.waits', { pair, n: waits });
  return (
    <>
      <div className="stackTight" role="status">
        <p>
          <State mark={!isWhole ? 'stop' : waits === 0 ? 'step' : 'wait'} />
        </p>
        <h2 className={css.flowTitle}>{title}</h2>
        <p className="muted">
          {t('add.done.moved', {
            toB: sum(run.localToRemote),
            toA: sum(run.remoteToLocal),
            a: t('add.side.A'),
            b: t('add.side.B'),
          })}
        </p>
        {run.error === null ? null : <p>{run.error.message}</p>}
      </div>
      <div className="row">
        {waits > 0 ? (
          <ButtonLink kind="primary" to={addresses.conflicts({ pair })}>
            {t('add.done.resolve', { n: waits })}
          </ButtonLink>
        ) : null}
        <ButtonLink kind={waits > 0 ? undefined : 'primary'} to={addresses.pair(pair)}>
          {t('add.done.pair', { pair })}
        </ButtonLink>
      </div>
    </>
  );
}
