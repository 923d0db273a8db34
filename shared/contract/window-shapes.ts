import { z } from 'zod';
import { conflictKinds, itemStates } from '../model/words.ts';
import { captureInfo } from './capture-shapes.ts';
import { count, id, moment, name, wireKey } from './values.ts';

/* What lists of a window show: light rows, told from the state alone. */

/** One conflict as a list shows it; its values are asked for with `conflicts.show`. */
export const conflictRow = z.strictObject({
  id,
  pair: name,
  collection: name,
  kind: z.enum(conflictKinds),
  key: wireKey,
  /** How people call the record: a name or title in it, else its key. */
  title: z.string(),
  /** What is in dispute, in one plain line. */
  summary: z.string(),
  fields: z.array(z.string()),
  openedAt: moment,
  status: z.enum(itemStates),
  generation: count,
});
export type WireConflictRow = z.infer<typeof conflictRow>;

export const conflictIndexRequest = z.strictObject({
  pair: name.optional(),
  kind: z.array(z.enum(conflictKinds)).min(1).optional(),
  collection: name.optional(),
  /** Words that all stand in what a row shows, in any case of letters. */
  q: z.string().max(1000).optional(),
  /** Those that are over, in place of those that wait. */
  resolved: z.boolean().optional(),
  offset: count.max(100_000_000).optional(),
  limit: z.int().positive().max(1000).optional(),
});
export type WireConflictIndexRequest = z.infer<typeof conflictIndexRequest>;

export const conflictIndex = z.strictObject({
  total: count,
  /** Each of what the other filters let through, so that it says what choosing it would show. */
  counts: z.strictObject({
    pairs: z.array(z.strictObject({ pair: name, n: count })),
    kinds: z.array(z.strictObject({ kind: z.enum(conflictKinds), n: count })),
    collections: z.array(z.strictObject({ pair: name, collection: name, n: count })),
  }),
  rows: z.array(conflictRow),
});
export type WireConflictIndex = z.infer<typeof conflictIndex>;

/** What moved in one stretch of time. */
export const activity = z.strictObject({
  /** The oldest first, without gaps; the last one is not over. */
  buckets: z.array(
    z.strictObject({
      from: moment,
      to: moment,
      /** Records written on each side, by syncs and decisions. */
      toA: count,
      toB: count,
      /** Conflicts opened. */
      conflicts: count,
      /** Runs that began in it; `failed` of them failed. */
      runs: count,
      failed: count,
    }),
  ),
});
export type WireActivity = z.infer<typeof activity>;

/** Something that was decided: by a person, or by a rule in a person's place. */
export const decision = z.strictObject({
  id: z.string(),
  pair: name,
  at: moment,
  by: z.string(),
  /** `bulk`: many conflicts by one word; `auto`: a rule or a setting of the pair, nobody was asked. */
  kind: z.enum(['conflict', 'hold', 'brake', 'bulk', 'auto']),
  /** Null: it was about more than one record. */
  subject: z.strictObject({ collection: name, key: wireKey, title: z.string() }).nullable(),
  /** How many records it was about; of a brake, how many it had stopped. */
  records: count,
  /** What was decided, as a sentence. */
  what: z.string(),
  notes: z.string(),
  /** The run that carried it out; null where nothing was written. */
  run: id.nullable(),
  /** The run that took back all that was still there of it. */
  undone: z.strictObject({ run: id, at: moment }).nullable(),
});
export type WireDecision = z.infer<typeof decision>;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logLines = z.strictObject({
  /** The newest first. */
  lines: z.array(
    z.strictObject({
      at: moment,
      level: z.enum(logLevels),
      message: z.string(),
      pair: z.string().nullable(),
      /** What else was noted. */
      data: z.record(z.string(), z.json()),
    }),
  ),
  /** Older lines that fit are there. */
  more: z.boolean(),
  /** Lines among these that nobody can read. */
  broken: count,
});
export type WireLog = z.infer<typeof logLines>;

/** The stages of opening a database, in their order. */
export const openChecks = ['address', 'server', 'encryption', 'login', 'rights', 'database'] as const;
export const addressTest = z.strictObject({
  /** No check failed. */
  ok: z.boolean(),
  /** '' where the address belongs to no kind of database. */
  kind: z.string(),
  label: z.string(),
  /** Without user and password. */
  address: z.string(),
  capture: captureInfo,
  collections: z.array(
    z.strictObject({
      name: z.string(),
      /** Null: not counted. */
      records: count.nullable(),
      /** The fields that identify a record; null: nothing does. */
      key: z.string().nullable(),
      /** The fields of each index that lets a value stand once only; the key is none of them. */
      unique: z.array(z.array(z.string())),
      /** How many are known beforehand. */
      fields: count,
      /** Why no sync carries it as it is; null: it can be kept in step. */
      notSynced: z.string().nullable(),
    }),
  ),
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  checks: z.array(
    z.strictObject({
      check: z.enum(openChecks),
      /** `unknown`: not reached, or not told; `skipped`: there is nothing to check. */
      state: z.enum(['ok', 'failed', 'unknown', 'skipped']),
      sentence: z.string(),
    }),
  ),
});
export type WireAddressTest = z.infer<typeof addressTest>;

const policy = z.enum(['ask', 'local', 'remote', 'newest', 'edit-wins']);
const field = z.string().min(1);
/** The name of a policy, for all fields of the collection, or rules as a collection has them; what is left out stays. */
export const triedRule = z.union([
  policy,
  z.enum(['keep_local', 'keep_remote']),
  z.strictObject({
    policy: policy.optional(),
    fieldPolicy: z.record(z.string(), policy).optional(),
    newestBy: z.string().optional(),
    merge: z.enum(['record', 'field', 'groups']).optional(),
    groups: z.array(z.array(field).min(1)).optional(),
    touch: z.array(field).optional(),
  }),
]);

const outcomes = ['local', 'remote', 'value'] as const;
export const ruleTrial = z.strictObject({
  tried: count,
  /** It would have left what the person decided on, something else, or would have asked. */
  same: count,
  other: count,
  asks: count,
  notTried: z.strictObject({
    /** No rule decides their kind: they are asked about whatever it says. */
    otherKinds: count,
    /** What was decided on is not kept any more. */
    valuesGone: count,
    /** A setting decided them, and no person. */
    byRule: count,
  }),
  /** The newest ones, those first that would end otherwise. `value`: neither side's as it stood. */
  samples: z.array(
    z.strictObject({
      conflict: id,
      key: wireKey,
      title: z.string(),
      person: z.enum(outcomes),
      rule: z.enum([...outcomes, 'ask']),
      same: z.boolean(),
    }),
  ),
});
export type WireRuleTrial = z.infer<typeof ruleTrial>;
