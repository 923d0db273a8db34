const TABBABLE = 'a[href], button:not([disabled]), input:not([disabled]), textarea, select, [tabindex="0"]';

const shownPanes = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.offsetParent !== null || pane.dataset['pane'] === 'toasts',
  );

/** To the next part of the window (`step` 1) or the one before (-1): side bar, panes of the page, messages. */
export function goToPane(step: 1 | -1): void {
  const panes = shownPanes().filter((pane) => pane.querySelector(TABBABLE) !== null || pane.tabIndex === -1);
  if (panes.length === 0) return;
  const here = panes.findLastIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + step + panes.length) % panes.length];
  (next?.querySelector<HTMLElement>(TABBABLE) ?? next)?.focus();
}
