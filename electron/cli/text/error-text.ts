import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';

/** The three parts, each on its own line: what failed on what; what happens next; what you can do. */
export function errorLines(
  { message, next, hint, cause }: Pick<AppErrorBody, 'message' | 'next' | 'hint' | 'cause'>,
  style: Style,
  runnable: (text: string) => string,
  withCause = false,
): string[] {
  const clean = (text: string): string => safeText(text, 2000);
  return [
    style.bad(clean(message)),
    ...(next === '' ? [] : [clean(runnable(next))]),
    ...(hint === '' ? [] : [clean(runnable(hint))]),
    ...(withCause && cause ? [style.dim(`Details: ${clean(cause)}`)] : []),
  ];
}
