import type { RejectCode } from '../../engine/port/connector.ts';
import { fieldOf, recordFrom, withFields, type RecordImage } from '../../engine/port/record.ts';
import { sameValue, type Value } from '../../engine/port/value.ts';
import { collationsOf, misfit, referenceName, type MemoryCollection, type MemoryReference } from './schema.ts';
import type { MemoryTable } from './table.ts';

/** One row before and after; `null` = it was not or is not there. */
export interface RowChange {
  readonly collection: string;
  readonly row: number;
  readonly before: RecordImage | null;
  readonly after: RecordImage | null;
  /** What the change was made for, as `MemoryTransaction.position` stood. */
  readonly position: number;
}

/** A trigger of the user's. It fires on every write of its collection but not on what triggers write. */
export interface MemoryTrigger {
  readonly name: string;
  readonly collection: string;
  /** Collections that `fire` writes, as `describe` lists them. */
  readonly writes: readonly string[];
  fire(transaction: MemoryTransaction, change: RowChange): void;
}

/** The database refuses a write. Thrown inside a transaction, also by triggers (`check`). */
export class RefusedWrite extends Error {
  readonly code: RejectCode;
  /** `owner`: the row that holds the unique value. Collection and field under physical names. */
  readonly why: {
    readonly collection?: string;
    readonly field?: string;
    readonly index?: string;
    readonly owner?: number;
    readonly position?: number;
  };

  constructor(code: RejectCode, detail: string, why: RefusedWrite['why'] = {}) {
    super(detail);
    this.code = code;
    this.why = why;
  }
}

/** A reference stands in the way. */
export class BrokenReference extends Error {
  readonly by: 'parent-missing' | 'child-exists';
  readonly reference: string;
  readonly position: number;

  constructor(by: 'parent-missing' | 'child-exists', reference: string, position: number) {
    super(`${reference}: ${by}`);
    this.by = by;
    this.reference = reference;
    this.position = position;
  }
}

export interface TransactionParts {
  table(collection: string): MemoryTable;
  readonly tables: ReadonlyMap<string, MemoryTable>;
  readonly triggers: readonly MemoryTrigger[];
  readonly missingFields: boolean;
}

/** Row writes with a way back. Types and NOT NULL are judged at each write, unique values and references by `check…`. */
export class MemoryTransaction {
  readonly #parts: TransactionParts;
  readonly #changes: RowChange[] = [];
  #inTrigger = false;
  /** Noted in each change; the connector puts the position of the intent here. */
  position = 0;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  get changes(): readonly RowChange[] {
    return this.#changes;
  }

  table(collection: string): MemoryTable {
    return this.#parts.table(collection);
  }

  insert(collection: string, values: RecordImage): number {
    const row = this.table(collection).nextRow();
    this.#set(collection, row, values);
    return row;
  }

  update(collection: string, row: number, patch: ReadonlyMap<string, Value | undefined>): void {
    const before = this.table(collection).get(row);
    if (before) this.#set(collection, row, withFields(before, patch));
  }

  delete(collection: string, row: number): void {
    if (this.table(collection).get(row)) this.#set(collection, row, null);
  }

  /** The place to come back to. */
  savepoint(): number {
    return this.#changes.length;
  }

