import { TextInbox } from '../../../shared/transport/text-inbox.ts';
import type { Wire } from './wire.ts';

/** Two ends in one process. Texts arrive in order and never before the sender has returned, as on a real wire. */
export function memoryWires(): readonly [Wire, Wire] {
  const left = new MemoryWire();
  const right = new MemoryWire();
  left.join(right);
  right.join(left);
  return [left, right];
}

class MemoryWire implements Wire {
  #peer: MemoryWire | undefined;
  #closed = false;
  readonly #inbox = new TextInbox();
  readonly #onClose: (() => void)[] = [];

  join(peer: MemoryWire): void {
    this.#peer = peer;
  }

  send(text: string): void {
    const peer = this.#peer;
    if (!this.#closed && peer) setImmediate(() => peer.#receive(text));
  }

  #receive(text: string): void {
    if (!this.#closed) this.#inbox.take(text);
  }

  onText(listener: (text: string) => void): void {
    this.#inbox.onText(listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) setImmediate(listener);
    else this.#onClose.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const peer = this.#peer;
    // What was sent before is delivered first.
    if (peer) setImmediate(() => peer.close());
    for (const listener of this.#onClose) setImmediate(listener);
  }
}
