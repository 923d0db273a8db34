import { Progress as Base } from '@base-ui/react/progress';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './meter.module.css';

/** How far something long is; the same figure stands beside it in words. */
export const Meter = ({
  label,
  done,
  all,
  words,
  thin = false,
}: {
  readonly label: string;
  readonly done: number;
  readonly all: number;
  /** `134 of 219 changes` */
  readonly words: string;
  readonly thin?: boolean;
}): ReactNode => (
  <Base.Root value={all === 0 ? null : done} max={Math.max(1, all)} aria-label={label} getAriaValueText={() => words}>
    <svg
      className={cx(css.meter, thin && css.meterThin)}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width={all === 0 ? 0 : Math.min(100, (done / all) * 100)} height="6" />
    </svg>
  </Base.Root>
);
