import type { Cli } from './cli.ts';
import { safeText } from './text/safe-text.ts';
import { ProgressText } from './text/progress-text.ts';

/**
 * Shows progress of the named pairs while `work` runs, where a person can see it, and what the engine warns of, unless
 * `warns` is false: then it was told before. What is said of a run after its end is put into `after`, for whoever
 * prints that run first; where `work` fails, there is none to print.
 */
export async function withProgress<T>(
  cli: Cli,
  pairs: readonly string[],
  work: () => Promise<T>,
  { warns = true, after }: { readonly warns?: boolean; readonly after?: string[] } = {},
): Promise<T> {
  const text = new ProgressText();
  let ended = false;
  let failed = false;
  const stop = await cli.listen((event) => {
    if (event.name === 'run.finished' && pairs.includes(event.data.pair)) ended = true;
    if (warns && event.name === 'log' && event.data.level !== 'debug' && event.data.level !== 'info') {
      const line = cli.runnable(safeText(event.data.message, 500));
      if (ended && after) after.push(line);
      else cli.terminal.say([line]);
    }
    if (!cli.terminal.canRewrite) return;
    if (event.name === 'run.progress' && pairs.includes(event.data.pair))
      cli.terminal.status(text.line(event.data, cli.now));
  });
  try {
    return await work();
  } catch (cause) {
    failed = true;
    throw cause;
  } finally {
    // Events that came with the answer are told one turn later.
    await new Promise((resolve) => setImmediate(resolve));
    stop();
    cli.terminal.clearStatus();
    if (failed && after) cli.terminal.say(after.splice(0));
  }
}
