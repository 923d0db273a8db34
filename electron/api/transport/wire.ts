import type { AppError } from '../../../shared/contract/errors.ts';
import { oversize } from '../../../shared/transport/wire.ts';

/** The call itself was carried out by then. */
export const oversizeAnswer = (bytes: number, limit: number): AppError =>
  oversize('The answer', bytes, limit, {
    next: 'Whatever was asked for is done; only the answer could not be shown. What was written stands in the history.',
    hint: 'Look at it with `tandem history`, and ask for less at once, for example with --limit or for one collection.',
  });

export { engineGone, oversizeRequest, type Wire } from '../../../shared/transport/wire.ts';
