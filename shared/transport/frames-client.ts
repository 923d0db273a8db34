import type { CallName, Params, Result } from '../contract/calls.ts';
import type { CallOptions, Client, Subscription } from '../contract/client.ts';
import { AppError, type AppErrorBody } from '../contract/errors.ts';
import type { AnyEvent } from '../contract/events.ts';
import type { ClientFrame, ServerFrame, SinceMark } from '../contract/frames.ts';
import { engineGone, oversizeRequest, type Wire } from './wire.ts';

/** What a client needs of the platform it runs on; `shared/` runs on two. */
export interface ClientParts {
  /** The largest frame, in bytes. */
  readonly limit: number;
  /** How many bytes the text takes in UTF-8. */
  bytesOf(text: string): number;
  /** Runs it soon, after everything that waits for a promise that is settled now. */
  later(run: () => void): void;
  /** The frame that a text is; `undefined`: it is none, and the wire is not trusted any further. */
  parse(text: string): ServerFrame | undefined;
  /** For a call that was ended before it was made. */
  cancelled(name: CallName): AppError;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** The caller's end of one wire. */
export class FramesClient implements Client {
  readonly closed: Promise<void>;
  readonly #wire: Wire;
  readonly #parts: ClientParts;
  #nextId = 1;
  #gone = false;
  readonly #calls = new Map<number, Pending>();
  readonly #subscribing = new Map<number, (frame: Extract<ServerFrame, { t: 'subscribed' }>) => void>();
  readonly #listeners = new Map<number, (event: AnyEvent) => void>();

  constructor(wire: Wire, parts: ClientParts) {
    this.#wire = wire;
    this.#parts = parts;
    this.closed = new Promise((resolve) => {
      wire.onClose(() => {
        this.#end();
        resolve();
      });
    });
    wire.onText((text) => this.#receive(text));
  }

  async call<N extends CallName>(
    name: N,
    params: Params<N>,
    { signal, stays = false }: CallOptions = {},
  ): Promise<Result<N>> {
    if (signal?.aborted) throw this.#parts.cancelled(name);
    if (this.#gone) throw engineGone(false);
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    const abort = (): void => this.#send({ t: 'cancel', id });
    try {
      this.#send({ t: 'call', id, name, params, ...(stays ? { stays } : {}) });
      signal?.addEventListener('abort', abort, { once: true });
      return (await answer) as Result<N>;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#calls.delete(id);
    }
  }

  async subscribe(listener: (event: AnyEvent) => void, since?: SinceMark): Promise<Subscription> {
    if (this.#gone) throw engineGone(false);
    const id = this.#nextId++;
    const answer = new Promise<Subscription>((resolve, reject) => {
      this.#calls.set(id, { resolve: () => undefined, reject });
      this.#subscribing.set(id, ({ engine, seq, complete }) => {
        // Listening begins here, in the same turn in which the answer came: events that follow it are not missed.
        const subscription = this.#subscription(
          id,
          { engine, seq: since?.engine === engine ? since.seq : seq },
          complete,
        );
        this.#listeners.set(id, (event) => {
          subscription.mark.seq = event.seq;
          // One line can bring the answer and events: the caller gets the subscription first.
          this.#parts.later(() => this.#listeners.has(id) && listener(event));
        });
        resolve(subscription);
      });
    });
    this.#send({ t: 'subscribe', id, ...(since ? { since } : {}) });
    try {
      return await answer;
    } finally {
      this.#calls.delete(id);
      this.#subscribing.delete(id);
    }
  }

  #subscription(
    id: number,
    mark: { engine: string; seq: number },
    complete: boolean,
  ): Subscription & { readonly mark: { seq: number } } {
    return {
      mark,
      complete,
      close: () => {
        if (this.#listeners.delete(id) && !this.#gone) this.#send({ t: 'unsubscribe', id });
      },
    };
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.closed;
  }

  #send(frame: ClientFrame): void {
    const text = JSON.stringify(frame);
    const bytes = this.#parts.bytesOf(text);
    if (bytes > this.#parts.limit) throw oversizeRequest(bytes, this.#parts.limit);
    this.#wire.send(text);
  }

  #receive(text: string): void {
    const frame = this.#parts.parse(text);
    if (!frame) return this.#wire.close();
    switch (frame.t) {
      case 'result':
        return this.#calls.get(frame.id)?.resolve(frame.value);
      case 'error':
        return this.#calls.get(frame.id)?.reject(new AppError(frame.error as AppErrorBody));
      case 'subscribed':
        return this.#subscribing.get(frame.id)?.(frame);
      case 'event':
        this.#listeners.get(frame.id)?.(frame.event as AnyEvent);
    }
  }

  #end(): void {
    this.#gone = true;
    this.#listeners.clear();
    for (const { reject } of this.#calls.values()) reject(engineGone(true));
  }
}
