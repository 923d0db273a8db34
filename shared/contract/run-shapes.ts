import { z } from 'zod';
import { brakeAnswers, brakeKinds, runOutcomes, runStates, triggers } from '../model/words.ts';
import { count, counts, id, moment, name, opCounts, sideName, wireKey, wireState } from './values.ts';

/** '' = the whole pair. */
const brakeNamed = z.strictObject({ answer: z.enum(brakeAnswers), brake: id, collection: z.string() });

export const brake = z.strictObject({
  id,
  pair: name,
  /** '' = the whole pair. */
  collection: z.string(),
  kind: z.enum(brakeKinds),
  side: sideName,
  count,
  of: count,
  /** Plain words. */
  cause: z.string(),
  at: moment,
  samples: z.array(z.strictObject({ collection: name, key: wireKey, local: wireState, remote: wireState })),
  counts: z.strictObject({ onlyA: count, onlyB: count, different: count }),
  answer: z.enum(brakeAnswers).nullable(),
  answeredBy: z.string().nullable(),
  answeredAt: moment.nullable(),
  /** The answers that can be carried out as things stand. */
  possible: z.array(z.enum(brakeAnswers)),
  /** Brakes to be answered before this one takes an answer. */
  first: z.array(brakeNamed),
  /** Brakes that take an answer with this one, since each holds records that the other needs. */
  along: z.array(brakeNamed),
  /** Looked at now, both sides hold the same: bring-back or let-go ends the brake and writes nothing. */
  sameAgain: z.boolean(),
  /** What would have to leave the pair for the question to be over; none: that does not help. */
  leaveOut: z.array(z.string()),
});
export type WireBrake = z.infer<typeof brake>;

/** A collection, or a field of one of the pair's, that stands on a side and is not part of the pair. */
export const notInPair = z.strictObject({
  collection: name,
  /** Null: the whole collection. */
  field: name.nullable(),
  /** The side that has it; null: both. */
  side: sideName.nullable(),
  /** Nothing tells its records apart, so that it cannot be taken in as it is. */
  keyless: z.literal(true).optional(),
  /** Why it is not taken in as it is, in plain words. */
  why: z.string().optional(),
  /** With `why`: the options of `pairs.include` by which a person agrees to it; none: it cannot be taken in. */
  agree: z.array(z.enum(['expiry', 'keepOwn'])).optional(),
  /** The next sync takes it up by itself (`newCollections`). */
  comes: z.literal(true).optional(),
});
export type WireNotInPair = z.infer<typeof notInPair>;

export const runReport = z.strictObject({
  id,
  pair: name,
  status: z.enum(runStates),
  /** How it ended; `stopped`: it went to its end (`completed`), and a brake kept something from being written. */
  outcome: z.enum(runOutcomes),
  trigger: z.enum(triggers),
  who: z.string(),
  startTime: moment,
  endTime: moment.nullable(),
  durationSeconds: z.number().nullable(),
  collections: z.array(name),
  localToRemote: counts,
  remoteToLocal: counts,
  /** Conflicts opened in this run. */
  conflicts: counts,
  /** What was written, per side. */
  written: z.strictObject({ A: opCounts, B: opCounts }),
  /** What rules and persons decided in it, touch fields left out. This and the next two: null of a run that was cut off, or of an earlier version. */
  decisions: count.nullable(),
  /** How often something failed and was tried again. */
  retries: count.nullable(),
  /** What the writes carried: keys, values of inserts, changed fields. */
  bytes: count.nullable(),
  replanned: count,
  adopted: count,
  recovered: count,
  parked: count,
  withheld: count,
  /** Records edited on the receiving side of a one-way collection; they stay as they are. */
  drift: count,
  /** Records that cannot take part, with the reason. */
  notCompared: z.array(z.string()),
  notInPair: z.array(notInPair),
  /** What a saved plan names and this run left out, because it had changed since; the first of the records by name. */
  moved: z.strictObject({
    total: count,
    records: z.array(z.strictObject({ collection: name, key: wireKey })),
    /** How many of them, in collections of which fields joined or left the pair since. */
    otherFields: counts,
  }),
  brakes: z.array(brake),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  undoOf: z.string().nullable(),
  /** Later runs that took back something of it. */
  undoneBy: z.array(id),
  /** How many of the records it wrote they took back whole; `null`: none did, or nobody asked for the run itself (`runs.list`, `runs.get`). */
  undone: z.strictObject({ records: count, of: count }).nullable(),
});
export type WireRun = z.infer<typeof runReport>;

