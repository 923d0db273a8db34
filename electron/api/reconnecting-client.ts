import { calls, type CallName, type Params, type Result } from '../../shared/contract/calls.ts';
import type { CallOptions, Client, Subscription } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import type { SinceMark } from '../../shared/contract/frames.ts';
import type { Hello } from '../../shared/contract/system-shapes.ts';
import { must } from '../../shared/lib/assert.ts';
import { engineGone, type Wire } from './transport/wire.ts';

/** One connection to one engine. */
export interface Link {
  readonly client: Client;
  readonly hello: Hello;
  readonly attached: boolean;
  /** A further wire to the same engine; `null`: it has just ended. */
  wire(): Promise<Wire | null>;
  close(): Promise<void>;
}

interface Listening {
  readonly listener: (event: AnyEvent) => void;
  current: Subscription;
}

/** Stays useful when the engine changes hands: the next call and every subscription go to the next engine. */
export class ReconnectingClient implements Client {
  readonly closed: Promise<void>;
  readonly #open: (signal: AbortSignal) => Promise<Link>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #listening = new Set<Listening>();
  #link: Link | undefined;
  #last: Link | undefined;
  #linking: Promise<Link> | undefined;
  readonly #ending = new AbortController();

  /** `open` gives up with its signal, which comes when the client is closed. */
  constructor(open: (signal: AbortSignal) => Promise<Link>) {
    this.#open = open;
    this.closed = this.#ended.promise;
  }

  /** The engine that was talked to last. */
  get link(): Link {
    return must(this.#last, 'a started client');
  }

  async start(): Promise<void> {
    await this.#connect();
  }

  /** The engine that runs now, perhaps another one than before. */
  connected(): Promise<Link> {
    return this.#connect();
  }

  async call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
    for (;;) {
      const link = await this.#connect();
      try {
        return await link.client.call(name, params, options);
      } catch (cause) {
        if (this.#closing || !canRepeat(name, cause) || options?.signal?.aborted) throw cause;
        await link.client.closed;
      }
    }
  }

  async subscribe(listener: (event: AnyEvent) => void, since?: SinceMark): Promise<Subscription> {
    const listening: Listening = { listener, current: await this.#listen(listener, since) };
    this.#listening.add(listening);
    return {
      get mark() {
        return listening.current.mark;
      },
      get complete() {
        return listening.current.complete;
      },
      close: () => {
        this.#listening.delete(listening);
        listening.current.close();
      },
    };
  }

  /** Listening changes nothing, so it is begun again wherever the engine went. */
  async #listen(listener: Listening['listener'], since: SinceMark | undefined): Promise<Subscription> {
    for (;;) {
      const link = await this.#connect();
      try {
        return await link.client.subscribe(listener, since);
      } catch (cause) {
        if (this.#closing || !isGone(cause)) throw cause;
        await link.client.closed;
      }
    }
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#listening.clear();
    // The next engine may just be opening, perhaps in this process: nobody else would end it.
    const link = this.#link ?? (await this.#linking?.catch(() => undefined));
    await link?.close();
    this.#ended.resolve();
  }

  get #closing(): boolean {
    return this.#ending.signal.aborted;
  }

  async #connect(): Promise<Link> {
    if (this.#closing) throw engineGone(false);
    if (this.#link) return this.#link;
    this.#linking ??= this.#relink().finally(() => (this.#linking = undefined));
    return this.#linking;
  }

  async #relink(): Promise<Link> {
    for (;;) {
      const link = await this.#open(this.#ending.signal);
      try {
        for (const listening of this.#listening) {
          listening.current = await link.client.subscribe(listening.listener, listening.current.mark);
        }
      } catch (cause) {
        await link.close().catch(() => undefined);
        if (!isGone(cause)) throw cause;
        continue;
      }
      this.#link = link;
      this.#last = link;
      void link.client.closed.then(() => this.#lost(link));
      return link;
    }
  }

  /** A client that listens wants the next engine at once; one that only calls waits for its next call. */
  #lost(link: Link): void {
    if (this.#link === link) this.#link = undefined;
    if (this.#closing || this.#listening.size === 0) return;
    this.#connect().catch(() => this.#ended.resolve());
  }
}

/** Not begun, or only reading: nothing can happen twice. */
function canRepeat(name: CallName, cause: unknown): boolean {
  return isGone(cause) && (cause.retry === 'backoff' || calls[name].method === 'GET');
}

const isGone = (cause: unknown): cause is AppError => cause instanceof AppError && cause.code === 'engine-gone';
