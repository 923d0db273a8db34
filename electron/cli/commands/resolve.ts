import { Option, type Command } from 'commander';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import { autoLimits, autoRules } from '../../../shared/config/auto-rules.ts';
import { strategies, type Strategy } from '../../../shared/model/words.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { agreedToMuch, countedWrites } from '../agreed-to-much.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, exitOfRefused, worstExit, type ExitCode } from '../exit-codes.ts';
import { decisionLook } from '../looks.ts';
import { choosePair, choosePairs, collectionInAny } from '../pair-choice.ts';
import { oneOf, wholeNumber } from '../parse/choices.ts';
import { assignment, givenRecord, givenValue } from '../parse/values.ts';
import { whereFilter } from '../parse/where.ts';
import { autoResolveLines, resolveLines, type Left } from '../text/decision-text.ts';

interface Options {
  readonly where?: ReturnType<typeof whereFilter>;
  readonly strategy: Strategy;
  readonly value?: string;
  readonly field?: readonly string[];
  readonly null?: readonly string[];
  readonly generation?: number;
  readonly notes?: string;
  readonly dryRun?: boolean;
}

export function addResolve(program: Command, run: Runner): void {
  program
    .command('resolve')
    .summary('decide a conflict, or many')
    .description(
      'Writes a decision to both sides, where they still hold what you saw. Every decision is recorded with the losing value and can be undone; several that are decided together are one run, and one undo. Several, or --where, are all shown first, and asked about; without a terminal more than 20 changes need --yes.',
    )
    .argument('[ids...]', 'number of the conflict, or of several', numbers)
    .addOption(
      new Option('--where <filter>', 'all that fit, for example kind=unique,collection=admins').argParser(whereFilter),
    )
    .addOption(
      new Option('--strategy <strategy>', strategies.join(', '))
        .argParser(oneOf(strategies, 'strategy'))
        .makeOptionMandatory(),
    )
    .option(
      '--value <value>',
      'the new value of the disputed field, or a whole record as a JSON object; bytes as {"$binary":{"base64":"…","subType":"00"}}',
    )
    .option('--field <name=value...>', 'the new value of single fields, each written like --value')
    .option('--null <names...>', 'fields that are to have no value (NULL)')
    .addOption(
      new Option('--generation <n>', 'only if the conflict is still the one that was shown').argParser(
        wholeNumber('generation', 0),
      ),
    )
    .option('--notes <text>', 'why; kept with the decision')
    .option('--dry-run', 'show what would be written or refused, and write nothing')
    .action((ids: readonly number[], options: Options) => run('resolve', (cli) => resolve(cli, ids, options)));
}

/** Commander calls it for each word, with those that came before. */
const numbers = (text: string, before: readonly number[] | undefined): readonly number[] => [
  ...(before ?? []),
  wholeNumber('number of a conflict')(text),
];

export function addAutoResolve(program: Command, run: Runner): void {
  program
    .command('auto-resolve')
    .summary('decide conflicts by fixed rules')
    .description(AUTO_HELP)
    .addOption(new Option('--max <n>', 'at most so many').default(10).argParser(wholeNumber('number of conflicts')))
    .option('--pair <pair>', 'only this pair')
    .option('--dry-run', 'show what would be decided and written, and write nothing')
    .action((options: AutoOptions) => run('auto-resolve', (cli) => autoResolve(cli, options)));
}

/** Who runs the command is to know by what it decides. */
const AUTO_HELP = [
  'Decides conflicts by the first rule that fits:',
  ...autoRules.map((rule, i) => `${i + 1}. ${rule}`),
  `${autoLimits} More than 20 changes are asked about; without a terminal they need --yes.`,
].join('\n');

async function resolve(cli: Cli, ids: readonly number[], options: Options): Promise<ExitCode> {
  const where = options.where && (await onOwnPair(cli, options.where));
  if ((ids.length === 0) === (where === undefined))
    throw usage(
      'Reading the command failed: it needs either the numbers of conflicts or --where FILTER.',
      `See what waits: ${cli.command('conflicts')}`,
    );
  if (ids.length > 1 && options.generation !== undefined)
    throw usage(
      'Reading the command failed: --generation goes with one conflict.',
      'What moves between the question and your answer is left out by itself.',
    );
  if (where?.pair !== undefined || where?.collection !== undefined) await checkWhere(cli, where);
  const request = requestFrom(ids, { ...options, ...(where ? { where } : {}) });
  const asks = ids.length !== 1 && !options.dryRun && !cli.options.yes;
  const agreement = asks ? await agreed(cli, request) : { request, refused: NONE };
  if (typeof agreement === 'number') return agreement;
  const report = withRefused(await cli.call('conflicts.resolve', agreement.request), agreement.refused);
  const left = await whatIsLeft(cli);
  const look = await decisionLook(cli);
  cli.answer(report, () => resolveLines(report, left, look));
  return exitOfRefused(report.failed, report.notFound);
}

/** Where a `.env` means a pair, many are decided in that one only. */
async function onOwnPair(cli: Cli, where: NonNullable<Options['where']>): Promise<NonNullable<Options['where']>> {
  const own = where.pair ?? (await cli.ownPair());
  return own === undefined ? where : { ...where, pair: own };
}

async function checkWhere(cli: Cli, { pair, collection }: NonNullable<Options['where']>): Promise<void> {
  const pairs = pair === undefined ? await choosePairs(cli, []) : [await choosePair(cli, pair)];
  if (collection !== undefined) collectionInAny(pairs, collection);
}

