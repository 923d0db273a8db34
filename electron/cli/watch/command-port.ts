import type { AppError, ErrorCode } from '../../../shared/contract/errors.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { LivePort, LiveSettings } from '../../api/live/live-port.ts';
import type { Cli } from '../cli.ts';
import { withProgress } from '../progress.ts';

/** Only a person can cure these; waiting for them would look like watching. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['not-found', 'usage', 'not-configured']);

/** Nobody but the watch itself notices here that a server is back, so it never rests for long. */
const SELDOM_MS = 60_000;

/** Watching from the command line, through calls. */
export class CommandPort implements LivePort {
  readonly seldomMs = SELDOM_MS;
  readonly #cli: Cli;
  /** What is said of a run after its end, for whoever prints the run first. */
  readonly #after = new Map<string, string[]>();

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  readonly now = (): number => this.#cli.now;
  readonly random = (): number => Math.random();

  async sync(pair: string, trigger: Trigger, isTroubled: boolean): Promise<WireRun> {
    const after: string[] = [];
    const work = (): Promise<WireRun> => this.#cli.call('runs.start', { pair, trigger });
    const run = await withProgress(this.#cli, [pair], work, { warns: !isTroubled, after });
    this.#after.set(pair, after);
    return run;
  }

  listen(pair: string): ReturnType<LivePort['listen']> {
    return this.#cli.call('hint.listen', { pair });
  }

  /** Also takes up what the `.env` says by now. */
  async settings(pair: string): Promise<LiveSettings> {
    const hasNews = await this.#cli.takeEnvAnew();
    const shown = await this.#cli.call('pairs.show', { pair });
    const [live] = await this.#cli.call('live.list', { pair });
    return {
      pair: shown,
      paused: live?.paused ?? null,
      looks: true,
      isCarried: live?.mode === 'watching',
      hasNews,
    };
  }

  isHopeless({ code }: AppError): boolean {
    return HOPELESS.has(code);
  }

  /** Lines about the last run that were not printed yet. */
  takeAfter(pair: string): readonly string[] {
    const lines = this.#after.get(pair) ?? [];
    this.#after.delete(pair);
    return lines;
  }
}
