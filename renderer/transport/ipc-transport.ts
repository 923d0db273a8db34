import type { DesktopBridge } from '../../shared/contract/bridge.ts';
import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { CallOptions } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { isEngineGone } from '../../shared/transport/wire.ts';
import { isReading } from './browser-parts.ts';
import type { Transport, TransportNews } from './transport.ts';

/** How long a call waits for news of an engine before it tries again by itself. */
const AGAIN_MS = 1000;

/** The engine behind the desktop program that shows this page. */
export class IpcTransport implements Transport {
  readonly #bridge: DesktopBridge;
  #ready = Promise.withResolvers<void>();
  #goneSince: number | undefined;

  constructor(bridge: DesktopBridge) {
    this.#bridge = bridge;
  }

  /** What was not begun, and what only reads, is asked of the next engine; a lost call that writes is reported. */
  async call<N extends CallName>(name: N, params: Params<N>, { signal }: CallOptions = {}): Promise<Result<N>> {
    for (;;) {
      signal?.throwIfAborted();
      const answer = await this.#bridge.call(name, params);
      if (answer.ok) return answer.value as Result<N>;
      const error = new AppError(answer.error);
      if (!isEngineGone(error) || !(error.retry === 'backoff' || isReading(name))) throw error;
      await Promise.race([this.#ready.promise, new Promise((resolve) => setTimeout(resolve, AGAIN_MS))]);
    }
  }

  subscribe(news: TransportNews): void {
    let isFirst = true;
    const gone = (why?: string): void => {
      this.#goneSince ??= Date.now();
      news.onLink({ kind: 'gone', since: this.#goneSince, attempts: 0, ...(why === undefined ? {} : { why }) });
    };
    this.#bridge.onEngine((told) => (told.state === 'stopped' ? gone(`${told.reason} ${told.hint}`) : undefined));
    this.#bridge.subscribe((told) => {
      switch (told.kind) {
        case 'event':
          return news.onEvent(told.event);
        case 'gone':
          this.#ready = Promise.withResolvers();
          return gone();
        case 'ready':
          this.#ready.resolve();
          this.#goneSince = undefined;
          news.onLink({ kind: 'ready' });
          if (!isFirst && !told.complete) news.onMissed();
          isFirst = false;
      }
    });
  }
}
