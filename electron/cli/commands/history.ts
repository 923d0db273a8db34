import { Option, type Command } from 'commander';
import type { Params } from '../../../shared/contract/calls.ts';
import type { WireUndo } from '../../../shared/contract/run-shapes.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { agreedToMuch, isMuch } from '../agreed-to-much.ts';
import { runLook } from '../looks.ts';
import { choosePair, recordKey } from '../pair-choice.ts';
import { wholeNumber } from '../parse/choices.ts';
import { historyLines, runDetailLines } from '../text/history-text.ts';
import { undoLines } from '../text/run-text.ts';

export function addHistory(program: Command, run: Runner): void {
  program
    .command('history')
    .summary('past runs')
    .description('Past runs, newest first, failed ones included.')
    .addOption(new Option('--limit <n>', 'how many').default(20).argParser(wholeNumber('number of runs')))
    .option('--pair <pair>', 'only this pair')
    .action((options: { limit: number; pair?: string }) => run('history', (cli) => history(cli, options)));
  program
    .command('run')
    .summary('one run in detail')
    .description('One run in detail.')
    .command('show')
    .description('One run: when, by whom, what it moved, which records it wrote, what it left.')
    .argument('<id>', 'number of the run', wholeNumber('number of a run'))
    .option('--all', `name every record it wrote, not only the first ${SHOWN}`)
    .action((id: number, { all = false }: { all?: boolean }) => run('run show', (cli) => showRun(cli, id, all)));
}

async function history(cli: Cli, { limit, pair: named }: { limit: number; pair?: string }): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) await choosePair(cli, pair);
  const runs = await cli.call('runs.list', { limit, ...(pair === undefined ? {} : { pair }) });
  cli.answer(runs, () => historyLines(runs, cli));
  return exitCodes.ok;
}

const SHOWN = 20;

async function showRun(cli: Cli, id: number, all: boolean): Promise<ExitCode> {
  const run = await cli.call('runs.show', { id });
  const pair = await cli.call('pairs.show', { pair: run.pair });
  const records = await cli.call('runs.records', { pair: run.pair, id, ...(all ? {} : { limit: SHOWN }) });
  cli.answer({ ...run, records }, () => runDetailLines(run, records, runLook(cli, pair)));
  return exitCodes.ok;
}

interface UndoOptions {
  readonly collection?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
}

export function addUndo(program: Command, run: Runner): void {
  program
    .command('undo')
    .summary('restore what a run or a decision wrote')
    .description(
      'Restores what a run, a decision or one record of a run wrote, where nobody has changed it since. The restored records rest as holds.',
    )
    .usage('[options] [run|conflict] <id>')
    .argument('<what...>', 'run ID, conflict ID, or ID alone for a run')
    .option('--collection <name>', 'of a run: only one record, in this collection')
    .option('--key <key>', 'the key of this record')
    .option('--dry-run', 'count what would be written on each side, and write nothing')
    .action((words: readonly string[], options: UndoOptions) => run('undo', (cli) => undo(cli, words, options)));
}

async function undo(cli: Cli, words: readonly string[], options: UndoOptions): Promise<ExitCode> {
  const [first = '', second, third] = words;
  if (third !== undefined)
    throw usage(
      'Reading the command failed: undo takes one run or one conflict.',
      'For example: tandem undo run 12. All runs: tandem history',
    );
  const kind = second === undefined ? 'run' : kindOf(first, second);
  const id = wholeNumber(`number of a ${kind}`)(second ?? first);
  const target = kind === 'run' ? { run: id, ...(await recordOf(cli, id, options)) } : { conflict: id };
  const what = 'key' in target ? `${target.collection} ${options.key} of ${kind} ${id}` : `${kind} ${id}`;
  const { dryRun = false } = options;
  if (!dryRun && 'run' in target && !('key' in target) && !(await agreedTo(cli, target))) return exitCodes.ok;
  const report = await cli.call('runs.undo', { ...target, dryRun });
  const pair = await cli.finish('pairs.show', { pair: report.pair });
  const before = 'run' in target && !('key' in target) ? await undoneBefore(cli, id, report) : 0;
  cli.answer(report, () => undoLines(report, what, runLook(cli, pair), before));
  const isWhole = report.restored > 0 && report.refused.length + report.inPart.length === 0;
  return isWhole ? exitCodes.ok : exitCodes.guard;
}

/** Of the records of the run, how many an earlier undo had taken back. */
async function undoneBefore(cli: Cli, id: number, { restored, dryRun }: WireUndo): Promise<number> {
  const { undone } = await cli.finish('runs.show', { id });
  return Math.max(0, (undone?.records ?? 0) - (dryRun ? 0 : restored));
}

function kindOf(word: string, id: string): 'run' | 'conflict' {
  if (word === 'run' || word === 'conflict') return word;
  const number = /^\d+$/.test(id) ? id : 'N';
  throw usage(
    `Reading the command failed: “${word}” is no thing that can be undone.`,
    `A run is undone by \`tandem undo run ${number}\`, what was decided on a conflict by \`tandem undo conflict ${number}\`. All runs: \`tandem history\`.`,
  );
}

/** The undo of a run that wrote much is tried out and shown first. */
async function agreedTo(cli: Cli, target: { readonly run: number }): Promise<boolean> {
  if (cli.options.yes) return true;
  const { written, pair } = await cli.call('runs.show', { id: target.run });
  // What an undo writes is at most what the run wrote.
  if (!isMuch(written)) return true;
  const look = runLook(cli, await cli.call('pairs.show', { pair }));
  const preview = await cli.call('runs.undo', { ...target, dryRun: true });
  const lines = (): readonly string[] => undoLines(preview, `run ${target.run}`, look);
  return agreedToMuch(cli, { doing: `Undoing run ${target.run}`, written: preview.written, lines });
}

async function recordOf(
  cli: Cli,
  run: number,
  { collection, key }: UndoOptions,
): Promise<Pick<Params<'runs.undo'>, 'collection' | 'key'>> {
  if (collection === undefined && key === undefined) return {};
  if (collection === undefined || key === undefined)
    throw usage(
      'Reading the command failed: one record needs both --collection and --key.',
      'Add the missing one, or leave out both to undo the whole run.',
    );
  const { pair } = await cli.call('runs.show', { id: run });
  return { collection, key: recordKey(await choosePair(cli, pair), collection, key) };
}
