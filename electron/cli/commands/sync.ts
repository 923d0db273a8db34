import { Option, type Command } from 'commander';
import type { Params } from '../../../shared/contract/calls.ts';
import { AppError, type AppErrorBody } from '../../../shared/contract/errors.ts';
import type { SavedPlan } from '../../../shared/contract/plan-shapes.ts';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodeOf, exitCodes, worstExit, type ExitCode } from '../exit-codes.ts';
import { choosePairs, collectionIn } from '../pair-choice.ts';
import { oneOf } from '../parse/choices.ts';
import { nameList, splitKey } from '../parse/keys.ts';
import { readPlanFile } from '../plan-file.ts';
import { withProgress } from '../progress.ts';
import { rehearse } from '../rehearse.ts';
import { selectionWords } from '../selection.ts';
import { statusAfter } from '../status-after.ts';
import { errorLines } from '../text/error-text.ts';
import { labelsOf } from '../text/labels.ts';
import { safeText } from '../text/safe-text.ts';
import { appliedLines, movedText, runLines, waitingLines, type RunLook } from '../text/run-text.ts';
import { directions } from './pair-add.ts';

interface Options {
  readonly collections?: readonly string[];
  readonly key?: string;
  readonly direction?: (typeof directions)[number];
  readonly plan?: string;
  readonly partial?: boolean;
  readonly overwriteDrift?: boolean;
  readonly rehearse?: boolean;
}

export function addSync(program: Command, run: Runner): void {
  program
    .command('sync')
    .summary('bring both sides in step')
    .description(
      'Syncs the named pairs, or all, until nothing is left to do, or only what waits for a person. Ctrl-C ends it after the running batch.',
    )
    .argument('[pairs...]', 'the pairs; all if none is named')
    .option('--collections <names...>', 'only these collections')
    .option('--key <key>', 'only this record of one collection; the fields of a longer key separated by commas')
    .addOption(
      new Option(
        '--direction <way>',
        'both, a-to-b or b-to-a: this run writes one side only; what was edited there waits, counted as drift',
      ).argParser(oneOf(directions, 'direction')),
    )
    .option('--plan <file>', 'apply a plan saved with plan --out, if no record in it has moved')
    .option('--partial', 'with --plan: apply the records that have not moved')
    .option(
      '--overwrite-drift',
      'collections that the pair keeps one-way: overwrite what was edited on the receiving side; a brake stops much of it',
    )
    .option('--rehearse', 'try it on throw-away copies of both sides; the originals stay as they are, which is proved')
    .action((pairs: readonly string[], options: Options) => run('sync', (cli) => sync(cli, pairs, options)));
}

async function sync(cli: Cli, names: readonly string[], options: Options): Promise<ExitCode> {
  const plan = options.plan === undefined ? undefined : readPlanFile(options.plan);
  if (options.partial && !plan)
    throw usage(
      'Reading the command failed: --partial needs --plan FILE.',
      'Save a plan first: tandem plan --out FILE',
    );
  if (plan) await refusePlanOfNone(cli, names, plan, options.plan ?? '');
  const pairs = await choosePairs(cli, plan && names.length === 0 ? [plan.pair] : names);
  if (options.rehearse) return rehearse(cli, pairs, selectionFor(pairs, options));
  const requests = pairs.map((pair) => requestFor(pair, options, plan));
  const ended: Ended[] = [];
  for (const [i, pair] of pairs.entries()) {
    const request = requests[i];
    if (!request || cli.signal.aborted) break;
    ended.push(await syncOne(cli, pair, request, options, pairs.length > 1));
  }
  if (cli.options.json) cli.answer(ended.map(documentOf), () => []);
  return worstExit(ended.map(exitOf));
}

/** A pair may have another name by now, and then no name that can be given fits the plan. */
async function refusePlanOfNone(cli: Cli, names: readonly string[], plan: SavedPlan, path: string): Promise<void> {
  const pairs = await cli.call('pairs.list', {});
  if (pairs.some(({ name }) => name === plan.pair)) return;
  const [only, ...others] = names.length > 0 ? names : pairs.map(({ name }) => name);
  const pair = only === undefined || others.length > 0 ? 'NAME' : only;
  throw usage(
    `Reading the command failed: the plan was made for ${plan.pair}, and there is no pair of this name now.`,
    `If the pair was renamed, make the plan anew: ${cli.command('plan', pair, '--out', path)}`,
  );
}

function selectionFor(pairs: readonly WirePair[], options: Options): Omit<Params<'runs.rehearse'>, 'pair'> {
  const { key, plan, partial, overwriteDrift, direction, collections } = options;
  const others = { '--key': key, '--plan': plan, '--partial': partial, '--overwrite-drift': overwriteDrift };
  const [other] = Object.entries(others).filter(([, given]) => given !== undefined);
  if (other)
    throw usage(
      `Reading the command failed: --rehearse does not go with ${other[0]}.`,
      `Leave out ${other[0]}, or sync without --rehearse.`,
    );
  const names = collections && nameList(collections);
  for (const pair of pairs) for (const name of names ?? []) collectionBeside(pair, name);
  return {
    ...(names === undefined ? {} : { collections: names }),
    ...(direction === undefined ? {} : { direction }),
  };
}

/** The option takes every word that follows, so a pair that was named last is taken for a collection. */
function collectionBeside(pair: WirePair, name: string): WirePair['collections'][number] {
  if (name === pair.name && !pair.collections.some((collection) => collection.name === name))
    throw usage(
      `Reading the command failed: “${name}” is a pair, and stands among the collections.`,
      `Name the pair first: tandem sync ${name} --collections NAME`,
    );
  return collectionIn(pair, name);
}

