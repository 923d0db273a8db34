import { useEffect } from 'react';

const TABBABLE = 'a[href], button:not([disabled]), input:not([disabled]), textarea, select, [tabindex="0"]';

const canTakeFocus = (pane: HTMLElement): boolean =>
  pane.querySelector(TABBABLE) !== null || pane.matches('main, section');

/** To the next part of the window (`step` 1) or the one before (-1): side bar, panes of the page, messages that stand. */
function goToPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.checkVisibility() && canTakeFocus(pane),
  );
  if (panes.length === 0) return;
  const here = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + step + panes.length) % panes.length];
  (next?.querySelector<HTMLElement>(TABBABLE) ?? next)?.focus();
}

/** F6 and Shift+F6, before any component has them: that of messages would keep them for itself. */
export function usePanes(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'F6' || document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      goToPane(event.shiftKey ? -1 : 1);
    };
    addEventListener('keydown', listen, { capture: true });
    return () => removeEventListener('keydown', listen, { capture: true });
  }, []);
}
