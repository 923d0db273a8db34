import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Between clients and a server on 127.0.0.1: what a bad network does, when the test says so. */
export class TcpProxy {
  readonly #server: Server = createServer((client) => this.#accept(client));
  #target: number;
  readonly #sockets = new Set<Socket>();
  #refuses = false;
  #delayMs = 0;
  #toDrop = 0;
  #asking = '';
  readonly #waiting = new Set<(question: Buffer) => void>();

  constructor(targetPort: number) {
    this.#target = targetPort;
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Destroys all connections now. New ones are taken as before. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As when a tunnel or a name leads elsewhere: connections end, and new ones reach this port. */
  leadTo(targetPort: number): void {
    this.#target = targetPort;
    this.cut();
  }

  /** While on, every new connection is reset at once. Those that stand, stay. */
  refuse(on: boolean): void {
    this.#refuses = on;
  }

  /** What is sent from now on arrives so much later, in both directions and in its order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /**
   * Of the questions from now on that contain `asking`, the next `count` (`true`: all until `false`) lose their answer:
   * the server gets the question and answers, the answer is swallowed and the connection cut. So the write happened.
   * Name the command in `asking`, as a driver also sends questions of its own.
   */
  dropAnswers(count: number | boolean, asking = ''): void {
    this.#toDrop = typeof count === 'number' ? count : count ? Infinity : 0;
    this.#asking = asking;
  }

  /** Resolves when so many more questions that `pattern` finds something in were sent. */
  passed(pattern: RegExp, count: number): Promise<void> {
    let left = count;
    return new Promise((resolve) => {
      const see = (question: Buffer): void => {
        if (!pattern.test(question.toString('latin1')) || --left > 0) return;
        this.#waiting.delete(see);
        resolve();
      };
      this.#waiting.add(see);
    });
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    let loses = false;
    const toServer = this.#pipe(client, server);
    const toClient = this.#pipe(server, client);
    client.on('data', (data) => {
      for (const see of this.#waiting) see(data);
      if (this.#toDrop > 0 && data.includes(this.#asking)) {
        this.#toDrop--;
        loses = true;
      }
      toServer(data);
    });
    server.on('data', (data) => {
      if (loses) client.destroy();
      else toClient(data);
    });
  }

  /** What passes on data to `to`, late if so told. The end of `from` ends `to` after what is still on its way. */
  #pipe(from: Socket, to: Socket): (data: Buffer) => void {
    const onTheirWay: (Buffer | null)[] = [];
    const arrive = (): void => {
      const data = onTheirWay.shift();
      if (to.destroyed || data === undefined) return;
      if (data === null) to.end();
      else to.write(data);
    };
    const send = (data: Buffer | null): void => {
      onTheirWay.push(data);
      if (this.#delayMs === 0 && onTheirWay.length === 1) arrive();
      else setTimeout(arrive, this.#delayMs);
    };
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('end', () => send(null));
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!from.readableEnded) to.destroy();
    });
    return send;
  }
}

/** A proxy that listens and passes everything on until told otherwise. */
export const tcpProxy = (targetPort: number): Promise<TcpProxy> => new TcpProxy(targetPort).listen();
