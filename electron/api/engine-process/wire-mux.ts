import { TextInbox } from '../../../shared/transport/text-inbox.ts';
import type { Wire } from '../transport/wire.ts';
import type { WireMessage } from './messages.ts';

/** One end of a channel that carries many wires. Only the end that may open has `open` called. */
export class WireMux {
  readonly #post: (message: WireMessage) => void;
  readonly #onOpen: (wire: Wire) => void;
  readonly #wires = new Map<number, MuxWire>();
  #last = 0;
  #gone = false;

  /** `onOpen` gets each wire that the other end opens. */
  constructor(post: (message: WireMessage) => void, onOpen: (wire: Wire) => void = (wire) => wire.close()) {
    this.#post = post;
    this.#onOpen = onOpen;
  }

  open(): Wire {
    const number = ++this.#last;
    const wire = this.#wireOf(number);
    this.#send({ t: 'open', wire: number });
    return wire;
  }

  receive(message: WireMessage): void {
    switch (message.t) {
      case 'open':
        return this.#onOpen(this.#wireOf(message.wire));
      case 'text':
        return this.#wires.get(message.wire)?.receive(message.text);
      case 'close':
        return this.#wires.get(message.wire)?.end();
    }
  }

  /** The other end is gone: so is every wire. */
  end(): void {
    this.#gone = true;
    for (const wire of this.#wires.values()) wire.end();
  }

  #wireOf(number: number): MuxWire {
    const wire = new MuxWire({
      send: (text) => this.#send({ t: 'text', wire: number, text }),
      closed: (byUs) => {
        this.#wires.delete(number);
        if (byUs) this.#send({ t: 'close', wire: number });
      },
    });
    this.#wires.set(number, wire);
    if (this.#gone) wire.end();
    return wire;
  }

  #send(message: WireMessage): void {
    if (!this.#gone) this.#post(message);
  }
}

class MuxWire implements Wire {
  readonly #ways: { readonly send: (text: string) => void; readonly closed: (byUs: boolean) => void };
  #ended = false;
  readonly #inbox = new TextInbox();
  readonly #onClose: (() => void)[] = [];

  constructor(ways: { readonly send: (text: string) => void; readonly closed: (byUs: boolean) => void }) {
    this.#ways = ways;
  }

  send(text: string): void {
    if (!this.#ended) this.#ways.send(text);
  }

  receive(text: string): void {
    this.#inbox.take(text);
  }

  onText(listener: (text: string) => void): void {
    this.#inbox.onText(listener);
  }

  onClose(listener: () => void): void {
    if (this.#ended) setImmediate(listener);
    else this.#onClose.push(listener);
  }

  close(): void {
    this.#finish(true);
  }

  end(): void {
    this.#finish(false);
  }

  #finish(byUs: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ways.closed(byUs);
    for (const listener of this.#onClose) setImmediate(listener);
  }
}
