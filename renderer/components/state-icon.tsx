import type { ReactNode } from 'react';
import type { StateMark } from '../model/pair-state.ts';
import { t } from '../text/text.ts';
import { cx } from './cx.ts';
import icon from './icon.module.css';
import css from './state.module.css';

/** The outlines of the six states; told apart without any colour. */
const drawings: Readonly<Record<StateMark, ReactNode>> = {
  step: (
    <>
      <circle cx="8" cy="8" r="7" />
      <path className={icon.ink} d="M4.9 8.3 7.1 10.5 11.2 5.9" />
    </>
  ),
  sync: (
    <>
      <g className={css.syncTop}>
        <path className={icon.line} d="M2 5.2h10.4M9.8 2.4l2.8 2.8-2.8 2.8" />
      </g>
      <g className={css.syncBottom}>
        <path className={icon.line} d="M14 10.8H3.6M6.2 8l-2.8 2.8 2.8 2.8" />
      </g>
    </>
  ),
  wait: (
    <>
      <path d="M8.9 1.1 14.9 7.1a1.3 1.3 0 0 1 0 1.8l-6 6a1.3 1.3 0 0 1-1.8 0l-6-6a1.3 1.3 0 0 1 0-1.8l6-6a1.3 1.3 0 0 1 1.8 0z" />
      <path className={icon.ink} d="M6.3 6.6c0-1 .75-1.7 1.7-1.7s1.7.7 1.7 1.6c0 1.2-1.7 1.25-1.7 2.4" />
      <circle className={icon.inkDot} cx="8" cy="11.1" r="1" />
    </>
  ),
  pause: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="3" />
      <path className={icon.ink} d="M6.2 5.3v5.4M9.8 5.3v5.4" />
    </>
  ),
  off: (
    <>
      <circle className={icon.line} cx="8" cy="8" r="6.1" strokeDasharray="3.1 1.69" />
      <path className={icon.line} d="M2.4 13.6 13.6 2.4" />
    </>
  ),
  stop: (
    <>
      <path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z" />
      <path className={icon.ink} d="M4.8 8h6.4" />
    </>
  ),
};

type Size = 'large' | 'huge' | undefined;

export const StateDrawing = ({ mark, size }: { readonly mark: StateMark; readonly size?: Size }): ReactNode => (
  <svg
    className={cx(icon.stateIcon, size === 'large' && icon.iconLarge, size === 'huge' && icon.stateIconHuge)}
    viewBox="0 0 16 16"
    aria-hidden="true"
  >
    {drawings[mark]}
  </svg>
);

/** The icon alone, where the words stand beside it anyway. */
export const StateIcon = ({ mark, size }: { readonly mark: StateMark; readonly size?: Size }): ReactNode => (
  <span className={cx(css.stateOnly, mark === 'sync' && css.isLive)} data-state={mark}>
    <StateDrawing mark={mark} size={size} />
  </span>
);

/** A state in words with its icon; `pill` puts it on its soft colour. */
export function State({
  mark,
  children,
  pill = false,
  live = false,
}: {
  readonly mark: StateMark;
  readonly children?: ReactNode;
  readonly pill?: boolean;
  /** Spoken when it changes. */
  readonly live?: boolean;
}): ReactNode {
  return (
    <span
      className={cx(css.state, pill && css.statePill, mark === 'sync' && css.isLive)}
      data-state={mark}
      {...(live ? { 'aria-live': 'polite' as const } : {})}
    >
      <StateDrawing mark={mark} />
      <span>{children ?? t(`state.word.${mark}`)}</span>
    </span>
  );
}
