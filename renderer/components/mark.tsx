import type { ReactNode } from 'react';
import css from './icon.module.css';

/** The two linked rings of Tandem. */
export const Mark = ({ huge = false }: { readonly huge?: boolean }): ReactNode => (
  <svg className={`${css.mark} ${huge ? css.markHuge : ''}`} viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="8.2" cy="12" r="6" fill="none" stroke="currentColor" strokeWidth="2.1" />
    <circle cx="15.8" cy="12" r="6" fill="none" stroke="currentColor" strokeWidth="2.1" />
    <path d="M12 7.4a6 6 0 0 1 0 9.2 6 6 0 0 1 0-9.2z" fill="currentColor" />
  </svg>
);
