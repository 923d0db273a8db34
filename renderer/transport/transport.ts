import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { CallOptions } from '../../shared/contract/client.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';

/** How the window stands with the engine. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  /** The engine stopped, or the server that leads to it. It is tried again by itself. */
  | { readonly kind: 'gone'; readonly since: number; readonly attempts: number; readonly why?: string }
  /** The login of the browser has ended. */
  | { readonly kind: 'logged-out' }
  /** Another version of Tandem answers. */
  | { readonly kind: 'mismatch'; readonly message: string; readonly hint: string };

export interface TransportNews {
  onEvent(event: AnyEvent): void;
  onLink(state: LinkState): void;
  /** Events may be missing: whatever is shown has to be read again. */
  onMissed(): void;
}

/** The engine as the window sees it. Rejections are `AppError`s. */
export interface Transport {
  call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>>;
  /** Begins to listen and goes on through every loss of the connection. Called once. */
  subscribe(news: TransportNews): void;
}
