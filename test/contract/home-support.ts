import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { connect, type Connection } from '../../electron/api/connect.ts';
import { resolveHome, type HomePaths } from '../../electron/api/host/home.ts';
import type { HostParts } from '../../electron/api/host/parts.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';

/** A folder with a home and database files, gone when the test has ended. */
export class Office {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-office-'));
  readonly home: HomePaths = resolveHome(join(this.dir, 'home'));
  readonly #open: Connection[] = [];

  constructor() {
    onTestFinished(async () => {
      await this.close();
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  async connect(parts: Partial<HostParts> = {}): Promise<Connection> {
    const all = { ...programParts(silentLog), ...parts };
    const connection = await connect({ home: this.home, client: 'test', parts: all });
    this.#open.push(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#open.splice(0)) await connection.close();
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Makes or changes a database as another program would. */
  sql(name: string, statements: string): string {
    const path = this.path(name);
    const db = new Database(path, { timeout: 5000 });
    db.exec(statements);
    db.close();
    return path;
  }

  rows(name: string, sql: string): unknown[] {
    const db = new Database(this.path(name), { readonly: true });
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  }
}

/** Every file below, as its path from there. */
export const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
