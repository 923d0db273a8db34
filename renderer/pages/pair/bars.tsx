import type { ReactNode } from 'react';
import chart from '../../components/chart.module.css';
import css from './pair.module.css';

const WIDTH = 560;
const UP = 48;
const DOWN = 30;
const AXIS = 52;

/** One bar per stretch: above the line what went to B, below it what went to A. */
export function Bars({
  buckets,
  label,
}: {
  readonly buckets: readonly { readonly from: string; readonly toA: number; readonly toB: number }[];
  readonly label: string;
}): ReactNode {
  const most = Math.max(1, ...buckets.map(({ toA, toB }) => Math.max(toA, toB)));
  const step = WIDTH / Math.max(1, buckets.length);
  const height = (n: number, room: number): number => (n === 0 ? 0 : Math.max(2, (n / most) * room));
  return (
    <svg
      className={`${chart.spark} ${css.bars}`}
      viewBox="0 0 560 88"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className={chart.axis} d={`M0 ${AXIS}h${WIDTH}`} />
      {buckets.map(({ from, toA, toB }, i) => (
        <g key={from}>
          <rect
            className={chart.up}
            x={i * step + 3}
            y={AXIS - 1 - height(toB, UP)}
            width={step - 6}
            height={height(toB, UP)}
          />
          {toA === 0 ? null : (
            <rect className={chart.down} x={i * step + 3} y={AXIS + 2} width={step - 6} height={height(toA, DOWN)} />
          )}
        </g>
      ))}
    </svg>
  );
}
