import type { ReactNode } from 'react';
import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import type { BrakeKind } from '../../../shared/model/words.ts';
import { Meter } from '../../components/meter.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { PageBody, PageFoot, usePageTitle } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import { StateDrawing } from '../../components/state-icon.tsx';
import { useAct } from '../../store/hooks.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import { titleOf } from './answers.ts';
import css from './brake.module.css';
import type { Done } from './page.tsx';
import { Samples } from './samples.tsx';
import { Verbs } from './verbs.tsx';

interface QuestionProps {
  readonly brake: WireBrake;
  /** Kept paused a moment ago. */
  readonly done: Done | undefined;
  readonly onDone: (done: Done) => void;
}

/** Kinds whose cause says more than what is seen. */
const tellsWhy: ReadonlySet<BrakeKind> = new Set(['emptied', 'replaced', 'restored', 'state-older']);

export function Question({ brake, done, onDone }: QuestionProps): ReactNode {
  const { pair, collection, at, cause, sameAgain } = brake;
  const labels = useLabels(pair);
  const title = titleOf(brake, labels);
  const heading = usePageTitle(title);
  const { act, busy, error } = useAct();
  return (
    <>
      <PageBody flush>
        <div className={css.brakeHead}>
          <StateDrawing mark="stop" size="huge" />
          <div className="row wrap">
            <strong className={css.brakeSince}>{t('brake.since', { time: time(at) })}</strong>
            <span className="faint" aria-hidden="true">
              ·
            </span>
            <span className="small muted">
              {collection === '' ? t('brake.whole', { pair }) : t('brake.where', { pair, collection })}
            </span>
          </div>
          <h1 ref={heading} tabIndex={-1} className={css.headline}>
            {title}
          </h1>
        </div>
        <div className={css.brakeBody}>
          <div className="stackLoose">
            {error === undefined ? null : <ErrorNotice error={error} />}
            {done === undefined ? null : (
              <Notice mark="pause" title={t('brake.done.keep')}>
                <p>{t('brake.keepNext')}</p>
              </Notice>
            )}
            {sameAgain ? (
              <Notice mark="step" title={t('brake.sameAgain')}>
                <p>{t('brake.sameAgainNext')}</p>
              </Notice>
            ) : null}
            <section className={page.section} data-state="stop">
              <Duel brake={brake} labels={labels} />
              <p className="small">
                {tellsWhy.has(brake.kind) ? <strong className="medium">{t('brake.cause')} </strong> : null}
                {cause}
              </p>
              <Counted brake={brake} labels={labels} />
            </section>
            <Samples brake={brake} labels={labels} />
          </div>
        </div>
      </PageBody>
      <PageFoot>
        <Verbs
          brake={brake}
          labels={labels}
          busy={busy}
          onAnswer={async (answer) => {
            const run = await act('brakes.answer', { pair, id: brake.id, answer });
            if (run !== undefined) onDone({ brake, answer, run });
          }}
        />
      </PageFoot>
    </>
  );
}

/** How much each side still holds; only where records vanished from one of them. */
function Duel({ brake, labels }: { readonly brake: WireBrake; readonly labels: Labels }): ReactNode {
  const { kind, count, of: all, side } = brake;
  if ((kind !== 'deletes' && kind !== 'emptied') || all === 0) return null;
  const left = Math.max(0, all - count);
  return (
    <div className={css.duel}>
      {(['A', 'B'] as const).map((each) => {
        const n = each === side ? all : left;
        return (
          <div key={each} className="stackTight" {...(each === side ? { 'data-state': 'step' } : {})}>
            <div className="rowBetween small">
              <span>{labels[each]}</span>
              <b>{n === all ? t('brake.allThere', { all }) : t('brake.left', { n, all })}</b>
            </div>
            <Meter label={labels[each]} done={n} all={all} words={t('brake.holds', { side: labels[each], n, all })} />
          </div>
        );
      })}
    </div>
  );
}

function Counted({ brake, labels }: { readonly brake: WireBrake; readonly labels: Labels }): ReactNode {
  const { onlyA, onlyB, different } = brake.counts;
  const { answer, answeredBy, answeredAt } = brake;
  return (
    <>
      {onlyA + onlyB + different === 0 ? null : (
        <p className="small muted">{t('brake.only', { a: onlyA, A: labels.A, b: onlyB, B: labels.B, n: different })}</p>
      )}
      {answer !== 'keep' || answeredAt === null ? null : (
        <p className="small muted">{t('brake.kept', { who: answeredBy ?? '', time: time(answeredAt) })}</p>
      )}
    </>
  );
}
