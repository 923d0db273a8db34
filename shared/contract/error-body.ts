import { z } from 'zod';
import { AppError, errorCodes, type AppErrorBody } from './errors.ts';

/** An `AppError` as it crosses a transport: whole. */
export const errorBody = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string(),
  next: z.string(),
  hint: z.string(),
  operation: z.string(),
  subject: z.strictObject({
    pair: z.string().optional(),
    side: z.string().optional(),
    collection: z.string().optional(),
    record: z.string().optional(),
    path: z.string().optional(),
  }),
  retry: z.enum(['never', 'backoff', 'after-user-action']),
  cause: z.string().optional(),
});

/** The error of the other side of a transport, as an error here. */
export function errorFromBody(body: z.infer<typeof errorBody>): AppError {
  return new AppError(body as AppErrorBody);
}
