import type { ReactNode } from 'react';
import type { WireActivity } from '../../../shared/contract/window-shapes.ts';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import chart from '../../components/chart.module.css';
import { Shown } from '../../components/empty.tsx';
import { Fold } from '../../components/fold.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { useCall } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { day } from '../../text/times.ts';
import { Bars } from './bars.tsx';

type Bucket = WireActivity['buckets'][number];

/** What moved in the last days, as bars and as a table. */
export function Activity({ status: { pair, a, b } }: { readonly status: WirePairStatus }): ReactNode {
  const loaded = useCall('pairs.activity', { pair, days: 14 }, ['runs']);
  return (
    <section className={page.section} aria-labelledby="activity">
      <div className={page.sectionHead}>
        <h2 id="activity">{t('pair.activity')}</h2>
        <span className={chart.legend}>
          <span className={chart.swatch} />
          {t('overview.toB', { side: b.label })}
        </span>
        <span className={chart.legend}>
          <span className={chart.swatch} data-second="" />
          {t('overview.toB', { side: a.label })}
        </span>
      </div>
      <Shown of={loaded} rows={2}>
        {({ buckets }) => (
          <>
            <Bars buckets={buckets} label={labelOf(buckets, a.label, b.label)} />
            <Fold label={t('pair.activity.table')}>
              <AsTable buckets={buckets} a={a.label} b={b.label} />
            </Fold>
          </>
        )}
      </Shown>
    </section>
  );
}

function labelOf(buckets: readonly Bucket[], a: string, b: string): string {
  const sum = (side: 'toA' | 'toB'): number => buckets.reduce((all, bucket) => all + bucket[side], 0);
  const moved = { toA: sum('toA'), toB: sum('toB') };
  return moved.toA + moved.toB === 0 ? t('pair.activity.none') : t('pair.activity.label', { ...moved, a, b });
}

const AsTable = ({
  buckets,
  a,
  b,
}: {
  readonly buckets: readonly Bucket[];
  readonly a: string;
  readonly b: string;
}): ReactNode => (
  <table className={table.table}>
    <caption className="srOnly">{t('pair.activity')}</caption>
    <thead>
      <tr>
        <th>{t('pair.activity.day')}</th>
        <th className="num">{t('pair.activity.to', { side: b })}</th>
        <th className="num">{t('pair.activity.to', { side: a })}</th>
        <th className="num">{t('pair.activity.conflicts')}</th>
        <th className="num">{t('pair.activity.runs')}</th>
        <th className="num">{t('pair.activity.failed')}</th>
      </tr>
    </thead>
    <tbody>
      {buckets.toReversed().map(({ from, toA, toB, conflicts, runs, failed }) => (
        <tr key={from}>
          <td>{day(from)}</td>
          <td className="num">{number(toB)}</td>
          <td className="num">{number(toA)}</td>
          <td className="num">{number(conflicts)}</td>
          <td className="num">{number(runs)}</td>
          <td className="num">{number(failed)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
