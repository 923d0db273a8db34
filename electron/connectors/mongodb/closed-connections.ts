import { MongoError, MongoNetworkError } from 'mongodb';
import { Connection } from 'mongodb/lib/cmap/connection.js';

const GONE = 'the connection was closed while a command was written to it';

/**
 * The driver (7.8) waits for ever where its connection is closed in the moment in which it writes a command: a socket
 * that is already closing takes nothing and tells of no error, and the driver waits for it to drain. An error that the
 * socket does tell of meanwhile it passes on as it is. So whatever it writes also ends with the socket, and always as a
 * network error.
 */
export function endWithTheSocket(): void {
  const { prototype } = Connection;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const write = Reflect.get(prototype, 'writeCommand') as (...args: unknown[]) => Promise<void>;
  prototype.writeCommand = async function (this: Connection, ...args) {
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
