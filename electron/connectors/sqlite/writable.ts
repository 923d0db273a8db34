import type Database from 'better-sqlite3';
import type { FieldChange } from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { RecordImage, State } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { cannotHold, mayConvert } from './holding.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import type { TableInfo } from './describe/table-info.ts';
import { type ReferenceChecks, referenceChecks } from './reference-checks.ts';
import type { Rejected } from './refusals.ts';
import { quoteName } from './sql.ts';
import { findingOn, isSuspect } from './text-check.ts';

type Statement = Database.Statement<unknown[], unknown>;

/** Fields to be written, checked and in the order of the statement's parameters. */
export interface Prepared {
  readonly statement: Statement;
  readonly values: readonly Value[];
  /** The columns may hold something else afterwards. */
  readonly mayDiffer: boolean;
}

/** What a pair writes to one table: its statements, and what has to be asked around them. */
export class WritableCollection {
  readonly bound: BoundCollection;
  readonly checks: ReferenceChecks;
  readonly hasTriggers: boolean;
  /** A trigger of this or another table may change records here. */
  readonly isTriggered: boolean;
  readonly #encoding: string;
  readonly #plans = new WeakMap<readonly string[], Plan>();
  readonly #updates = new Map<string, Plan>();
  /** An explicit ABORT also rules inside the triggers it fires, so it stands there only where the table names another. */
  readonly #orAbort: string;

  constructor(bound: BoundCollection, tables: readonly TableInfo[], encoding: string) {
    this.bound = bound;
    this.checks = referenceChecks(bound, tables);
    this.hasTriggers = bound.table.triggers.length > 0;
    this.isTriggered =
      this.hasTriggers ||
      tables.some((table) => table.triggers.some(({ writes }) => writes.includes(bound.table.name)));
    this.#encoding = encoding;
    this.#orAbort = bound.table.hasConflictClause ? ' OR ABORT' : '';
  }

  /** The row under `key` as it stands in this transaction, or why it cannot be carried. */
  current(key: Key): { readonly row: Row | undefined; readonly why: string } {
    const { bound } = this;
    const parameters = bound.keyParameters(key);
    const row = bound.statement(bound.selectByKey).get(...parameters) as Row | undefined;
    if (!row || !isSuspect(row)) return { row, why: '' };
    const list = bound.columns.map((column) => `CAST(${quoteName(column)} AS BLOB)`).join(', ');
    const bytes = bound
      .statement(`SELECT ${list} FROM ${bound.quotedTable} WHERE ${bound.whereKey}`)
      .get(...parameters) as Row;
    return { row, why: findingOn(bound, row, bytes, this.#encoding).why };
  }

  currentState(key: Key): State {
    const { row } = this.current(key);
    return row ? this.bound.image(row) : null;
  }

  /** Columns that no pair maps and that hold something under `key` now. */
  moreUnder(key: Key): readonly string[] {
    const { bound } = this;
    if (bound.unsynced.length === 0) return [];
    const list = bound.unsynced.map((column) => `${quoteName(column)} IS NOT NULL`).join(', ');
    const row = bound
      .statement(`SELECT ${list} FROM ${bound.quotedTable} WHERE ${bound.whereKey}`)
      .get(...bound.keyParameters(key)) as bigint[] | undefined;
    return bound.unsynced.filter((_, i) => row?.[i] === 1n);
  }

  insertion(record: RecordImage): Prepared | Rejected {
    let plan = this.#plans.get(record.names);
    if (!plan) {
      plan = this.#planFor(record.names, (columns) => {
        const list = columns.map(quoteName).join(', ');
        const marks = columns.map(() => '?').join(', ');
        return `INSERT${this.#orAbort} INTO ${this.bound.quotedTable} (${list}) VALUES (${marks})`;
      });
      this.#plans.set(record.names, plan);
    }
    return fill(plan, record.names, record.values);
  }

  update(changes: readonly FieldChange[]): Prepared | Rejected {
    const names = changes.map((change) => change.name);
    const shape = names.join('\0');
    let plan = this.#updates.get(shape);
    if (!plan) {
      plan = this.#planFor(names, (columns) => this.updateSql(columns));
      this.#updates.set(shape, plan);
    }
    // Without `missingFields` a field that is taken away holds NULL; the difference is reported as `stored`.
    return fill(
      plan,
      names,
      changes.map((change) => change.to ?? null),
    );
  }

  /** Parameters: the new values, then the key. */
  updateSql(columns: readonly string[]): string {
    const sets = columns.map((column) => `${quoteName(column)} = ?`).join(', ');
    return `UPDATE${this.#orAbort} ${this.bound.quotedTable} SET ${sets} WHERE ${this.bound.whereKey}`;
  }

  deletion(): Statement {
    return this.bound.statement(`DELETE FROM ${this.bound.quotedTable} WHERE ${this.bound.whereKey}`);
  }

  #planFor(names: readonly string[], sqlFor: (columns: readonly string[]) => string): Plan {
    const places = names.map((name) => this.bound.names.indexOf(name));
    const unknown = names.find((_, i) => places[i] === -1);
    if (unknown !== undefined) return { unknown };
    const columns = places.map((at) => this.bound.columns[at] ?? '');
    return {
      statement: this.bound.statement(sqlFor(columns)),
      affinities: places.map((at) => this.bound.affinities[at] ?? 'none'),
    };
  }
}

type Plan =
  | { readonly unknown: string }
  | { readonly statement: Statement; readonly affinities: BoundCollection['affinities'] };

function fill(plan: Plan, names: readonly string[], values: readonly Value[]): Prepared | Rejected {
  if ('unknown' in plan) {
    return { status: 'rejected', code: 'other', detail: `the pair maps no field ${plan.unknown}`, field: plan.unknown };
  }
  let mayDiffer = false;
  for (let i = 0; i < values.length; i++) {
    const why = cannotHold(values[i]);
    if (why !== '')
      return { status: 'rejected', code: 'type', detail: why, ...(names[i] === undefined ? {} : { field: names[i] }) };
    mayDiffer ||= mayConvert(values[i] ?? null, plan.affinities[i] ?? 'none');
  }
  return { statement: plan.statement, values, mayDiffer };
}
