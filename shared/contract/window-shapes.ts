import { z } from 'zod';
import { conflictKinds, itemStates } from '../model/words.ts';
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
