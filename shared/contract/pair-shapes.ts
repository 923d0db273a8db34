import { z } from 'zod';
import { pairOptions } from '../config/pair-options.ts';
import { collectionEntry } from '../config/schema.ts';
import { captureInfo, captures } from './capture-shapes.ts';
import { paused } from './live-shapes.ts';
import { brake, notInPair, receipt, runReport } from './run-shapes.ts';
import { count, direction, moment, name, sideName } from './values.ts';

export const pairSide = z.strictObject({
  /** What people call it. */
  label: z.string(),
  /** Without a password; '' = not configured. */
  url: z.string(),
});

export const pairInfo = z.strictObject({
  name,
  a: pairSide,
  b: pairSide,
  direction,
  collections: z.array(collectionEntry.extend({ name })),
  /** Every option of the pair with its effective value. */
  options: pairOptions,
});
export type WirePair = z.infer<typeof pairInfo>;

/** What stands in the way of a collection, or what is left out, in plain words. */
export const finding = z.strictObject({
  collection: z.string(),
  side: sideName.nullable(),
  text: z.string(),
  /** False: worth knowing. True: this cannot be synced as it is. */
  blocks: z.boolean(),
  /** True: it becomes part of a pair only if a person agrees (`expiry`). */
  asks: z.boolean().optional(),
  /** True: documents hold something of their own in the fields of stamps; it goes on only if a person agrees (`keepOwn`). */
  keepsOwn: z.boolean().optional(),
});
export type WireFinding = z.infer<typeof finding>;

export const previewCollection = z.strictObject({
  name,
  equal: count,
  onlyA: count,
  onlyB: count,
  different: count,
  uniqueClashes: count,
  /** Of the records on one side only: those in a unique clash, which are not copied. */
  clashingA: count,
  clashingB: count,
});
export const pairPreview = z.strictObject({
  pair: name,
  collections: z.array(previewCollection),
  /** Records that cannot take part, with the reason. */
  notCompared: z.array(z.string()),
});
export type WirePreview = z.infer<typeof pairPreview>;

export const createStep = z.strictObject({ side: sideName, collection: z.string(), statements: z.array(z.string()) });

export const addRequest = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'is a name of letters, digits, dot, dash and underscore'),
  a: z.string().min(1),
  b: z.string().min(1),
  nameA: z.string().min(1).max(60).optional(),
  nameB: z.string().min(1).max(60).optional(),
  /** Logical names; all that both sides have, if absent. */
  collections: z.array(name).min(1).optional(),
  direction: direction.optional(),
  /** Of single collections, where theirs is another than `direction`. */
  directions: z.record(z.string(), direction).optional(),
  /** Create what is missing on one side with the exact schema of the other. */
  create: z.boolean().optional(),
  /** Key fields for a collection whose schema names none. */
  keys: z.record(z.string(), z.array(name).min(1)).optional(),
  /** Fields that shall be unique although no index says so, by collection. */
  uniqueFields: z.record(z.string(), z.array(name).min(1)).optional(),
  options: pairOptions.partial().optional(),
  /** A person agreed: what a side lets expire is deleted on the other side, too. */
  expiry: z.boolean().optional(),
  /** A person agreed: documents with something of their own in the fields of stamps keep it, and are not stamped. */
  keepOwn: z.boolean().optional(),
  /** Look only: write nothing, anywhere. */
  dryRun: z.boolean().optional(),
  /** False: nobody needs the counts of the first comparison, for a look has shown them. */
  count: z.boolean().optional(),
});
export type WireAddRequest = z.infer<typeof addRequest>;

export const envRequest = z.strictObject({
  /** Where the variables stand: the folder of a `.env`, or `environment`. */
  from: z.string().min(1),
  local: z.string().min(1),
  /** '' = none. */
  cloud: z.string(),
  database: z.string().min(1),
});
export type WireEnvRequest = z.infer<typeof envRequest>;

export const envReport = z.strictObject({
  pair: pairInfo,
  change: z.enum(['none', 'made', 'edited']),
  /** What was done, each a sentence. */
  notes: z.array(z.string()),
});
export type WireEnvReport = z.infer<typeof envReport>;

export const addReport = z.strictObject({
  pair: pairInfo,
  /** False with `dryRun`. */
  added: z.boolean(),
  findings: z.array(finding),
  capture: captures,
  /** Sides whose database was not there and was made, or would be. */
  made: z.array(sideName),
  /** Schema that was created, or would be. */
  create: z.array(createStep),
  /** Counts of the first comparison; null where they were not asked for or schema is still to be created. */
  preview: pairPreview.nullable(),
  /** What was done with passwords and the like, each a sentence. */
  notes: z.array(z.string()),
});
export type WireAddReport = z.infer<typeof addReport>;

export const editRequest = z.strictObject({
  pair: name,
  a: z.string().min(1).optional(),
  b: z.string().min(1).optional(),
  nameA: z.string().min(1).max(60).optional(),
  nameB: z.string().min(1).max(60).optional(),
  direction: direction.optional(),
  options: pairOptions.partial().optional(),
  /** Rules of single collections; only what is given changes. */
  collections: z.record(z.string(), collectionEntry.partial()).optional(),
  /** Look only: what would be a new beginning, and in `notes` what takes `keepOwn`. */
  dryRun: z.boolean().optional(),
  /** A person agreed: documents with something of their own in the fields of stamps keep it, and are not stamped. */
  keepOwn: z.boolean().optional(),
  /** Where stamps are switched off: takes their fields out of the documents on side A. */
  unstamp: z.boolean().optional(),
});

