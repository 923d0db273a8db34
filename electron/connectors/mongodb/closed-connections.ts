import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoError, MongoNetworkError } from 'mongodb';

/** What is used of a connection of the driver, which it does not publish. */
interface DriverConnection {
  readonly socket: Socket;
  readonly closed: boolean;
  readonly error: Error | null;
  writeCommand(...args: unknown[]): Promise<void>;
}

const GONE = 'the connection was closed while a command was written to it';

/**
 * The driver (7.8) waits for ever where its connection is closed in the moment in which it writes a command: a socket
 * that is already closing takes nothing and tells of no error, and the driver waits for it to drain. An error that the
 * socket does tell of meanwhile it passes on as it is. So whatever it writes also ends with the socket, and always as a
 * network error.
 */
export function endWithTheSocket(): void {
  const { Connection } = createRequire(import.meta.url)('mongodb/lib/cmap/connection.js') as {
    readonly Connection: { readonly prototype: DriverConnection };
  };
  const { prototype } = Connection;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const write = Reflect.get(prototype, 'writeCommand') as (...args: unknown[]) => Promise<void>;
  prototype.writeCommand = async function (this: DriverConnection, ...args) {
    const gone = Promise.withResolvers<never>();
    const onClose = (): void => gone.reject(new MongoNetworkError(GONE));
    this.socket.once('close', onClose);
    try {
      await Promise.race([write.apply(this, args), gone.promise]);
    } catch (cause) {
      throw cause instanceof MongoError ? cause : new MongoNetworkError(GONE, { cause: cause as Error });
    } finally {
      this.socket.off('close', onClose);
    }
    if (this.closed) throw this.error ?? new MongoNetworkError(GONE);
  };
}

const patched = new WeakSet<object>();
