import type { ConnectorKind } from '../../engine/port/connector.ts';
import { isMongoAddress } from './address.ts';
import { openMongo } from './open.ts';
import { roleScript } from './role-script.ts';

/** MongoDB databases, local, remote or Atlas: `mongodb://…/database` and `mongodb+srv://…/database`. */
export const mongodbKind: ConnectorKind = {
  kind: 'mongodb',
  matches: isMongoAddress,
  roleScript,
  open: openMongo,
};
