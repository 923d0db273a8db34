import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { AppError, type ErrorCode } from '../../shared/contract/errors.ts';
import { toAppError, withoutSecrets } from '../api/dispatcher.ts';

/** The status of HTTP for every reason; docs/spec/server.md has the same table. A new reason without one does not compile. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  internal: 500,
  usage: 400,
  'value-invalid': 400,
  'config-invalid': 400,
  'config-newer': 400,
  'url-unknown': 400,
  auth: 502,
  permission: 502,
  unreachable: 502,
  'lost-answer': 502,
  'file-missing': 502,
  'not-a-database': 502,
  encrypted: 502,
  corrupt: 502,
  'read-only': 502,
  replaced: 502,
  'not-found': 404,
  'already-exists': 409,
  'already-resolved': 409,
  moved: 409,
  refused: 409,
  'sync-in-progress': 409,
  brake: 409,
  'file-in-use': 409,
  'same-database': 409,
  'pair-overlap': 409,
  'not-configured': 409,
  'schema-mismatch': 409,
  'schema-changed': 409,
  'value-taken': 409,
  'verification-failed': 409,
  'version-mismatch': 409,
  cancelled: 409,
  unsupported: 422,
  oversize: 413,
  busy: 503,
  'engine-running': 503,
  'engine-gone': 503,
  'state-newer': 500,
  'state-corrupt': 500,
  'state-location': 500,
  'disk-full': 507,
};

/** Answers with the error whole. */
export function sendError(reply: FastifyReply, error: AppError, status = statusOf[error.code]): FastifyReply {
  return reply.code(status).type('application/json').send(error.toBody());
}

/** The end of a request that is none: what was wrong with it, in the words of all other errors. */
export function requestError(message: string, hint: string, code: ErrorCode = 'usage'): AppError {
  return new AppError({ code, operation: 'request', message, next: 'Nothing was done.', hint });
}

const JSON_HINT = 'Send one JSON object, with the header Content-Type: application/json.';

/** What Fastify found wrong before any of our code saw the request. */
const MALFORMED: Readonly<Record<string, readonly [message: string, hint: string, code?: ErrorCode]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['The request is too large.', 'Ask for less at once.', 'oversize'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['Reading the request failed: its content is not JSON.', JSON_HINT],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['Reading the request failed: its content is empty.', JSON_HINT],
  FST_ERR_CTP_INVALID_JSON_BODY: ['Reading the request failed: its content is not valid JSON.', JSON_HINT],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'Reading the request failed: its content is not as long as it says.',
    'Send it again.',
  ],
  FST_ERR_BAD_URL: ['Reading the request failed: its address is not valid.', 'Encode it as UTF-8 with %.'],
};

/** Answers to bytes that are no request of HTTP, and ends the connection. */
export function answerBrokenHead({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const [status, wrong, hint] = BROKEN[code ?? ''] ?? [400, 'its head is not valid', 'Send it again as HTTP/1.1.'];
  const error = requestError(`Reading the request failed: ${wrong}.`, hint);
  const body = JSON.stringify(error.toBody());
  const head = ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
}

const BROKEN: Readonly<Record<string, readonly [status: number, wrong: string, hint: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'its head is too large',
    'Shorten its address and its headers; a key that long cannot stand in an address.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'it did not arrive in time', 'Send it again, all at once.'],
};

/** Whatever was thrown, as the error that is answered and its status. */
export function answerFor(thrown: unknown): { readonly error: AppError; readonly status: number } {
  if (thrown instanceof AppError) return { error: thrown, status: statusOf[thrown.code] };
  const { code = '', statusCode = 500 } = thrown as Partial<FastifyError>;
  const malformed = MALFORMED[code];
  if (malformed !== undefined) return { error: requestError(...malformed), status: statusCode };
  if (statusCode >= 400 && statusCode < 500)
    return { error: requestError('Reading the request failed: it is not valid.', JSON_HINT), status: statusCode };
  return { error: withoutSecrets(toAppError(thrown, 'request'), []), status: 500 };
}
