import type { ReactNode } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall, useModel } from '../../store/hooks.ts';
import { startRun, type Started } from '../../store/started.ts';
import { t } from '../../text/text.ts';
import { RunDetail } from '../history/run-detail.tsx';
import css from './run.module.css';

interface FailedProps {
  readonly pair: string;
  readonly started: Started;
  readonly error: AppErrorBody;
}

/** The clocks of a browser and of the engine may differ a little. */
const NEAR_MS = 5000;

/** Why the run ended, and what it had written. Where the plan had moved, the rest can be applied, or the plan made again. */
export function Failed({ pair, started: { request, since }, error }: FailedProps): ReactNode {
  const model = useModel();
  const runs = useCall('runs.list', { pair, limit: 1 }, ['runs']);
  const run = runs.data?.find(({ startTime }) => Date.parse(startTime) >= since - NEAR_MS);
  const moved = error.code === 'moved' && request.kept !== undefined;
  return (
    <div className={css.flow}>
      <ErrorNotice error={error} />
      <div className="row">
        {moved ? (
          <Button kind="primary" onClick={() => startRun(model, { ...request, partial: true })}>
            {t('run.applyRest')}
          </Button>
        ) : null}
        <ButtonLink to={addresses.plan(pair)}>{t('run.planAgain')}</ButtonLink>
      </div>
      {run === undefined ? null : <RunDetail run={run} plain />}
    </div>
  );
}
