import type { Identity } from './connector.ts';
import type { Collation } from './key-codec.ts';
import type { Value } from './value.ts';

/** What one side consists of, under its own (physical) names. */
export interface SideSchema {
  readonly collections: readonly CollectionInfo[];
  /** Things that are seen and not synced (views, virtual tables, shadow tables …), each with the reason in plain words. */
  readonly reported: readonly ReportedObject[];
  /** Statements that create what belongs to no collection (views and the triggers on them), in working order. */
  readonly more?: readonly string[];
  /** Changes whenever any definition changes. Compared, never interpreted. */
  readonly version: string;
  /** As `identity()` answers, where one look shows both. */
  readonly identity?: Identity;
}

export interface ReportedObject {
  readonly name: string;
  readonly kind: 'view' | 'virtual' | 'shadow' | 'trigger' | 'table' | 'field' | 'index';
  readonly why: string;
}

export interface CollectionInfo {
  readonly name: string;
  readonly fields: readonly FieldInfo[];
  /** Records have whatever fields they were written with; `fields` names those that are known beforehand. */
  readonly anyField?: true;
  /** What identifies a record; `null`: the collection cannot be synced unless the person names a key. */
  readonly key: KeyInfo | null;
  readonly unique: readonly UniqueIndex[];
  readonly references: readonly ForeignKey[];
  /** Names of the user's triggers on this collection; `writes` lists collections their bodies mention as targets. */
  readonly triggers: readonly { readonly name: string; readonly writes: readonly string[] }[];
  /** The key numbers itself (INTEGER PRIMARY KEY, AUTOINCREMENT): two sides may give one number to two things. */
  readonly autoKey: boolean;
  /** Statements that create an exact copy on an empty side of the same kind, in working order. */
  readonly create: readonly string[];
  /** What else it was made with. Where two sides differ in it, people are told when the two become a pair. */
  readonly traits?: readonly Trait[];
}

/** Something that a collection was made with, in plain words. */
export interface Trait {
  /** What it is, the same on every side: `validator`, `index over a, b`. */
  readonly name: string;
  readonly value: string;
  /** It deletes records by itself, some time after they were written. */
  readonly expires?: true;
  /** How a collection of this name on a side of the same kind gets the same; left out where it is no index. */
  readonly index?: { readonly name: string; readonly isUnique: boolean; readonly statement: string };
}

export interface FieldInfo {
  readonly name: string;
  /** The declared type as the side prints it; '' where none was declared. */
  readonly type: string;
  readonly nullable: boolean;
  readonly collation: Collation | 'unknown';
  /** Computed by the side: read, never written, never compared. */
  readonly generated: boolean;
  readonly hasDefault: boolean;
  /** What a record holds here that was never given a value; left out where that is NULL, or computed. */
  readonly default?: Value;
  /** How a collection that lacks the field gets it as it is here; left out where fields need no definition. */
  readonly add?: FieldAddition;
}

/** Statements in working order, in which the collection has the name it has here; or why there are none. */
export type FieldAddition = { readonly statements: readonly string[] } | { readonly why: string };

export interface KeyInfo {
  readonly fields: readonly string[];
  readonly collations: readonly Collation[];
  readonly origin: 'primary' | 'unique' | 'named';
}

export interface UniqueIndex {
  readonly name: string;
  /** `null` in place of a field: an expression, which only the side itself can judge. */
  readonly fields: readonly (string | null)[];
  readonly collations: readonly (Collation | 'unknown')[];
  readonly partial: boolean;
  /** NULL, and a field that is missing, is a value like any other here: one record at most may be without. */
  readonly nullsClash?: true;
}

export interface ForeignKey {
  readonly name: string;
  readonly fields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}
