import { encodeKey, type Collation, type Key } from '../../engine/port/key-codec.ts';
import { fieldOf, type RecordImage } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { collationsOf, type MemoryCollection, type MemoryUnique } from './schema.ts';

let made = 0;

/** The records of one collection under row numbers that are never used twice, and the indexes over them. */
export class MemoryTable {
  readonly collection: MemoryCollection;
  /** Another one for a table that is made again under the name. */
  readonly id: string;
  readonly #rows: Map<number, RecordImage>;
  readonly #indexes = new Map<string, ValueIndex>();
  #next: number;

  constructor(collection: MemoryCollection, from?: TableSnapshot) {
    this.collection = collection;
    this.id = from?.id ?? `table ${++made}`;
    this.#rows = new Map(from?.rows);
    this.#next = from?.next ?? 1;
  }

  nextRow(): number {
    return this.#next++;
  }

  get(row: number): RecordImage | null {
    return this.#rows.get(row) ?? null;
  }

  /** `null` removes the row. */
  set(row: number, image: RecordImage | null): void {
    const before = this.get(row);
    for (const index of this.#indexes.values()) index.move(row, before, image);
    if (image) this.#rows.set(row, image);
    else this.#rows.delete(row);
  }

  entries(): IterableIterator<[number, RecordImage]> {
    return this.#rows.entries();
  }

  /** The index over `fields`, made on first use and kept from then on. */
  index(fields: readonly string[], collations: readonly Collation[], nulls = false): ValueIndex {
    const name = JSON.stringify([fields, collations, nulls]);
    const known = this.#indexes.get(name);
    if (known) return known;
    const made = new ValueIndex(fields, collations, nulls);
    for (const [row, image] of this.#rows) made.move(row, null, image);
    this.#indexes.set(name, made);
    return made;
  }

  /** Every index that allows a value once: the key, under the name `primary`, and the unique indexes. */
  uniqueIndexes(): readonly { readonly name: string; readonly index: ValueIndex }[] {
    const { key, unique = [] } = this.collection;
    const all: readonly MemoryUnique[] = key ? [{ name: 'primary', fields: key }, ...unique] : unique;
    return all.map(({ name, fields, nullsClash }) => ({
      name,
      index: this.index(fields, collationsOf(this.collection, fields), nullsClash),
    }));
  }

  snapshot(): TableSnapshot {
    return { id: this.id, rows: new Map(this.#rows), next: this.#next };
  }
}

export interface TableSnapshot {
  readonly id: string;
  readonly rows: ReadonlyMap<number, RecordImage>;
  readonly next: number;
}

/** Rows by the values of some fields, under one collation each. A row with NULL or nothing in one of them is in none, unless `nulls` says that NULL counts. */
export class ValueIndex {
  readonly #fields: readonly string[];
  readonly #collations: readonly Collation[];
  readonly #nulls: boolean;
  readonly #rows = new Map<Key, Set<number>>();
  readonly #without = new Set<number>();
  #sorted: readonly Key[] | null = null;

  constructor(fields: readonly string[], collations: readonly Collation[], nulls: boolean) {
    this.#fields = fields;
    this.#collations = collations;
    this.#nulls = nulls;
  }

  /** The bytes under which `image` stands here; `null` if a field is NULL or missing, and that does not count. */
  bytesOf(image: RecordImage): Key | null {
    return this.bytesFor(this.#fields.map((name) => fieldOf(image, name) ?? null));
  }

  bytesFor(values: readonly Value[]): Key | null {
    return values.includes(null) && !this.#nulls ? null : encodeKey(values, this.#collations);
  }

  rows(bytes: Key): readonly number[] {
    return [...(this.#rows.get(bytes) ?? [])];
  }

  /** Rows that cannot be found here. */
  without(): readonly number[] {
    return [...this.#without];
  }

  /** All bytes in order. */
  sorted(): readonly Key[] {
    this.#sorted ??= [...this.#rows.keys()].sort((a, b) => (a < b ? -1 : 1));
    return this.#sorted;
  }

  move(row: number, before: RecordImage | null, after: RecordImage | null): void {
    const from = before && this.bytesOf(before);
    const to = after && this.bytesOf(after);
    if (before && after && from === to) return;
    if (before) this.#take(row, from);
    if (after) this.#put(row, to);
  }

  #take(row: number, bytes: Key | null): void {
    if (bytes === null) {
      this.#without.delete(row);
      return;
    }
    const rows = this.#rows.get(bytes);
    rows?.delete(row);
    if (rows?.size !== 0) return;
    this.#rows.delete(bytes);
    this.#sorted = null;
  }

  #put(row: number, bytes: Key | null): void {
    if (bytes === null) {
      this.#without.add(row);
      return;
    }
    const rows = this.#rows.get(bytes);
    if (rows) rows.add(row);
    else {
      this.#rows.set(bytes, new Set([row]));
      this.#sorted = null;
    }
  }
}
