import { ArrowLeftRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import chart from '../../components/chart.module.css';
import { Button, ButtonLink } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import page from '../../components/page.module.css';
import { Spark } from '../../components/spark.tsx';
import { State } from '../../components/state-icon.tsx';
import { byNeed, shownState } from '../../model/pair-state.ts';
import { sideIcon, sideName } from '../../model/side.ts';
import { useResume } from '../../frame/pause.ts';
import { useSync } from '../../frame/use-sync-all.ts';
import { go } from '../../router/location.ts';
import { usePairs, useWindow } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { useActivity } from './activity.ts';
import css from './overview.module.css';

/** Every pair with its state, when it was last proved equal, what waits, and what to do. */
export function Pairs(): ReactNode {
  const pairs = byNeed(usePairs() ?? []);
  const [first] = pairs;
  return (
    <section className={page.section} aria-labelledby="pairs">
      <div className={page.sectionHead}>
        <h2 id="pairs">{t('overview.pairs')}</h2>
        {first === undefined ? null : <Legend of={first} />}
      </div>
      <div className={css.pairs} role="table" aria-labelledby="pairs">
        <div role="rowgroup">
          <div className={css.pairHead} role="row">
            <span role="columnheader">{t('overview.column.pair')}</span>
            <span role="columnheader">{t('overview.column.state')}</span>
            <span role="columnheader" className="num">
              {t('overview.column.waiting')}
            </span>
            <span role="columnheader">{t('overview.column.activity')}</span>
            <span role="columnheader">
              <span className="srOnly">{t('overview.column.action')}</span>
            </span>
          </div>
        </div>
        <div role="rowgroup">
          {pairs.map((status) => (
            <Row key={status.pair} status={status} />
          ))}
        </div>
      </div>
    </section>
  );
}

const Legend = ({ of: { a, b } }: { readonly of: WirePairStatus }): ReactNode => (
  <>
    <span className={cx(chart.legend, 'wideOnly')}>
      <span className={chart.swatch} />
      {t('overview.toB', { side: b.label })}
    </span>
    <span className={cx(chart.legend, 'wideOnly')}>
      <span className={chart.swatch} data-second="" />
      {t('overview.toB', { side: a.label })}
    </span>
  </>
);

function Row({ status }: { readonly status: WirePairStatus }): ReactNode {
  const progress = useWindow((state) => state.progress[status.pair]);
  const { mark, words, second, to } = shownState(status, progress);
  return (
    <div
      className={css.pairRow}
      role="row"
      onClick={({ target }) => (target instanceof Element && target.closest('a, button') ? undefined : go(to))}
    >
      <div role="cell">
        <Link className={css.pairName} to={to}>
          {status.pair}
        </Link>
        <div className={css.sides}>
          <Icon of={sideIcon(status.a)} />
          <span className="clip">{sideName(status.a)}</span>
          <Icon of={ArrowLeftRight} />
          <Icon of={sideIcon(status.b)} />
          <span className="clip">{sideName(status.b)}</span>
        </div>
      </div>
      <div role="cell">
        <State mark={mark}>{words}</State>
        <div className="tiny faint clip" title={second}>
          {second}
        </div>
      </div>
      <Waiting of={status} />
      <div role="cell">
        <Activity of={status} />
      </div>
      <div role="cell" className={css.pairAction}>
        <Action of={status} />
      </div>
    </div>
  );
}

function Waiting({ of: { brakes, conflicts, holds, pending } }: { readonly of: WirePairStatus }): ReactNode {
  const braked = brakes.filter(({ answer }) => answer === null).reduce((sum, { count }) => sum + count, 0);
  const [n, noun] =
    braked > 0
      ? [braked, t('overview.waiting.records', { n: braked })]
      : conflicts.open > 0
        ? [conflicts.open, t('overview.waiting.conflicts', { n: conflicts.open })]
        : holds > 0
          ? [holds, t('overview.waiting.records', { n: holds })]
          : [pending, pending > 0 ? t('overview.waiting.changes', { n: pending }) : ''];
  return (
    <div role="cell" className="num">
      <span className="medium">{number(n)}</span>
      <div className="tiny faint">{noun}</div>
    </div>
  );
}

function Activity({ of: { pair, a, b } }: { readonly of: WirePairStatus }): ReactNode {
  const buckets = useActivity(pair);
  if (buckets === undefined) return null;
  const sum = (side: 'toA' | 'toB'): number => buckets.reduce((all, bucket) => all + bucket[side], 0);
  const moved = { toA: sum('toA'), toB: sum('toB') };
  const label =
    moved.toA + moved.toB === 0
      ? t('overview.noActivity', { pair })
      : t('overview.activity', { pair, ...moved, a: a.label, b: b.label });
  return <Spark buckets={buckets} label={label} />;
}

function Action({ of: status }: { readonly of: WirePairStatus }): ReactNode {
  const sync = useSync();
  const resume = useResume();
  const { action } = shownState(status);
  const name = `${action.label}: ${status.pair}`;
  if ('to' in action)
    return (
      <ButtonLink size="small" to={action.to} aria-label={name}>
        {action.label}
      </ButtonLink>
    );
  const does = action.does === 'sync' ? sync : resume;
  return (
    <Button size="small" aria-label={name} onClick={() => does(status.pair)}>
      {action.label}
    </Button>
  );
}
