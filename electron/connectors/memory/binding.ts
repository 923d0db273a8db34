import type { CollectionSpec } from '../../engine/port/connector.ts';
import type { Collation, Key } from '../../engine/port/key-codec.ts';
import { fieldOf, recordFrom, type RecordImage, type State } from '../../engine/port/record.ts';
import { ownAmong } from '../../engine/port/own-values.ts';
import type { Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { MemoryDatabase } from './database.ts';
import { collationsOf } from './schema.ts';
import type { MemoryTable, ValueIndex } from './table.ts';

/** One collection of a bound side: its logical names over a table. Holds no records. */
export class BoundCollection {
  readonly spec: CollectionSpec;
  readonly #database: MemoryDatabase;
  readonly #names: readonly string[];
  readonly #physical: ReadonlyMap<string, string>;
  readonly #keyFields: readonly string[];
  readonly #keyCollations: readonly Collation[];

  /** Fails with `schema-mismatch` if the table lacks something, or if the named key may stand in two records. */
  constructor(database: MemoryDatabase, spec: CollectionSpec) {
    this.spec = spec;
    this.#database = database;
    this.#physical = new Map([...spec.fields, ...this.#ownFields()].map(({ name, physical }) => [name, physical]));
    this.#names = [...this.#physical.keys()].sort();
    const { collection } = this.table();
    for (const { physical } of spec.fields) {
      if (!collection.fields.some(({ name }) => name === physical)) throw this.#mismatch(`it has no field ${physical}`);
    }
    this.#keyFields = spec.key.map((name) => this.physicalOf(name));
    this.#keyCollations = collationsOf(collection, this.#keyFields);
    const unique = [collection.key ?? [], ...(collection.unique ?? []).map(({ fields }) => fields)];
    const covered = unique.some(
      (fields) => fields.length > 0 && fields.every((name) => this.#keyFields.includes(name)),
    );
    if (!covered) throw this.#mismatch(`nothing keeps ${spec.key.join(', ')} from standing in two records`);
  }

  /** Records bring whatever fields the table has, but for those that are omitted. */
  #ownFields(): CollectionSpec['fields'] {
    const { anyField, fields, omit = {} } = this.spec;
    if (!anyField) return [];
    const known = new Set([...Object.keys(omit), ...fields.map(({ physical }) => physical)]);
    const own = this.table().collection.fields.filter(({ name }) => !known.has(name));
    return own.map(({ name }) => ({ name, physical: name }));
  }

  table(): MemoryTable {
    const table = this.#database.tables.get(this.spec.physical);
    if (!table) throw this.#mismatch('there is no such collection');
    return table;
  }

  physicalOf(name: string): string {
    const physical = this.#physical.get(name);
    if (physical === undefined) throw this.#mismatch(`the pair maps no field ${name}`);
    return physical;
  }

  maps(name: string): boolean {
    return this.#physical.has(name);
  }

  keys(): ValueIndex {
    return this.table().index(this.#keyFields, this.#keyCollations);
  }

  /** The key of a record under logical names; `null` if it has none. */
  keyOf(record: RecordImage): Key | null {
    return this.keys().bytesFor(this.spec.key.map((name) => fieldOf(record, name) ?? null));
  }

  rowOf(key: Key): number | null {
    return this.keys().rows(key)[0] ?? null;
  }

  read(key: Key): State {
    const row = this.rowOf(key);
    return row === null ? null : this.image(row);
  }

  /** The row under logical names, mapped fields only. */
  image(row: number): State {
    const stored = this.table().get(row);
    if (stored === null) return null;
    const values = this.#names.map((name) => fieldOf(stored, this.physicalOf(name)));
    if (!values.includes(undefined)) return { names: this.#names, values: values as Value[] };
    return recordFrom(this.#names.map((name, at) => [name, values[at]]));
  }

  /** The omitted fields in which the row holds something of its own. */
  ownIn(row: number): readonly string[] {
    const stored = this.table().get(row);
    return ownAmong(this.spec.omit ?? {}, (name) => fieldOf(stored, name));
  }

  /** `record` under physical names. */
  stored(record: RecordImage): RecordImage {
    return recordFrom(record.names.map((name, at) => [this.physicalOf(name), record.values[at]]));
  }

  #mismatch(why: string): AppError {
    const { name, physical } = this.spec;
    return new AppError({
      code: 'schema-mismatch',
      operation: 'bind',
      subject: { collection: name, path: `memory:${this.#database.name}` },
      message: `Using ${physical} of memory:${this.#database.name} failed: ${why}.`,
      next: 'Nothing was read or written.',
      hint: 'Compare the definitions of both sides, and the collections and fields that the pair names.',
      retry: 'after-user-action',
    });
  }
}
