import { z } from 'zod';
import { conflict } from './conflict-shapes.ts';
import { brake, notInPair } from './run-shapes.ts';
import { count, direction, moment, name, opCounts, sideName, wireKey, wireState, wireValue } from './values.ts';

/** What a saved plan holds of one record: keys and hashes, never values. */
export const planEntry = z.strictObject({
  collection: name,
  key: wireKey.shape.hex,
  /** The way that its record travels by this plan; null = against the direction of its collection, as only an answer to a brake does. */
  direction: direction.nullable(),
  /** A hash of the names of the fields that its collection had in the pair. */
  fields: z.string(),
  a: z.string(),
  b: z.string(),
  to: z.string(),
});
export type WirePlanEntry = z.infer<typeof planEntry>;

const op = z.enum(['insert', 'update', 'delete']).nullable();
export const plannedAction = z.strictObject({
  id: count,
  collection: name,
  key: wireKey,
  /** What would be done on each side; null = nothing. */
  op: z.strictObject({ A: op, B: op }),
  fields: z.array(z.string()),
  /** The rules that decide between two edits in it. */
  rules: z.array(z.string()),
  before: z.strictObject({ A: wireState, B: wireState }),
  after: wireState,
});
export type WirePlannedAction = z.infer<typeof plannedAction>;

/** What would happen to one record on one side. */
export const plannedChange = z.strictObject({
  collection: name,
  key: wireKey,
  /** How people call the record. */
  title: z.string(),
  side: sideName,
  what: z.enum(['insert', 'update', 'delete']),
  /** Those that change; without `before` or `after` the field is not there then. */
  fields: z.array(z.strictObject({ field: z.string(), before: wireValue.optional(), after: wireValue.optional() })),
});
export type WirePlannedChange = z.infer<typeof plannedChange>;

/** A collection of one side that the pair does not have yet. */
export const newCollection = z.strictObject({ name, missingOn: sideName, records: count });
export type WireNewCollection = z.infer<typeof newCollection>;

const movements = z.record(z.string(), opCounts);
export const planReport = z.strictObject({
  /** By which `plan.entries` and `runs.start` know it, where it is kept; null: it is not. */
  id: z.string().nullable(),
  pair: name,
  at: moment,
  localToRemote: movements,
  remoteToLocal: movements,
  /** Records that are equal and only need a base. */
  adopt: count,
  /** Records of one-way collections that differ on the receiving side; no sync writes them unasked. */
  drift: count,
  conflicts: z.array(conflict),
  brakes: z.array(brake),
  notInPair: z.array(notInPair),
  /** A sample; `total` is complete. */
  actions: z.array(plannedAction),
  total: count,
  /** The first of the actions, field by field, each side that would be written for itself. */
  sample: z.array(plannedChange),
  /** Records of which a rule of the pair gives both sides one side's edit, where each had its own. */
  decided: count,
  /** Collections that the next sync creates on the side that lacks them, and how many records it then copies. */
  create: z.array(newCollection),
  /** For a saved plan; none unless all were asked for. */
  entries: z.array(planEntry),
});
export type WirePlan = z.infer<typeof planReport>;

/** Where the records of a plan go: with the answer, kept by the engine for `plan.entries` and `runs.start`, or nowhere. */
export const planEntries = z.enum(['all', 'kept', 'none']);

/** One record of a kept plan, as a list of it shows it. */
export const planRow = z.strictObject({
  /** Its key as people read it. */
  key: z.string(),
  op: z.strictObject({ A: op, B: op }),
  entry: planEntry,
});
export const planPage = z.strictObject({ pair: name, at: moment, total: count, rows: z.array(planRow) });
export type WirePlanPage = z.infer<typeof planPage>;

/** A kept plan to carry out, and the records of it that are left out. */
export const keptPlan = z.strictObject({
  id: z.string().min(1),
  without: z
    .array(planEntry.pick({ collection: true, key: true }))
    .max(10_000)
    .optional(),
});

/** The file that `plan --out` writes and `sync --plan` reads. */
export const savedPlan = z.strictObject({ version: z.literal(3), pair: name, at: moment, entries: z.array(planEntry) });
export type SavedPlan = z.infer<typeof savedPlan>;
