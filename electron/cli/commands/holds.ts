import type { Command } from 'commander';
import { holdAnswers, type HoldAnswer } from '../../../shared/model/words.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { decisionLook, runLook } from '../looks.ts';
import { choosePair, collectionIn, takePair } from '../pair-choice.ts';
import { oneOf } from '../parse/choices.ts';
import { holdLines } from '../text/decision-text.ts';
import { keyRefOf } from '../text/key-word.ts';
import { runLines } from '../text/run-text.ts';

export function addHolds(program: Command, run: Runner): void {
  const holds = program
    .command('holds')
    .summary('records that rest after an undo')
    .description('Records that rest after an undo. No sync writes them until both sides are equal or you choose.')
    .option('--pair <pair>', 'only this pair')
    .action((options: { pair?: string }) => run('holds', (cli) => list(cli, options.pair)));
  holds
    .command('answer')
    .description(
      `Ends a hold. Answers: ${holdAnswers.join(', ')}. A longer key has its fields separated by commas; hex:… names its bytes.`,
    )
    .usage('[pair] <collection> <key> <answer>')
    .argument('<words...>', 'pair (may be left out if there is only one), collection, key, answer')
    .action((words: readonly string[]) => run('holds answer', (cli) => answer(cli, words)));
}

async function list(cli: Cli, pair: string | undefined): Promise<ExitCode> {
  if (pair !== undefined) await choosePair(cli, pair);
  const holds = await cli.call('holds.list', pair === undefined ? {} : { pair });
  const look = await decisionLook(cli);
  cli.answer(holds, () => holdLines(holds, look));
  return exitCodes.ok;
}

async function answer(cli: Cli, words: readonly string[]): Promise<ExitCode> {
  const form = 'a collection, a key and an answer';
  const { pair, rest } = await takePair(cli, words, 3, form);
  const [collection = '', key = '', last = ''] = rest;
  const chosen: HoldAnswer = oneOf(holdAnswers, 'answer to a hold')(last);
  const info = collectionIn(pair, collection);
  const report = await cli.call('holds.answer', {
    pair: pair.name,
    collection,
    key: keyRefOf(key, info.key.length),
    answer: chosen,
  });
  const said: Readonly<Record<HoldAnswer, string>> = {
    'send-again': 'The change was sent again; the hold has ended.',
    'old-on-both': 'Both sides have the old value; the hold has ended.',
    'keep-apart': 'The two stay apart; no sync touches this record until you choose again or both become equal.',
  };
  cli.answer(report, () => [said[chosen], ...runLines(report, runLook(cli, pair))]);
  return exitCodes.ok;
}
