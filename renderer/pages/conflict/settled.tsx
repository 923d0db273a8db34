import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty.tsx';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';

/** A conflict that is over: decided by somebody, or equal by now. */
export const Settled = ({
  conflict: { resolvedBy, resolvedAt, status, pair, run, collection, key },
}: {
  readonly conflict: WireConflict;
}): ReactNode => (
  <EmptyState
    mark="step"
    title={
      status === 'vanished' || resolvedBy === null || resolvedAt === null
        ? t('record.gone')
        : t('record.resolved', { who: resolvedBy, time: time(resolvedAt, Date.now(), { clockToo: true }) })
    }
    actions={
      <>
        <ButtonLink to={addresses.record(pair, collection, key.text)}>{t('record.timeline')}</ButtonLink>
        <ButtonLink to={run > 0 ? addresses.historyRun(run, pair) : addresses.history()}>{t('nav.history')}</ButtonLink>
        <ButtonLink to={addresses.conflicts()}>{t('record.all')}</ButtonLink>
      </>
    }
  />
);
