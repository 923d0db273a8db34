import type { DownMessage, Outcome, UpMessage } from '../../../shared/contract/bridge.ts';
import { TextInbox } from '../../../shared/transport/text-inbox.ts';
import type { Wire } from '../../../shared/transport/wire.ts';

/** What a preload has of Electron's IPC; the event object of a message goes no further. */
export interface Ipc {
  invoke(channel: 'rpc', message: UpMessage): Promise<unknown>;
  on(channel: 'event', listener: (event: unknown, message: DownMessage) => void): unknown;
}

/** The window's end of the two channels: messages up, and everything that comes down to whoever listens. */
export class Channels {
  readonly #ipc: Ipc;
  readonly #listeners = new Set<(message: DownMessage) => void>();

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
    ipc.on('event', (_event, message) => {
      for (const listener of this.#listeners) listener(message);
    });
  }

  send(message: UpMessage): Promise<Outcome> {
    return this.#ipc.invoke('rpc', message) as Promise<Outcome>;
  }

  listen(listener: (message: DownMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A wire to the engine, by way of the main process. */
  wire(): Wire {
    return new IpcWire(this);
  }
}

class IpcWire implements Wire {
  readonly #channels: Channels;
  readonly #connection = crypto.randomUUID();
  readonly #onClose: (() => void)[] = [];
  readonly #unlisten: () => void;
  readonly #inbox = new TextInbox();
  #ended = false;

  constructor(channels: Channels) {
    this.#channels = channels;
    this.#unlisten = channels.listen((message) => this.#hear(message));
  }

  send(text: string): void {
    if (this.#ended) return;
    this.#channels.send({ t: 'text', connection: this.#connection, text }).then(
      ({ ok }) => ok || this.#end(),
      () => this.#end(),
    );
  }

  onText(listener: (text: string) => void): void {
    this.#inbox.onText(listener);
  }

  onClose(listener: () => void): void {
    if (this.#ended) queueMicrotask(listener);
    else this.#onClose.push(listener);
  }

  close(): void {
    if (this.#ended) return;
    this.#channels.send({ t: 'close', connection: this.#connection }).catch(() => undefined);
    this.#end();
  }

  #hear(message: DownMessage): void {
    if (!('connection' in message) || message.connection !== this.#connection) return;
    if (message.t === 'closed') this.#end();
    else this.#inbox.take(message.text);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unlisten();
    for (const listener of this.#onClose) queueMicrotask(listener);
  }
}
