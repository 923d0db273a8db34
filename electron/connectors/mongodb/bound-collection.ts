import { elementOfValue, valueOfElement, type BsonElement } from '../../engine/port/bson-value.ts';
import { FIELD_ORDER, type CollectionSpec, type LeftRecord } from '../../engine/port/connector.ts';
import { orderTold } from '../../engine/port/field-order.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import { ownAmong } from '../../engine/port/own-values.ts';
import { fieldOf, type RecordImage } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { Spots } from './bson/spots.ts';
import { elementNamed, elementsOf, UnreadableBson, Walk, type NamedElement } from './bson/walk.ts';
import { headOf, writeDocument } from './bson/write-document.ts';
import { keyOfId } from './id-key.ts';
import type { IndexInfo } from './describe/indexes.ts';

export const ID = '_id';

/** A document as the server sent it, and the record it makes. */
export class Carried {
  readonly key: Key;
  readonly record: RecordImage;
  readonly raw: Buffer;
  #elements: readonly NamedElement[] | null = null;

  constructor(key: Key, record: RecordImage, raw: Buffer) {
    this.key = key;
    this.record = record;
    this.raw = raw;
  }

  /** Only a write looks at them one by one. */
  get elements(): readonly NamedElement[] {
    return (this.#elements ??= elementsOf(this.raw));
  }
}
export type Found = Carried | { readonly left: LeftRecord };

/** Where the fields of documents with one list of names stand in their records. */
interface Shape {
  readonly heads: readonly Buffer[];
  /** The place of `_id` among the elements; -1 where there is none. */
  readonly id: number;
  readonly names: readonly string[];
  /** The place among the elements; -1: the order of the fields. */
  readonly places: readonly number[];
  readonly order: string;
  readonly why: string;
}

const SHAPES = 10_000;

/** Where the fields of records with one list of names stand in their documents. */
interface Layout {
  /** The server's own names, in the order of the document. */
  readonly names: readonly string[];
  /** The places of their values in the record. */
  readonly places: readonly number[];
  readonly heads: readonly Buffer[];
  /** The order of the fields as it is read again. */
  readonly order: string;
}

interface Unmapped {
  readonly unmapped: string;
}

const LAYOUTS = 100;

const NO_SHAPE: Shape = { heads: [], id: -1, names: [], places: [], order: '', why: '' };

/** One collection of a pair: between documents with their own names and records with the names of the pair. */
export class BoundCollection {
  readonly spec: CollectionSpec;
  readonly physical: string;
  /** The pair's name of `_id`. */
  readonly keyName: string;
  readonly anyField: boolean;
  /** As they were when the side was bound. */
  indexes: readonly IndexInfo[];
  readonly #logical: ReadonlyMap<string, string>;
  readonly #physical: ReadonlyMap<string, string>;
  /** The server's own names of fields that are no part of the records. */
  readonly #omitted: ReadonlySet<string>;
  readonly #shapes = new Map<string, Shape>();
  #last: Shape = NO_SHAPE;
  readonly #spots = new Spots();
  readonly #layouts = new WeakMap<readonly string[], Map<string, Layout | Unmapped>>();

  constructor(spec: CollectionSpec, keyName: string, indexes: readonly IndexInfo[]) {
    this.spec = spec;
    this.physical = spec.physical;
    this.keyName = keyName;
    this.indexes = indexes;
    this.anyField = spec.anyField ?? false;
    this.#omitted = new Set(Object.keys(spec.omit ?? {}));
    this.#logical = new Map(spec.fields.map(({ name, physical }) => [physical, name]));
    this.#physical = new Map(spec.fields.map(({ name, physical }) => [name, physical]));
  }

  /** The server's own name of a field; `undefined` if the pair maps none of this name. */
  physicalOf(name: string): string | undefined {
    if (name === FIELD_ORDER) return undefined;
    const mapped = this.#physical.get(name);
    return mapped === undefined && this.anyField && !this.#logical.has(name) && !this.#omitted.has(name)
      ? name
      : mapped;
  }

  logicalOf(physical: string): string | undefined {
    return this.#logical.get(physical) ?? (this.anyField && !this.#omitted.has(physical) ? physical : undefined);
  }

