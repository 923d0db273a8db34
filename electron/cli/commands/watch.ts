import type { Command } from 'commander';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { AppError, errorCodes } from '../../../shared/contract/errors.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { runLook } from '../looks.ts';
import { choosePairs } from '../pair-choice.ts';
import { errorLines } from '../text/error-text.ts';
import type { RunLook } from '../text/run-text.ts';
import { safeText } from '../text/safe-text.ts';
import {
  isByOthers,
  watchBrakedLines,
  watchFollowLine,
  watchListeningLines,
  watchOtherLine,
  watchRunLine,
} from '../text/watch-text.ts';
import type { LiveEvents } from '../../api/live/live-port.ts';
import { CommandPort } from '../watch/command-port.ts';
import type { FollowEvents } from '../watch/follow-pair.ts';
import { WatchOne } from '../watch/watch-one.ts';

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
  const port = new CommandPort(cli);
  const teller = new Teller(cli, port, pairs, { named: names, keepGoing, moved });
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, cli.signal]);
  const watches = pairs.map(
    (pair) => new WatchOne(pair, { cli, port, events: teller.watching, following: teller.following(pair), signal }),
  );
  const stop = await cli.listen((event) => {
    for (const each of watches) each.heard(event);
    if (event.name === 'run.finished') teller.onOther(event.data);
  });
  cli.terminal.say([
    `Watching ${pairs.map(({ name }) => safeText(name)).join(', ')}. Ctrl-C ends it after the running batch.`,
  ]);
  // The first pair that a brake or an error ends is the end of all; the others finish what they have begun.
  const all = watches.map((each) => each.watch().finally(() => ending.abort()));
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

/** Says what happens while it happens. */
class Teller {
  readonly #cli: Cli;
  readonly #port: CommandPort;
  readonly #pairs: readonly WirePair[];
  readonly #told: Told;
  readonly #brakes = new Set<number>();
  /** The sides may get other names while it goes on. */
  readonly #sides: Map<string, Pick<WirePairStatus, 'a' | 'b'>>;

  constructor(cli: Cli, port: CommandPort, pairs: readonly WirePair[], told: Told) {
    this.#cli = cli;
    this.#port = port;
    this.#pairs = pairs;
    this.#told = told;
    this.#sides = new Map(pairs.map((pair) => [pair.name, pair]));
  }

  /** What the watch does itself. */
  readonly watching: LiveEvents = {
    onListening: (pair, captures) => this.#cli.terminal.say(watchListeningLines(pair, captures)),
    onRun: (pair, run) => this.#onRun(pair, run),
    onTrouble: (_, error) => this.#onTrouble(error),
    onRecovered: (pair) => this.#onRecovered(pair),
    onChange: () => undefined,
  };

  /** What the running engine does. */
  following(pair: WirePair): FollowEvents {
    const { terminal } = this.#cli;
    return {
      onFollow: (name) => terminal.say([watchFollowLine(name)]),
      onRun: (run) => (run !== null && isByOthers(run) ? Promise.resolve(false) : this.#onRun(pair, run)),
      onTrouble: ({ code, message, hint }) => {
        const known = errorCodes.find((each) => each === code) ?? 'internal';
        this.#onTrouble(new AppError({ code: known, operation: 'watch', message, hint }));
      },
      onRecovered: () => this.#onRecovered(pair),
    };
  }

  onOther(run: WireRun): void {
    const pair = this.#pairs.find(({ name }) => name === run.pair);
    if (pair && isByOthers(run) && !this.#cli.options.json)
      this.#cli.terminal.out([watchOtherLine(run, this.#look(pair))]);
  }

  async #onRun(pair: WirePair, run: WireRun | null): Promise<boolean> {
    const [status] = await this.#cli.finish('status.show', { pair: pair.name });
    if (!status) return false;
    this.#sides.set(pair.name, status);
    const line = run === null ? null : watchRunLine(run, this.#look(pair));
    if (line !== null && run !== null) {
      if (this.#cli.options.json) this.#told.moved.push(run);
      else this.#cli.terminal.out([line]);
    }
    this.#cli.terminal.say(this.#port.takeAfter(pair.name));
    return status.brakes.length > 0 && this.#onBrake(pair, status);
  }

  #onTrouble(error: AppError): void {
    const { terminal } = this.#cli;
    terminal.say([...errorLines(error, terminal.errorStyle, this.#cli.runnable), 'Watching goes on.']);
  }

  #onRecovered(pair: WirePair): void {
    this.#cli.terminal.say([`${safeText(pair.name)}: both sides answer again.`]);
  }

  #onBrake(pair: WirePair, status: WirePairStatus): boolean {
    const { named, keepGoing } = this.#told;
    const fresh = status.brakes.filter(({ id }) => !this.#brakes.has(id));
    for (const { id } of fresh) this.#brakes.add(id);
    if (fresh.length > 0)
      this.#cli.terminal.say(watchBrakedLines(status, { named, keepGoing, look: this.#look(pair) }));
    return !keepGoing;
  }

  #look(pair: WirePair): RunLook {
    return runLook(this.#cli, this.#sides.get(pair.name) ?? pair);
  }
}
