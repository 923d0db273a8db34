import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { CallOptions } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { FramesClient } from '../../shared/transport/frames-client.ts';
import { ReconnectingClient, type ClientLink } from '../../shared/transport/reconnecting-client.ts';
import { engineGone } from '../../shared/transport/wire.ts';
import { t } from '../text/text.ts';
import { browserParts, isReading } from './browser-parts.ts';
import type { LinkState, Transport, TransportNews } from './transport.ts';
import { openWire } from './web-socket-wire.ts';

/** The waits between tries to reach the engine again; the last one stays. */
const WAITS_MS = [250, 500, 1000, 2000, 4000];

/** The engine behind the server that shows this page. */
export class WsTransport implements Transport {
  readonly #client: ReconnectingClient<ClientLink>;
  #news: TransportNews | undefined;
  #hasBeenReady = false;

  constructor() {
    this.#client = new ReconnectingClient({
      open: (signal) => this.#open(signal),
      isReading,
      relinked: (complete) => {
        this.#tell({ kind: 'ready' });
        if (!complete) this.#news?.onMissed();
      },
    });
  }

  /** What was ordered here is carried out although the page is closed meanwhile. */
  call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
    return this.#client.call(name, params, { ...options, stays: !isReading(name) });
  }

  subscribe(news: TransportNews): void {
    this.#news = news;
    this.#client
      .subscribe((event) => news.onEvent(event))
      .then(
        () => this.#tell({ kind: 'ready' }),
        // Whatever ended the search for an engine has been told.
        () => undefined,
      );
  }

  async #open(signal: AbortSignal): Promise<ClientLink> {
    const since = Date.now();
    if (this.#hasBeenReady) this.#tell({ kind: 'gone', since, attempts: 0 });
    for (let attempts = 1; !signal.aborted; attempts++) {
      try {
        const link = await greeted();
        this.#hasBeenReady = true;
        return link;
      } catch (cause) {
        const end = await this.#endOf(cause);
        if (end !== undefined) throw end;
      }
      this.#tell({ kind: 'gone', since, attempts });
      await pause(WAITS_MS[Math.min(attempts - 1, WAITS_MS.length - 1)] ?? 0);
    }
    throw engineGone(false);
  }

  /** Why trying again would not help; `undefined`: it may. */
  async #endOf(cause: unknown): Promise<AppError | undefined> {
    if (cause instanceof AppError && cause.code === 'version-mismatch') {
      this.#tell({ kind: 'mismatch', message: cause.message, hint: cause.hint });
      return cause;
    }
    if (!(await isLoggedOut())) return undefined;
    this.#tell({ kind: 'logged-out' });
    return loginEnded();
  }

  #tell(state: LinkState): void {
    this.#news?.onLink(state);
  }
}

async function greeted(): Promise<ClientLink> {
  const wire = await openWire(new URL('api/v1/wire', location.href).href.replace(/^http/, 'ws').replace(/#.*$/, ''));
  const client = new FramesClient(wire, browserParts);
  try {
    await client.call('engine.hello', {
      contract: __CONTRACT_VERSION__,
      schema: __CONTRACT_SCHEMA__,
      client: 'the window',
    });
  } catch (cause) {
    wire.close();
    throw cause;
  }
  return { client, close: () => client.close() };
}

/** A refused WebSocket does not say why; a request does. */
async function isLoggedOut(): Promise<boolean> {
  try {
    return (await fetch('api/v1/openapi.json', { method: 'HEAD' })).status === 401;
  } catch {
    return false;
  }
}

const loginEnded = (): AppError =>
  new AppError({
    code: 'auth',
    operation: 'window',
    message: t('offline.loggedOut.title'),
    next: 'Nothing was begun.',
    hint: 'Run `tandem serve` in a terminal and open the link it prints.',
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
