import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { whenText } from './times.ts';

/** The three parts, each on its own line: what failed on what; what happens next; what you can do. */
export function errorLines(
  { code, message, next, hint, cause }: Pick<AppErrorBody, 'code' | 'message' | 'next' | 'hint' | 'cause'>,
  style: Style,
  runnable: (text: string) => string,
  withCause = false,
): string[] {
  const clean = (text: string): string => safeText(text, 2000);
  return [
    style.bad(clean(code === 'sync-in-progress' ? withClock(message) : message)),
    ...(next === '' ? [] : [clean(runnable(next))]),
    ...(hint === '' ? [] : [clean(runnable(hint))]),
    ...(withCause && cause ? [style.dim(`Details: ${clean(cause)}`)] : []),
  ];
}

/** The engine knows no time zone. */
const withClock = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, (iso) => whenText(iso, Date.now(), true));
