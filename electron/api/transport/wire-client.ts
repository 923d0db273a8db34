import { MAX_FRAME_BYTES, serverFrame, type ServerFrame } from '../../../shared/contract/frames.ts';
import { FramesClient } from '../../../shared/transport/frames-client.ts';
import type { Wire } from '../../../shared/transport/wire.ts';
import { cancelled } from '../dispatcher.ts';

/** The caller's end of one wire, in a process of Node. */
export class WireClient extends FramesClient {
  constructor(wire: Wire, limit = MAX_FRAME_BYTES) {
    super(wire, { limit, bytesOf: (text) => Buffer.byteLength(text), later: setImmediate, parse, cancelled });
  }
}

function parse(text: string): ServerFrame | undefined {
  try {
    return serverFrame.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
