import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { cx } from './cx.ts';
import css from './dialog.module.css';
import { Scrolls } from './scrolls.tsx';

export interface DialogProps {
  readonly open: boolean;
  /** Esc and what the way out says; it changes nothing. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** The sentence below the title. */
  readonly sentence?: ReactNode;
  readonly children?: ReactNode;
  /** The way out first, the main button last. */
  readonly foot?: ReactNode;
  readonly wide?: boolean;
  /** A question that only its own buttons answer: undo, quit. */
  readonly alert?: boolean;
  /** Something was typed: a click beside it does not close it. */
  readonly dirty?: boolean;
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

export function Dialog(props: DialogProps): ReactNode {
  const {
    open,
    onClose,
    title,
    sentence,
    children,
    foot,
    wide = false,
    alert = false,
    dirty = false,
    initialFocus,
  } = props;
  return (
    <Base.Root
      open={open}
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      disablePointerDismissal={alert || dirty}
    >
      <Base.Portal>
        <Base.Viewport className={css.scrim}>
          <Base.Popup
            className={cx(css.dialog, wide && css.dialogWide)}
            {...(alert ? { role: 'alertdialog' } : {})}
            {...(initialFocus ? { initialFocus } : {})}
          >
            <header className={css.dialogHead}>
              <Base.Title tabIndex={-1}>{title}</Base.Title>
              {sentence === undefined ? null : <Base.Description className="muted small">{sentence}</Base.Description>}
            </header>
            <Scrolls className={css.dialogBody ?? ''}>{children}</Scrolls>
            {foot === undefined ? null : <footer className={css.dialogFoot}>{foot}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
