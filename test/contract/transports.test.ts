import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { wireMessage } from '../../electron/api/engine-process/messages.ts';
import { WireMux } from '../../electron/api/engine-process/wire-mux.ts';
import { memoryWires } from '../../electron/api/transport/memory-wire.ts';
import { socketWire } from '../../electron/api/transport/socket-wire.ts';
import { WireClient } from '../../electron/api/transport/wire-client.ts';
import { WireSession } from '../../electron/api/transport/wire-session.ts';
import { engineOf, Served, webSocketTo, wireOver } from '../server/server-support.ts';
import { describeTransport } from './transport-suite.ts';

describeTransport('in memory', {
  async start({ dispatcher, events, limit }) {
    const sessions: WireSession[] = [];
    return {
      async connect(clientLimit = limit) {
        const [near, far] = memoryWires();
        sessions.push(new WireSession(far, { dispatcher, events, who: 'ann', limit }));
        return new WireClient(near, clientLimit);
      },
      async kill() {
        for (const session of sessions) session.close();
      },
    };
  },
});

describeTransport('WebSocket', {
  async start({ dispatcher, events, limit }) {
    const engine = engineOf({ dispatcher, events, limit });
    const { running, token } = await Served.start({ engine, limit });
    return {
      async connect(clientLimit = limit) {
        return new WireClient(wireOver(await webSocketTo(running.url, ['tandem', `auth.${token}`])), clientLimit);
      },
      async kill() {
        engine.kill();
        await running.close();
      },
    };
  },
});

describeTransport('local socket', {
  async start({ dispatcher, events, limit }) {
    const dir = await mkdtemp(join(tmpdir(), 'tandem-socket-'));
    const path = join(dir, 'engine.sock');
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      new WireSession(socketWire(socket, limit), { dispatcher, events, who: 'ann', limit });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return {
      async connect(clientLimit = limit) {
        const socket = connect(path);
        await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
        return new WireClient(socketWire(socket, limit), clientLimit);
      },
      async kill() {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
        await rm(dir, { recursive: true });
      },
    };
  },
});

describeTransport('channel of a process', {
  async start({ dispatcher, events, limit }) {
    const { port1, port2 } = new MessageChannel();
    const ours = new WireMux((message) => port1.postMessage(message));
    const theirs = new WireMux(
      (message) => port2.postMessage(message),
      (wire) => void new WireSession(wire, { dispatcher, events, who: 'ann', limit }),
    );
    port1.on('message', (message) => ours.receive(wireMessage.parse(message)));
    port2.on('message', (message) => theirs.receive(wireMessage.parse(message)));
    return {
      connect: async (clientLimit = limit) => new WireClient(ours.open(), clientLimit),
      async kill() {
        port2.close();
        theirs.end();
        ours.end();
      },
    };
  },
});