  rollbackTo(savepoint: number): void {
    for (const { collection, row, before } of this.#changes.splice(savepoint).reverse())
      this.table(collection).set(row, before);
  }

  /** Throws a `RefusedWrite` if a row written since `savepoint` shares a unique value with another. */
  checkUnique(savepoint: number): void {
    for (const { collection, row, position } of this.#changes.slice(savepoint)) {
      const table = this.table(collection);
      const image = table.get(row);
      if (!image) continue;
      for (const { name, index } of table.uniqueIndexes()) {
        const bytes = index.bytesOf(image);
        const owner = bytes === null ? undefined : index.rows(bytes).find((other) => other !== row);
        if (owner !== undefined)
          throw new RefusedWrite('unique', `another record of ${collection} holds this value of ${name}`, {
            collection,
            index: name,
            owner,
            position,
          });
      }
    }
  }

  /** Throws a `BrokenReference` for what was written since `savepoint`. What was broken before does not count. */
  checkReferences(savepoint: number): void {
    for (const change of this.#changes.slice(savepoint)) {
      this.#checkParents(change);
      for (const { child, reference } of this.#childReferences(change.collection))
        this.#checkChildren(change, child, reference);
    }
  }

  /** Does to the children of deleted rows what their references say, until nothing more is to be done. */
  cascade(): void {
    for (let at = 0; at < this.#changes.length; at++) {
      const change = this.#changes[at];
      if (!change?.before || change.after) continue;
      for (const { child, reference } of this.#childReferences(change.collection))
        this.#act(change.before, child, reference);
    }
  }

  #act(parent: RecordImage, child: MemoryCollection, reference: MemoryReference): void {
    for (const row of this.#childrenOf(parent, child, reference)) {
      if (reference.onDelete === 'cascade') this.delete(child.name, row);
      if (reference.onDelete === 'set null')
        this.update(child.name, row, new Map(reference.fields.map((name) => [name, null])));
    }
  }

  #checkParents({ collection, row, before, position }: RowChange): void {
    const table = this.table(collection);
    const image = table.get(row);
    if (!image) return;
    for (const reference of table.collection.references ?? []) {
      const touched =
        before === null || reference.fields.some((name) => !sameValue(fieldOf(before, name), fieldOf(image, name)));
      if (touched && !this.#parentStands(image, reference)) {
        throw new BrokenReference('parent-missing', referenceName(collection, reference), position);
      }
    }
  }

  #parentStands(image: RecordImage, reference: MemoryReference): boolean {
    const parent = this.#parts.tables.get(reference.parent);
    if (!parent) return false;
    const index = parent.index(reference.parentFields, collationsOf(parent.collection, reference.parentFields));
    const bytes = index.bytesFor(reference.fields.map((name) => fieldOf(image, name) ?? null));
    return bytes === null || index.rows(bytes).length > 0;
  }

  #checkChildren({ before, position }: RowChange, child: MemoryCollection, reference: MemoryReference): void {
    if (!before) return;
    for (const row of this.#childrenOf(before, child, reference)) {
      const image = this.table(child.name).get(row);
      if (image && !this.#parentStands(image, reference)) {
        throw new BrokenReference('child-exists', referenceName(child.name, reference), position);
      }
    }
  }

  #childrenOf(parent: RecordImage, child: MemoryCollection, reference: MemoryReference): readonly number[] {
    const collations = collationsOf(this.table(reference.parent).collection, reference.parentFields);
    const index = this.table(child.name).index(reference.fields, collations);
    const bytes = index.bytesFor(reference.parentFields.map((name) => fieldOf(parent, name) ?? null));
    return bytes === null ? [] : index.rows(bytes);
  }

  #childReferences(parent: string): { child: MemoryCollection; reference: MemoryReference }[] {
    return [...this.#parts.tables.values()].flatMap(({ collection: child }) =>
      (child.references ?? [])
        .filter((reference) => reference.parent === parent)
        .map((reference) => ({ child, reference })),
    );
  }

  #set(collection: string, row: number, values: RecordImage | null): void {
    const table = this.table(collection);
    const before = table.get(row);
    const after = values && this.#fitted(table.collection, values);
    table.set(row, after);
    const change: RowChange = { collection, row, before, after, position: this.position };
    this.#changes.push(change);
    if (!this.#inTrigger) this.#fire(change);
  }

  #fire(change: RowChange): void {
    this.#inTrigger = true;
    try {
      for (const trigger of this.#parts.triggers)
        if (trigger.collection === change.collection) trigger.fire(this, change);
    } finally {
      this.#inTrigger = false;
    }
  }

  /** The record as it is stored: every field judged, bytes copied, NULL for what is not given (where nothing may be missing). */
  #fitted(collection: MemoryCollection, values: RecordImage): RecordImage {
    const unknown = values.names.find((name) => !collection.fields.some((field) => field.name === name));
    if (unknown !== undefined)
      throw new RefusedWrite('other', `${collection.name} has no field ${unknown}`, {
        collection: collection.name,
        field: unknown,
      });
    return recordFrom(
      collection.fields.map((field) => {
        const value = fieldOf(values, field.name);
        const wrong = misfit(field, value ?? null);
        if (wrong) throw new RefusedWrite(wrong.code, wrong.detail, { collection: collection.name, field: field.name });
        const kept = value instanceof Uint8Array ? Uint8Array.from(value) : value;
        return [field.name, kept === undefined && !this.#parts.missingFields ? null : kept] as const;
      }),
    );
  }
}
