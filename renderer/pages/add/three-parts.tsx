import type { ReactNode } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';

/** What failed on what; what happens next; what you can do: at the field that it is about. */
export const ThreeParts = ({
  of: { message, next, hint },
}: {
  readonly of: Pick<AppErrorBody, 'message' | 'next' | 'hint'>;
}): ReactNode => (
  <>
    <strong className="medium">{message}</strong> {next} {hint}
  </>
);
