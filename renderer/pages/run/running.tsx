import type { ReactNode } from 'react';
import type { WireProgress } from '../../../shared/contract/run-shapes.ts';
import card from '../../components/card.module.css';
import { cx } from '../../components/cx.ts';
import { Meter } from '../../components/meter.tsx';
import { Notice } from '../../components/notice.tsx';
import { StateIcon } from '../../components/state-icon.tsx';
import { useWindow } from '../../store/hooks.ts';
import { duration } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import css from './run.module.css';
import { usePace } from './use-pace.ts';

const steps = ['look', 'judge', 'write', 'verify'] as const;
type Step = (typeof steps)[number];
const stepOf: Readonly<Record<WireProgress['phase'], Step>> = {
  identity: 'look',
  recover: 'look',
  scan: 'look',
  compare: 'look',
  judge: 'judge',
  write: 'write',
  verify: 'verify',
};

/** How far a run is, in words: the phase, its counts, how fast it goes and how long the rest takes. */
export function Running({ pair }: { readonly pair: string }): ReactNode {
  const progress = useWindow(({ progress: all }) => all[pair]);
  const pace = usePace(progress);
  const step = progress === undefined ? 'look' : stepOf[progress.phase];
  const { done = 0, all = 0 } = progress ?? {};
  const headline =
    step === 'write' && all > 0
      ? t('run.progress', { done, n: all })
      : t(step === 'look' ? 'run.looking' : `run.phase.${step}`);
  return (
    <div className={css.flow}>
      <div className="stack" data-state="sync">
        <div className="rowBetween">
          <h2 className={css.headline}>{headline}</h2>
          {pace === undefined ? null : (
            <span className="muted small nowrap">{t('run.left', { t: duration(pace.left) })}</span>
          )}
        </div>
        <Meter label={t('run.order')} done={done} all={all} words={headline} />
        <p className="small faint" aria-live="polite">
          {[
            whereText(progress),
            pace === undefined ? '' : `${t('run.rate', { n: Math.max(1, Math.round(pace.perSecond)) })}.`,
            t('run.leave'),
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      </div>
      <section className={card.card}>
        <div className={card.cardHead}>{t('run.order')}</div>
        <div className={card.cardBody}>
          <ol className={css.phases}>
            {steps.map((each, i) => (
              <Phase key={each} step={each} at={i - steps.indexOf(step)} progress={progress} />
            ))}
          </ol>
        </div>
      </section>
      <Notice title={t('run.stopTitle')}>
        <p className="muted">{t('run.stopHint')}</p>
      </Notice>
    </div>
  );
}

const whereText = (progress: WireProgress | undefined): string =>
  progress === undefined || progress.collection === '' ? '' : `${countText(progress)}.`;

const countText = ({ collection, done, all }: WireProgress): string =>
  all > 0 ? t('run.phaseIn', { collection, done, all }) : t('run.phaseWhere', { collection });

/** `at`: before 0 it is done, 0 it is at work, after 0 it comes. */
const Phase = ({
  step,
  at,
  progress,
}: {
  readonly step: Step;
  readonly at: number;
  readonly progress: WireProgress | undefined;
}): ReactNode => (
  <li
    className={css.phase}
    {...(at > 0 ? { 'data-later': '' } : {})}
    {...(at === 0 ? { 'aria-current': 'step' as const } : {})}
  >
    {at > 0 ? <span className={css.checkWaiting} /> : <StateIcon mark={at < 0 ? 'step' : 'sync'} />}
    <strong className={cx('medium')}>{t(`run.phase.${step}`)}</strong>
    <span className="faint tiny">
      {at < 0
        ? t('run.phase.done')
        : at > 0
          ? t('run.phase.later')
          : progress && progress.all > 0
            ? countText(progress)
            : t('run.phase.now')}
    </span>
  </li>
);
