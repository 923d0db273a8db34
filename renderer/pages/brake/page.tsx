import { useState, type ReactNode } from 'react';
import type { WireBrake, WireRun } from '../../../shared/contract/run-shapes.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { ButtonLink } from '../../components/button.tsx';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { Answered } from './answered.tsx';
import { Question } from './question.tsx';

/** What was done on this page, and what came of it. */
export interface Done {
  readonly brake: WireBrake;
  readonly answer: BrakeAnswer;
  readonly run: WireRun;
}

const waits = ({ answer, kind }: WireBrake): boolean => answer === null || (answer === 'keep' && kind !== 'drift');

/** The question that only a person answers: what vanished or changed, since when, why, and three answers of which none is chosen. */
export function Page({ params: { pair = '', collection = '' } }: PageProps): ReactNode {
  const place = collection === '*' ? '' : collection;
  const brakes = useCall('brakes.list', { pair }, ['brakes']);
  const [done, setDone] = useState<Done>();
  if (done !== undefined && done.answer !== 'keep') return <Answered done={done} />;
  return (
    <Shown of={brakes} rows={8}>
      {(list) => {
        const brake = list.find((each) => each.collection === place && waits(each));
        return brake === undefined ? (
          <None pair={pair} />
        ) : (
          <Question key={brake.id} brake={brake} done={done} onDone={setDone} />
        );
      }}
    </Shown>
  );
}

const None = ({ pair }: { readonly pair: string }): ReactNode => (
  <>
    <PageHead title={t('brake.page', { pair })} />
    <PageBody>
      <EmptyState
        mark="step"
        title={t('brake.none.title')}
        actions={
          <>
            <ButtonLink to={addresses.history('decisions', pair)}>{t('brake.none.history')}</ButtonLink>
            <ButtonLink to={addresses.overview()}>{t('run.toOverview')}</ButtonLink>
          </>
        }
      >
        {t('brake.none.next')}
      </EmptyState>
    </PageBody>
  </>
);
