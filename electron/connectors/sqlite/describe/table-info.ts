import type { CollectionInfo } from '../../../engine/port/schema.ts';
import type { Column } from './columns.ts';
import type { Index } from './indexes.ts';

/** A table with what the connector itself needs to know beside what the port shows. */
export interface TableInfo extends CollectionInfo {
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly strict: boolean;
  /** CREATE TABLE names another conflict clause than ABORT somewhere: a bare INSERT could replace other rows. */
  readonly hasConflictClause: boolean;
}
