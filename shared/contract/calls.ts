import { z } from 'zod';
import { brakeAnswers, triggers } from '../model/words.ts';
import { call } from './call.ts';
import {
  answeredRecord,
  autoResolveReport,
  conflict,
  conflictFilter,
  hold,
  holdAnswer,
  holdCount,
  holdsAnswer,
  resolveReport,
  resolveRequest,
} from './conflict-shapes.ts';
import { captures } from './capture-shapes.ts';
import { livePair } from './live-shapes.ts';
import { network } from './network-shapes.ts';
import {
  addReport,
  addRequest,
  editReport,
  editRequest,
  envReport,
  envRequest,
  includeReport,
  includeRequest,
  pairInfo,
  pairPreview,
  pairStatus,
  renameReport,
  roleReport,
  testReport,
} from './pair-shapes.ts';
import { keptPlan, planEntries, planEntry, planPage, planReport } from './plan-shapes.ts';
import { brake, byItself, receipt, rehearsal, runRecords, runReport, undoReport } from './run-shapes.ts';
import { configCheck, configView, doctorReport, hello, helloRequest, timelineEntry } from './system-shapes.ts';
import { count, direction, id, keyRef, moment, name } from './values.ts';
import { windowCalls } from './window-calls.ts';

const onPair = z.strictObject({ pair: name });
const anyPair = z.strictObject({ pair: name.optional() });
const done = z.strictObject({ ok: z.literal(true) });
const some = z.int().positive().max(100_000);

const pairs = {
  'pairs.add': call(
    'POST /api/v1/pairs',
    'Opens both sides, refuses what cannot be kept in step, creates missing schema if asked, saves the pair, and counts, unless `count` is false.',
    addRequest,
    addReport,
  ),
  'pairs.list': call('GET /api/v1/pairs', 'All pairs as configured.', z.strictObject({}), z.array(pairInfo)),
  'pairs.show': call('GET /api/v1/pairs/:pair', 'One pair with its effective options.', onPair, pairInfo),
  'pairs.edit': call(
    'PATCH /api/v1/pairs/:pair',
    'Changes only what is given. An address of another database is a new beginning without base; `dryRun` says whether it would be one.',
    editRequest,
    editReport,
  ),
  'pairs.rename': call(
    'POST /api/v1/pairs/:pair/rename',
    'Another name for the pair; base, history, conflicts and passwords stay. Refused while a sync of it runs, and for the name of another pair.',
    onPair.extend({ name }),
    renameReport,
  ),
  'pairs.include': call(
    'POST /api/v1/pairs/:pair/include',
    'Takes collections and fields in that stand beside the pair, creating what one side lacks, or leaves them out. Base, rules and history of all else stay.',
    includeRequest,
    includeReport,
  ),
  'pairs.fromEnv': call(
    'POST /api/v1/pairs/from-env',
    'The pair of two MongoDB databases that a `.env` names: one that is there is used and gets the addresses and passwords as they stand now, else it is made. Opens no side that has to answer, and writes to none.',
    envRequest,
    envReport,
  ),
  'pairs.remove': call(
    'DELETE /api/v1/pairs/:pair',
    'Forgets the pair; both databases stay as they are, except that what Tandem added to them is removed. `purge` also deletes base, history, conflicts and the reports in the local database; `unstamp` takes the fields of stamps out of the local documents.',
    onPair.extend({ purge: z.boolean().optional(), unstamp: z.boolean().optional() }),
    z.strictObject({ pair: name, purged: z.boolean(), notes: z.array(z.string()) }),
  ),
  'pairs.test': call('POST /api/v1/pairs/:pair/test', 'Looks at both sides and writes nothing.', onPair, testReport),
  'pairs.role': call(
    'POST /api/v1/role',
    'The rights that Tandem needs on the sides of a pair, or on the database of an address, as a script for its administrator. Opens nothing.',
    z.strictObject({ of: z.string().min(1) }),
    roleReport,
  ),
  'pairs.preview': call(
    'POST /api/v1/pairs/:pair/preview',
    'Counts before the first sync; writes nothing.',
    onPair,
    pairPreview,
  ),
};

const selection = { collections: z.array(name).min(1).optional(), direction: direction.optional() };
const plan = {
  'plan.make': call(
    'POST /api/v1/pairs/:pair/plan',
    'What a sync would do now. Writes nothing to a side.',
    onPair.extend({ ...selection, sample: count.max(10_000).optional(), entries: planEntries.optional() }),
    planReport,
  ),
  'plan.entries': call(
    'GET /api/v1/pairs/:pair/plans/:plan',
    'The records of a kept plan, a page at a time, in the order in which they would be written. The engine keeps the last few; `not-found` once it does not any more.',
    onPair.extend({
      plan: z.string().min(1),
      offset: count.max(100_000_000).optional(),
      limit: z.int().positive().max(10_000).optional(),
    }),
    planPage,
  ),
};

