import type { KeyboardEvent } from 'react';

const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
  PageDown: (at) => at + 10,
  PageUp: (at) => at - 10,
};

/** The keys of a list whose rows are marked with `data-row`: one stop for Tab, arrows inside. */
export function rowKeys(event: KeyboardEvent<HTMLElement>): void {
  const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (rows.length === 0 || at === -1) return;
  event.preventDefault();
  const next = rows[Math.max(0, Math.min(rows.length - 1, step(at, rows.length - 1)))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
