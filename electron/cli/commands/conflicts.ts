import type { Command } from 'commander';
import { wholeNumber } from '../parse/choices.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { decisionLook } from '../looks.ts';
import { choosePair, collectionIn, collectionInAny } from '../pair-choice.ts';
import { conflictLines } from '../text/conflict-list.ts';
import { showLines, type Resting } from '../text/conflict-text.ts';

interface Options {
  readonly all?: boolean;
  readonly pair?: string;
  readonly collection?: string;
  readonly full?: boolean;
  readonly limit: number;
}

export function addConflicts(program: Command, run: Runner): void {
  program
    .command('conflicts')
    .summary('records with two answers')
    .description(
      'Lists the records that wait for a decision, each with its values, what can be done, and the command that does it.',
    )
    .option('--all', 'also those that are decided')
    .option('--full', 'each one with everything, however many of a kind there are')
    .option('--pair <pair>', 'only this pair')
    .option('--collection <name>', 'only this collection')
    .option('--limit <n>', 'how many are shown', wholeNumber('number of conflicts'), 50)
    .action((options: Options) => run('conflicts', (cli) => conflicts(cli, options)));
}

export function addShow(program: Command, run: Runner): void {
  program
    .command('show')
    .summary('one conflict with all its fields')
    .description('One conflict with all fields of both sides and of what they last agreed on.')
    .argument('<id>', 'number of the conflict', wholeNumber('number of a conflict'))
    .action((id: number) => run('show', (cli) => show(cli, id)));
}

async function conflicts(cli: Cli, { all, pair: named, collection, limit, full = false }: Options): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) {
    const chosen = await choosePair(cli, pair);
    if (collection !== undefined) collectionIn(chosen, collection);
  }
  if (collection !== undefined && pair === undefined && !all)
    collectionInAny(await cli.call('pairs.list', {}), collection);
  const list = await cli.call('conflicts.list', {
    ...(all === undefined ? {} : { all }),
    ...(pair === undefined ? {} : { pair }),
    ...(collection === undefined ? {} : { collection }),
  });
  const look = await decisionLook(cli);
  const asked = [
    ...(all ? ['--all'] : []),
    ...(named === undefined ? [] : ['--pair', named]),
    ...(collection === undefined ? [] : ['--collection', collection]),
  ];
  const resting = list.length > 0 || cli.options.json ? undefined : await whatRests(cli, pair);
  cli.answer(list, () => conflictLines(list, look, { resting, limit, full, asked }));
  return exitCodes.ok;
}

/** Where no conflict waits, something else may: nobody is to read that all is settled. */
async function whatRests(cli: Cli, pair: string | undefined): Promise<Resting> {
  const pairs = await cli.finish('status.show', pair === undefined ? {} : { pair });
  return {
    holds: pairs.reduce((sum, { holds }) => sum + holds, 0),
    brakes: pairs.reduce((sum, { brakes }) => sum + brakes.length, 0),
  };
}

async function show(cli: Cli, id: number): Promise<ExitCode> {
  const conflict = await cli.call('conflicts.show', { id });
  const look = await decisionLook(cli);
  cli.answer(conflict, () => showLines(conflict, look));
  return exitCodes.ok;
}
