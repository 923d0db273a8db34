import type { Command } from 'commander';
import { AppError } from '../../../shared/contract/errors.ts';
import { resolveHome, type HomePaths } from '../../api/host/home.ts';
import { openInBrowser } from '../browser.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { PORT, serveUntilEnd } from './serve.ts';

interface Options {
  readonly browser: boolean;
}

export function addOpen(program: Command, run: Runner): void {
  program
    .command('open')
    .summary('open the window in the browser')
    .description(
      'Opens the window in the browser, logged in: of the server that runs on this home, else of one that it starts and that ends with Ctrl-C.',
    )
    .option('--no-browser', 'only print the link')
    .action((options: Options) => run('open', (cli) => open(cli, options)));
}

/** Only this command and `serve` need the packages of the server. */
const served = () => import('../../server/served.ts');

async function open(cli: Cli, options: Options): Promise<ExitCode> {
  const home = resolveHome(cli.options.home);
  const running = await (await served()).askForLink(home);
  const show = (link: string): Promise<void> => tellBrowser(cli, home, link, options);
  if (running !== null) {
    answer(cli, running.url, running.link);
    await show(running.link);
    return exitCodes.ok;
  }
  const start = (port: number): Promise<ExitCode> =>
    serveUntilEnd(cli, port, async ({ url, link }) => {
      answer(cli, url, link);
      await show(link);
    });
  try {
    return await start(PORT);
  } catch (cause) {
    // Another program may have the usual port; the person asked for no certain one.
    if (cause instanceof AppError && cause.code === 'busy' && cause.operation === 'serve') return start(0);
    throw cause;
  }
}

function answer(cli: Cli, url: string, link: string): void {
  cli.answer({ url, link }, () => ['The window, for one browser, once and within ten minutes:', `  ${link}`]);
}

async function tellBrowser(cli: Cli, home: HomePaths, link: string, { browser }: Options): Promise<void> {
  if (!browser) return;
  if (!(await openInBrowser(link, home.run)))
    cli.terminal.say(['No browser could be started from here: open the link in one.']);
}
