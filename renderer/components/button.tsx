import { Button as Base } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import css from './button.module.css';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

interface Looks {
  /** At most one `primary` is in view; `danger` only after a choice. */
  readonly kind?: 'primary' | 'danger' | 'quiet' | 'link' | undefined;
  readonly size?: 'small' | 'large' | undefined;
  readonly icon?: LucideIcon;
  /** The name of a button that shows nothing but its icon. */
  readonly iconOnly?: string;
}

const looks = ({ kind, size, iconOnly }: Looks) => ({
  className: css.button,
  ...(kind === undefined ? {} : { [`data-${kind}`]: '' }),
  ...(size === undefined ? {} : { [`data-${size}`]: '' }),
  ...(iconOnly === undefined ? {} : { 'data-icon': '', 'aria-label': iconOnly }),
});

function content({ icon, iconOnly }: Looks, children: ReactNode): ReactNode {
  return (
    <>
      {icon === undefined ? null : <Icon of={icon} />}
      {iconOnly === undefined ? children : null}
    </>
  );
}

export type ButtonProps = Looks & Omit<ComponentProps<typeof Base>, 'className'>;

/** A disabled one keeps the focus, so that its reason can be read. */
export function Button({ kind, size, icon, iconOnly, children, ...rest }: ButtonProps): ReactNode {
  const given = { kind, size, ...(icon ? { icon } : {}), ...(iconOnly === undefined ? {} : { iconOnly }) };
  return (
    <Base type="button" focusableWhenDisabled {...rest} {...looks(given)}>
      {content(given, children)}
    </Base>
  );
}

/** Leads to a page, and looks like a button. */
export function ButtonLink({
  kind,
  size,
  icon,
  iconOnly,
  children,
  ...rest
}: Looks & Omit<ComponentProps<typeof Link>, 'className'>): ReactNode {
  const given = { kind, size, ...(icon ? { icon } : {}), ...(iconOnly === undefined ? {} : { iconOnly }) };
  return (
    <Link {...rest} {...looks(given)}>
      {content(given, children)}
    </Link>
  );
}

export const ButtonGroup = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <span className={css.buttonGroup}>{children}</span>
);
