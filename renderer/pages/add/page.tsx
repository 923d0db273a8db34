import { X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import { PageHead } from '../../components/page.tsx';
import { Steps } from '../../components/steps.tsx';
import { addresses } from '../../model/addresses.ts';
import { go, useQuery } from '../../router/location.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { Started } from './started.tsx';
import { StepCollections } from './step-collections.tsx';
import { StepConnection } from './step-connection.tsx';
import { StepFirst } from './step-first.tsx';
import { StepSides } from './step-sides.tsx';
import { useAdd, type Adding } from './use-add.ts';

export interface StepProps {
  readonly adding: Adding;
  /** Looks only: there will be no pair. */
  readonly only: 'compare' | undefined;
}

/** Four steps to a pair, or to a comparison that writes nothing. Each has its address, and going back keeps what was typed. */
export function Page({ params }: PageProps): ReactNode {
  const adding = useAdd();
  const [started, setStarted] = useState<string>();
  const only = useQuery().get('only') === 'compare' ? 'compare' : undefined;
  const wanted = Math.min(4, Math.max(1, Number(params['step']) || 1));
  const reached = reachedStep(adding);
  const step = started === undefined ? Math.min(wanted, reached) : 4;
  useEffect(() => {
    if (step < wanted) go(addresses.add(step, only), { replace: true });
  }, [step, wanted, only]);
  const labels = [1, 2, 3].map((n) => t(`add.step.${n as 1 | 2 | 3}`));
  const last = only === undefined ? t('add.step.4') : t('add.step.4.compare');
  return (
    <>
      <PageHead
        title={only === undefined ? t('add.pageTitle') : t('add.compareTitle')}
        actions={
          <>
            <Steps
              label={t('add.steps')}
              now={step - 1}
              steps={[...labels, last].map((label, i) => ({ label, to: addresses.add(i + 1, only) }))}
            />
            <ButtonLink kind="quiet" icon={X} iconOnly={t('add.close')} to={addresses.overview()} />
          </>
        }
      />
      {started === undefined ? (
        <Step step={step} adding={adding} only={only} onStarted={setStarted} />
      ) : (
        <Started pair={started} />
      )}
    </>
  );
}

function Step({
  step,
  onStarted,
  ...props
}: StepProps & { readonly step: number; readonly onStarted: (pair: string) => void }): ReactNode {
  if (step === 1) return <StepSides {...props} />;
  if (step === 2) return <StepConnection {...props} />;
  if (step === 3) return <StepCollections {...props} />;
  return <StepFirst {...props} onStarted={onStarted} />;
}

/** A later address does not skip what it rests on. */
function reachedStep({ draft: { addresses: typed, make }, tests }: Adding): number {
  if (typed.A === '' || typed.B === '') return 1;
  const isReady = (side: 'A' | 'B'): boolean => {
    const test = tests[side];
    return test.state === 'tested' && (test.test.error === null || make[side]);
  };
  return isReady('A') && isReady('B') ? 4 : 2;
}
