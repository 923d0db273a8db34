import type { ConnectorKind } from '../../engine/port/connector.ts';
import { isMongoAddress } from './address.ts';
import { mongoServers } from './reach/servers.ts';
import { roleScript } from './role-script.ts';

/** MongoDB databases, local, remote or Atlas: `mongodb://…/database` and `mongodb+srv://…/database`. */
export const mongodbKind: ConnectorKind = {
  kind: 'mongodb',
  matches: isMongoAddress,
  roleScript,
  servers: mongoServers,
  /** The driver is most of what there is to load, and who keeps files in step never needs it. */
  open: async (options) => (await import('./open.ts')).openMongo(options),
};
