import { toAppError } from '../dispatcher.ts';
import { connect, type Connection } from '../connect.ts';
import { resolveHome } from '../host/home.ts';
import type { HostParts } from '../host/parts.ts';
import { FileSecretStore } from '../secrets/secret-store.ts';
import { HandedSecretStore } from '../secrets/handed-secrets.ts';
import { joinWires } from '../transport/join-wires.ts';
import type { Wire } from '../transport/wire.ts';
import { toEngine, type FromEngine, type HandedSecrets, type StartMessage } from './messages.ts';
import { WireMux } from './wire-mux.ts';

/** How the engine's process talks: plain values, each whole and in order. */
export interface EnginePort {
  post(message: FromEngine): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface EngineProcessParts {
  readonly port: EnginePort;
  readonly parts: (order: StartMessage) => HostParts;
  /** Ends the process, after the last message is out. */
  readonly exit: (code: number) => void;
}

/**
 * The engine of a home for the program at the other end of `port`: its own, or the one that already runs. Begins with
 * `start`, then carries any number of wires, and ends in order with `stop`.
 */
export function runEngineProcess({ port, parts, exit }: EngineProcessParts): void {
  let starting: Promise<Connection> | undefined;
  let told = '';
  const wires = new Set<Wire>();

  const tellRunning = ({ hello, attached }: Connection): void => {
    if (told !== hello.engine) port.post({ t: 'running', attached, hello });
    told = hello.engine;
  };

  async function begin(order: StartMessage): Promise<Connection> {
    const home = resolveHome(order.home === '' ? undefined : order.home);
    const all = parts(order);
    const connection = await connect({
      home,
      client: order.client,
      parts: { ...all, ...keptElsewhere(order.secrets, port) },
      onNote: (text) => port.post({ t: 'note', text }),
    });
    // Listening makes it look for the next engine at once when the one that it is attached to ends.
    await connection.subscribe(() => undefined);
    tellRunning(connection);
    return connection;
  }

  async function start(order: StartMessage): Promise<void> {
    starting ??= begin(order);
    try {
      await starting;
    } catch (cause) {
      port.post({ t: 'failed', error: toAppError(cause, 'engine.start').toBody() });
      exit(1);
    }
  }

  async function carry(near: Wire): Promise<void> {
    wires.add(near);
    near.onClose(() => wires.delete(near));
    try {
      const connection = await starting;
      if (!connection) return near.close();
      joinWires(near, await connection.wire());
      tellRunning(connection);
    } catch {
      near.close();
    }
  }

  async function stop(): Promise<void> {
    // What runs for these wires ends after its batch; others who are attached are waited for.
    for (const wire of wires) wire.close();
    await (await starting?.catch(() => undefined))?.close();
    exit(0);
  }

  const mux = new WireMux(
    (message) => port.post(message),
    (wire) => void carry(wire),
  );
  port.onMessage((raw) => {
    const message = toEngine.parse(raw);
    if (message.t === 'start') void start(message);
    else if (message.t === 'stop') void stop();
    else mux.receive(message);
  });
}

function keptElsewhere({ keeping, kept }: HandedSecrets, port: EnginePort): Partial<HostParts> {
  if (keeping === 'file') return {};
  return {
    secrets: (state) =>
      new HandedSecretStore({
        file: new FileSecretStore(state),
        kept,
        keeping,
        tell: (key, password) => port.post({ t: 'secret', key, password }),
      }),
  };
}
