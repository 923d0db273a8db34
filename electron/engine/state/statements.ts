import type Database from 'better-sqlite3';

/** Of a row of `item`: it waits. */
export const OPEN = "state IN ('open', 'resolving', 'reopened')";
/** Of a row of `brake` named `b`: it holds up what it is about. */
export const OPEN_BRAKE = "(b.answer IS NULL OR b.answer = 'keep')";
/** It does not stand behind the brake that asks which side is to be trusted. */
export const OF_ITS_OWN = `NOT (kind = 'restored' AND EXISTS (SELECT 1 FROM brake b WHERE b.pair = item.pair AND b.coll = '' AND ${OPEN_BRAKE}))`;

/** Prepared statements by their text: prepared once, kept for the life of the connection. */
export class Statements {
  readonly #db: Database.Database;
  readonly #known = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  of(sql: string): Database.Statement<unknown[], unknown> {
    let statement = this.#known.get(sql);
    if (!statement) {
      statement = this.#db.prepare<unknown[], unknown>(sql);
      this.#known.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...parameters: unknown[]): Database.RunResult {
    return this.of(sql).run(...parameters);
  }

  all<Row>(sql: string, ...parameters: unknown[]): Row[] {
    return this.of(sql).all(...parameters) as Row[];
  }

  get<Row>(sql: string, ...parameters: unknown[]): Row | undefined {
    return this.of(sql).get(...parameters) as Row | undefined;
  }
}

/** The conditions of a query that are given: their texts, and what stands for the question marks. */
export function filter(parts: readonly (readonly [string, unknown])[]): {
  readonly where: string[];
  readonly values: unknown[];
} {
  const given = parts.filter(([, value]) => value !== undefined);
  return { where: given.map(([sql]) => sql), values: given.map(([, value]) => value) };
}
