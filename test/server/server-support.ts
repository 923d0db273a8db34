import { readFileSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { serve, type RunningServer, type ServeOptions } from '../../electron/server/serve.ts';
import { newToken } from '../../electron/server/token.ts';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { EventLog } from '../../electron/api/event-log.ts';
import { memoryWires } from '../../electron/api/transport/memory-wire.ts';
import { WireClient } from '../../electron/api/transport/wire-client.ts';
import { WireSession, type SessionOptions } from '../../electron/api/transport/wire-session.ts';
import type { Wire } from '../../electron/api/transport/wire.ts';
import { MAX_FRAME_BYTES } from '../../shared/contract/frames.ts';
import { silentLog } from '../../electron/engine/ports.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  /** `token: null` sends none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

/** A server on a free port, gone when the test has ended, and the ways to ask it. */
export class Served {
  readonly token: string;
  readonly running: RunningServer;
  readonly port: number;

  static async start(options: Partial<ServeOptions> = {}): Promise<Served> {
    const token = options.token ?? newToken();
    const served = new Served(token, await serve({ port: 0, engine: engineOf(), log: silentLog, ...options, token }));
    onTestFinished(() => served.running.close());
    return served;
  }

  private constructor(token: string, running: RunningServer) {
    this.token = token;
    this.running = running;
    this.port = Number(new URL(running.url).port);
  }

  /** With the right token, unless another one is given. The path goes out as it is. */
  ask(path: string, { method = 'GET', token = this.token, headers = {}, body }: Asking = {}): Promise<Answer> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const sent = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, path, method, headers: sent }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(parts).toString(),
          }),
        );
      });
      asked.once('error', reject);
      asked.end(text);
    });
  }

  /** The JSON of an answer with this status. */
  async json(path: string, asking: Asking & { readonly status?: number } = {}): Promise<unknown> {
    const { status = 200, ...rest } = asking;
    const answer = await this.ask(path, rest);
    if (answer.status !== status) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as unknown;
  }

  /** Whatever the server answers to these bytes, until it ends the connection. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (part: Buffer) => (text += part.toString()));
      // A connection that is cut has been answered before.
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(text));
    });
  }

  /** Logs a browser in; the cookie as it is sent back. */
  async login(token: string): Promise<{ readonly status: number; readonly set: string; readonly cookie: string }> {
    const { status, headers } = await this.ask('/api/v1/session', { method: 'POST', token: null, body: { token } });
    const set = headers['set-cookie']?.[0] ?? '';
    return { status, set, cookie: set.split(';')[0] ?? '' };
  }
}

/** An engine's end without any transport of its own. */
export function engineOf(
  options: Partial<Pick<SessionOptions, 'dispatcher' | 'events' | 'limit'>> = {},
): ServeOptions['engine'] & { kill(): void } {
  const { dispatcher = new Dispatcher({}), events = new EventLog(() => 0), limit = MAX_FRAME_BYTES } = options;
  const sessions: WireSession[] = [];
  const wire = async (): Promise<Wire> => {
    const [near, far] = memoryWires();
    sessions.push(new WireSession(far, { dispatcher, events, who: 'ann', limit }));
    return near;
  };
  return {
    wire,
    call: async (name, params, options) => new WireClient(await wire(), limit).call(name, params, options),
    kill() {
      for (const session of sessions) session.close();
    },
  };
}

/** What a browser does; `protocols` as it would offer them. */
export async function webSocketTo(url: string, protocols: readonly string[]): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http:', 'ws:')}/api/v1/wire`, [...protocols]);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('refused')), { once: true });
  });
  return socket;
}

/** A client's end of a WebSocket, as the window will have it. */
export function wireOver(socket: WebSocket): Wire {
  return {
    send: (text) => socket.send(text),
    onText: (listener) => socket.addEventListener('message', ({ data }) => listener(String(data))),
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
    close: () => socket.close(),
  };
}

/** What stands in this file of the documentation. `TANDEM_WRITE_DOCS=1` writes it first. */
export function documented(path: string, text: string): string {
  if (process.env['TANDEM_WRITE_DOCS'] !== undefined) writeFileSync(path, text);
  return readFileSync(path, 'utf8');
}

/** The part of a link that a browser keeps to itself. */
export const secretOf = (link: string): string => new URL(link).hash.slice('#t='.length);