export const includeRequest = z.strictObject({
  pair: name,
  /** `Collection` or `Collection.field`; `all`: everything that stands on a side, is not part of the pair and was not left out. */
  add: z.union([z.literal('all'), z.array(name).min(1)]).optional(),
  /** Collections of the pair; `all`: every one. An index that one side alone has of them is made on the other, too. */
  indexes: z.union([z.literal('all'), z.array(name).min(1)]).optional(),
  /** Leaves the pair, or is not mentioned any more. */
  leaveOut: z.array(name).min(1).optional(),
  /** Key fields for an added collection whose schema names none. */
  keys: z.record(z.string(), z.array(name).min(1)).optional(),
  /** A person agreed: records that expire on one side are deleted on the other, too. */
  expiry: z.boolean().optional(),
  /** A person agreed: documents with something of their own in the fields of stamps keep it, and are not stamped. */
  keepOwn: z.boolean().optional(),
  /** Look only: write nothing, anywhere. */
  dryRun: z.boolean().optional(),
});
export type WireIncludeRequest = z.infer<typeof includeRequest>;

export const fieldPreview = z.strictObject({
  collection: name,
  field: name,
  equal: count,
  /** Records that get the value of the other side. */
  toA: count,
  toB: count,
  /** Two values: each a conflict of this field. */
  different: count,
});
export type WireFieldPreview = z.infer<typeof fieldPreview>;

export const includeReport = z.strictObject({
  pair: pairInfo,
  /** False with `dryRun`. */
  saved: z.boolean(),
  /** Names that are part of the pair from now on. */
  added: z.array(z.string()),
  /** Names that were part of it. */
  removed: z.array(z.string()),
  /** Names that were not, and are not mentioned any more. */
  dismissed: z.array(z.string()),
  /** Indexes that were made on the side that lacked them, or would be. */
  indexes: z.array(z.string()),
  /** Brakes that asked about what left, and ask nothing any more. */
  endedBrakes: z.array(z.strictObject({ id: count, cause: z.string() })),
  findings: z.array(finding),
  /** Schema that was created, or would be. */
  create: z.array(createStep),
  /** With `dryRun`: what the next sync would find in added collections and fields. */
  preview: pairPreview.nullable(),
  fields: z.array(fieldPreview),
});
export type WireIncludeReport = z.infer<typeof includeReport>;
export const editReport = pairInfo.extend({
  /** Sides that got, or would get, another database: nothing is agreed on any more. */
  newBeginning: z.array(sideName),
  notes: z.array(z.string()),
});
export const renameReport = pairInfo.extend({ notes: z.array(z.string()) });
export type WireEditReport = z.infer<typeof editReport>;

export const sideTest = z.strictObject({
  side: sideName,
  ok: z.boolean(),
  kind: z.string(),
  label: z.string(),
  collections: count,
  capture: captureInfo,
  /** Null if it answered. */
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});
export const testReport = z.strictObject({
  pair: name,
  sides: z.array(sideTest),
  findings: z.array(finding),
  /** Indexes that one side alone has and that `pairs.include` can make on the other. */
  indexes: count,
  /** What stands on a side, or on both (null), and no sync carries. */
  notSynced: z.array(
    z.strictObject({ kind: z.string(), name: z.string(), side: sideName.nullable(), why: z.string() }),
  ),
});
export type WireTestReport = z.infer<typeof testReport>;

/** What an administrator runs for a user with exactly the rights that are needed; '' and why where there is none. */
export const roleReport = z.strictObject({
  sides: z.array(z.strictObject({ label: z.string(), script: z.string(), why: z.string() })),
});
export type WireRoleReport = z.infer<typeof roleReport>;

export const pairStates = ['in-step', 'syncing', 'waiting', 'paused', 'offline', 'stopped'] as const;
export const pairStatus = z.strictObject({
  pair: name,
  state: z.enum(pairStates),
  sentence: z.string(),
  /** What the person can do next; '' = nothing. */
  next: z.string(),
  a: pairSide,
  b: pairSide,
  /** The last sync. */
  lastRun: runReport.nullable(),
  /** The last run that carried out a decision, if it came after the last sync. */
  lastDecision: runReport.nullable(),
  lastReceipt: receipt.nullable(),
  runs: count,
  /** `behind`: records in no listed conflict, whose unique value a record of a conflict holds. */
  conflicts: z.strictObject({ total: count, open: count, behind: count }),
  /** Records that rest until a person chooses, and those that a person keeps apart. */
  holds: count,
  apart: count,
  /** Edited on a side that only receives, and left so. */
  drift: count,
  brakes: z.array(brake),
  pending: count,
  /** What stands on a side, is not part of the pair and was not left out. */
  notInPair: z.array(notInPair),
  syncing: z.strictObject({ who: z.string(), since: moment }).nullable(),
  /** Nothing happens by itself. */
  paused: paused.nullable(),
  capture: captures,
  /** Which side did not open, and why. */
  error: z
    .strictObject({
      /** Null where it is not of one side. */
      side: sideName.nullable(),
      /** What people call that side; '' where it is not of one side. */
      label: z.string(),
      code: z.string(),
      message: z.string(),
      hint: z.string(),
    })
    .nullable(),
});
export type WirePairStatus = z.infer<typeof pairStatus>;
