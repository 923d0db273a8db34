import type { Omitted, OmittedForm } from './port/own-values.ts';

/** A is "This computer", B is "Remote" unless the person names them. */
export type SideName = 'A' | 'B';
export const sideNames: readonly SideName[] = ['A', 'B'];
export const otherSide = (side: SideName): SideName => (side === 'A' ? 'B' : 'A');

export type Direction = 'both' | 'a-to-b' | 'b-to-a';

/** Who wins where both sides changed. `ask` parks; every other choice is recorded with the losing value (L8). */
export type Policy = 'ask' | 'local' | 'remote' | 'newest' | 'edit-wins';

/** The unit in which two edits of one record are merged. */
export type MergeUnit = 'record' | 'field' | 'groups';

export interface CollectionSettings {
  /** Logical name. */
  readonly name: string;
  readonly physical: { readonly A: string; readonly B: string };
  readonly key: readonly string[];
  readonly fields: readonly { readonly name: string; readonly A: string; readonly B: string }[];
  /** Records bring whatever fields they have, under one name on both sides; `fields` names those of the key. */
  readonly anyField?: true;
  readonly direction: Direction;
  readonly policy: Policy;
  /** Overrides `policy` for single fields. */
  readonly fieldPolicy: Readonly<Record<string, Policy>>;
  /** The declared, trusted column for `newest`; '' = none. */
  readonly newestBy: string;
  readonly merge: MergeUnit;
  /** With `merge: groups`: fields that belong together. */
  readonly groups: readonly (readonly string[])[];
  /** Fields that never cause a conflict: the later value is taken and recorded. */
  readonly touch: readonly string[];
  /** Fields that must be unique although no index says so. */
  readonly uniqueFields: readonly string[];
  /** With `anyField`: fields that are no part of the records, on either side, each with its form. */
  readonly omit?: Omitted;
}

/** What Tandem keeps in the documents of a stamping pair on side A: no part of their records (decision 0005). */
export const stampFields = ['syncedAt', 'syncStatus', 'origin'] as const;
/** What stamps say; a document that holds anything else in one of these fields is nobody's to stamp (E136). */
export const stampForms: Readonly<Record<(typeof stampFields)[number], OmittedForm>> = {
  syncedAt: 'date',
  syncStatus: ['pending', 'synced', 'conflict'],
  origin: ['local', 'remote'],
};
/** When a document was last changed, as applications note it: it travels, and never is a conflict under stamps. */
export const CHANGED_AT = 'updatedAt';

export interface BrakeLimits {
  readonly deletePercent: number;
  readonly deleteCount: number;
  /** Share of a collection of at least `smallSize` records that brakes whatever the count. */
  readonly smallPercent: number;
  readonly smallSize: number;
  readonly changePercent: number;
  readonly changeCount: number;
  /** Deletes and changes older than this many days no longer count. */
  readonly periodDays: number;
}

export const defaultBrakes: BrakeLimits = {
  deletePercent: 20,
  deleteCount: 50,
  smallPercent: 50,
  smallSize: 10,
  changePercent: 50,
  changeCount: 50,
  periodDays: 30,
};

export interface PairSettings {
  readonly name: string;
  readonly sideLabel: { readonly A: string; readonly B: string };
  /** What a person does to say where a side is now, for the end of a hint. */
  readonly sideMove: { readonly A: string; readonly B: string };
  readonly collections: readonly CollectionSettings[];
  /** Collections of the pair that are not synced for now; what is known of them is kept. */
  readonly resting: readonly CollectionSettings[];
  /** What a person left out on purpose, in the form of `leftOutName`. */
  readonly leftOut: readonly string[];
  readonly batchSize: number;
  /** Tries of a batch before the run fails; its keys stay dirty. */
  readonly maxRetries: number;
  readonly brakes: BrakeLimits;
  /** The person allowed a marker on both sides (L6). */
  readonly marker: boolean;
  /** Documents of side A tell how far they are in step, in fields that applications know. */
  readonly stamp: boolean;
  /** Hours between audits that look at every record although capture saw nothing. */
  readonly auditHours: number;
  /** Size limits of what is kept so that people see *before*, in bytes. */
  readonly keepDocBytes: number;
  readonly keepPairBytes: number;
  readonly journalDays: number;
}

export const defaultSettings = {
  resting: [],
  leftOut: [],
  batchSize: 1000,
  maxRetries: 3,
  brakes: defaultBrakes,
  marker: false,
  stamp: false,
  auditHours: 24,
  keepDocBytes: 16 * 1024,
  keepPairBytes: 500 * 1024 * 1024,
  journalDays: 30,
} as const;

export function defaultCollection(name: string, fields: readonly string[], key: readonly string[]): CollectionSettings {
  return {
    name,
    physical: { A: name, B: name },
    key,
    fields: fields.map((field) => ({ name: field, A: field, B: field })),
    direction: 'both',
    policy: 'ask',
    fieldPolicy: {},
    newestBy: '',
    merge: 'field',
    groups: [],
    touch: [],
    uniqueFields: [],
  };
}
