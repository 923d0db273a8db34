import type { CallName, Params, Result } from './calls.ts';
import type { AnyEvent } from './events.ts';
import type { SinceMark } from './frames.ts';

export interface CallOptions {
  /** Ends the call: with `cancelled` where the engine has not begun, else after the running batch. */
  readonly signal?: AbortSignal;
  /** It is carried out to its end where the caller is gone before the answer came; by default it is ended then. */
  readonly stays?: boolean;
}

export interface Subscription {
  /** Where the stream stands now; pass it as `since` after a lost connection. */
  readonly mark: SinceMark;
  /** False: events after `since` are gone, read the state again. */
  readonly complete: boolean;
  /** After it no event arrives any more. */
  close(): void;
}

/** The engine as every caller sees it, whatever lies between. Rejections are `AppError`s. */
export interface Client {
  call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>>;
  /** Events in the order of `seq`, each once. Resolves before the first one is delivered. */
  subscribe(listener: (event: AnyEvent) => void, since?: SinceMark): Promise<Subscription>;
  /** Resolves when the connection is gone, closed or lost. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}
