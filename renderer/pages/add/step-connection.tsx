import { ArrowLeft, Copy } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import halves from '../../components/halves.module.css';
import { PageBody, PageFoot } from '../../components/page.tsx';
import { tell } from '../../components/toast.tsx';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import { sides } from './draft.ts';
import type { StepProps } from './page.tsx';
import { SideFix } from './side-fix.tsx';
import { TestCard, verdictOf, type Verdict } from './test-card.tsx';
import type { Adding } from './use-add.ts';

/** Both sides are looked at, each check by itself; what is not fine is mended here, at its field. */
export function StepConnection({ adding, only }: StepProps): ReactNode {
  const { testMissing, testSide } = adding;
  useEffect(testMissing);
  const verdicts = { A: verdictOf(adding, 'A'), B: verdictOf(adding, 'B') };
  const wrong = sides.filter((side) => verdicts[side] === 'failed');
  const [first] = wrong;
  const isBusy = sides.some((side) => verdicts[side] === 'asking');
  const next = only === undefined ? addresses.add(3) : addresses.add(3, only);

  return (
    <>
      <PageBody>
        <div className={css.flow}>
          <div className="stackTight" aria-live="polite">
            <h2 className={css.flowTitle}>{headline(verdicts)}</h2>
            <p className="muted">{t('add.testPromise')}</p>
          </div>
          <div className={halves.duel}>
            {sides.map((side) => (
              <TestCard key={side} side={side} adding={adding} />
            ))}
          </div>
          {wrong.map((side) => (
            <SideFix key={side} side={side} adding={adding} />
          ))}
        </div>
      </PageBody>
      <PageFoot>
        <ButtonLink kind="quiet" icon={ArrowLeft} to={addresses.add(1, only)}>
          {t('add.back')}
        </ButtonLink>
        <Button kind="quiet" icon={Copy} disabled={isBusy} onClick={() => void copyDiagnosis(adding)}>
          {t('add.diagnosis.copy')}
        </Button>
        <span className="push" />
        {first === undefined ? (
          isBusy ? (
            <Button kind="primary" disabled>
              {t('add.test.asking')}
            </Button>
          ) : (
            <ButtonLink kind="primary" to={next}>
              {t('add.toCollections')}
            </ButtonLink>
          )
        ) : (
          <Button kind="primary" disabled={isBusy} onClick={() => wrong.forEach((side) => void testSide(side))}>
            {t('add.testAgain', { side: wrong.map((side) => t(`add.side.${side}`)).join(', ') })}
          </Button>
        )}
      </PageFoot>
    </>
  );
}

function headline({ A, B }: Readonly<Record<'A' | 'B', Verdict>>): string {
  if (A === 'asking' || B === 'asking') return t('add.test.asking');
  const isFine = (verdict: Verdict): boolean => verdict !== 'failed';
  if (!isFine(A) && !isFine(B)) return t('add.test.none');
  const [fine, other] = isFine(A) && A === 'ready' ? (['A', 'B'] as const) : (['B', 'A'] as const);
  const names = { side: t(`add.side.${fine}`), other: t(`add.side.${other}`) };
  if (A === 'make' || B === 'make') return t('add.test.make', names);
  if (isFine(A) && isFine(B)) return t('add.test.ready');
  return t('add.test.one', isFine(A) ? { side: t('add.side.A'), other: t('add.side.B') } : names);
}

/** The engine has taken every password out of what it answers. */
async function copyDiagnosis({ tests }: Adding): Promise<void> {
  await navigator.clipboard.writeText(JSON.stringify(tests, null, 2));
  tell({ text: t('add.diagnosis.copied') });
}