function requestFor(pair: WirePair, options: Options, plan: SavedPlan | undefined): Params<'runs.start'> {
  const names = options.collections && nameList(options.collections);
  const chosen = (names ?? []).map((name) => collectionBeside(pair, name));
  const [only, second] = chosen;
  if (options.key !== undefined && (!only || second))
    throw usage(
      'Reading the command failed: --key needs exactly one collection.',
      second ? 'Name one after --collections.' : 'Add --collections NAME.',
    );
  if (plan && plan.pair !== pair.name)
    throw usage(
      `Reading the command failed: the plan was made for ${plan.pair}, not for ${pair.name}.`,
      `Name ${plan.pair}, or no pair at all.`,
    );
  const { direction, overwriteDrift, partial } = options;
  return {
    pair: pair.name,
    ...(names === undefined ? {} : { collections: names }),
    ...(options.key === undefined || !only ? {} : { key: splitKey(options.key, only.key.length) }),
    ...(direction === undefined ? {} : { direction }),
    ...(overwriteDrift === undefined ? {} : { overwriteDrift }),
    ...(plan === undefined ? {} : { plan: plan.entries, partial: partial ?? false }),
  };
}

interface Ended {
  readonly pair: string;
  readonly run: WireRun | null;
  readonly error: AppErrorBody | null;
  readonly status: WirePairStatus | undefined;
}

/** What waits for a person may be what the plan names. */
const nothingWaits = (status: WirePairStatus | undefined): boolean =>
  status !== undefined && status.conflicts.open + status.holds + status.brakes.length === 0;

async function syncOne(
  cli: Cli,
  pair: WirePair,
  request: Params<'runs.start'>,
  options: Options,
  several: boolean,
): Promise<Ended> {
  const look: RunLook = {
    style: cli.style,
    now: cli.now,
    labels: labelsOf(pair),
    command: (...words) => cli.command(...words),
  };
  const after: string[] = [];
  try {
    const run = await withProgress(cli, [pair.name], () => cli.call('runs.start', request), { after });
    const status = await statusAfter(cli, pair.name);
    if (!cli.options.json)
      cli.terminal.out([
        ...runLines(run, look),
        ...((request.plan?.length ?? 0) > 0 && nothingWaits(status) ? appliedLines(run) : []),
        ...(waitsForBothWays(pair, request) && run.drift > 0
          ? [`  A sync in both directions takes it up: ${cli.command('sync', pair.name)}`]
          : []),
        ...(await joinedLines(cli, pair)),
        ...(status ? waitingLines(status, look) : []),
      ]);
    cli.terminal.say(after);
    if (several && !cli.options.json) cli.terminal.out(['']);
    return { pair: pair.name, run, error: null, status };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const lines =
      cause.code === 'cancelled'
        ? await stoppedLines(cli, pair.name, options, cause)
        : errorLines(cause, cli.terminal.errorStyle, cli.runnable);
    cli.terminal.say(lines);
    return { pair: pair.name, run: null, error: cause.toBody(), status: undefined };
  }
}

/** Is there a collection in this run that goes one way only now? */
const waitsForBothWays = (pair: WirePair, { collections, direction }: Params<'runs.start'>): boolean =>
  direction !== undefined &&
  direction !== 'both' &&
  pair.collections.some(
    (each) => (each.direction ?? pair.direction) === 'both' && (collections?.includes(each.name) ?? true),
  );

/** Collections that the pair did not have before the run. */
async function joinedLines(cli: Cli, before: WirePair): Promise<string[]> {
  if (!before.options.newCollections) return [];
  const { collections } = await cli.finish('pairs.show', { pair: before.name });
  const joined = collections.filter(({ name }) => !before.collections.some((each) => each.name === name));
  return joined.length === 0 ? [] : [`  New in this pair: ${joined.map(({ name }) => safeText(name, 60)).join(', ')}`];
}

/** What an interrupted run had done, from the history. */
async function stoppedLines(cli: Cli, pair: string, options: Options, cause: AppError): Promise<string[]> {
  const [last] = await cli.finish('runs.list', { pair, limit: 1 });
  if (last?.status !== 'cancelled') return errorLines(cause, cli.terminal.errorStyle, cli.runnable);
  return [
    `Stopped by ${last.who}: ${movedText(last)}; the rest waits.`,
    'Nothing was lost; the next sync goes on from here:',
    `  ${cli.command('sync', pair, ...restOf(options))}`,
  ];
}

/** What goes on with a sync that was narrowed: of a saved plan what has not moved by now. */
const restOf = (options: Options): string[] => [
  ...(options.plan === undefined ? [] : ['--plan', options.plan, '--partial']),
  ...(options.overwriteDrift ? ['--overwrite-drift'] : []),
  ...selectionWords(options),
];

/** A run as the engine reports it; where it never ended, at least whose it was and why. */
const documentOf = ({ pair, run, error }: Ended): unknown =>
  run ?? { pair, status: error?.code === 'cancelled' ? 'cancelled' : 'failed', error };

function exitOf({ run, error, status }: Ended): ExitCode {
  if (error) return exitCodeOf(error.code);
  const failed = run?.status === 'failed' ? (run.error?.code ?? 'internal') : null;
  if (failed !== null) return exitCodeOf(failed);
  if (run?.status === 'cancelled') return exitCodes.interrupted;
  const standing = status?.brakes.filter(({ kind }) => kind !== 'drift') ?? [];
  if (standing.length > 0 || (run?.brakes.length ?? 0) > 0) return exitCodes.guard;
  return (status?.conflicts.open ?? 0) > 0 ? exitCodes.conflicts : exitCodes.ok;
}
