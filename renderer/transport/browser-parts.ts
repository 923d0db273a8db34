import type { CallName } from '../../shared/contract/calls.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { ServerFrame } from '../../shared/contract/frames.ts';
import type { ClientParts } from '../../shared/transport/frames-client.ts';

/** As `MAX_FRAME_BYTES` of the contract, which would bring all its schemas along. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;
const encoder = new TextEncoder();

/** What the client of a wire needs in a browser. The frames come from the window's own server, which has checked them. */
export const browserParts: ClientParts = {
  limit: MAX_FRAME_BYTES,
  bytesOf: (text) => encoder.encode(text).length,
  later: (run) => setTimeout(run, 0),
  parse,
  cancelled: (name) =>
    new AppError({
      code: 'cancelled',
      operation: name,
      message: 'It was stopped before it began.',
      next: 'Nothing was done.',
    }),
};

const KINDS = new Set(['result', 'error', 'subscribed', 'event']);

function parse(text: string): ServerFrame | undefined {
  try {
    const frame = JSON.parse(text) as ServerFrame;
    return KINDS.has(frame.t) && typeof frame.id === 'number' ? frame : undefined;
  } catch {
    return undefined;
  }
}

const reading: ReadonlySet<string> = new Set(__READING_CALLS__);
/** A call that changes nothing. */
export const isReading = (name: CallName): boolean => reading.has(name);
