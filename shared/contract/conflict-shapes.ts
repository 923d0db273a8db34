import { z } from 'zod';
import { conflictKinds, holdAnswers, itemStates, strategies } from '../model/words.ts';
import { count, id, moment, name, sideName, wireKey, wireRecord, wireState, wireValue } from './values.ts';

export const conflict = z.strictObject({
  id,
  pair: name,
  collection: name,
  kind: z.enum(conflictKinds),
  key: wireKey,
  /** Fields in dispute; for `unique` the fields of the index. */
  fields: z.array(z.string()),
  base: wireState,
  local: wireState,
  remote: wireState,
  status: z.enum(itemStates),
  generation: count,
  /** False: a base exists but its values were not kept. */
  baseKept: z.boolean(),
  /** Why it waits, in plain words. */
  reason: z.string(),
  index: z.string().nullable(),
  other: z.strictObject({ side: sideName, key: wireKey, record: wireState }).nullable(),
  blockedBy: z.array(z.strictObject({ collection: name, key: wireKey })),
  /** A value that is free on both sides. */
  suggestion: z.string().nullable(),
  at: moment,
  notes: z.string(),
  strategy: z.enum(strategies).nullable(),
  resolvedBy: z.string().nullable(),
  resolvedAt: moment.nullable(),
  run: count,
});
export type WireConflict = z.infer<typeof conflict>;

export const conflictFilter = z.strictObject({
  pair: name.optional(),
  collection: name.optional(),
  kind: z.enum(conflictKinds).optional(),
  /** Also resolved and vanished ones. */
  all: z.boolean().optional(),
  limit: z.int().positive().max(100_000).optional(),
});
export type WireConflictFilter = z.infer<typeof conflictFilter>;

/** A value as Extended JSON, or as a person typed it (then it takes the class that the field has on the two sides). */
export const givenValue = z.union([z.strictObject({ value: wireValue }), z.strictObject({ typed: z.string() })]);
export type GivenValue = z.infer<typeof givenValue>;

export const resolveRequest = z.strictObject({
  /** One item … */
  id: id.optional(),
  /** … or all that fit. One of the two is needed. */
  where: conflictFilter.omit({ all: true }).optional(),
  strategy: z.enum(strategies),
  /** For the disputed field. */
  value: givenValue.optional(),
  /** The whole record as it shall be on both sides. */
  record: wireRecord.optional(),
  /** Single fields; the others stay as planned. */
  fields: z.array(z.tuple([z.string(), givenValue])).optional(),
  /** The generation the person saw; refused with `moved` if it is another. */
  generation: count.optional(),
  notes: z.string().max(10_000).optional(),
  dryRun: z.boolean().optional(),
});
export type WireResolveRequest = z.infer<typeof resolveRequest>;

const perPair = { pair: name, id };
export const resolveReport = z.strictObject({
  /** Runs that wrote the resolutions: one per pair, each undone by `runs.undo`. */
  runs: z.array(z.strictObject({ pair: name, run: count })),
  resolved: z.array(z.strictObject({ ...perPair, text: z.string() })),
  failed: z.array(z.strictObject({ ...perPair, code: z.string(), text: z.string() })),
  preview: z.array(z.strictObject({ ...perPair, collection: name, key: wireKey, a: wireState, b: wireState })),
  resolvedBy: z.string(),
  resolvedAt: moment,
  dryRun: z.boolean(),
});
export type WireResolveReport = z.infer<typeof resolveReport>;

export const autoResolveReport = z.strictObject({
  runs: z.array(z.strictObject({ pair: name, run: count })),
  resolved: z.array(z.strictObject({ ...perPair, strategy: z.enum(strategies), why: z.string() })),
  skipped: z.array(z.strictObject({ ...perPair, why: z.string() })),
  failed: z.array(z.strictObject({ ...perPair, why: z.string() })),
});
export type WireAutoResolveReport = z.infer<typeof autoResolveReport>;

export const hold = z.strictObject({
  pair: name,
  collection: name,
  key: wireKey,
  /** Held fields; empty = the record as a whole. */
  fields: z.array(z.string()),
  local: wireState,
  remote: wireState,
  undoneRun: count,
  at: moment,
  generation: count,
});
export type WireHold = z.infer<typeof hold>;
export const holdAnswer = z.enum(holdAnswers);
