import { once } from 'node:events';
import { createServer as httpServer } from 'node:http';
import { connect, createServer as tcpServer, type Server, type Socket } from 'node:net';
import { createServer as tlsServer } from 'node:tls';
import type { SelfSigned } from './self-signed.ts';

/** What listens at a port of 127.0.0.1 where somebody looks for a database. */
export class OddServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
    });
  }

  static async http(): Promise<OddServer> {
    return OddServer.#listening(httpServer((_, answer) => void answer.end('no database')));
  }

  static async silent(): Promise<OddServer> {
    return OddServer.#listening(tcpServer(() => undefined));
  }

  /** What is there at another port, behind encryption. */
  static async tls(certificate: SelfSigned, target: number): Promise<OddServer> {
    const front = tlsServer(certificate, (client) => {
      const server = connect(target, '127.0.0.1');
      for (const end of [client, server]) end.on('error', () => [client, server].forEach((each) => each.destroy()));
      client.pipe(server).pipe(client);
    });
    front.on('tlsClientError', () => undefined);
    return OddServer.#listening(front);
  }

  static async #listening(server: Server): Promise<OddServer> {
    const made = new OddServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return made;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
