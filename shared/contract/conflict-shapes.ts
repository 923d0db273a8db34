import { z } from 'zod';
import { conflictKinds, holdAnswers, itemStates, strategies } from '../model/words.ts';
import { byItself } from './run-shapes.ts';
import { count, id, moment, name, opCounts, sideName, wireKey, wireRecord, wireState, wireValue } from './values.ts';

export const conflict = z.strictObject({
  id,
  pair: name,
  collection: name,
  kind: z.enum(conflictKinds),
  key: wireKey,
  /** Fields in dispute; for `unique` all in which the two records clash. */
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
  /** `onBoth`: the other record has the disputed values on both sides. */
  other: z.strictObject({ side: sideName, key: wireKey, record: wireState, onBoth: z.boolean() }).nullable(),
  /** The first 20 records that are in the way, and how many there are now, at most 1000. */
  blockedBy: z.array(z.strictObject({ collection: name, key: wireKey })),
  blocking: count,
  /** The strategies that can be carried out as things stand. */
  possible: z.array(z.enum(strategies)),
  /** What it refers to and a side that would take it lacks. */
  missingParents: z.array(
    z.strictObject({
      collection: name,
      side: sideName,
      fields: z.array(z.string()),
      text: z.string(),
      /** The conflict in which it waits itself. */
      conflict: id.nullable(),
      /** The other side has it. */
      elsewhere: z.boolean(),
    }),
  ),
  /** Records of its collection that hold a unique value which a decision would bring to their side. */
  heldBy: z.array(
    z.strictObject({
      side: sideName,
      key: wireKey,
      fields: z.array(z.string()),
      /** The conflict in which it waits itself. */
      conflict: id.nullable(),
      /** It rests since this run was undone: its hold has to be answered first. */
      undoneRun: id.nullable(),
    }),
  ),
  /** The first of `givesUp`. */
  suggestion: z.string().nullable(),
  /** Of a unique clash: all that the local record gives up where the other one keeps its values. */
  givesUp: z.array(
    z.strictObject({
      field: z.string(),
      /** The fields of the index, and the record that keeps them. */
      fields: z.array(z.string()),
      key: wireKey,
      /** A value that is free on both sides. */
      suggestion: z.string().nullable(),
      /** keep_remote without a value leaves the local record without one; else it gets the suggestion. */
      emptied: z.boolean(),
    }),
  ),
  at: moment,
  notes: z.string(),
  strategy: z.enum(strategies).nullable(),
  resolvedBy: z.string().nullable(),
  resolvedAt: moment.nullable(),
  /** The run that took the decision back. */
  undoneIn: id.nullable(),
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
  /** … or several, each with the generation the person saw: in one run for each pair; one that moved is refused with `moved` and stops no other … */
  chosen: z
    .array(z.strictObject({ id, generation: count.optional() }))
    .min(1)
    .max(100_000)
    .optional(),
  /** … or all that fit. One of the three is needed. */
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
const op = z.enum(['insert', 'update', 'delete']).nullable();
const records = {
  byItself,
  /** Every record that was written, with what was done on each side. */
  wrote: z.array(z.strictObject({ pair: name, collection: name, key: wireKey, local: op, remote: op })),
  /** Records that waited for a decided one: not written here, planned again by the next sync. */
  follows: z.array(z.strictObject({ pair: name, collection: name, key: wireKey })),
};
export const resolveReport = z.strictObject({
  ...records,
  /** Runs that wrote the resolutions: at most one per pair, none where nothing was written; each is undone by `runs.undo`. */
  runs: z.array(z.strictObject({ pair: name, run: count })),
  resolved: z.array(
    z.strictObject({ ...perPair, text: z.string(), /** As it was when it was decided. */ generation: count }),
  ),
  /** `moved`: it changed since it was shown; `already-resolved`: it is over; else why it cannot be carried out. Nothing was written of these. */
  failed: z.array(z.strictObject({ ...perPair, code: z.string(), text: z.string() })),
  /** Of `chosen`: numbers that no conflict has. */
  notFound: z.array(id),
  preview: z.array(z.strictObject({ ...perPair, collection: name, key: wireKey, a: wireState, b: wireState })),
  resolvedBy: z.string(),
  resolvedAt: moment,
  dryRun: z.boolean(),
});
export type WireResolveReport = z.infer<typeof resolveReport>;

export const autoResolveReport = z.strictObject({
  ...records,
  runs: z.array(z.strictObject({ pair: name, run: count })),
  /** `strategy: null`: it was no conflict any more. */
  resolved: z.array(z.strictObject({ ...perPair, strategy: z.enum(strategies).nullable(), why: z.string() })),
  skipped: z.array(z.strictObject({ ...perPair, why: z.string() })),
  failed: z.array(z.strictObject({ ...perPair, code: z.string(), why: z.string() })),
  /** So many conflicts were left for another time, because of `max`. */
  notLookedAt: count,
  dryRun: z.boolean(),
});
export type WireAutoResolveReport = z.infer<typeof autoResolveReport>;

const recordName = z.strictObject({ collection: name, key: wireKey });

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
  /** Who keeps the two apart on purpose, and since when; null: it waits for an answer. */
  kept: z.strictObject({ by: z.string(), at: moment }).nullable(),
  /** The answers that are possible, each with the record as it would then stand on both sides. */
  choices: z.array(
    z.strictObject({
      answer: z.enum(holdAnswers),
      local: wireState,
      remote: wireState,
      /** Why it would be refused as things stand; null: it would be taken, or was not checked. */
      refused: z.string().nullable(),
    }),
  ),
  /** Why the answers were not checked against both sides (one is away, the pair is at work, a long list); null: they were. */
  unchecked: z.string().nullable(),
  /** Other records that `send-again` writes with it. */
  along: z.array(recordName),
});
export type WireHold = z.infer<typeof hold>;
export type WireHoldChoice = WireHold['choices'][number];
export const holdAnswer = z.enum(holdAnswers);

/** How many records of one collection rest after the undo of one run; `apart` of them on purpose. */
export const holdCount = z.strictObject({ pair: name, undoneRun: count, collection: name, count, apart: count });
export type WireHoldCount = z.infer<typeof holdCount>;

/** One record whose hold was answered, before and after. */
export const answeredRecord = z.strictObject({
  collection: name,
  key: wireKey,
  fields: z.array(z.string()),
  before: z.strictObject({ local: wireState, remote: wireState }),
  local: wireState,
  remote: wireState,
  /** Other records that were written with it. */
  along: z.array(recordName),
});
export type WireAnsweredRecord = z.infer<typeof answeredRecord>;

export const holdsAnswer = z.strictObject({
  byItself,
  pair: name,
  /** `null`: nothing was written, so there is nothing to undo. */
  run: id.nullable(),
  dryRun: z.boolean(),
  answer: holdAnswer,
  /** Holds that took the answer, or would take it. */
  answered: count,
  /** Records written on each side, or that would be. */
  written: z.strictObject({ A: opCounts, B: opCounts }),
  /** Holds that stand, with the reason. */
  failed: z.array(z.strictObject({ collection: name, key: wireKey, code: z.string(), why: z.string() })),
});
export type WireHoldsAnswer = z.infer<typeof holdsAnswer>;
