import type { CallName, Params, Result } from '../contract/calls.ts';
import type { CallOptions, Client, Subscription } from '../contract/client.ts';
import type { AnyEvent } from '../contract/events.ts';
import type { SinceMark } from '../contract/frames.ts';
import { must } from '../lib/assert.ts';
import { engineGone, isEngineGone } from './wire.ts';

/** One connection to one engine. */
export interface ClientLink {
  readonly client: Client;
  close(): Promise<void>;
}

export interface ReconnectingParts<L extends ClientLink> {
  /** Gives up with its signal, which comes when the client is closed. */
  open(signal: AbortSignal): Promise<L>;
  /** A call that changes nothing, so that it can be made twice. */
  isReading(name: CallName): boolean;
  /** Every subscription goes on over a new link; `complete: false`: events are gone, so the state has to be read again. */
  relinked?(complete: boolean): void;
}

interface Listening {
  readonly listener: (event: AnyEvent) => void;
  current: Subscription;
}

/** Stays useful when the engine changes hands: the next call and every subscription go to the next engine. */
export class ReconnectingClient<L extends ClientLink> implements Client {
  readonly closed: Promise<void>;
  readonly #parts: ReconnectingParts<L>;
  readonly #ended = Promise.withResolvers<void>();
  readonly #listening = new Set<Listening>();
  #link: L | undefined;
  #last: L | undefined;
  #linking: Promise<L> | undefined;
  readonly #ending = new AbortController();

  constructor(parts: ReconnectingParts<L>) {
    this.#parts = parts;
    this.closed = this.#ended.promise;
  }

  /** The engine that was talked to last. */
  get link(): L {
    return must(this.#last, 'a started client');
  }

  async start(): Promise<void> {
    await this.#connect();
  }

  /** The engine that runs now, perhaps another one than before. */
  connected(): Promise<L> {
    return this.#connect();
  }

  async call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
    for (;;) {
      const link = await this.#connect();
      try {
        return await link.client.call(name, params, options);
      } catch (cause) {
        if (this.#closing || !this.#canRepeat(name, cause) || options?.signal?.aborted) throw cause;
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
        if (this.#closing || !isEngineGone(cause)) throw cause;
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

  async #connect(): Promise<L> {
    if (this.#closing) throw engineGone(false);
    if (this.#link) return this.#link;
    this.#linking ??= this.#relink().finally(() => (this.#linking = undefined));
    return this.#linking;
  }

  async #relink(): Promise<L> {
    for (;;) {
      const link = await this.#parts.open(this.#ending.signal);
      try {
        for (const listening of this.#listening) {
          listening.current = await link.client.subscribe(listening.listener, listening.current.mark);
        }
      } catch (cause) {
        await link.close().catch(() => undefined);
        if (!isEngineGone(cause)) throw cause;
        continue;
      }
      const isFirst = this.#last === undefined;
      this.#link = link;
      this.#last = link;
      if (!isFirst) this.#parts.relinked?.([...this.#listening].every(({ current }) => current.complete));
      void link.client.closed.then(() => this.#lost(link));
      return link;
    }
  }

  /** A client that listens wants the next engine at once; one that only calls waits for its next call. */
  #lost(link: L): void {
    if (this.#link === link) this.#link = undefined;
    if (this.#closing || this.#listening.size === 0) return;
    this.#connect().catch(() => this.#ended.resolve());
  }

  /** Not begun, or only reading: nothing can happen twice. */
  #canRepeat(name: CallName, cause: unknown): boolean {
    return isEngineGone(cause) && (cause.retry === 'backoff' || this.#parts.isReading(name));
  }
}
