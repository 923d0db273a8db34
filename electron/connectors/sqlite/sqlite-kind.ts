import type { ConnectorKind } from '../../engine/port/connector.ts';
import { absoluteAddress, isSqliteAddress } from './address.ts';
import { openSqliteFile } from './open.ts';
import { SqliteConnector } from './sqlite-connector.ts';

/** SQLite files: `sqlite:PATH`, or a path that ends in .db, .sqlite or .sqlite3. */
export const sqliteKind: ConnectorKind = {
  kind: 'sqlite',
  matches: isSqliteAddress,
  absolute: absoluteAddress,
  async open(options) {
    return new SqliteConnector(await openSqliteFile(options));
  },
};
