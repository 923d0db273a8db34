import type { Command } from 'commander';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { brakeAnswers, type BrakeAnswer } from '../../../shared/model/words.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { decisionLook, runLook } from '../looks.ts';
import { choosePair } from '../pair-choice.ts';
import { oneOf, wholeNumber } from '../parse/choices.ts';
import { statusAfter } from '../status-after.ts';
import { answeredText, brakeLines } from '../text/brake-text.ts';
import { runLines, waitingLines } from '../text/run-text.ts';
import { total } from '../text/words.ts';

export function addBrake(program: Command, run: Runner): void {
  const brake = program
    .command('brake')
    .summary('stops that wait for your answer')
    .description(
      'A brake stops a collection, or a pair, before much is deleted or changed. It stands until a person answers it.',
    );
  brake
    .command('list')
    .description('Brakes that stand, each with its cause, samples, and the three answers.')
    .option('--all', 'also those that were answered')
    .option('--pair <pair>', 'only this pair')
    .option('--full', 'name each record that was kept as a sample, not only the first few')
    .action((options: ListOptions) => run('brake list', (cli) => list(cli, options)));
  brake
    .command('answer')
    .description('Answers a brake. --yes never does that.')
    .argument('<id>', 'number of the brake', wholeNumber('number of a brake'))
    .argument('<answer>', brakeAnswers.join(', '), oneOf(brakeAnswers, 'answer to a brake'))
    .action((id: number, answer: BrakeAnswer) => run('brake answer', (cli) => answerBrake(cli, id, answer)));
}

interface ListOptions {
  readonly all?: boolean;
  readonly pair?: string;
  readonly full?: boolean;
}

async function list(cli: Cli, { all, pair: named, full }: ListOptions): Promise<ExitCode> {
  const pair = named ?? (await cli.ownPair());
  if (pair !== undefined) await choosePair(cli, pair);
  const brakes = await cli.call('brakes.list', {
    ...(all === undefined ? {} : { all }),
    ...(pair === undefined ? {} : { pair }),
  });
  const look = await decisionLook(cli);
  cli.answer(brakes, () => brakeLines(brakes, look, full));
  return exitCodes.ok;
}

async function answerBrake(cli: Cli, id: number, answer: BrakeAnswer): Promise<ExitCode> {
  const run = await cli.call('brakes.answer', { id, answer }).catch(answeredBefore);
  const pair = await cli.finish('pairs.show', { pair: run.pair });
  const status = await statusAfter(cli, run.pair);
  const look = runLook(cli, pair);
  const brake = (await cli.finish('brakes.list', { pair: run.pair, all: true })).find((each) => each.id === id);
  cli.answer(run, () => [
    answeredText(answer, run, look.labels, brake),
    ...runLines(run, look),
    ...(wrote(run) ? [`Undo it: ${cli.style.bold(cli.command('undo', 'run', String(run.id)))}`] : []),
    ...(status ? waitingLines(status, look) : []),
  ]);
  if ((status?.brakes.length ?? 0) > 0) return exitCodes.guard;
  return (status?.conflicts.open ?? 0) > 0 ? exitCodes.conflicts : exitCodes.ok;
}

const wrote = ({ written: { A, B } }: WireRun): boolean => total({ ...A }) + total({ ...B }) > 0;

/** Answered brakes stand in no list but the one of all. */
function answeredBefore(cause: unknown): never {
  if (!(cause instanceof AppError) || cause.code !== 'already-resolved') throw cause;
  throw new AppError({ ...cause.toBody(), hint: 'See: tandem brake list --all' });
}
