import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { Connection } from '../api/connect.ts';
import { joinWires } from '../api/transport/join-wires.ts';
import type { Wire } from '../api/transport/wire.ts';
import { farewell, webSocketWire } from './web-socket-wire.ts';

/** The subprotocol; a script that cannot set headers offers `auth.TOKEN` beside it. */
export const SUBPROTOCOL = 'tandem';

/** The frames of the local socket over a WebSocket: each one is a wire of its own to the engine. `limit`: the largest frame. */
export async function addWireRoute(
  app: FastifyInstance,
  engine: Pick<Connection, 'wire'>,
  limit: number,
): Promise<void> {
  await app.register(websocket, {
    options: {
      // What is a little too large is answered by the engine, so that the wire goes on.
      maxPayload: limit * 2,
      // The token is never echoed.
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    },
    preClose(done) {
      for (const client of app.websocketServer.clients) farewell(client);
      app.websocketServer.close(() => done());
    },
  });
  app.get('/api/v1/wire', { websocket: true }, (socket) => void join(webSocketWire(socket, limit * 2), engine));
}

async function join(near: Wire, engine: Pick<Connection, 'wire'>): Promise<void> {
  let far: Wire;
  try {
    far = await engine.wire();
  } catch {
    // As where the engine ends later: the client comes back.
    return near.close();
  }
  joinWires(near, far);
}
