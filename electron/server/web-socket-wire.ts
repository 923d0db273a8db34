import type { WebSocket } from '@fastify/websocket';
import type { Wire } from '../api/transport/wire.ts';

/** How long a client may take to say goodbye. */
const GOODBYE_MS = 1000;

/** Ends a connection, also with a client that does not answer any more. */
export function farewell(socket: WebSocket): void {
  socket.close(1001);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}

/**
 * One text per message. `backlog` is how many bytes may wait for a client that does not read; beyond it the connection
 * ends, and a client that comes back asks with `since` for what it missed.
 */
export function webSocketWire(socket: WebSocket, backlog: number): Wire {
  let listener: ((text: string) => void) | undefined;
  let waiting: string[] = [];
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return socket.close(1003, 'Texts only.');
    const text = data.toString('utf8');
    if (listener) listener(text);
    else waiting.push(text);
  });
  // A message beyond the limit or a broken one: what is wrong stands in the code of the close that follows.
  socket.on('error', () => undefined);
  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > backlog) socket.terminate();
      else socket.send(text);
    },
    onText(heard) {
      listener = heard;
      for (const text of waiting) heard(text);
      waiting = [];
    },
    onClose(ended) {
      if (socket.readyState === socket.CLOSED) setImmediate(ended);
      else socket.once('close', ended);
    },
    close() {
      farewell(socket);
    },
  };
}
