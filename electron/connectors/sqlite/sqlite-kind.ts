import type { ConnectorKind } from '../../engine/port/connector.ts';
import { absoluteAddress, isSqliteAddress } from './address.ts';
import { hasNoteTables } from './notes/note-tables.ts';
import { openSqliteFile } from './open.ts';
import { SqliteConnector } from './sqlite-connector.ts';

/** SQLite files: `sqlite:PATH`, or a path that ends in .db, .sqlite or .sqlite3. */
export const sqliteKind: ConnectorKind = {
  kind: 'sqlite',
  matches: isSqliteAddress,
  absolute: absoluteAddress,
  async open(options) {
    const file = await openSqliteFile(options);
    if (!options.triggers) return new SqliteConnector(file);
    try {
      const noted = await file.attempt({ operation: 'open', what: `Opening ${file.path}` }, () =>
        hasNoteTables(file.db),
      );
      return new SqliteConnector(file, { triggers: true, noted });
    } catch (error) {
      file.close();
      throw error;
    }
  },
};