function requestFrom(ids: readonly number[], options: Options): Params<'conflicts.resolve'> {
  const { where, strategy, value, generation, notes, dryRun } = options;
  const [only, ...several] = ids;
  const fields = fieldsFrom(options);
  const record = value === undefined ? undefined : givenRecord(value);
  return {
    strategy,
    ...(only === undefined ? {} : several.length === 0 ? { id: only } : { chosen: ids.map((id) => ({ id })) }),
    ...(where === undefined ? {} : { where }),
    ...(record !== undefined ? { record } : value === undefined ? {} : { value: givenValue(value) }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(generation === undefined ? {} : { generation }),
    ...(notes === undefined ? {} : { notes }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

function fieldsFrom({ field = [], null: empty = [] }: Options): [string, ReturnType<typeof givenValue>][] {
  const fields = field.map((text): [string, ReturnType<typeof givenValue>] => {
    const [name, value] = assignment(text, '--field');
    return [name, givenValue(value)];
  });
  fields.push(...empty.map((name): (typeof fields)[number] => [name, { value: null }]));
  const names = fields.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw usage(`Reading the command failed: ${twice} is given two values.`, 'Name each field once.');
  return fields;
}

type Report = Result<'conflicts.resolve'>;
type Refused = Pick<Report, 'failed' | 'notFound'>;

const NONE: Refused = { failed: [], notFound: [] };

/** What was refused when it was shown, and therefore not asked for again, stands in the report all the same. */
const withRefused = (report: Report, { failed, notFound }: Refused): Report => ({
  ...report,
  failed: [...failed, ...report.failed].toSorted((one, other) => one.id - other.id),
  notFound: [...notFound, ...report.notFound],
});

interface Agreement {
  /** Exactly what was shown, each as it was. */
  readonly request: Params<'conflicts.resolve'>;
  readonly refused: Refused;
}

/**
 * Several at once: a person sees them before anything is written; where nobody can be asked, much of it needs `--yes`.
 * Where all are refused there is nothing to ask.
 */
async function agreed(cli: Cli, request: Params<'conflicts.resolve'>): Promise<Agreement | ExitCode> {
  const look = await decisionLook(cli);
  const preview = await cli.call('conflicts.resolve', { ...request, dryRun: true });
  const { resolved, failed, notFound } = preview;
  if (resolved.length === 0 && failed.length + notFound.length > 0) {
    const left = await whatIsLeft(cli);
    const refused = { ...preview, wrote: [], dryRun: false };
    cli.answer(refused, () => [...resolveLines(refused, left, look), 'Nothing was written.']);
    return exitOfRefused(failed, notFound);
  }
  const { id: _id, where: _where, ...decision } = request;
  const chosen = resolved.map(({ id, generation }) => ({ id, generation }));
  const agreement = {
    request: chosen.length === 0 ? request : { ...decision, chosen },
    refused: { failed, notFound },
  };
  const lines = (): readonly string[] => resolveLines(preview, NOTHING, look);
  if (!cli.canAsk) {
    const doing = `Resolving ${countText(resolved.length, 'conflict')}`;
    const much = await agreedToMuch(cli, { doing, written: countedWrites(preview.wrote), lines });
    return much ? agreement : exitCodes.ok;
  }
  cli.terminal.out(lines());
  const question = `Write ${request.strategy} for ${countText(resolved.length, 'conflict')}?`;
  if (resolved.length > 0 && (await cli.agrees(question))) return agreement;
  cli.terminal.say(['Nothing was written.']);
  return exitCodes.ok;
}

const NOTHING: Left = { conflicts: 0, holds: 0, brakes: 0 };

async function whatIsLeft(cli: Cli): Promise<Left> {
  const pairs = await cli.finish('status.show', {});
  return {
    conflicts: pairs.reduce((sum, { conflicts }) => sum + conflicts.open, 0),
    holds: pairs.reduce((sum, { holds }) => sum + holds, 0),
    brakes: pairs.reduce((sum, { brakes }) => sum + brakes.length, 0),
  };
}

interface AutoOptions {
  readonly max: number;
  readonly pair?: string;
  readonly dryRun?: boolean;
}

async function autoResolve(cli: Cli, { max, pair: named, dryRun = false }: AutoOptions): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) await choosePair(cli, pair);
  const request: Params<'conflicts.autoResolve'> = { max, ...(pair === undefined ? {} : { pair }) };
  const look = await decisionLook(cli);
  if (dryRun || !cli.options.yes) {
    const preview = await cli.call('conflicts.autoResolve', { ...request, dryRun: true });
    const lines = (): readonly string[] => autoResolveLines(preview, NOTHING, look, pair);
    if (dryRun) {
      cli.answer(preview, lines);
      return autoExit(preview);
    }
    const doing = `Deciding ${countText(preview.resolved.length, 'conflict')} by rules`;
    if (!(await agreedToMuch(cli, { doing, written: countedWrites(preview.wrote), lines }))) return exitCodes.ok;
  }
  const report = await cli.call('conflicts.autoResolve', request);
  const left = await whatIsLeft(cli);
  cli.answer(report, () => autoResolveLines(report, left, look, pair));
  return autoExit(report);
}

/** A refusal first, then what still waits of the conflicts that were meant. */
const autoExit = ({ failed, skipped, notLookedAt }: Result<'conflicts.autoResolve'>): ExitCode =>
  worstExit([exitOfRefused(failed), skipped.length + notLookedAt > 0 ? exitCodes.conflicts : exitCodes.ok]);
