import { AppError } from '../contract/errors.ts';

/** A transport is no more than this: texts in order to the other end, until one end closes. */
export interface Wire {
  /** Never throws; after the end it does nothing. */
  send(text: string): void;
  /** Texts are kept until somebody listens. Called once. */
  onText(listener: (text: string) => void): void;
  /** Called once, also if the wire has ended before. */
  onClose(listener: () => void): void;
  close(): void;
}

/**
 * The engine is not there. `begun: false`: it has not begun the call, which can be made again elsewhere (`backoff`);
 * `begun: true`: nobody knows how far it came.
 */
export function engineGone(begun: boolean): AppError {
  return new AppError({
    code: 'engine-gone',
    operation: 'engine',
    message: "Tandem's engine stopped before it answered.",
    next: begun
      ? 'Whatever was complete is on both sides; the rest waits, and nothing is written twice.'
      : 'Nothing was begun.',
    hint: begun ? 'Give the command again; `tandem status` shows where things stand.' : 'Give the command again.',
    retry: begun ? 'after-user-action' : 'backoff',
  });
}

export const isEngineGone = (cause: unknown): cause is AppError =>
  cause instanceof AppError && cause.code === 'engine-gone';

export const oversizeRequest = (bytes: number, limit: number): AppError =>
  oversize('The request', bytes, limit, {
    next: 'It was not sent, and nothing was changed by it.',
    hint: 'Ask for less at once, for example for one collection.',
  });

export const oversize = (
  what: string,
  bytes: number,
  limit: number,
  told: { readonly next: string; readonly hint: string },
): AppError =>
  new AppError({
    code: 'oversize',
    operation: 'engine',
    message: `${what} is too large: ${mebibytes(bytes)} of at most ${mebibytes(limit)}.`,
    ...told,
  });

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
