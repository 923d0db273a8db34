import type { Command } from 'commander';
import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { WireServer } from '../../../shared/contract/network-shapes.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, worstExit, type ExitCode } from '../exit-codes.ts';
import { choosePair, choosePairs } from '../pair-choice.ts';
import { lengthOfTime, momentFrom } from '../parse/moments.ts';
import { networkLines, pauseLines } from '../text/live-text.ts';

interface PauseOptions {
  readonly for?: string;
  readonly until?: string;
}

export function addPause(program: Command, run: Runner): void {
  program
    .command('pause')
    .summary('keep pairs from syncing by themselves')
    .description(
      'From here on nothing happens by itself with the named pairs, or all: no watch, no schedule, no sync when a server is back. It lasts over a new start. A sync that you ask for still runs.',
    )
    .argument('[pairs...]', 'the pairs; all if none is named')
    .option('--for <time>', 'so long: 45m, 1h30m, 2d')
    .option('--until <time>', 'until then: 18:30, 2026-12-02, 2026-12-02T09:00')
    .action((pairs: readonly string[], options: PauseOptions) => run('pause', (cli) => pause(cli, pairs, options)));
}

async function pause(
  cli: Cli,
  names: readonly string[],
  { for: length, until: moment }: PauseOptions,
): Promise<ExitCode> {
  if (length !== undefined && moment !== undefined)
    throw usage('Reading the command failed: it has both --for and --until.', 'Give one of them.');
  const until =
    length !== undefined
      ? new Date(cli.now + lengthOfTime(length)).toISOString()
      : moment === undefined
        ? undefined
        : momentFrom(moment, cli.now);
  const chosen = await choosePairs(cli, names);
  const paused = await forEach(chosen, (pair) =>
    cli.call('live.pause', until === undefined ? { pair } : { pair, until }),
  );
  cli.answer(paused, () => [
    ...pauseLines(paused, cli.now),
    `To go on: ${cli.style.bold(cli.command('resume', ...names))}`,
  ]);
  return exitCodes.ok;
}

export function addResume(program: Command, run: Runner): void {
  program
    .command('resume')
    .summary('end a pause')
    .description('Ends the pause of the named pairs, or all; what changed meanwhile is carried by whoever watches.')
    .argument('[pairs...]', 'the pairs; all if none is named')
    .action((pairs: readonly string[]) => run('resume', (cli) => resume(cli, pairs)));
}

async function resume(cli: Cli, names: readonly string[]): Promise<ExitCode> {
  const resumed = await forEach(await choosePairs(cli, names), (pair) => cli.call('live.resume', { pair }));
  cli.answer(resumed, () => pauseLines(resumed, cli.now));
  return exitCodes.ok;
}

async function forEach(
  pairs: readonly { readonly name: string }[],
  work: (pair: string) => Promise<readonly WireLivePair[]>,
): Promise<readonly WireLivePair[]> {
  const done: WireLivePair[] = [];
  for (const { name } of pairs) done.push(...(await work(name)));
  return done;
}

export function addNetwork(program: Command, run: Runner): void {
  program
    .command('network')
    .summary('whether the servers of the pairs answer')
    .description(
      'Asks the servers of every pair, or of one, and says what stands in between where one does not answer. Nobody else is asked.',
    )
    .argument('[pair]', 'only this pair')
    .action((pair?: string) => run('network', (cli) => network(cli, pair)));
}

async function network(cli: Cli, named: string | undefined): Promise<ExitCode> {
  const pair = named === undefined ? undefined : (await choosePair(cli, named)).name;
  const found = await cli.call('network.check', pair === undefined ? {} : { pair });
  cli.answer(found, () => networkLines(found, { style: cli.style, now: cli.now }));
  return worstExit(found.servers.map(exitOf));
}

const exitOf = ({ state }: WireServer): ExitCode => {
  if (state === 'online') return exitCodes.ok;
  return state === 'login-refused' ? exitCodes.auth : exitCodes.unreachable;
};
