import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import type { EngineSupervisor } from '../api/engine-process/supervisor.ts';
import { ReconnectingClient } from '../api/reconnecting-client.ts';
import { WireClient } from '../api/transport/wire-client.ts';

/** The main process as a client of its engine, which goes on with the next one when one ends. */
export function deskClient(engine: EngineSupervisor): ReconnectingClient {
  return new ReconnectingClient(async (ending) => {
    const client = new WireClient(await engine.wireWhenRunning(ending));
    const hello = await client.call('engine.hello', {
      contract: CONTRACT_VERSION,
      schema: contractSchemaHash(),
      client: 'tandem desktop',
    });
    return { client, hello, attached: false, wire: () => engine.wire(), close: () => client.close() };
  });
}
