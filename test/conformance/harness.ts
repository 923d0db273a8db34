import type { Capabilities, Connector } from '../../electron/engine/port/connector.ts';
import type { Collation } from '../../electron/engine/port/key-codec.ts';
import type { Value } from '../../electron/engine/port/value.ts';

/**
 * What `describeConnector` needs to try a connector: a way to make sides of its kind, a second way in that does not
 * pass through the connector, and a statement of what the kind can express. The suite asks nothing else, so that one
 * text judges every kind. Whatever is declared here is itself tested: a capability is asserted when it is there and
 * when it is not, and a value that is not declared `altered` has to be kept exactly.
 */
export interface ConformanceHarness {
  /** What `connector.kind` has to be. */
  readonly kind: string;
  /** What `connector.capabilities` has to be, member by member. */
  readonly capabilities: Capabilities;
  readonly facts: SideFacts;
  /** A new side that holds exactly `schema` and no records, and a connector open on it. */
  create(options?: CreateOptions): Promise<TestSide>;
}

/** What the kind can express, beyond its capabilities. */
export interface SideFacts {
  /** Collations that a text field may have; `binary` always. */
  readonly collations: readonly Collation[];
  /** The side can hold foreign keys. If not, `describe` lists none and nothing is ever `blocked`. */
  readonly references: boolean;
  /** The side can have triggers that rewrite a record. If not, what is applied is what was intended. */
  readonly triggers: boolean;
  /** The side can have unique indexes that let one record at most be without a value. */
  readonly nullsClash: boolean;
  /** A side tells beforehand what it would reject. If not, nothing does but the write. */
  readonly foresees?: true;
  /** Fields can be added to a collection that has records. If not, no field says how. */
  readonly addsFields?: true;
  /** A document store; left out where fields are declared. */
  readonly documents?: DocumentFacts;
  /**
   * Special values that a field of type `any` does not keep exactly, and what a write of them reports: `stored` =
   * applied, with what is held instead; `rejected` = refused. Every special value not named here is kept exactly.
   */
  readonly altered: Readonly<Partial<Record<SpecialValue, 'stored' | 'rejected'>>>;
}

/**
 * What is different where collections hold documents: one field identifies every document and its values may be NULL;
 * no field is declared, so none is looked for and each takes NULL; NULL stands in a unique index like any value, so
 * the harness makes those over nullable fields partial. The suite's key field is this one under another name.
 */
export interface DocumentFacts {
  /** The side's own name of the field that identifies a document. */
  readonly key: string;
  /** The suite binds collections so that records bring whatever fields they have; otherwise to the fields it names. */
  readonly anyField: boolean;
}

export interface CreateOptions {
  /** No collections if left out. */
  readonly schema?: NeutralSchema;
  /** How many changes the side's history keeps before it forgets the oldest, where that can be chosen. */
  readonly captureWindow?: number;
}

export interface TestSide {
  readonly connector: Connector;
  /** Another client commits these, all in one transaction. Names are physical; no foreign key is enforced. */
  mutateBehindItsBack(ops: readonly ForeignOp[]): Promise<void>;
  /** The records of a collection as another client reads them, with all their fields, in any order. */
  readRaw(collection: string): Promise<readonly RawRecord[]>;
  /** Closes the connector, drops everything it kept in memory, and opens the same side again. */
  reopen(): Promise<Connector>;
  /** Closes the connector and removes the side. */
  close(): Promise<void>;
}

/** A field that is missing (not NULL) is not among the properties. */
export type RawRecord = Readonly<Record<string, Value>>;

export type ForeignOp =
  | { readonly op: 'insert'; readonly collection: string; readonly values: RawRecord }
  | { readonly op: 'update'; readonly collection: string; readonly where: RawRecord; readonly set: RawRecord }
  | { readonly op: 'delete'; readonly collection: string; readonly where: RawRecord };

/** A schema that every kind can make in its own way. */
export interface NeutralSchema {
  readonly collections: readonly NeutralCollection[];
}

export interface NeutralCollection {
  readonly name: string;
  readonly fields: readonly NeutralField[];
  /** The primary key: names of fields. Left out: a collection without a key. */
  readonly key?: readonly string[];
  readonly unique?: readonly {
    readonly name: string;
    readonly fields: readonly string[];
    /** Only where `facts.nullsClash`. */
    readonly nullsClash?: true;
  }[];
  readonly references?: readonly NeutralReference[];
  /**
   * A trigger of the user's: after a record of this collection was inserted or updated, by whomever, the side sets
   * `field` to `to` in it.
   */
  readonly rewrites?: { readonly name: string; readonly field: string; readonly to: Value };
}

export interface NeutralField {
  readonly name: string;
  /** `any` keeps every value as it is given (as far as the side can); the others may convert, as the side does. */
  readonly type: 'any' | 'integer' | 'real' | 'text' | 'blob';
  /** False if left out. */
  readonly nullable?: boolean;
  /** `binary` if left out. */
  readonly collation?: Collation;
}

export interface NeutralReference {
  readonly fields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
  /** What the side itself would do; the connector has to keep it from doing so (L3). `no action` if left out. */
  readonly onDelete?: 'cascade' | 'set null' | 'no action';
}

/** Values that are easily lost, by name; each goes into a field of type `any`. */
export const specialValues = {
  NULL: null,
  'the integer 1': 1n,
  'the double 1': 1,
  'the double 0.1': 0.1,
  'the largest 64-bit integer': 9223372036854775807n,
  'the smallest 64-bit integer': -9223372036854775808n,
  'an integer beyond 2^53': 9007199254740993n,
  'negative zero': -0,
  'not a number': Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  'the smallest double': 5e-324,
  'empty text': '',
  'text that looks like a number': '007',
  'text with a zero character': 'a\0b',
  'text with quotes, a line end and a bell': `'"\`;--\r\n\u0007`,
  'text beyond the basic plane': 'é\u{1F600}ﷺ',
  'composed and decomposed text': '\u00e9 e\u0301',
  'empty bytes': new Uint8Array(0),
  'all bytes': Uint8Array.from({ length: 256 }, (_, i) => i),
} as const satisfies Readonly<Record<string, Value>>;

export type SpecialValue = keyof typeof specialValues;
