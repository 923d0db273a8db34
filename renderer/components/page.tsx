import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import { usePath } from '../router/location.ts';
import { cx } from './cx.ts';
import css from './page.module.css';

/** On opening a page the focus goes to its heading, unless the page puts it elsewhere (`focus: false`). */
export function usePageTitle(title: string, { focus = true } = {}): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tandem`;
  }, [title]);
  const path = usePath();
  useEffect(() => {
    if (focus) heading.current?.focus({ preventScroll: true });
  }, [focus, path]);
  return heading;
}

interface HeadProps {
  readonly title: string;
  readonly above?: ReactNode;
  /** One line of facts. */
  readonly facts?: ReactNode;
  /** Quiet ones first, the main one last. */
  readonly actions?: ReactNode;
}

export function PageHead({ title, above, facts, actions }: HeadProps): ReactNode {
  const heading = usePageTitle(title);
  return (
    <header className={css.pageHead}>
      <div>
        {above}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {facts === undefined ? null : <p className={css.pageSub}>{facts}</p>}
      </div>
      {actions === undefined ? null : <div className={css.pageActions}>{actions}</div>}
    </header>
  );
}

/** What scrolls; `flush` for lists and panes, which bring their own. Reachable by keyboard also where nothing in it is. */
export const PageBody = ({
  flush = false,
  children,
}: {
  readonly flush?: boolean;
  readonly children: ReactNode;
}): ReactNode =>
  flush ? (
    <div className={cx(css.pageBody, css.pageBodyFlush)}>{children}</div>
  ) : (
    <div className={css.pageBody} tabIndex={0} role="region" aria-label="Page">
      {children}
    </div>
  );

/** Only where a decision ends the page. */
export const PageFoot = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <footer className={css.pageFoot}>{children}</footer>
);

/** A part of a page that scrolls by itself; F6 goes from one to the next. */
export const Pane = ({
  label,
  children,
  className,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}): ReactNode => (
  <section className={cx(css.pane, className)} aria-label={label} data-pane={label} tabIndex={-1}>
    {children}
  </section>
);
