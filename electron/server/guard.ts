import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppError, ErrorCode } from '../../shared/contract/errors.ts';
import { requestError, sendError } from './http-errors.ts';
import type { Credentials, Keys } from './keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a token: it tells nothing and changes nothing. */
    readonly open?: true;
  }
}

/** The cookie belongs to the port: browsers send it to all servers of one address. */
export const cookieName = (port: number): string => `tandem-${port}`;

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** A page elsewhere may have its name lead here (DNS rebinding): only names of this computer count, with our port. */
function isOwn(host: string | undefined, port: number): boolean {
  return NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** Whom the server listens to, beside whoever has a key. */
export interface Door {
  readonly port: () => number;
  /** Names that a reverse proxy with TLS answers to, as they are now. */
  readonly trustedHosts: () => readonly string[];
}

/** The origin of our pages where they were asked for under this name; `undefined`: a name that is not ours. */
export function originOf(host: string | undefined, { port, trustedHosts }: Door): string | undefined {
  if (isOwn(host, port())) return `http://${host}`;
  return host !== undefined && trustedHosts().includes(host) ? `https://${host}` : undefined;
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Every request and every upgrade to a WebSocket passes here first: Host, then Origin, then token. */
export function addGuard(app: FastifyInstance, keys: Keys, door: Door): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    endRefusedUpgrade(request, reply);
    const { host, origin } = request.headers;
    const ours = originOf(host, door);
    if (ours === undefined) return sendError(reply, wrongHost(), 421);
    if (origin !== undefined && origin !== ours) return sendError(reply, wrongOrigin(), 403);
    if (request.routeOptions.config.open === true) return undefined;
    const shown = credentialsOf(request, door.port());
    return keys.isOpenTo(shown) ? undefined : refuseToken(reply, keys, shown);
  });
}

/** A connection that asked for an upgrade and got an answer instead belongs to nobody: it would keep the server from ending. */
export function endRefusedUpgrade({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (raw.headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.destroySoon());
}

/** The token of the header wins over the subprotocol of a WebSocket, and that over the cookie. */
export function credentialsOf(request: FastifyRequest, port: number): Credentials {
  const { authorization, 'sec-websocket-protocol': protocols } = request.headers;
  const bearer = authorization === undefined ? undefined : (/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
  const offered = protocols
    ?.split(',')
    .map((each) => /^auth\.(.+)$/.exec(each.trim())?.[1])
    .find((each) => each !== undefined);
  return { token: bearer ?? offered, session: request.cookies[cookieName(port)] };
}

/** Who shows nothing guesses nothing; who shows something wrong too often is told to wait. The right token always passes. */
export function refuseToken(reply: FastifyReply, keys: Keys, { token, session }: Credentials): FastifyReply {
  const isGuess = token !== undefined || session !== undefined;
  if (isGuess && keys.tooManyWrong()) return sendError(reply.header('retry-after', '60'), tooMany(), 429);
  return sendError(reply.header('www-authenticate', 'Bearer'), isGuess ? wrongToken() : noToken(), 401);
}

const LOGIN = 'Scripts send the header “Authorization: Bearer TOKEN”; `tandem serve --print-token` shows the token.';

const refusal = (code: ErrorCode, message: string, hint: string): AppError => requestError(message, hint, code);

const wrongHost = (): AppError =>
  refusal(
    'permission',
    'The request is refused: it is meant for another server than this one.',
    'Use the address that `tandem serve` printed, on this computer; the name of a reverse proxy is set with trustedHosts.',
  );

const wrongOrigin = (): AppError =>
  refusal(
    'permission',
    'The request is refused: it comes from a page of another server.',
    'Close that page if you do not know it.',
  );

const noToken = (): AppError => refusal('auth', 'The request is refused: it does not say who asks.', LOGIN);

const wrongToken = (): AppError =>
  refusal('auth', 'The request is refused: its token or login is wrong or has expired.', LOGIN);

const tooMany = (): AppError =>
  refusal('auth', 'The request is refused: there were too many with a wrong token.', `Wait a minute. ${LOGIN}`);
