import { maxHeaderSize } from 'node:http';
import type { AddressInfo } from 'node:net';
import cookies from '@fastify/cookie';
import { fastify, type FastifyInstance } from 'fastify';
import { AppError } from '../../shared/contract/errors.ts';
import { MAX_FRAME_BYTES } from '../../shared/contract/frames.ts';
import type { Connection } from '../api/connect.ts';
import type { HostParts } from '../api/host/parts.ts';
import { addCallRoutes } from './call-routes.ts';
import { addDocsPage } from './docs-page.ts';
import { addGuard, endRefusedUpgrade } from './guard.ts';
import { answerBrokenHead, answerFor, requestError, sendError } from './http-errors.ts';
import { Keys } from './keys.ts';
import { addLoginParts } from './login-page.ts';
import { addMetrics } from './metrics.ts';
import { addOpenApi, addOpenApiRoute } from './openapi.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addSyncRoutes } from './sync/routes.ts';
import { findWindowFolder } from './window-files.ts';
import { addWindowRoutes } from './window-routes.ts';
import { addWireRoute } from './wire-route.ts';

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly engine: Pick<Connection, 'call' | 'wire'>;
  /** The pair that `/api/sync` means where none is named. */
  readonly ownPair?: string | undefined;
  /** The token of the installation. */
  readonly token: string;
  readonly log: HostParts['ports']['log'];
  /** Names beside those of this computer, as they are set now; read with each request under another name. */
  readonly trustedHosts?: () => readonly string[];
  readonly now?: () => number;
  /** The largest request and frame, in bytes. */
  readonly limit?: number;
  /** A request that does not arrive within this time holds a connection for nothing. */
  readonly requestMs?: number;
  /** Where the built pages of the window stand; by itself beside the program. */
  readonly windowFolder?: string | undefined;
}

export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Opens a browser's session once, within ten minutes. */
  newLink(): string;
  /** Takes no further request, ends those that run after their batches, and answers them. */
  close(): Promise<void>;
}

interface Served {
  readonly keys: Keys;
  /** Ends what runs. */
  readonly ending: AbortSignal;
}

const HOST = '127.0.0.1';
const REQUEST_MS = 30_000;
/** How often it is looked for requests that do not arrive. */
const CHECK_MS = 5000;

/** Serves on this computer alone. Fails with `busy` where another program has the port. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port, token, now = Date.now } = options;
  const keys = new Keys(token, now);
  const ending = new AbortController();
  const app = await appFor(options, { keys, ending: ending.signal });
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    await app.close();
    throw cannotListen(port, cause as NodeJS.ErrnoException);
  }
  const url = `http://${HOST}:${portOf(app)}`;
  return {
    url,
    newLink: () => `${url}/#t=${keys.newLink()}`,
    close: async () => {
      ending.abort();
      await app.close();
    },
  };
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port;

async function appFor(
  {
    engine,
    log,
    ownPair,
    limit = MAX_FRAME_BYTES,
    trustedHosts = () => [],
    requestMs = REQUEST_MS,
    windowFolder = findWindowFolder(),
  }: ServeOptions,
  { keys, ending }: Served,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: limit,
    requestTimeout: requestMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // The guard answers to a request without one.
    http: {
      requireHostHeader: false,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(requestMs, CHECK_MS),
    },
    clientErrorHandler: answerBrokenHead,
    // Names of collections and keys stand in addresses; the largest head of a request is no larger.
    routerOptions: { maxParamLength: maxHeaderSize },
    frameworkErrors: (cause, request, reply) => {
      endRefusedUpgrade(request, reply);
      const { error, status } = answerFor(cause);
      void sendError(reply, error, status);
    },
  });
  const port = (): number => portOf(app);
  // A page of another server may send it without asking first.
  app.removeContentTypeParser('text/plain');
  await app.register(cookies);
  const door = { port, trustedHosts };
  addGuard(app, keys, door);
  app.setErrorHandler((cause, _, reply) => {
    const { error, status } = answerFor(cause);
    if (!(cause instanceof AppError) && error.code === 'internal')
      log.error(error.message, { operation: 'request', cause: error.cause });
    return sendError(reply, error, status);
  });
  app.setNotFoundHandler(({ method, url }, reply) => sendError(reply, noRoute(method, url)));
  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }));
  addLoginParts(app);
  addWindowRoutes(app, keys, port, windowFolder);
  addSessionRoutes(app, keys, door);
  await addWireRoute(app, engine, limit);
  await addOpenApi(app);
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => JSON.stringify);
  app.after(() => {
    addCallRoutes(app, engine, ending);
    addSyncRoutes(app, { engine, ending, ownPair });
    addMetrics(app, engine);
    addOpenApiRoute(app);
    addDocsPage(app);
  });
  return app;
}

const noRoute = (method: string, url: string): AppError =>
  requestError(
    `Asking for ${method} ${url.split('?')[0]?.slice(0, 200) ?? ''} failed: this server has nothing of that name.`,
    'Look at the address and at the method.',
    'not-found',
  );

function cannotListen(port: number, { code, message }: NodeJS.ErrnoException): AppError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program uses this port',
    EACCES: 'this user may not use this port',
  };
  return new AppError({
    code: code === 'EACCES' ? 'permission' : 'busy',
    operation: 'serve',
    message: `Listening on ${HOST}:${port} failed: ${why[code ?? ''] ?? 'the system refused it'}.`,
    next: 'The server was not started; both databases are untouched.',
    hint: 'End the other program, or name another port with --port (0: any that is free).',
    retry: 'after-user-action',
    cause: message,
  });
}
