import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const HEADER = 16;
const OP_MSG = 2013;

/**
 * Between a client and a server on 127.0.0.1: says what a server says of a right that the user lacks, for the commands
 * that `refuses` picks; everything else is the server's. For rights that the server of the tests does not look at.
 */
export async function refusingProxy(
  targetPort: number,
  refuses: (command: Document) => boolean,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1');
    for (const end of [client, server]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => [client, server].forEach((each) => each.destroy()));
    }
    server.pipe(client);
    let rest = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let size = sizeOf(rest); size <= rest.length; size = sizeOf(rest)) {
        const message = rest.subarray(0, size);
        rest = rest.subarray(size);
        const command = commandIn(message);
        if (command !== null && refuses(command)) client.write(refusal(message, command));
        else server.write(message);
      }
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    close: async () => {
      const closed = once(proxy, 'close');
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const sizeOf = (bytes: Buffer): number => (bytes.length < HEADER ? Infinity : bytes.readInt32LE(0));

/** The body of an OP_MSG: behind the flags, a section of kind 0. */
function commandIn(message: Buffer): Document | null {
  if (message.readInt32LE(12) !== OP_MSG || message[HEADER + 4] !== 0) return null;
  const start = HEADER + 5;
  return BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)));
}

function refusal(message: Buffer, command: Document): Buffer {
  const errmsg = `not authorized on ${String(command['$db'])} to execute command ${Object.keys(command)[0] ?? ''}`;
  const body = BSON.serialize({ ok: 0, errmsg, code: 13, codeName: 'Unauthorized' });
  const head = Buffer.alloc(HEADER + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}