const runs = {
  'runs.start': call(
    'POST /api/v1/pairs/:pair/runs',
    'Syncs until nothing is left to do, or only what waits for a person. Answers when the run has ended; `run.progress` tells meanwhile. Cancel ends it after the running batch.',
    onPair.extend({
      ...selection,
      trigger: z.enum(triggers).optional(),
      /** One record; needs exactly one collection. */
      key: z.array(z.string()).min(1).optional(),
      overwriteDrift: z.boolean().optional(),
      plan: z.array(planEntry).optional(),
      /** A plan of any size, in place of `plan`. */
      kept: keptPlan.optional(),
      partial: z.boolean().optional(),
    }),
    runReport,
  ),
  'runs.rehearse': call(
    'POST /api/v1/pairs/:pair/rehearse',
    'Syncs throw-away copies of both sides and says what came of it; the pair, its history and both databases stay as they are, which is proved. `unsupported` where a side cannot be copied, `verification-failed` if an original changed and nobody else did it.',
    onPair.extend(selection),
    rehearsal,
  ),
  'runs.list': call(
    'GET /api/v1/runs',
    'Runs, newest first, failed ones included.',
    anyPair.extend({ limit: some.optional() }),
    z.array(runReport),
  ),
  'runs.show': call('GET /api/v1/runs/:id', 'One run.', anyPair.extend({ id }), runReport),
  'runs.records': call(
    'GET /api/v1/runs/:id/records',
    'The records that a run wrote, in the order of their first write, and which of them were taken back since.',
    anyPair.extend({ id, limit: some.optional() }),
    runRecords,
  ),
  'runs.cancel': call(
    'POST /api/v1/pairs/:pair/cancel',
    'Ends the run in progress after its batch; false if none runs.',
    onPair,
    z.strictObject({ cancelled: z.boolean() }),
  ),
  'runs.undo': call(
    'POST /api/v1/undo',
    'Restores what a run, a resolution or one record of a run wrote, where nobody has changed it since; the restored records rest as holds. With `dryRun` only says what would be written.',
    anyPair.extend({
      run: id.optional(),
      conflict: id.optional(),
      collection: name.optional(),
      key: keyRef.optional(),
      dryRun: z.boolean().optional(),
    }),
    undoReport,
  ),
};

const decisions = {
  'conflicts.list': call(
    'GET /api/v1/conflicts',
    'Conflicts of all pairs or one, oldest first.',
    conflictFilter,
    z.array(conflict),
  ),
  'conflicts.show': call(
    'GET /api/v1/conflicts/:id',
    'One conflict, also a resolved one.',
    anyPair.extend({ id }),
    conflict,
  ),
  'conflicts.resolve': call(
    'POST /api/v1/conflicts/resolve',
    'Writes the decision by compare-and-set on what the person saw. With `dryRun` only says what would be written, and refuses what would be refused.',
    resolveRequest,
    resolveReport,
  ),
  'conflicts.autoResolve': call(
    'POST /api/v1/conflicts/auto-resolve',
    'Decides up to `max` conflicts by fixed rules; everything unclear is left to a person. With `dryRun` only says what would be decided.',
    anyPair.extend({ max: some.optional(), dryRun: z.boolean().optional() }),
    autoResolveReport,
  ),
  'holds.list': call(
    'GET /api/v1/holds',
    'Records that rest after an undo, each with its possible answers, what they would leave on the sides, and why one would be refused.',
    anyPair.extend({ collection: name.optional(), run: id.optional(), limit: some.optional() }),
    z.array(hold),
  ),
  'holds.count': call(
    'GET /api/v1/holds/count',
    'How many records rest, by pair, undone run and collection.',
    anyPair,
    z.array(holdCount),
  ),
  'holds.answer': call(
    'POST /api/v1/pairs/:pair/holds/answer',
    'Ends a hold, or keeps the sides apart for good. `refused` with the reason where it could not be carried out; the hold stands then.',
    onPair.extend({ collection: name, key: keyRef, answer: holdAnswer, generation: count.optional() }),
    runReport.extend({ record: answeredRecord, byItself }),
  ),
  'holds.answerAll': call(
    'POST /api/v1/pairs/:pair/holds/answer-all',
    'The same answer for all holds of an undone run, of a collection, or of both; what cannot take it stands and is named. With `dryRun` only counts.',
    onPair.extend({
      run: id.optional(),
      collection: name.optional(),
      answer: holdAnswer,
      dryRun: z.boolean().optional(),
    }),
    holdsAnswer,
  ),
  'brakes.list': call(
    'GET /api/v1/brakes',
    'Brakes that wait for a person; with `all` also answered ones.',
    anyPair.extend({ all: z.boolean().optional() }),
    z.array(brake),
  ),
  'brakes.answer': call(
    'POST /api/v1/brakes/:id/answer',
    'The answer of a person to a brake; never given by a program on its own.',
    anyPair.extend({ id, answer: z.enum(brakeAnswers) }),
    runReport,
  ),
};

