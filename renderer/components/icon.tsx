import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './icon.module.css';

/** An icon of lucide beside words; never alone without a name for screen readers. */
export function Icon({ of: Drawing, size }: { readonly of: LucideIcon; readonly size?: 'small' | 'large' }): ReactNode {
  return (
    <Drawing
      className={cx(css.icon, size === 'small' && css.iconSmall, size === 'large' && css.iconLarge)}
      aria-hidden
    />
  );
}
