import { Option, type Command } from 'commander';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import { strategies, type Strategy } from '../../../shared/model/words.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { isErrorCode } from '../error-code.ts';
import { exitCodeOf, exitCodes, worstExit, type ExitCode } from '../exit-codes.ts';
import { decisionLook } from '../looks.ts';
import { choosePair, choosePairs, collectionIn } from '../pair-choice.ts';
import { oneOf, wholeNumber } from '../parse/choices.ts';
import { assignment, givenRecord, givenValue } from '../parse/values.ts';
import { whereFilter } from '../parse/where.ts';
import { autoResolveLines, resolveLines } from '../text/decision-text.ts';

interface Options {
  readonly where?: ReturnType<typeof whereFilter>;
  readonly strategy: Strategy;
  readonly value?: string;
  readonly field?: readonly string[];
  readonly generation?: number;
  readonly notes?: string;
  readonly dryRun?: boolean;
}

export function addResolve(program: Command, run: Runner): void {
  program
    .command('resolve')
    .summary('decide a conflict, or many')
    .description(
      'Writes a decision to both sides, where they still hold what you saw. Every decision is recorded with the losing value and can be undone.',
    )
    .argument('[id]', 'number of the conflict', wholeNumber('number of a conflict'))
    .addOption(
      new Option('--where <filter>', 'all that fit, for example kind=unique,collection=admins').argParser(whereFilter),
    )
    .addOption(
      new Option('--strategy <strategy>', strategies.join(', '))
        .argParser(oneOf(strategies, 'strategy'))
        .makeOptionMandatory(),
    )
    .option('--value <value>', 'the new value of the disputed field, or a whole record as a JSON object')
    .option('--field <name=value...>', 'the new value of single fields')
    .addOption(
      new Option('--generation <n>', 'only if the conflict is still the one that was shown').argParser(
        wholeNumber('generation', 0),
      ),
    )
    .option('--notes <text>', 'why; kept with the decision')
    .option('--dry-run', 'show what would be written, and write nothing')
    .action((id: number | undefined, options: Options) => run('resolve', (cli) => resolve(cli, id, options)));
}

export function addAutoResolve(program: Command, run: Runner): void {
  program
    .command('auto-resolve')
    .summary('decide conflicts by fixed rules')
    .description('Decides conflicts by fixed rules and leaves everything unclear to you.')
    .addOption(new Option('--max <n>', 'at most so many').default(10).argParser(wholeNumber('number of conflicts')))
    .option('--pair <pair>', 'only this pair')
    .action((options: { max: number; pair?: string }) => run('auto-resolve', (cli) => autoResolve(cli, options)));
}

async function resolve(cli: Cli, id: number | undefined, options: Options): Promise<ExitCode> {
  const where = options.where && (await onOwnPair(cli, options.where));
  if ((id === undefined) === (where === undefined))
    throw usage(
      'Reading the command failed: it needs either the number of a conflict or --where FILTER.',
      `See what waits: ${cli.command('conflicts')}`,
    );
  if (where?.pair !== undefined || where?.collection !== undefined) await checkWhere(cli, where);
  const request = requestFrom(id, { ...options, ...(where ? { where } : {}) });
  if (where && !options.dryRun && cli.canAsk && !(await agreed(cli, request))) {
    cli.terminal.say(['Nothing was written.']);
    return exitCodes.ok;
  }
  const report = await cli.call('conflicts.resolve', request);
  const open = await stillOpen(cli);
  const look = await decisionLook(cli);
  cli.answer(report, () => resolveLines(report, open, look));
  return worstExit(report.failed.map(({ code }) => (isErrorCode(code) ? exitCodeOf(code) : exitCodes.internal)));
}

/** Where a `.env` means a pair, many are decided in that one only. */
async function onOwnPair(cli: Cli, where: NonNullable<Options['where']>): Promise<NonNullable<Options['where']>> {
  const own = where.pair ?? (await cli.ownPair());
  return own === undefined ? where : { ...where, pair: own };
}

async function checkWhere(cli: Cli, { pair, collection }: NonNullable<Options['where']>): Promise<void> {
  const pairs = pair === undefined ? await choosePairs(cli, []) : [await choosePair(cli, pair)];
  if (collection === undefined) return;
  const [first] = pairs;
  const known = pairs.some((each) => each.collections.some(({ name }) => name === collection));
  if (!known && first) collectionIn(first, collection);
}

function requestFrom(id: number | undefined, options: Options): Params<'conflicts.resolve'> {
  const { where, strategy, value, field, generation, notes, dryRun } = options;
  const record = value === undefined ? undefined : givenRecord(value);
  return {
    strategy,
    ...(id === undefined ? {} : { id }),
    ...(where === undefined ? {} : { where }),
    ...(record !== undefined ? { record } : value === undefined ? {} : { value: givenValue(value) }),
    ...(field === undefined ? {} : { fields: field.map(fieldValue) }),
    ...(generation === undefined ? {} : { generation }),
    ...(notes === undefined ? {} : { notes }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

function fieldValue(text: string): [string, ReturnType<typeof givenValue>] {
  const [name, value] = assignment(text, '--field');
  return [name, givenValue(value)];
}

/** Several at once: a person sees the number before anything is written. */
async function agreed(cli: Cli, request: Params<'conflicts.resolve'>): Promise<boolean> {
  const look = await decisionLook(cli);
  const preview: Result<'conflicts.resolve'> = await cli.call('conflicts.resolve', { ...request, dryRun: true });
  cli.terminal.out(resolveLines(preview, 0, look));
  const { length } = preview.resolved;
  return length > 0 && cli.agrees(`Write ${request.strategy} for ${countText(length, 'conflict')}?`);
}

const stillOpen = async (cli: Cli): Promise<number> =>
  (await cli.finish('status.show', {})).reduce((sum, { conflicts }) => sum + conflicts.open, 0);

async function autoResolve(cli: Cli, { max, pair: named }: { max: number; pair?: string }): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) await choosePair(cli, pair);
  const report = await cli.call('conflicts.autoResolve', { max, ...(pair === undefined ? {} : { pair }) });
  const open = await stillOpen(cli);
  const look = await decisionLook(cli);
  cli.answer(report, () => autoResolveLines(report, open, look));
  return open > 0 ? exitCodes.conflicts : exitCodes.ok;
}