const looking = {
  'records.timeline': call(
    'GET /api/v1/pairs/:pair/records/:collection/:key/timeline',
    'Why one record holds what it holds, oldest first.',
    onPair.extend({ collection: name, key: keyRef }),
    z.array(timelineEntry),
  ),
  'receipts.compare': call(
    'POST /api/v1/pairs/:pair/compare',
    'Compares everything on both sides, looks again at differences, and keeps the receipt.',
    onPair,
    receipt,
  ),
  'status.show': call(
    'GET /api/v1/status',
    'State of all pairs or one; also answers while a side cannot be reached.',
    anyPair,
    z.array(pairStatus),
  ),
  'hint.send': call(
    'POST /api/v1/pairs/:pair/hint',
    'These records, or the whole collection, may have changed.',
    onPair.extend({ collection: name, keys: z.array(keyRef).min(1).max(10_000).optional() }),
    done,
  ),
  'hint.listen': call(
    'POST /api/v1/pairs/:pair/listen',
    'Has what the sides tell of changes by themselves told as `pair.hint`, for two minutes from the last time it was asked. Answers how each side notices changes; only `change-stream` tells of them.',
    onPair,
    captures,
  ),
};

const live = {
  'live.list': call(
    'GET /api/v1/live',
    'What happens by itself with each pair or one: how it is kept in step, whether it is paused, what keeps it from going well, and what comes next.',
    anyPair,
    z.array(livePair),
  ),
  'live.start': call(
    'POST /api/v1/live/start',
    'Has the engine keep the pairs in step by itself from here on, until it ends; it may do so already.',
    z.strictObject({}),
    z.array(livePair),
  ),
  'live.pause': call(
    'POST /api/v1/live/pause',
    'Nothing happens by itself with all pairs that there are, or one, until a moment or until `live.resume`; also after a new start. A sync that is asked for still runs, and the pause stays.',
    anyPair.extend({ until: moment.optional() }),
    z.array(livePair),
  ),
  'live.resume': call(
    'POST /api/v1/live/resume',
    'Ends the pause of all pairs, or of one.',
    anyPair,
    z.array(livePair),
  ),
};

const ofNetwork = {
  'network.show': call(
    'GET /api/v1/network',
    'The servers of the pairs as they answered last, their last 24 hours, and the last 200 changes, also of earlier starts. Asks nobody.',
    z.strictObject({}),
    network,
  ),
  'network.check': call(
    'POST /api/v1/network/check',
    'Asks the servers of all pairs, or of one, now.',
    anyPair,
    network,
  ),
  'network.start': call(
    'POST /api/v1/network/start',
    'Asks the servers again and again from here on, every `checkIntervalSeconds`, and sooner after a change.',
    z.strictObject({}),
    network,
  ),
  'network.stop': call('POST /api/v1/network/stop', 'Asks no server by itself any more.', z.strictObject({}), network),
};

const configValue = z.json();
const system = {
  'config.get': call('GET /api/v1/config', 'Every setting with value, default and origin.', anyPair, configView),
  'config.set': call(
    'PATCH /api/v1/config',
    'Changes only the keys it carries; an unknown key or a bad value changes nothing.',
    anyPair.extend({ values: z.record(z.string(), configValue) }),
    configView,
  ),
  'config.check': call(
    'POST /api/v1/config/check',
    'Reads the configuration file again and lists what is wrong with it.',
    z.strictObject({}),
    configCheck,
  ),
  'doctor.run': call(
    'POST /api/v1/doctor',
    'Looks at program, home and pairs, and at the `.env` of a folder and those that pairs were made from; changes nothing.',
    anyPair.extend({ env: z.string().min(1).optional() }),
    doctorReport,
  ),
  'engine.hello': call(
    'POST /api/v1/engine/hello',
    'The first call on a connection; refused with `version-mismatch` if the two do not speak the same contract.',
    helloRequest,
    hello,
  ),
  'engine.shutdown': call(
    'POST /api/v1/engine/shutdown',
    'Ends the engine after the running batches.',
    z.strictObject({}),
    done,
  ),
};

/** Every request a client can make. Events stand in `events.ts`: direction is explicit. */
export const calls = {
  ...pairs,
  ...plan,
  ...runs,
  ...decisions,
  ...looking,
  ...live,
  ...ofNetwork,
  ...system,
  ...windowCalls,
};

export type Calls = typeof calls;
export type CallName = keyof Calls;
export const callNames = Object.keys(calls) as CallName[];
/** What the caller passes in. */
export type Params<N extends CallName> = z.input<Calls[N]['params']>;
/** What the caller gets. */
export type Result<N extends CallName> = z.output<Calls[N]['result']>;

export const isCallName = (text: string): text is CallName => Object.hasOwn(calls, text);
