import type { Cli } from './cli.ts';
import { ProgressText } from './text/progress-text.ts';

/** Shows progress of the named pairs while `work` runs, where a person can see it. */
export async function withProgress<T>(cli: Cli, pairs: readonly string[], work: () => Promise<T>): Promise<T> {
  if (!cli.terminal.canRewrite) return work();
  const text = new ProgressText();
  const stop = await cli.listen((event) => {
    if (event.name === 'run.progress' && pairs.includes(event.data.pair))
      cli.terminal.status(text.line(event.data, cli.now));
  });
  try {
    return await work();
  } finally {
    stop();
    cli.terminal.clearStatus();
  }
}
