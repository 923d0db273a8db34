import { Plus, Scale } from 'lucide-react';
import type { ReactNode } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import { Bones, EmptyState } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { PageBody, usePageTitle } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import { addresses } from '../../model/addresses.ts';
import { usePairs, useWindow } from '../../store/hooks.ts';
import { useNow } from '../../store/use-now.ts';
import { t } from '../../text/text.ts';
import { fullDay } from '../../text/times.ts';
import { auditSentence, headline } from './headline.ts';
import { Needs } from './needs.tsx';
import css from './overview.module.css';
import { Pairs } from './pairs.tsx';

/** First the one sentence, then what needs a person, then every pair. */
export function Page(): ReactNode {
  const pairs = usePairs();
  const error = useWindow((state) => state.pairsError);
  const now = useNow();
  const heading = usePageTitle(t('overview.title'));
  return (
    <PageBody>
      <div className="stackLoose">
        <header className={page.topline}>
          <div className="stackTight grow">
            <h1 className={css.headline} ref={heading} tabIndex={-1}>
              {pairs === null ? t('frame.loading') : headline(pairs)}
            </h1>
            <p className="muted small">
              {fullDay(now)}. {pairs === null ? '' : auditSentence(pairs, now)}
            </p>
          </div>
          <ButtonLink kind="quiet" icon={Scale} to={addresses.welcome()}>
            {t('action.compare')}
          </ButtonLink>
          <ButtonLink icon={Plus} to={addresses.add()}>
            {t('nav.addPair')}
          </ButtonLink>
        </header>
        {error === null ? null : <ErrorNotice error={error} />}
        {pairs === null ? <Bones rows={8} /> : pairs.length === 0 ? <NoPairs /> : <Some />}
      </div>
    </PageBody>
  );
}

const Some = (): ReactNode => (
  <>
    <Needs />
    <Pairs />
  </>
);

const NoPairs = (): ReactNode => (
  <>
    <Mark huge />
    <EmptyState
      title={t('empty.pairs')}
      actions={
        <ButtonLink kind="primary" icon={Plus} to={addresses.add()}>
          {t('nav.addPair')}
        </ButtonLink>
      }
    >
      {t('empty.pairs.next')}
    </EmptyState>
  </>
);
