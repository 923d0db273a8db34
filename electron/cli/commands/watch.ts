import type { Command } from 'commander';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { runLook } from '../looks.ts';
import { choosePairs } from '../pair-choice.ts';
import { errorLines } from '../text/error-text.ts';
import type { RunLook } from '../text/run-text.ts';
import { safeText } from '../text/safe-text.ts';
import { isByOthers, watchBrakedLines, watchListeningLines, watchOtherLine, watchRunLine } from '../text/watch-text.ts';
import { PairWatch, type WatchEvents } from '../watch/watch-pair.ts';

export function addWatch(program: Command, run: Runner): void {
  program
    .command('watch')
    .summary('keep pairs in step until Ctrl-C')
    .description(
      'Keeps the named pairs, or all, in step until Ctrl-C, and prints a line for each run that moved something. Ends with exit 5 if a brake stops something, unless it is told to --keep-going.',
    )
    .argument('[pairs...]', 'the pairs; all if none is named')
    .option('--keep-going', 'go on with the rest when a brake stops something')
    .action((pairs: readonly string[], options: { keepGoing?: boolean }) =>
      run('watch', (cli) => watch(cli, pairs, options.keepGoing ?? false)),
    );
}

async function watch(cli: Cli, names: readonly string[], keepGoing: boolean): Promise<ExitCode> {
  const pairs = await choosePairs(cli, names);
  const moved: WireRun[] = [];
  const events = eventsFor(cli, pairs, { named: names, keepGoing, moved });
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, cli.signal]);
  const watches = new Map(pairs.map((pair) => [pair.name, new PairWatch(cli, pair, events, signal)]));
  const stop = await cli.listen((event) => {
    if (event.name === 'pair.hint') watches.get(event.data.pair)?.hint();
    if (event.name === 'run.finished') events.onOther(event.data);
  });
  cli.terminal.say([
    `Watching ${pairs.map(({ name }) => safeText(name)).join(', ')}. Ctrl-C ends it after the running batch.`,
  ]);
  // The first pair that a brake or an error ends is the end of all; the others finish what they have begun.
  const all = [...watches.values()].map((each) => each.watch().finally(() => ending.abort()));
  try {
    await Promise.all(all);
  } finally {
    await Promise.allSettled(all);
    stop();
  }
  if (cli.options.json) cli.answer(moved, () => []);
  return cli.signal.aborted ? exitCodes.ok : exitCodes.guard;
}

interface Told {
  readonly named: readonly string[];
  readonly keepGoing: boolean;
  readonly moved: WireRun[];
}

function eventsFor(
  cli: Cli,
  pairs: readonly WirePair[],
  { named, keepGoing, moved }: Told,
): WatchEvents & { readonly onOther: (run: WireRun) => void } {
  const told = new Set<number>();
  // The sides may get other names while it goes on.
  const sides = new Map<string, Pick<WirePairStatus, 'a' | 'b'>>(pairs.map((pair) => [pair.name, pair]));
  const look = (pair: WirePair): RunLook => runLook(cli, sides.get(pair.name) ?? pair);
  return {
    onListening(pair, captures) {
      cli.terminal.say(watchListeningLines(pair, captures));
    },
    onRun(pair, run, status) {
      sides.set(pair.name, status);
      const line = watchRunLine(run, look(pair));
      if (line === null) return;
      if (cli.options.json) moved.push(run);
      else cli.terminal.out([line]);
    },
    onOther(run) {
      const pair = pairs.find(({ name }) => name === run.pair);
      if (pair && isByOthers(run) && !cli.options.json) cli.terminal.out([watchOtherLine(run, look(pair))]);
    },
    onTrouble(_, error) {
      cli.terminal.say([...errorLines(error, cli.terminal.errorStyle, cli.runnable), 'Watching goes on.']);
    },
    onRecovered(pair) {
      cli.terminal.say([`${safeText(pair.name)}: both sides answer again.`]);
    },
    onBrake(pair: WirePair, status: WirePairStatus) {
      const fresh = status.brakes.filter(({ id }) => !told.has(id));
      for (const { id } of fresh) told.add(id);
      if (fresh.length > 0) cli.terminal.say(watchBrakedLines(status, { named, keepGoing, look: look(pair) }));
      return !keepGoing;
    },
  };
}
