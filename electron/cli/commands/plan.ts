import { Option, type Command } from 'commander';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { choosePair, collectionIn } from '../pair-choice.ts';
import { oneOf, wholeNumber } from '../parse/choices.ts';
import { nameList } from '../parse/keys.ts';
import { writePlanFile } from '../plan-file.ts';
import { withProgress } from '../progress.ts';
import { selectionWords } from '../selection.ts';
import { labelsOf } from '../text/labels.ts';
import { planLines } from '../text/plan-text.ts';
import { safeText } from '../text/safe-text.ts';
import { wholePlan } from '../whole-plan.ts';
import { directions } from './pair-add.ts';

interface Options {
  readonly collections?: readonly string[];
  readonly direction?: (typeof directions)[number];
  readonly out?: string;
  readonly sample: number;
}

export function addPlan(program: Command, run: Runner): void {
  program
    .command('plan')
    .summary('show what a sync would do')
    .description('Shows what a sync would do now. Writes nothing to either side.')
    .argument('[pair]', 'the pair; may be left out if there is only one')
    .option('--collections <names...>', 'only these collections')
    .addOption(new Option('--direction <way>', 'both, a-to-b or b-to-a').argParser(oneOf(directions, 'direction')))
    .option('--out <file>', 'save the plan for sync --plan; it holds keys and hashes, never values')
    .addOption(
      new Option('--sample <n>', 'how many changes to show').default(20).argParser(wholeNumber('number of changes', 0)),
    )
    .action((pair: string | undefined, options: Options) => run('plan', (cli) => plan(cli, pair, options)));
}

async function plan(
  cli: Cli,
  name: string | undefined,
  { collections, direction, out, sample }: Options,
): Promise<ExitCode> {
  const pair = await choosePair(cli, name);
  const names = collections && nameList(collections);
  for (const each of names ?? []) collectionIn(pair, each);
  const report = await withProgress(cli, [pair.name], () =>
    wholePlan(cli, {
      pair: pair.name,
      sample,
      ...(names === undefined ? {} : { collections: names }),
      ...(direction === undefined ? {} : { direction }),
    }),
  );
  if (out !== undefined) writePlanFile(out, { version: 3, pair: report.pair, at: report.at, entries: report.entries });
  const look = {
    style: cli.style,
    now: cli.now,
    labels: labelsOf(pair),
    command: (...words: readonly string[]) => cli.command(...words),
  };
  cli.answer(report, () => [
    ...planLines(report, look, selectionWords({ collections: names, direction })),
    ...(out === undefined
      ? []
      : [
          '',
          `Saved in ${safeText(out)}. It is applied only where both sides still hold what you see here:`,
          `  ${cli.style.bold(cli.command('sync', pair.name, '--plan', out, ...selectionWords({ direction })))}`,
        ]),
  ]);
  return report.brakes.length > 0 ? exitCodes.guard : exitCodes.ok;
}
