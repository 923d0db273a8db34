import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { serve, type RunningServer, type ServeOptions } from '../../electron/server/serve.ts';
import { newToken } from '../../electron/server/token.ts';
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
    const served = new Served(token, await serve({ port: 0, log: silentLog, ...options, token }));
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

/** The part of a link that a browser keeps to itself. */
export const secretOf = (link: string): string => new URL(link).hash.slice('#t='.length);
