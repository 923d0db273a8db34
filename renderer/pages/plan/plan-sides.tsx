import { CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WirePlan } from '../../../shared/contract/plan-shapes.ts';
import { Icon } from '../../components/icon.tsx';
import { sideIcon } from '../../model/side.ts';
import type { Labels } from '../../store/use-labels.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './plan.module.css';
import { countsOn } from './plan-rows.ts';

interface SidesProps {
  readonly plan: WirePlan;
  readonly status: WirePairStatus | undefined;
  readonly labels: Labels;
}

/** How much would be done on each side, and how much is not touched. */
export const PlanSides = ({ plan, status, labels }: SidesProps): ReactNode => (
  <div className={css.planSides}>
    {(['B', 'A'] as const).map((side) => {
      const { added, changed, deleted } = countsOn(plan, side);
      const place = side === 'A' ? status?.a : status?.b;
      return (
        <section key={side} className={css.planSide}>
          <h2>
            {place === undefined ? null : <Icon of={sideIcon(place)} />}
            {t('plan.on', { side: labels[side] })}
          </h2>
          <Counts
            of={[
              [added, t('plan.new')],
              [changed, t('plan.changed')],
              [deleted, t('plan.deleted')],
            ]}
          />
        </section>
      );
    })}
    <section className={css.planSide}>
      <h2>
        <Icon of={CircleDashed} />
        {t('plan.notTouched')}
      </h2>
      <Counts
        of={[
          [plan.conflicts.length, t('plan.conflicts', { n: plan.conflicts.length })],
          ...(plan.drift > 0 ? ([[plan.drift, t('plan.drift')]] as const) : []),
          ...(plan.adopt > 0 ? ([[plan.adopt, t('plan.adopt')]] as const) : []),
        ]}
      />
    </section>
  </div>
);

const Counts = ({ of }: { readonly of: readonly (readonly [n: number, words: string])[] }): ReactNode => (
  <div className={css.planCounts}>
    {of.map(([n, words]) => (
      <div key={words} className={css.planCount}>
        <b>{number(n)}</b>
        <span>{words}</span>
      </div>
    ))}
  </div>
);
