import type { AppErrorBody } from '../contract/errors.ts';
import type { AnyEvent } from '../contract/events.ts';
import type { SinceMark } from '../contract/frames.ts';

/** What the preload of the desktop program gives its pages as `window.tandem`; values only, no object of Electron. */
export interface WindowBridge {
  /** Never rejects, since an error would lose its parts between the worlds. Parameters are checked in the main process. */
  call(
    method: string,
    params: unknown,
  ): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: AppErrorBody }>;
  /** Tells `listener` of every event after `since`, and of engines that come and go, until the answer is called. */
  subscribe(listener: (news: BridgeNews) => void, since?: SinceMark): () => void;
}

export type BridgeNews =
  /** First, and again with every further engine. `complete: false`: events are gone, read the state again. */
  | { readonly kind: 'ready'; readonly engine: string; readonly seq: number; readonly complete: boolean }
  | { readonly kind: 'event'; readonly event: AnyEvent }
  /** The engine stopped; the main process starts it again. */
  | { readonly kind: 'gone' };
