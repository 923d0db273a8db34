import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Bones } from '../../components/empty.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall, usePair, useWindow } from '../../store/hooks.ts';
import { exactTime } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { SavePlan, useSavePlan } from './save-plan.tsx';
import { PlanSheet } from './plan-sheet.tsx';

/** So many changes are listed one by one; the counts are of all. */
const LISTED = 500;

/** What a sync would do now, record by record; nothing is written until a person applies it. */
export function Page({ params: { pair = '' } }: PageProps): ReactNode {
  const plan = useCall('plan.make', { pair, sample: LISTED, entries: 'kept' });
  const status = usePair(pair);
  const saving = useSavePlan(plan.data);
  return (
    <>
      <PageHead
        title={t('plan.title', { pair })}
        facts={
          plan.data === undefined || plan.loading ? (
            <Making pair={pair} />
          ) : (
            t('plan.made', { time: exactTime(plan.data.at) })
          )
        }
        actions={
          <>
            {plan.data === undefined ? null : <SavePlan saving={saving} disabled={plan.loading} />}
            <ButtonLink kind="quiet" to={addresses.pair(pair)}>
              {t('plan.discard')}
            </ButtonLink>
            <Button icon={RefreshCw} disabled={plan.loading} onClick={plan.reload}>
              {t('plan.again')}
            </Button>
          </>
        }
      />
      {plan.data === undefined ? (
        <PageBody>
          {plan.error === undefined ? <Bones rows={8} /> : <ErrorNotice error={plan.error} onAgain={plan.reload} />}
        </PageBody>
      ) : (
        <PlanSheet
          key={plan.data.at}
          plan={plan.data}
          status={status}
          stale={plan.loading}
          error={plan.error ?? saving.error}
          onAgain={plan.reload}
        />
      )}
    </>
  );
}

/** By itself, since it is told many times a second. */
function Making({ pair }: { readonly pair: string }): ReactNode {
  const collection = useWindow(({ progress }) => progress[pair]?.collection ?? '');
  return collection === '' ? t('plan.making') : t('plan.makingIn', { collection });
}
