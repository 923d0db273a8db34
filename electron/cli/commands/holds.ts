import { Option, type Command } from 'commander';
import type { Params } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WireHold, WireHoldCount, WireHoldsAnswer } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { holdAnswers } from '../../../shared/model/words.ts';
import { agreedToMuch } from '../agreed-to-much.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, exitOfRefused, worstExit, type ExitCode } from '../exit-codes.ts';
import { decisionLook, runLook } from '../looks.ts';
import { choosePair, collectionIn, takePair } from '../pair-choice.ts';
import { oneOf, wholeNumber } from '../parse/choices.ts';
import { answeredAllLines, answeredLines, groupOf, holdLines, type Tried } from '../text/hold-text.ts';
import { keyRefOf } from '../text/key-word.ts';
import { labelsOf } from '../text/labels.ts';
import { runLines } from '../text/run-text.ts';
import { total, untilHoldEnds } from '../text/words.ts';

interface ListOptions {
  readonly pair?: string;
  readonly collection?: string;
  readonly run?: number;
  readonly limit?: number;
}
interface AnswerOptions {
  readonly pair?: string;
  readonly run?: number;
  readonly collection?: string;
  readonly dryRun?: boolean;
}

const SHOWN = 20;

export function addHolds(program: Command, run: Runner): void {
  const runOption = (): Option =>
    new Option('--run <id>', 'only what rests since this run was undone').argParser(wholeNumber('number of a run'));
  const holds = program
    .command('holds')
    .summary('records that rest after an undo')
    .description(`Records that rest after an undo. No sync writes them ${untilHoldEnds}.`)
    .option('--pair <pair>', 'only this pair')
    .option('--collection <name>', 'only this collection')
    .addOption(runOption())
    .addOption(
      new Option('--limit <n>', `show at most so many (${SHOWN}; with --json all)`).argParser(
        wholeNumber('number of records'),
      ),
    )
    .action((options: ListOptions) => run('holds', (cli) => list(cli, options)));
  holds
    .command('answer')
    .description(
      `Ends a hold, or with --run or --collection many. Answers: ${holdAnswers.join(', ')}. A longer key has its fields separated by commas; hex:… names its bytes.`,
    )
    .usage('[pair] (<collection> <key> | --run <id> | --collection <name>) <answer>')
    .argument('<words...>', 'pair (may be left out if there is only one), collection, key, answer')
    .addOption(runOption())
    .option('--collection <name>', 'all that rest in this collection')
    .option('--pair <pair>', 'the pair, if it is not the first word')
    .option('--dry-run', 'with --run or --collection: count what would be done on each side, and write nothing')
    // What stands before and after the subcommand's name means the same.
    .action((words: readonly string[], own: AnswerOptions, command: Command) =>
      run('holds answer', (cli) => answer(cli, words, { ...command.parent?.opts<ListOptions>(), ...own })),
    );
}

async function list(cli: Cli, { pair: named, collection, run, limit }: ListOptions): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  const chosen = pair === undefined ? undefined : await choosePair(cli, pair);
  if (chosen && collection !== undefined) collectionIn(chosen, collection);
  const about = pair === undefined ? {} : { pair };
  const most = limit ?? (cli.options.json ? undefined : SHOWN);
  const holds = await cli.call('holds.list', {
    ...about,
    ...(collection === undefined ? {} : { collection }),
    ...(run === undefined ? {} : { run }),
    ...(most === undefined ? {} : { limit: most }),
  });
  const counts = cli.options.json ? [] : await cli.call('holds.count', about);
  const look = await decisionLook(cli);
  const meant = counts.filter(
    (each) =>
      (collection === undefined || each.collection === collection) && (run === undefined || each.undoneRun === run),
  );
  const tried = await triedOn(cli, holds, meant);
  cli.answer(holds, () => holdLines(holds, meant, look, tried));
  return exitCodes.ok;
}

/** What one answer for many would do, of the groups that are shown as a whole and were checked. */
async function triedOn(cli: Cli, holds: readonly WireHold[], counts: readonly WireHoldCount[]): Promise<Tried> {
  const tried = new Map<string, readonly WireHoldsAnswer[]>();
  for (const [name, group] of Map.groupBy(counts, groupOf)) {
    const shown = holds.filter((hold) => groupOf(hold) === name && hold.unchecked === null);
    const waiting = shown.filter(({ kept }) => kept === null);
    const [first] = waiting;
    const isWhole = shown.length === group.reduce((sum, { count }) => sum + count, 0);
    if (!first || waiting.length < 2 || !isWhole) continue;
    const reports = await tryAll(cli, first);
    if (reports) tried.set(name, reports);
  }
  return tried;
}

