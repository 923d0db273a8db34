import type { ConnectorKind } from '../engine/port/connector.ts';
import { mongodbKind } from './mongodb/mongodb-kind.ts';
import { sqliteKind } from './sqlite/sqlite-kind.ts';

/** Every kind of database that this program opens. The one place that knows more than one connector. */
export const connectorKinds: readonly ConnectorKind[] = [sqliteKind, mongodbKind];
