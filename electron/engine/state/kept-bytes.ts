import type { Statements } from './statements.ts';
import type { Limits } from './store.ts';

/** How much the agreed documents of a pair take, kept in step with what one transaction does to them. */
export class KeptBytes {
  readonly #db: Statements;
  readonly #pair: number;
  readonly #limits: Limits;
  readonly #before: number;
  #total: number;

  constructor(db: Statements, pair: number, limits: Limits) {
    this.#db = db;
    this.#pair = pair;
    this.#limits = limits;
    this.#before = db.get<{ kept: number }>('SELECT kept FROM pair WHERE id = ?', pair)?.kept ?? 0;
    this.#total = this.#before;
  }

  /** What stands under the key is about to go. */
  release(collection: string, key: Buffer): void {
    const old = this.#db.get<{ n: number | null }>(
      'SELECT length(doc) AS n FROM base WHERE pair = ? AND coll = ? AND key = ?',
      this.#pair,
      collection,
      key,
    );
    this.#total -= old?.n ?? 0;
  }

  /** Nothing stands from the first of these keys to the last, so that nothing has to be released one by one. */
  isClear(collection: string, first: Buffer, last: Buffer): boolean {
    const sql = 'SELECT 1 FROM base WHERE pair = ? AND coll = ? AND key >= ? AND key <= ? LIMIT 1';
    return this.#db.get(sql, this.#pair, collection, first, last) === undefined;
  }

  /** So large may the next document be. */
  get room(): number {
    return Math.min(this.#limits.keepDocBytes, this.#limits.keepPairBytes - this.#total);
  }

  take(doc: Buffer | null): void {
    this.#total += doc?.length ?? 0;
  }

  save(): void {
    if (this.#total !== this.#before) this.#db.run('UPDATE pair SET kept = ? WHERE id = ?', this.#total, this.#pair);
  }
}
