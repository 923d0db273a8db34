import type { ReactNode } from 'react';
import { Link } from './link.tsx';
import css from './tabs.module.css';

export interface TabLink {
  readonly to: string;
  readonly label: ReactNode;
  readonly selected: boolean;
}

/** Views of one thing that have an address each, so they are links. */
export const TabLinks = ({ label, tabs }: { readonly label: string; readonly tabs: readonly TabLink[] }): ReactNode => (
  <nav className={css.tabs} aria-label={label}>
    {tabs.map(({ to, label: words, selected }) => (
      <Link
        key={to}
        to={to}
        className={css.tab}
        {...(selected ? { 'data-selected': '', 'aria-current': 'page' as const } : {})}
      >
        {words}
      </Link>
    ))}
  </nav>
);
