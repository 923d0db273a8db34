import { isIP, type Socket } from 'node:net';
import { connect as connectPlain } from 'node:net';
import { checkServerIdentity, connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { ServerAnswer, Silence } from '../../../engine/port/connector.ts';
import { helloMessage, isAnswer } from './hello-message.ts';
import type { Place } from './places.ts';

/** What the system says, in the words of the port. */
const bySystem: Readonly<Record<string, Silence>> = {
  ENOTFOUND: 'name-unknown',
  ENODATA: 'name-unknown',
  EAI_AGAIN: 'name-unasked',
  ESERVFAIL: 'name-unasked',
  ETIMEOUT: 'name-unasked',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EHOSTUNREACH: 'silent',
  EHOSTDOWN: 'silent',
  ETIMEDOUT: 'silent',
  ECONNREFUSED: 'refused',
};

/** OpenSSL found something that is no encryption at all. */
const NOT_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER|UNKNOWN_PROTOCOL/;

/** The first byte of an alert and of a greeting of TLS, to a client that does not encrypt. */
const TLS_BYTES: ReadonlySet<number> = new Set([0x15, 0x16]);

export interface Asking {
  readonly encryption: ConnectionOptions | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Connects, encrypts if it is to be, says hello, and ends the connection. */
export function askPlace(place: Place, { encryption, timeoutMs, signal }: Asking): Promise<ServerAnswer> {
  const at = `${place.host}:${place.port}`;
  const began = performance.now();
  const requestId = 1 + Math.floor(Math.random() * 0x7fff_fffe);
  return new Promise((resolve) => {
    const socket = encryption === null ? connectPlain(place) : encrypted(place, encryption);
    const end = (answer: ServerAnswer): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answer);
    };
    const fail = (why: Silence, words: string): void => end({ ok: false, why, at, words });
    const timer = setTimeout(() => fail('silent', `no answer within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = (): void => fail('silent', 'nobody waits for the answer any more');
    signal.addEventListener('abort', onAbort, { once: true });
    let bytes = Buffer.alloc(0);
    socket.on('error', (cause: NodeJS.ErrnoException) => fail(...silenceOf(cause, encryption !== null)));
    socket.on('close', () =>
      bytes.length === 0 ? fail('cut', 'it ended the connection') : fail('foreign', shown(bytes)),
    );
    socket.once(encryption === null ? 'connect' : 'secureConnect', () => {
      const wrong = encryption === null ? null : wrongCertificate(socket as TLSSocket, place, encryption);
      if (wrong !== null) return fail(...wrong);
      socket.write(helloMessage(requestId));
    });
    socket.on('data', (data: Buffer) => {
      bytes = Buffer.concat([bytes, data]);
      const found = isAnswer(bytes, requestId);
      if (found === null && !isPlainText(bytes)) return;
      if (found === true) return end({ ok: true, ms: Math.round((performance.now() - began) * 10) / 10 });
      // It listens there and wants to be spoken to in another way; that is no page of a hotel.
      if (TLS_BYTES.has(bytes[0] ?? 0)) return fail('cut', 'it asks for an encrypted connection');
      fail('foreign', shown(bytes));
    });
  });
}

/** Looked at after the handshake, so that a wrong name is told from a signature that nobody knows. */
function encrypted({ host, port }: Place, encryption: ConnectionOptions): Socket {
  return connectTls({
    ...encryption,
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
}

function wrongCertificate(
  socket: TLSSocket,
  { host }: Place,
  { rejectUnauthorized, checkServerIdentity: own }: ConnectionOptions,
): [Silence, string] | null {
  if (rejectUnauthorized === false) return null;
  const wrongName = own === undefined ? checkServerIdentity(host, socket.getPeerCertificate()) : undefined;
  if (wrongName !== undefined) return ['other-name', wrongName.message];
  return socket.authorized ? null : ['untrusted', String(socket.authorizationError)];
}

export function silenceOf(cause: NodeJS.ErrnoException, isEncrypted = false): [Silence, string] {
  const { code = '', message } = cause;
  // Several addresses of one name, each with its own failure.
  if (cause instanceof AggregateError && cause.errors.length > 0)
    return silenceOf(cause.errors[0] as NodeJS.ErrnoException, isEncrypted);
  if (isEncrypted && NOT_TLS.test(code)) return ['foreign', message];
  return [bySystem[code] ?? 'cut', message];
}

const isPlainText = (bytes: Buffer): boolean => /^(?:HTTP\/|<|[A-Z]{3,} )/.test(bytes.toString('latin1'));

/** The beginning of what came, without what could act on a terminal. */
const shown = (bytes: Buffer): string =>
  bytes
    .subarray(0, 60)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim();
