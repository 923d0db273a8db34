import { ArrowLeft } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Bones } from '../../components/empty.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { PageBody, PageFoot } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import { FirstSync } from './first-sync.tsx';
import { withHint } from './hints.ts';
import { sumOf } from './sums.ts';
import type { StepProps } from './page.tsx';

/** What the first sync would do, counted; only the main button writes. */
export function StepFirst({
  adding,
  only,
  onStarted,
}: StepProps & { readonly onStarted: (pair: string) => void }): ReactNode {
  const { look, fault, lookAtBoth } = adding;
  const [adds, setAdds] = useState(false);
  const isNew = look.state === 'none';
  useEffect(() => {
    if (isNew) void lookAtBoth();
  });
  const asks = look.state === 'looked' && look.report.findings.some((finding) => finding.asks === true);
  const isUnagreed = asks && !adding.draft.expiry;
  const field = fault?.field;
  // An error about a field is shown there.
  useEffect(() => {
    if (field !== undefined) go(addresses.add(1, only), { replace: true });
  }, [field, only]);

  const start = async (): Promise<void> => {
    const { name } = adding.draft;
    setAdds(true);
    if (await adding.add()) onStarted(name);
    setAdds(false);
  };

  return (
    <>
      <PageBody>
        <div className={css.flow}>
          {look.state === 'failed' ? (
            <>
              <ErrorNotice error={withHint(look.error)} onAgain={() => void lookAtBoth()} />
              <div className="row">
                <ButtonLink to={addresses.add(1, only)}>{t('add.changeAddresses')}</ButtonLink>
                <ButtonLink to={addresses.add(3, only)}>{t('add.changeCollections')}</ButtonLink>
              </div>
            </>
          ) : look.state === 'looked' ? (
            <FirstSync report={look.report} at={look.at} adding={adding} only={only} />
          ) : (
            <>
              <div className="stackTight" role="status">
                <h2 className={css.flowTitle}>{t('add.comparing')}</h2>
                <p className="muted">{t('add.comparing.next')}</p>
              </div>
              <Bones />
            </>
          )}
        </div>
      </PageBody>
      <PageFoot>
        <ButtonLink kind="quiet" icon={ArrowLeft} to={addresses.add(3, only)}>
          {t('add.back')}
        </ButtonLink>
        <span className="push" />
        {isUnagreed && only === undefined ? <span className="small faint">{t('add.expiry.next')}</span> : null}
        {look.state !== 'looked' ? null : only === 'compare' ? (
          <Button
            onClick={() => {
              adding.change({ name: '' });
              go(addresses.add(1));
            }}
          >
            {t('add.compare.keep')}
          </Button>
        ) : (
          <Button kind="primary" disabled={adds || isUnagreed} onClick={() => void start()}>
            {adds
              ? t('add.starting', { pair: adding.draft.name })
              : sumOf(look.report).copied === 0
                ? t('add.first.start.none')
                : t('add.first.start', { n: sumOf(look.report).copied })}
          </Button>
        )}
      </PageFoot>
    </>
  );
}
