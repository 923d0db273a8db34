import type { Params } from '../../shared/contract/calls.ts';
import type { WirePair } from '../../shared/contract/pair-shapes.ts';
import type { WireRehearsal } from '../../shared/contract/run-shapes.ts';
import type { Cli } from './cli.ts';
import { exitCodeOf, exitCodes, worstExit, type ExitCode } from './exit-codes.ts';
import { runLook } from './looks.ts';
import { withProgress } from './progress.ts';
import { selectionWords } from './selection.ts';
import { rehearsalLines } from './text/rehearsal-text.ts';

/** Tries a sync on copies of both sides, pair after pair; the first that cannot be tried ends it. */
export async function rehearse(
  cli: Cli,
  pairs: readonly WirePair[],
  selection: Omit<Params<'runs.rehearse'>, 'pair'>,
): Promise<ExitCode> {
  const done: WireRehearsal[] = [];
  for (const pair of pairs) {
    const result = await withProgress(cli, [pair.name], () =>
      cli.call('runs.rehearse', { ...selection, pair: pair.name }),
    );
    done.push(result);
    if (!cli.options.json) cli.terminal.out(rehearsalLines(result, runLook(cli, pair), selectionWords(selection)));
  }
  if (cli.options.json) cli.answer(done, () => []);
  return worstExit(done.map(exitOf));
}

/** The code that the sync itself would end with. */
function exitOf({ run, waiting }: WireRehearsal): ExitCode {
  if (run.error) return exitCodeOf(run.error.code);
  if (run.brakes.length > 0) return exitCodes.guard;
  return waiting.conflicts > 0 ? exitCodes.conflicts : exitCodes.ok;
}
