import type { CallName, Params, Result } from '../../../shared/contract/calls.ts';
import type { CallOptions, Client, Subscription } from '../../../shared/contract/client.ts';
import { errorFromBody } from '../../../shared/contract/error-body.ts';
import type { AnyEvent } from '../../../shared/contract/events.ts';
import {
  MAX_FRAME_BYTES,
  serverFrame,
  type ClientFrame,
  type ServerFrame,
  type SinceMark,
} from '../../../shared/contract/frames.ts';
import { cancelled } from '../dispatcher.ts';
import { engineGone, oversizeRequest, type Wire } from './wire.ts';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** The caller's end of one wire. */
export class WireClient implements Client {
  readonly closed: Promise<void>;
  readonly #wire: Wire;
  readonly #limit: number;
  #nextId = 1;
  #gone = false;
  readonly #calls = new Map<number, Pending>();
  readonly #subscribing = new Map<number, (frame: Extract<ServerFrame, { t: 'subscribed' }>) => void>();
  readonly #listeners = new Map<number, (event: AnyEvent) => void>();

  constructor(wire: Wire, limit = MAX_FRAME_BYTES) {
    this.#wire = wire;
    this.#limit = limit;
    this.closed = new Promise((resolve) => {
      wire.onClose(() => {
        this.#end();
        resolve();
      });
    });
    wire.onText((text) => this.#receive(text));
  }

  async call<N extends CallName>(name: N, params: Params<N>, { signal }: CallOptions = {}): Promise<Result<N>> {
    if (signal?.aborted) throw cancelled(name);
    if (this.#gone) throw engineGone(false);
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    const abort = (): void => this.#send({ t: 'cancel', id });
    try {
      this.#send({ t: 'call', id, name, params });
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
          setImmediate(() => this.#listeners.has(id) && listener(event));
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
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#limit) throw oversizeRequest(bytes, this.#limit);
    this.#wire.send(text);
  }

  #receive(text: string): void {
    const frame = parse(text);
    if (!frame) return this.#wire.close();
    switch (frame.t) {
      case 'result':
        return this.#calls.get(frame.id)?.resolve(frame.value);
      case 'error':
        return this.#calls.get(frame.id)?.reject(errorFromBody(frame.error));
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

function parse(text: string): ServerFrame | undefined {
  try {
    return serverFrame.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
