import type { AnyEvent } from '../../../shared/contract/events.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { clientFrame, MAX_FRAME_BYTES, type ClientFrame, type ServerFrame } from '../../../shared/contract/frames.ts';
import { toAppError, type Dispatcher } from '../dispatcher.ts';
import type { EventLog } from '../event-log.ts';
import { engineGone, oversizeAnswer, oversizeRequest, type Wire } from './wire.ts';

export interface SessionOptions {
  readonly dispatcher: Dispatcher;
  readonly events: EventLog;
  readonly who: string;
  readonly limit?: number;
  /** Called when the wire has ended and no call of it runs any more. */
  readonly onEnd?: () => void;
}

/** The engine's end of one wire. */
export class WireSession {
  readonly #wire: Wire;
  readonly #options: SessionOptions;
  readonly #running = new Map<number, AbortController>();
  /** Those among them that nobody has to wait for. */
  readonly #staying = new Set<number>();
  readonly #subscriptions = new Map<number, () => void>();
  #client = 'unknown';
  #greeted = false;
  #closing = false;
  #ended = false;

  constructor(wire: Wire, options: SessionOptions) {
    this.#wire = wire;
    this.#options = options;
    wire.onText((text) => this.#receive(text));
    wire.onClose(() => this.#lost());
  }

  /** What the other end called itself. */
  get client(): string {
    return this.#client;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Takes no further call and ends the wire. Calls that run are finished by whoever closes the engine, before this. */
  close(): void {
    this.#closing = true;
    this.#wire.close();
  }

  #receive(text: string): void {
    const frame = this.#parse(text);
    if (!frame) return;
    switch (frame.t) {
      case 'call':
        void this.#call(frame);
        return;
      case 'cancel':
        this.#running.get(frame.id)?.abort();
        return;
      case 'subscribe':
        if (this.#greeted) this.#subscribe(frame);
        else this.#fail(frame.id, notGreeted('subscribe'));
        return;
      case 'unsubscribe':
        this.#subscriptions.get(frame.id)?.();
        this.#subscriptions.delete(frame.id);
    }
  }

  /** A text that is no frame has no id to answer to: the wire is not trusted any further. */
  #parse(text: string): ClientFrame | undefined {
    const tooLarge = oversizeReply(text, this.#options.limit ?? MAX_FRAME_BYTES);
    if (tooLarge) {
      if (tooLarge.frame) this.#send(tooLarge.frame);
      return undefined;
    }
    try {
      return clientFrame.parse(JSON.parse(text));
    } catch {
      this.#wire.close();
      return undefined;
    }
  }

  async #call({ id, name, params, stays }: Extract<ClientFrame, { t: 'call' }>): Promise<void> {
    if (this.#closing) return this.#fail(id, engineGone(false));
    if (!this.#greeted && name !== 'engine.hello') return this.#fail(id, notGreeted(name));
    const controller = new AbortController();
    this.#running.set(id, controller);
    if (stays) this.#staying.add(id);
    try {
      if (name === 'engine.hello') this.#remember(params);
      const context = { who: this.#options.who, client: this.#client, signal: controller.signal };
      const value = await this.#options.dispatcher.dispatch(name, params, context);
      if (name === 'engine.hello') this.#greeted = true;
      this.#answer(id, value);
    } catch (cause) {
      this.#fail(id, toAppError(cause, name));
    } finally {
      this.#running.delete(id);
      this.#staying.delete(id);
      this.#endIfIdle();
    }
  }

  #remember(params: unknown): void {
    const client = (params as { client?: unknown } | null)?.client;
    if (typeof client === 'string') this.#client = client.slice(0, 200);
  }

  #answer(id: number, value: unknown): void {
    const text = JSON.stringify({ t: 'result', id, value } satisfies ServerFrame);
    const limit = this.#options.limit ?? MAX_FRAME_BYTES;
    const bytes = Buffer.byteLength(text);
    if (bytes > limit) this.#fail(id, oversizeAnswer(bytes, limit));
    else this.#wire.send(text);
  }

  #fail(id: number, error: AppError): void {
    this.#send({ t: 'error', id, error: error.toBody() });
  }

  #subscribe({ id, since }: Extract<ClientFrame, { t: 'subscribe' }>): void {
    const send = (event: AnyEvent): void => this.#send({ t: 'event', id, event });
    const { mark, complete, missed, detach } = this.#options.events.attach(send, since);
    this.#subscriptions.get(id)?.();
    this.#subscriptions.set(id, detach);
    this.#send({ t: 'subscribed', id, ...mark, complete });
    for (const event of missed) send(event);
  }

  #send(frame: ServerFrame): void {
    this.#wire.send(JSON.stringify(frame));
  }

  /** Nobody waits for the answers any more: what runs ends after its batch, except what was ordered to stay. */
  #lost(): void {
    this.#closing = true;
    this.#ended = true;
    for (const detach of this.#subscriptions.values()) detach();
    this.#subscriptions.clear();
    for (const [id, controller] of this.#running) if (!this.#staying.has(id)) controller.abort();
    this.#endIfIdle();
  }

  #endIfIdle(): void {
    if (this.#ended && this.#running.size === 0) this.#options.onEnd?.();
  }
}

/** For a text beyond the limit: what is answered to it, where it says to whom; `null`: it is within. */
export function oversizeReply(text: string, limit: number): { readonly frame: ServerFrame | null } | null {
  const bytes = Buffer.byteLength(text);
  if (bytes <= limit) return null;
  const id = /"id":(\d{1,15})/.exec(text.slice(0, 200))?.[1];
  return { frame: id ? { t: 'error', id: Number(id), error: oversizeRequest(bytes, limit).toBody() } : null };
}

function notGreeted(name: string): AppError {
  return new AppError({
    code: 'version-mismatch',
    operation: name,
    message: `Calling ${name} failed: the two programs have not agreed on a contract yet.`,
    next: 'Nothing was done.',
    hint: 'Call engine.hello first.',
  });
}
