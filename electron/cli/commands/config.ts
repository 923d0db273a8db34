import type { Command } from 'commander';
import type { WireSetting } from '../../../shared/contract/system-shapes.ts';
import { holdsAddress } from '../../api/settings/env-file.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { choosePair } from '../pair-choice.ts';
import { assignment } from '../parse/values.ts';
import { configLines, doctorLines } from '../text/look-text.ts';
import { safeText } from '../text/safe-text.ts';

export function addConfig(program: Command, run: Runner): void {
  const config = program
    .command('config')
    .summary('settings')
    .description('Settings: every key with its value, where that comes from, and what it does.')
    .option('--pair <pair>', 'only the settings of this pair')
    .action((options: { pair?: string }) => run('config', (cli) => show(cli, options.pair)));
  config
    .command('show')
    .description('Every key with its value, and the collections.')
    .action((_: unknown, command: Command) => run('config show', (cli) => show(cli, pairOf(command))));
  config
    .command('check')
    .description('Reads the configuration file and lists what is wrong with it. Exit 3 if something is.')
    .action(() => run('config check', check));
  config
    .command('set')
    .description(
      'Changes settings; an unknown key or a bad value changes nothing. collections.NAME.KEY sets a rule of one collection. A list is given with commas: collectionsToSync=users,accounts.',
    )
    .argument('<key=value...>', 'what to change')
    .action((words: readonly string[], _: unknown, command: Command) =>
      run('config set', (cli) => set(cli, words, pairOf(command))),
    );
}

const pairOf = (command: Command): string | undefined => command.optsWithGlobals<{ pair?: string }>().pair;

async function collectionsOf(cli: Cli, pair: string | undefined): Promise<(readonly [string, string])[]> {
  const pairs = await cli.call('pairs.list', {});
  return pairs
    .filter(({ name }) => pair === undefined || name === pair)
    .map(
      ({ name, collections }) =>
        [
          name,
          collections.map((each) => safeText(each.name, 60)).join(', ') ||
            'none yet; the next sync takes up all there are',
        ] as const,
    );
}

async function show(cli: Cli, pair: string | undefined): Promise<ExitCode> {
  if (pair !== undefined) await choosePair(cli, pair);
  const view = await cli.call('config.get', pair === undefined ? {} : { pair });
  const collections = await collectionsOf(cli, pair);
  cli.answer(view, () => configLines(view, collections, cli.style));
  return exitCodes.ok;
}

async function check(cli: Cli): Promise<ExitCode> {
  const report = await cli.call('config.check', {});
  const problems = report.problems.map(
    ({ line, text }) =>
      `${safeText(report.path, 500)}${line > 0 ? `, line ${line}` : ''}: ${safeText(cli.runnable(text), 500)}`,
  );
  cli.answer(report, () => (report.ok ? [`${safeText(report.path, 500)} is valid.`, ...problems] : problems));
  return report.ok ? exitCodes.ok : exitCodes.config;
}

async function set(cli: Cli, words: readonly string[], named: string | undefined): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) await choosePair(cli, pair);
  const values = Object.fromEntries(words.map((word) => assignment(word, 'config set')));
  const view = await cli.call('config.set', { values, ...(pair === undefined ? {} : { pair }) });
  const changed = view.settings.filter(({ key }) => Object.hasOwn(values, key));
  const undecided = cli.options.json ? [] : await undecidedNow(cli, changed);
  cli.answer(view, () => [
    ...changed.map(
      ({ key, value, pair: of }) =>
        `${of === '' ? '' : `${safeText(of)}: `}${safeText(key)} is ${safeText(JSON.stringify(value))} now.`,
    ),
    ...undecided,
  ]);
  return exitCodes.ok;
}

/** Rules of the collections that were changed which decide nothing as they stand. */
async function undecidedNow(cli: Cli, changed: readonly WireSetting[]): Promise<string[]> {
  const collections = changed.flatMap(({ pair, key }) =>
    key.startsWith('collections.') ? [`pairs.${pair}.${key.slice(0, key.lastIndexOf('.'))}.`] : [],
  );
  if (collections.length === 0) return [];
  const { problems } = await cli.finish('config.check', {});
  return problems
    .filter(({ path }) => collections.some((collection) => path.startsWith(collection)))
    .map(({ text }) => cli.style.warn(safeText(cli.runnable(text), 500)));
}

export function addDoctor(program: Command, run: Runner): void {
  program
    .command('doctor')
    .summary('look at everything that has to be right')
    .description('Looks at program, home, settings and pairs; changes nothing. Exit 8 if something needs a look.')
    .argument('[pair]', 'only this pair')
    .action((pair?: string) => run('doctor', (cli) => doctor(cli, pair)));
}

async function doctor(cli: Cli, pair: string | undefined): Promise<ExitCode> {
  if (pair !== undefined) await choosePair(cli, pair);
  const folder = process.cwd();
  const report = await cli.call('doctor.run', {
    ...(pair === undefined ? {} : { pair }),
    ...(holdsAddress(folder) ? { env: folder } : {}),
  });
  cli.answer(report, () => doctorLines(report, cli.style, cli.runnable));
  return report.checks.some(({ ok }) => ok === 'attention') ? exitCodes.verification : exitCodes.ok;
}