  /** The order of the fields of a record, as its pseudo-field tells it; '' where it tells none. */
  orderOf(stored: readonly string[]): string {
    return orderOf(this.#omitted.size === 0 ? stored : stored.filter((name) => !this.#omitted.has(name)));
  }

  /** The elements of a record with the omitted ones of the document that they stand for, each behind the field it stood behind. */
  withOmitted(elements: readonly NamedElement[], current: readonly NamedElement[]): readonly NamedElement[] {
    if (!current.some(({ name }) => this.#omitted.has(name))) return elements;
    const names = new Set(elements.map(({ name }) => name));
    const behind = new Map<string, NamedElement[]>();
    let before = ID;
    for (const element of current) {
      if (names.has(element.name)) before = element.name;
      if (this.#omitted.has(element.name)) behind.set(before, [...(behind.get(before) ?? []), element]);
    }
    return elements.flatMap((element) => [element, ...(behind.get(element.name) ?? [])]);
  }

  /** The omitted fields in which a document holds something of its own. */
  ownIn(elements: readonly NamedElement[]): readonly string[] {
    const valueOf = (name: string): Value | undefined => {
      const element = elements.find((each) => each.name === name);
      return element && valueOfElement(element);
    };
    return ownAmong(this.spec.omit ?? {}, valueOf);
  }

  /** The record that a document makes, or why it cannot take part. */
  found(raw: Buffer): Found {
    try {
      return this.#carried(raw);
    } catch (error) {
      if (!(error instanceof UnreadableBson)) throw error;
      return { left: { ...this.#namedIn(raw), why: `it is damaged: ${error.message}` } };
    }
  }

  /** Of a document that cannot be read to its end: with its key it is there, and nobody takes it for deleted. */
  #namedIn(raw: Buffer): Pick<LeftRecord, 'what' | 'key'> {
    try {
      const id = elementNamed(raw, ID);
      const key = id && keyOfId(id).key;
      return { what: `the document ${shownId(id)} of ${this.spec.name}`, ...(key === undefined ? {} : { key }) };
    } catch (error) {
      if (!(error instanceof UnreadableBson)) throw error;
      return { what: `a document of ${this.spec.name}` };
    }
  }

  #carried(raw: Buffer): Found {
    const shape = this.#shapeOf(raw);
    const id = shape.id < 0 ? undefined : this.#spots.element(raw, shape.id);
    const found = id ? keyOfId(id) : { why: 'it has no _id' };
    const why = found.why ?? shape.why;
    if (found.key === undefined || why !== '') {
      const what = `the document ${shownId(id)} of ${this.spec.name}`;
      return { left: { what, why, ...(found.key === undefined ? {} : { key: found.key }) } };
    }
    const values: Value[] = [];
    for (const at of shape.places) values.push(at < 0 ? shape.order : this.#spots.value(raw, at));
    return new Carried(found.key, { names: shape.names, values }, raw);
  }

  /** Goes through the document once: most have the names of the one before. */
  #shapeOf(raw: Buffer): Shape {
    const { heads } = this.#last;
    const walk = new Walk(raw);
    let [count, isLast] = [0, true];
    for (; walk.next(); count++) {
      this.#spots.set(count, walk);
      isLast &&= count < heads.length && walk.hasHead(heads[count] as Buffer);
    }
    return isLast && count === heads.length ? this.#last : (this.#last = this.#shapeNamed(raw));
  }

  #shapeNamed(raw: Buffer): Shape {
    const names: string[] = [];
    for (const walk = new Walk(raw); walk.next();) names.push(walk.name());
    const stored = names.join('\0');
    const known = this.#shapes.get(stored);
    if (known?.heads.length === names.length) return known;
    if (this.#shapes.size >= SHAPES) this.#shapes.clear();
    const shape = this.#newShape(names);
    this.#shapes.set(stored, shape);
    return shape;
  }

  #newShape(stored: readonly string[]): Shape {
    const fields = stored.flatMap((physical, at): [string, number][] => {
      const name = this.logicalOf(physical);
      return name === undefined ? [] : [[name, at]];
    });
    const order = this.anyField ? this.orderOf(stored) : '';
    const twice = new Set(fields.map(([name]) => name)).size < fields.length || new Set(stored).size < stored.length;
    const all: [string, number][] = order === '' ? fields : [[FIELD_ORDER, -1], ...fields];
    all.sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      heads: stored.map(headOf),
      id: stored.indexOf(ID),
      names: all.map(([name]) => name),
      places: all.map(([, at]) => at),
      order,
      why: twice ? 'two of its fields have one name' : '',
    };
  }

  /** The document that `record` makes, and the order of its fields as it is read again; a name that is not mapped is given back. */
  documentFor(record: RecordImage): { readonly document: Buffer; readonly order: string } | Unmapped {
    const layout = this.#layoutFor(record);
    if ('unmapped' in layout) return layout;
    return { document: writeDocument(record.values, layout.places, layout.heads), order: layout.order };
  }

  /** The elements of that document. */
  elementsFor(record: RecordImage): readonly NamedElement[] | Unmapped {
    const layout = this.#layoutFor(record);
    if ('unmapped' in layout) return layout;
    const { names, places } = layout;
    return places.map((at, i) => ({ name: names[i] as string, ...elementOfValue(record.values[at] as Value) }));
  }

  /** Most records share their list of names with others, and tell one order. */
  #layoutFor(record: RecordImage): Layout | Unmapped {
    const order = this.anyField ? fieldOf(record, FIELD_ORDER) : undefined;
    const told = typeof order === 'string' ? order : '';
    let known = this.#layouts.get(record.names);
    if (!known || known.size > LAYOUTS) this.#layouts.set(record.names, (known = new Map()));
    let layout = known.get(told);
    if (!layout) known.set(told, (layout = this.#newLayout(record.names, told)));
    return layout;
  }

  /** `_id`, then the fields in the order told, then the others by name. */
  #newLayout(logical: readonly string[], told: string): Layout | Unmapped {
    const places = new Map<string, number>();
    for (const [at, name] of logical.entries()) {
      if (name === FIELD_ORDER && this.anyField) continue;
      const physical = this.physicalOf(name);
      if (physical === undefined || physical.includes('\0') || !physical.isWellFormed()) return { unmapped: name };
      places.set(physical, at);
    }
    const first = told === '' ? [] : told.split('\0');
    const names = [...new Set([ID, ...first, ...[...places.keys()].sort()])];
    const there = names.filter((name) => places.has(name));
    return {
      names: there,
      places: there.map((name) => places.get(name) as number),
      heads: there.map(headOf),
      order: this.anyField ? this.orderOf(there) : '',
    };
  }
}

/** The names in their order, each ended by NUL, without `_id`; '' where it is the order of the names themselves. */
function orderOf(stored: readonly string[]): string {
  const names = stored.filter((name) => name !== ID);
  return orderTold(names) ?? '';
}

function shownId(id: BsonElement | undefined): string {
  if (!id) return 'without _id';
  const value = valueOfElement(id);
  return typeof value === 'object' && value !== null
    ? `with the _id ${id.bytes.toString('hex').slice(0, 48)}`
    : JSON.stringify(typeof value === 'bigint' ? String(value) : value);
}
