import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppErrorBody } from '../../shared/contract/errors.ts';
import type { StateMark } from '../model/pair-state.ts';
import { t } from '../text/text.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import css from './notice.module.css';
import { StateDrawing } from './state-icon.tsx';
import { tell } from './toast.tsx';

interface NoticeProps {
  readonly mark?: StateMark | undefined;
  readonly title: ReactNode;
  /** What happens next, and what did not happen. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Only for a brake or a stop that happens while the page is open. */
  readonly alert?: boolean;
}

/** What failed or changed on what; what happens next; what you can do. At most one on a page. */
export const Notice = ({ mark, title, children, actions, alert = false }: NoticeProps): ReactNode => (
  <div className={css.notice} role={alert ? 'alert' : 'status'} {...(mark === undefined ? {} : { 'data-state': mark })}>
    {mark === undefined ? <Icon of={Info} /> : <StateDrawing mark={mark} />}
    <div>
      <p className={css.noticeTitle}>{title}</p>
      {children}
    </div>
    {actions === undefined ? null : <div className={css.noticeActions}>{actions}</div>}
  </div>
);

/** An error with its three parts; the driver's own words only in what is copied. */
export function ErrorNotice({
  error,
  title = error.message,
  onAgain,
}: {
  readonly error: AppErrorBody;
  /** The message with links in it. */
  readonly title?: ReactNode;
  readonly onAgain?: (() => void) | undefined;
}): ReactNode {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(JSON.stringify(error, null, 2));
    tell({ text: t('error.copied') });
  };
  return (
    <Notice
      mark="stop"
      title={title}
      actions={
        <>
          {onAgain ? (
            <Button size="small" onClick={onAgain}>
              {t('error.again')}
            </Button>
          ) : null}
          <Button kind="quiet" size="small" onClick={() => void copy()}>
            {t('error.copy')}
          </Button>
        </>
      }
    >
      <p>
        {error.next} {error.hint}
      </p>
    </Notice>
  );
}