/** `null`: it cannot be tried any more, as the answer itself will say. */
async function tryAll(cli: Cli, { pair, undoneRun: run }: WireHold): Promise<readonly WireHoldsAnswer[] | null> {
  try {
    const reports: WireHoldsAnswer[] = [];
    for (const chosen of holdAnswers)
      if (chosen !== 'keep-apart')
        reports.push(await cli.call('holds.answerAll', { pair, run, answer: chosen, dryRun: true }));
    return reports;
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== 'cancelled') return null;
    throw cause;
  }
}

async function answer(cli: Cli, given: readonly string[], options: AnswerOptions): Promise<ExitCode> {
  const words = options.pair === undefined ? given : [(await choosePair(cli, options.pair)).name, ...given];
  if (options.run !== undefined || options.collection !== undefined) return answerAll(cli, words, options);
  if (options.dryRun)
    throw usage(
      'Reading the command failed: --dry-run counts for many, and needs --run or --collection.',
      `What each answer leaves on the sides of one record: ${cli.command('holds')}`,
    );
  const { pair, rest } = await takePair(cli, words, 3, 'a collection, a key and an answer');
  const [collection = '', key = '', last = ''] = rest;
  const chosen = oneOf(holdAnswers, 'answer to a hold')(last);
  const info = collectionIn(pair, collection);
  const report = await cli.call('holds.answer', {
    pair: pair.name,
    collection,
    key: keyRefOf(key, info.key.length),
    answer: chosen,
  });
  const written = total(report.localToRemote) + total(report.remoteToLocal);
  cli.answer(report, () => [
    ...answeredLines(chosen, report, labelsOf(pair)),
    ...(written === 0
      ? []
      : [
          ...runLines(report, runLook(cli, pair)),
          ...openedLines(cli, report),
          `Undo it: ${cli.style.bold(cli.command('undo', 'run', String(report.id)))}`,
        ]),
  ]);
  return exitOf([], report);
}

/** One answer for many holds. What it would change is counted first, and much of it is asked about. */
async function answerAll(
  cli: Cli,
  words: readonly string[],
  { run, collection, dryRun = false }: AnswerOptions,
): Promise<ExitCode> {
  const { pair, rest } = await takePair(cli, words, 1, 'an answer');
  if (rest.length > 1)
    throw usage(
      'Reading the command failed: with --run or --collection it takes an answer and nothing else.',
      `For one record leave both out: ${cli.command('holds')}`,
    );
  const chosen = oneOf(holdAnswers, 'answer to a hold')(rest[0] ?? '');
  if (collection !== undefined) collectionIn(pair, collection);
  const request: Params<'holds.answerAll'> = {
    pair: pair.name,
    answer: chosen,
    ...(run === undefined ? {} : { run }),
    ...(collection === undefined ? {} : { collection }),
  };
  const look = await decisionLook(cli);
  if (dryRun || !cli.options.yes) {
    const preview = await cli.call('holds.answerAll', { ...request, dryRun: true });
    if (dryRun) {
      cli.answer(preview, () => answeredAllLines(preview, labelsOf(pair), look));
      return exitOf(preview.failed, null);
    }
    const lines = (): readonly string[] => answeredAllLines(preview, labelsOf(pair), look);
    const change = { doing: `Answering the holds of ${pair.name}`, written: preview.written, lines };
    if (!(await agreedToMuch(cli, change))) return exitCodes.ok;
  }
  const report = await cli.call('holds.answerAll', request);
  const told = report.run === null ? null : await cli.finish('runs.show', { pair: pair.name, id: report.run });
  cli.answer(report, () => [
    ...answeredAllLines(report, labelsOf(pair), look),
    ...(told === null ? [] : openedLines(cli, told)),
  ]);
  return exitOf(report.failed, told);
}

/** What waited with a hold, edited on both sides, is a conflict once the hold has ended. */
function openedLines(cli: Cli, { pair, conflicts }: WireRun): string[] {
  const opened = total(conflicts);
  return opened === 0
    ? []
    : [
        `${countText(opened, 'conflict')} ${opened === 1 ? 'waits' : 'wait'} for you since then.`,
        `  ${cli.style.bold(cli.command('conflicts', '--pair', pair))}`,
      ];
}

/** A refusal first; like a sync, an answer that opened conflicts says so. A dry run opens none. */
function exitOf(failed: WireHoldsAnswer['failed'], run: Pick<WireRun, 'conflicts'> | null): ExitCode {
  return worstExit([
    exitOfRefused(failed),
    run !== null && total(run.conflicts) > 0 ? exitCodes.conflicts : exitCodes.ok,
  ]);
}
