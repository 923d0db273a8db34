import { z } from 'zod';
import { errorBody } from './error-body.ts';
import { eventEnvelope } from './events.ts';

/** The largest frame either side accepts, in bytes of JSON. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;

const id = z.int().nonnegative();

/** Where a client was when it lost the connection. */
export const sinceMark = z.strictObject({ engine: z.string(), seq: z.int().nonnegative() });
export type SinceMark = z.infer<typeof sinceMark>;

export const clientFrame = z.discriminatedUnion('t', [
  /** `stays`: it is carried out to its end although the caller is gone. */
  z.strictObject({
    t: z.literal('call'),
    id,
    name: z.string(),
    params: z.unknown(),
    stays: z.literal(true).optional(),
  }),
  z.strictObject({ t: z.literal('cancel'), id }),
  z.strictObject({ t: z.literal('subscribe'), id, since: sinceMark.optional() }),
  z.strictObject({ t: z.literal('unsubscribe'), id }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

export const serverFrame = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('result'), id, value: z.unknown() }),
  z.strictObject({ t: z.literal('error'), id, error: errorBody }),
  /** `complete` is false if events after `since` are gone: the client reads the state again. */
  z.strictObject({
    t: z.literal('subscribed'),
    id,
    engine: z.string(),
    seq: z.int().nonnegative(),
    complete: z.boolean(),
  }),
  z.strictObject({ t: z.literal('event'), id, event: eventEnvelope }),
]);
export type ServerFrame = z.infer<typeof serverFrame>;
