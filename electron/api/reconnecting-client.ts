import { calls } from '../../shared/contract/calls.ts';
import type { Client } from '../../shared/contract/client.ts';
import type { Hello } from '../../shared/contract/system-shapes.ts';
import { ReconnectingClient as Reconnecting } from '../../shared/transport/reconnecting-client.ts';
import type { Wire } from './transport/wire.ts';

/** One connection to one engine. */
export interface Link {
  readonly client: Client;
  readonly hello: Hello;
  readonly attached: boolean;
  /** A further wire to the same engine; `null`: it has just ended. */
  wire(): Promise<Wire | null>;
  close(): Promise<void>;
}

/** Stays useful when the engine changes hands: the next call and every subscription go to the next engine. */
export class ReconnectingClient extends Reconnecting<Link> {
  /** `open` gives up with its signal, which comes when the client is closed. */
  constructor(open: (signal: AbortSignal) => Promise<Link>) {
    super({ open, isReading: (name) => calls[name].method === 'GET' });
  }
}
