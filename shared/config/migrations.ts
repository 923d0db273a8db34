import { CONFIG_VERSION } from './schema.ts';

/** What a migration may do to the file: comments and order stay where it does not touch them. */
export interface ConfigDocument {
  getIn(path: readonly (string | number)[]): unknown;
  setIn(path: readonly (string | number)[], value: unknown): void;
  deleteIn(path: readonly (string | number)[]): boolean;
}

export interface ConfigMigration {
  /** The version that the file has afterwards. */
  readonly version: number;
  readonly migrate: (document: ConfigDocument) => void;
}

/** Newest last. A published step is never edited. Version 1 is the first one, so nothing leads to it. */
export const configMigrations: readonly ConfigMigration[] = [];

/** Brings the document from `from` to `to` in memory; what is on disk changes only with the next save. */
export function migrateConfig(
  document: ConfigDocument,
  from: number,
  steps: readonly ConfigMigration[] = configMigrations,
  to: number = CONFIG_VERSION,
): void {
  for (const { version, migrate } of steps) if (version > from && version <= to) migrate(document);
  document.setIn(['version'], to);
}
