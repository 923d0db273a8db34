import { useRef, type ReactNode } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WirePlan } from '../../../shared/contract/plan-shapes.ts';
import { must } from '../../../shared/lib/assert.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty.tsx';
import { Search } from '../../components/field.tsx';
import { Filters } from '../../components/filters.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { PageBody, PageFoot, Pane } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { addresses } from '../../model/addresses.ts';
import { useKeys } from '../../router/keys.ts';
import { go } from '../../router/location.ts';
import { useModel } from '../../store/hooks.ts';
import { startRun } from '../../store/started.ts';
import { useLabels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import { PlanDetail } from './plan-detail.tsx';
import { verbs } from './plan-rows.ts';
import { PlanSides } from './plan-sides.tsx';
import { PlanTable } from './plan-table.tsx';
import { Rehearse } from './rehearse.tsx';
import { usePlanView } from './use-plan.ts';

interface SheetProps {
  readonly plan: WirePlan;
  readonly status: WirePairStatus | undefined;
  /** It is being made again. */
  readonly stale: boolean;
  readonly error: AppErrorBody | undefined;
  readonly onAgain: () => void;
}

/** A plan that was made: counts, list, the record that is looked at, and the decision. */
export function PlanSheet({ plan, status, stale, error, onAgain }: SheetProps): ReactNode {
  const { pair } = plan;
  const model = useModel();
  const labels = useLabels(pair);
  const view = usePlanView(plan);
  const { chosen, toApply, leftOut } = view;
  const search = useRef<HTMLInputElement>(null);
  const canApply = toApply > 0 && !stale;
  const apply = (): void => {
    if (!canApply) return;
    startRun(model, {
      pair,
      kept: {
        id: must(plan.id, 'a kept plan'),
        without: view.rows
          .filter(({ id }) => leftOut.has(id))
          .map(({ collection, key }) => ({ collection, key: key.hex })),
      },
    });
    go(addresses.run(pair, 'now'));
  };
  const toggle = (): void => {
    if (chosen !== undefined && view.canLeaveOut(chosen)) view.toggleOut(chosen);
  };
  useKeys({ 'Ctrl+Enter': apply, X: toggle, '/': () => search.current?.focus() });
  return (
    <>
      <PageBody flush>
        <div className={page.split}>
          <Pane label={t('plan.list')}>
            {error === undefined ? null : <ErrorNotice error={error} onAgain={onAgain} />}
            <PlanSides plan={plan} status={status} labels={labels} />
            <PlanNotice plan={plan} />
            {view.rows.length === 0 ? (
              <EmptyState
                mark={plan.brakes.length > 0 ? 'stop' : 'step'}
                title={t(
                  plan.brakes.length > 0 ? 'plan.emptyBraked' : plan.create.length > 0 ? 'plan.emptyNew' : 'plan.empty',
                )}
              />
            ) : (
              <>
                <div className={table.toolbar}>
                  <Filters
                    label={t('plan.filter')}
                    value={view.filter}
                    onChange={view.setFilter}
                    choices={(['all', ...verbs] as const)
                      .filter((each) => each === 'all' || view.counts[each] > 0)
                      .map((value) => ({ value, label: t(`plan.filter.${value}`), n: view.counts[value] }))}
                  />
                  <span className="push" />
                  <Search ref={search} label={t('plan.find')} keys="/" value={view.text} onChange={view.setText} />
                </div>
                <PlanTable
                  rows={view.shown}
                  chosen={chosen?.id}
                  leftOut={leftOut}
                  status={status}
                  labels={labels}
                  onChoose={view.choose}
                />
                {plan.total > plan.actions.length ? (
                  <p className="small faint">{t('plan.listed', { n: plan.actions.length, all: plan.total })}</p>
                ) : null}
              </>
            )}
          </Pane>
          <Pane label={t('plan.chosen')}>
            {chosen === undefined ? null : (
              <PlanDetail
                pair={pair}
                row={chosen}
                labels={labels}
                isOut={leftOut.has(chosen.id)}
                onLeaveOut={view.canLeaveOut(chosen) ? toggle : undefined}
              />
            )}
          </Pane>
        </div>
      </PageBody>
      <PageFoot>
        <span className="small muted">{t('plan.guard')}</span>
        <span className="push" />
        {leftOut.size === 0 ? null : (
          <span className="small" aria-live="polite">
            {t('plan.outCount', { n: leftOut.size })}
          </span>
        )}
        <Rehearse pair={pair} status={status} disabled={stale} />
        <Button kind="primary" disabled={!canApply} onClick={apply}>
          {toApply > 0 ? t('plan.apply', { n: toApply }) : t('plan.applyNone')}
        </Button>
      </PageFoot>
    </>
  );
}

/** What stands beside the plan and has to be known before it is applied; one thing at a time. */
function PlanNotice({ plan: { pair, brakes, create, decided } }: { readonly plan: WirePlan }): ReactNode {
  const [brake] = brakes;
  if (brake !== undefined)
    return (
      <Notice
        mark="stop"
        title={brake.cause}
        actions={
          <ButtonLink size="small" to={addresses.brake(pair, brake.collection)}>
            {t('plan.toBrake')}
          </ButtonLink>
        }
      >
        <p>{t('plan.braked', { n: brakes.length })}</p>
      </Notice>
    );
  const [fresh] = create;
  if (fresh !== undefined)
    return (
      <Notice title={t('plan.create', { n: create.length, name: fresh.name })}>
        <p>{t('plan.createNext')}</p>
      </Notice>
    );
  if (decided > 0) return <Notice title={t('plan.decided', { n: decided })} />;
  return null;
}
