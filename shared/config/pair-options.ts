import { z } from 'zod';
import { isCron } from '../lib/cron-text.ts';
import { fullSchema, option } from './option.ts';
import { notAmong } from './takes.ts';

const percent = z.number().min(0).max(100);
const many = z.int().nonnegative();

const afterwards = z.enum(['manual', 'keep_local', 'keep_remote', 'rename_local', 'keep_both', 'auto']);
afterwards.register(notAmong, {
  why: 'merge is not among them: fields that one side changed are merged in any case, and for a field that both changed only a person can name the value',
});

/** Settings of one pair; the first six are those that other programs know by these names. */
export const pairOptionTable = {
  autoSyncEnabled: option(z.boolean(), true, 'Sync at the start of the program and when a side answers again.'),
  syncIntervalMinutes: option(
    z.number().positive().max(10_080).nullable(),
    null,
    'Sync every so many minutes; null switches the timer off.',
  ),
  syncSchedule: option(
    z
      .string()
      .refine(
        isCron,
        'is no schedule: it has five fields with one space between (minute, hour, day of the month, month, day of the week), e.g. 0 7 * * MON-FRI',
      )
      .nullable(),
    null,
    'Sync at these times of this computer, as cron writes them: minute, hour, day of the month, month, day of the week, e.g. `0 7 * * MON-FRI`; null means none.',
  ),
  liveSync: option(
    z.boolean(),
    true,
    'While `tandem serve` runs, carry what changes as it happens; false leaves the pair to its times and to you. Without autoSyncEnabled it does nothing.',
  ),
  conflictResolutionStrategy: option(
    afterwards,
    'manual',
    'What happens to conflicts after a run: `manual` leaves all of them to a person, `auto` decides by the rules below, a strategy decides what a sync finds from then on: `keep_local` and `keep_remote` every kind (unique clashes only `keep_remote`), `rename_local` unique clashes, `keep_both` records added twice. What waited before it was set stays for a person. Each sync says what was decided so. Every decision is recorded with the losing value and can be undone.',
  ),
  collectionsToSync: option(
    z.array(z.string().min(1)).min(1).nullable(),
    null,
    'The collections to sync; null means all of the pair.',
  ),
  newCollections: option(
    z.boolean(),
    false,
    'With each sync, take up collections that have appeared since, and create on one side what only the other one has; never while collectionsToSync names some.',
  ),
  maxRetries: option(
    many.max(100),
    3,
    'How often a batch is tried again before the run fails; its records stay marked as changed.',
  ),
  batchSize: option(
    z.int().min(1).max(1000),
    1000,
    'Records per batch; at most one batch is sent again after a crash.',
  ),
  marker: option(
    z.boolean(),
    false,
    'Keep a small table (MongoDB: collection) on both sides that tells a restored database from a live one.',
  ),
  triggers: option(
    z.boolean(),
    false,
    'SQLite: keep triggers on the tables of the pair, and two small tables, that note which records change, so that a sync need not look at every record.',
  ),
  stamp: option(
    z.boolean(),
    false,
    'Documents on this computer tell how far they are in step, in the fields `syncedAt`, `syncStatus` and `origin`, and its database receives `conflict_logs`, `sync_logs` and `sync_config`. None of this travels. MongoDB only.',
  ),
  auditHours: option(
    z.number().positive().max(8760),
    24,
    'Hours between audits that look at every record even if nothing seems to have changed.',
  ),
  brakeDeletePercent: option(
    percent,
    20,
    'Deletes brake when they are more than this share of a collection and more than brakeDeleteCount.',
  ),
  brakeDeleteCount: option(many, 50, 'See brakeDeletePercent.'),
  brakeSmallPercent: option(
    percent,
    50,
    'Deletes of at least this share brake in every collection of at least brakeSmallSize records; deletes of all, from three records on.',
  ),
  brakeSmallSize: option(many, 10, 'See brakeSmallPercent.'),
  brakeChangePercent: option(
    percent,
    50,
    'Changes brake when they are more than this share of a collection and more than brakeChangeCount.',
  ),
  brakeChangeCount: option(many, 50, 'See brakeChangePercent.'),
  brakePeriodDays: option(
    z.int().min(1).max(3650),
    30,
    'Deletes and changes older than so many days no longer count for a brake.',
  ),
  keepDocBytes: option(
    many.max(16 * 1024 * 1024),
    16 * 1024,
    'The largest record whose agreed values are kept for display, in bytes.',
  ),
  keepPairBytes: option(
    many,
    500 * 1024 * 1024,
    'How much agreed values may take in all for this pair, in bytes. Beyond it only hashes of their fields are kept, and what is there goes as its records change.',
  ),
  journalDays: option(z.int().min(1).max(3650), 30, 'How many days runs stay undoable.'),
};

export const pairOptions = fullSchema(pairOptionTable);
export type PairOptions = z.infer<typeof pairOptions>;

/** Those that stand in `sync_config` and are answered and taken by `/api/sync/config`. */
export const syncConfigKeys = [
  'autoSyncEnabled',
  'syncIntervalMinutes',
  'conflictResolutionStrategy',
  'collectionsToSync',
  'maxRetries',
  'batchSize',
] as const satisfies readonly (keyof PairOptions)[];