const op = z.enum(['insert', 'update', 'delete']);
/** What one run wrote, by record; the counts are complete. */
export const runRecords = z.strictObject({
  total: count,
  /** Records of which nothing stands any more, because it was undone. */
  undone: count,
  records: z.array(
    z.strictObject({
      collection: name,
      key: wireKey,
      op: z.strictObject({ A: op.nullable(), B: op.nullable() }),
      undone: z.boolean(),
    }),
  ),
});
export type WireRunRecords = z.infer<typeof runRecords>;

export const phases = ['identity', 'recover', 'scan', 'compare', 'judge', 'write', 'verify'] as const;
export const progress = z.strictObject({
  pair: name,
  activity: z.enum(['preview', 'plan', 'sync', 'rehearse', 'compare']),
  phase: z.enum(phases),
  collection: z.string(),
  done: count,
  /** 0 = not known. */
  all: count,
});
export type WireProgress = z.infer<typeof progress>;

export const receipt = z.strictObject({
  pair: name,
  at: moment,
  equal: z.boolean(),
  collections: z.array(
    z.strictObject({ name, equal: count, different: count, onlyA: count, onlyB: count, waiting: count, apart: count }),
  ),
  /** The first 50 records that are not equal: the one side that has it, and whether it is a question or kept apart on purpose. */
  differing: z.array(
    z.strictObject({
      collection: name,
      key: wireKey,
      only: sideName.nullable(),
      waits: z.enum(['waiting', 'apart']).nullable(),
    }),
  ),
  /** What the receipt says nothing about, each in plain words. */
  notCompared: z.array(z.string()),
});
export type WireReceipt = z.infer<typeof receipt>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** SHA-256 of everything the database holds. Other programs may have written meanwhile: then the two differ, and it is said. */
const sameness = z.strictObject({ before: sha256, after: sha256, changedByOthers: z.boolean() });

export const rehearsal = z.strictObject({
  pair: name,
  /** Of the copies. Without `id`: a rehearsal is no run and stands in no history; ids of its brakes mean nothing either. */
  run: runReport.omit({ id: true }),
  /** What would wait for a person afterwards; what would be braked stands in `run.brakes`. */
  waiting: z.strictObject({ conflicts: count, holds: count }),
  /** How long the sync of the copies took, copying left out. */
  seconds: z.number().nonnegative(),
  /** What was written to the copies: values of inserts and changed fields, keys of all. */
  bytes: count,
  /** The size of both copies. */
  copied: count,
  unchanged: z.strictObject({ A: sameness, B: sameness }),
});
export type WireRehearsal = z.infer<typeof rehearsal>;

/** Sides that took a record of a decision and store something else (a trigger), with the fields. */
export const byItself = z.array(
  z.strictObject({ pair: name, collection: name, key: wireKey, side: sideName, fields: z.array(z.string()) }),
);
export type WireByItself = z.infer<typeof byItself>;

export const undoReport = z.strictObject({
  byItself,
  pair: name,
  /** `null`: it was only tried out. */
  run: count.nullable(),
  dryRun: z.boolean(),
  restored: count,
  /** Of these one side was restored, and the other one was not; it can be undone again. */
  inPart: z.array(z.strictObject({ collection: name, key: wireKey, side: sideName, why: z.string() })),
  /** Records that are there again without these fields, which are not part of the pair and are kept nowhere. */
  without: z.array(z.strictObject({ collection: name, side: sideName, fields: z.array(z.string()), records: count })),
  /** So many rest from now on: what both sides show alike does not. */
  resting: count,
  kept: count,
  leftOnHold: count,
  written: z.strictObject({ A: opCounts, B: opCounts }),
  refused: z.array(z.strictObject({ collection: name, key: wireKey, why: z.string() })),
});
export type WireUndo = z.infer<typeof undoReport>;
