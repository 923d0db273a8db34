import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { CallOptions } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { BridgeNews, WindowBridge } from '../../shared/transport/bridge.ts';
import { isEngineGone } from '../../shared/transport/wire.ts';
import { isReading } from './browser-parts.ts';
import type { Transport, TransportNews } from './transport.ts';

/** The engine behind the desktop program that shows this page. */
export class IpcTransport implements Transport {
  readonly #bridge: WindowBridge;
  #ready = Promise.withResolvers<void>();

  constructor(bridge: WindowBridge) {
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
      this.#ready = Promise.withResolvers();
      await this.#ready.promise;
    }
  }

  subscribe(news: TransportNews): void {
    let isFirst = true;
    this.#bridge.subscribe((told: BridgeNews) => {
      switch (told.kind) {
        case 'event':
          return news.onEvent(told.event);
        case 'gone':
          return news.onLink({ kind: 'gone', since: Date.now(), attempts: 0 });
        case 'ready':
          this.#ready.resolve();
          news.onLink({ kind: 'ready' });
          if (!isFirst && !told.complete) news.onMissed();
          isFirst = false;
      }
    });
  }
}
