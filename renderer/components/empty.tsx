import type { LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { StateMark } from '../model/pair-state.ts';
import type { Loaded } from '../store/hooks.ts';
import { t } from '../text/text.ts';
import css from './empty.module.css';
import { Icon } from './icon.tsx';
import { ErrorNotice } from './notice.tsx';
import { StateDrawing } from './state-icon.tsx';

interface EmptyProps {
  readonly icon?: LucideIcon;
  readonly mark?: StateMark;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** A page, list or pane that has nothing to show, and says so. */
export const EmptyState = ({ icon, mark, title, children, actions }: EmptyProps): ReactNode => (
  <div className={css.emptyState} {...(mark === undefined ? {} : { 'data-state': mark })}>
    {icon === undefined ? null : <Icon of={icon} />}
    {mark === undefined ? null : <StateDrawing mark={mark} />}
    <h3>{title}</h3>
    {children === undefined ? null : <p>{children}</p>}
    {actions === undefined ? null : <div className="row">{actions}</div>}
  </div>
);

/** Before this, an answer is there at once for the eye, and bones would only flicker. */
const BONES_AFTER_MS = 300;

/** The outlines of what is being loaded, of the height that it will have. */
export function Bones({ rows = 6 }: { readonly rows?: number }): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), BONES_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={css.bones} aria-busy="true" role="status">
      <span className="srOnly">{t('loading.page')}</span>
      {late
        ? Array.from({ length: rows }, (_, i) => (
            <span key={i} className={css.boneRow} aria-hidden="true">
              <span className={css.bone} data-width={i % 3 === 1 ? 'm' : 'l'} />
              <span className={css.bone} data-width="s" />
            </span>
          ))
        : null}
    </div>
  );
}

/** What a call has answered, or that it is on its way, or why it failed. */
export function Shown<T>({
  of: { data, error, reload },
  rows,
  children,
}: {
  readonly of: Loaded<T>;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}): ReactNode {
  if (data !== undefined)
    return (
      <>
        {error === undefined ? null : <ErrorNotice error={error} onAgain={reload} />}
        {children(data)}
      </>
    );
  if (error !== undefined) return <ErrorNotice error={error} onAgain={reload} />;
  return <Bones {...(rows === undefined ? {} : { rows })} />;
}
