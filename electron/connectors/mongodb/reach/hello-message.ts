import { serialize } from 'bson';

const OP_REPLY = 1;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;
const HEAD_BYTES = 16;
const LONGEST = 48 * 1024 * 1024;

/** What every client says first: who are you? It names nobody and needs no login. */
export function helloMessage(requestId: number): Buffer {
  const body = serialize({ hello: 1, $db: 'admin' });
  const head = Buffer.alloc(HEAD_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}

/** Do these bytes begin an answer to that question? Null: there are too few of them to say. */
export function isAnswer(bytes: Buffer, requestId: number): boolean | null {
  if (bytes.length < HEAD_BYTES) return null;
  const [length, , about, kind] = [0, 4, 8, 12].map((at) => bytes.readInt32LE(at)) as [number, number, number, number];
  return (
    length > HEAD_BYTES && length <= LONGEST && about === requestId && [OP_MSG, OP_REPLY, OP_COMPRESSED].includes(kind)
  );
}
