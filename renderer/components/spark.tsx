import type { ReactNode } from 'react';
import css from './chart.module.css';

const WIDTH = 132;
const UP = 15.4;
const DOWN = 9.6;
const AXIS = 17.4;

/** Bars above the line for what went to B, below it for what went to A; in words it says the sums. */
export function Spark({
  buckets,
  label,
}: {
  readonly buckets: readonly { readonly toA: number; readonly toB: number }[];
  readonly label: string;
}): ReactNode {
  const most = Math.max(1, ...buckets.map(({ toA, toB }) => Math.max(toA, toB)));
  const step = WIDTH / Math.max(1, buckets.length);
  const height = (n: number, room: number): number => (n === 0 ? 0 : Math.max(0.8, (n / most) * room));
  return (
    <svg className={css.spark} viewBox="0 0 132 30" role="img" aria-label={label}>
      <path className={css.axis} d={`M0 ${AXIS}h${WIDTH}`} />
      {buckets.map(({ toA, toB }, i) => (
        <g key={i}>
          {toB === 0 ? null : (
            <rect
              className={css.up}
              x={i * step + 0.6}
              y={16.4 - height(toB, UP)}
              width={step - 1.2}
              height={height(toB, UP)}
            />
          )}
          {toA === 0 ? null : (
            <rect className={css.down} x={i * step + 0.9} y={18.9} width={step - 1.8} height={height(toA, DOWN)} />
          )}
        </g>
      ))}
    </svg>
  );
}
