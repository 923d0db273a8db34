import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '../text/text.ts';
import button from './button.module.css';
import { Button } from './button.tsx';
import css from './floating.module.css';

const manager = Base.createToastManager();

interface Told {
  readonly text: string;
  /** Stands in History, too; a toast is never the only way. */
  readonly undo?: () => void;
}

/** News that asks for nothing. One with an undo stays for ten seconds, and while the pointer or the focus is on it. */
export function tell({ text, undo }: Told): void {
  manager.add({
    description: text,
    timeout: undo ? 10_000 : 5000,
    ...(undo ? { actionProps: { children: t('toast.undo'), onClick: undo } } : {}),
  });
}

export const Toasts = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <Base.Provider toastManager={manager}>
    {children}
    <Base.Portal>
      <Base.Viewport className={css.toastPlace} data-pane="toasts">
        <List />
      </Base.Viewport>
    </Base.Portal>
  </Base.Provider>
);

function List(): ReactNode {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className={css.toast}>
      <Base.Description />
      {toast.actionProps === undefined ? null : <Base.Action className={button.button} data-small="" data-link="" />}
      <Base.Close render={<Button kind="quiet" size="small" icon={X} iconOnly={t('toast.close')} />} />
    </Base.Root>
  ));
}
