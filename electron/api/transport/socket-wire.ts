import type { Socket } from 'node:net';
import { MAX_FRAME_BYTES } from '../../../shared/contract/frames.ts';
import type { Wire } from './wire.ts';

const NEWLINE = 0x0a;

/**
 * One text per line: JSON holds no raw line break. A line beyond the limit ends the connection, because what follows
 * could not be told apart.
 */
export function socketWire(socket: Socket, limit = MAX_FRAME_BYTES): Wire {
  let parts: Buffer[] = [];
  let size = 0;
  let listener: ((text: string) => void) | undefined;
  const waiting: string[] = [];
  const deliver = (text: string): void => {
    if (listener) listener(text);
    else waiting.push(text);
  };
  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      size = 0;
      from = end + 1;
      deliver(line.toString('utf8'));
    }
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > limit * 2) socket.destroy();
  });
  // The reason does not matter to anybody here: a broken connection and an ended one are both `close`.
  socket.on('error', () => socket.destroy());
  return {
    send(text) {
      if (!socket.destroyed && socket.writable) socket.write(`${text}\n`);
    },
    onText(next) {
      listener = next;
      for (const text of waiting.splice(0)) next(text);
    },
    onClose(ended) {
      if (socket.destroyed) setImmediate(ended);
      else socket.once('close', ended);
    },
    close() {
      socket.end(() => socket.destroy());
    },
  };
}
