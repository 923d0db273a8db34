import type { ReactNode } from 'react';
import css from './welcome.module.css';

const rows = [
  { y: 28, width: 58, look: 'artRow' },
  { y: 46, width: 74, look: 'artRow' },
  { y: 64, width: 46, look: 'artNew' },
  { y: 82, width: 66, look: 'artRow' },
  { y: 100, width: 54, look: 'artBack' },
] as const;

const looks = { artRow: css.artRow, artNew: css.artNew, artBack: css.artBack };

const Sheet = ({ x }: { readonly x: number }): ReactNode => (
  <>
    <rect className={css.artSheet} x={x} y="10" width="104" height="116" rx="10" />
    {rows.map(({ y, width, look }) => (
      <rect key={y} className={looks[look]} x={x + 14} y={y} width={width} height="6" rx="3" />
    ))}
  </>
);

/** Two sheets that hold the same: one line went there, one came back. */
export const Drawing = (): ReactNode => (
  <svg className={css.heroArt} viewBox="0 0 300 136" aria-hidden="true">
    <Sheet x={4} />
    <Sheet x={192} />
    <path className={css.artFlow} d="M116 67h58M167 60l8 7-8 7" />
    <path className={css.artFlow} d="M184 103h-58M133 96l-8 7 8 7" />
  </svg>
);
