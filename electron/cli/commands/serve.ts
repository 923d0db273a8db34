import { once } from 'node:events';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { resolveHome } from '../../api/host/home.ts';
import { toAppError } from '../../api/dispatcher.ts';
import { ConfigStore } from '../../api/settings/config-store.ts';
import { holdsAddress } from '../../api/settings/env-file.ts';
import { errorLines } from '../text/error-text.ts';
import { prepareStateFolder } from '../../api/host/state-folder.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../parse/choices.ts';

interface Options {
  readonly port: number;
  readonly printToken?: boolean;
  readonly printUnit?: boolean;
}

/** Where it listens if nobody says anything else. */
export const PORT = 8000;

export function addServe(program: Command, run: Runner): void {
  program
    .command('serve')
    .summary('serve browsers and scripts on this computer until Ctrl-C')
    .description(
      'Serves browsers and scripts on this computer alone, until Ctrl-C, and prints a link that logs one browser in.',
    )
    .addOption(
      new Option('--port <port>', 'where it listens on 127.0.0.1; 0: any port that is free')
        .default(PORT)
        .argParser(port),
    )
    .option('--print-token', 'only print the token that scripts send')
    .option('--print-unit', 'only print a systemd user unit that runs it')
    .action((options: Options) => run('serve', (cli) => workOf(options)(cli, options)));
}

function workOf({ printToken: token, printUnit: unit }: Options): (cli: Cli, options: Options) => Promise<ExitCode> {
  if (token && unit)
    throw usage('Reading the command failed: --print-token and --print-unit are given together.', 'Give one of them.');
  return token ? printToken : unit ? printUnit : serve;
}

const LAST_PORT = 65_535;

function port(text: string): number {
  const number = wholeNumber('port', 0)(text);
  if (number <= LAST_PORT) return number;
  throw usage(`Reading the command failed: “${text}” is no port.`, `Give a whole number from 0 to ${LAST_PORT}.`);
}

/** Only this command needs the packages of the server, and no other one waits for them. */
const server = () => import('../../server/serve.ts');
const tokens = () => import('../../server/token.ts');

async function token(cli: Cli): Promise<string> {
  const { state } = resolveHome(cli.options.home);
  prepareStateFolder(state);
  return (await tokens()).installationToken(state);
}

async function printToken(cli: Cli): Promise<ExitCode> {
  const shown = await token(cli);
  cli.answer({ token: shown }, () => [shown]);
  return exitCodes.ok;
}

async function printUnit(cli: Cli, { port }: Options): Promise<ExitCode> {
  const { given } = resolveHome(cli.options.home);
  const home = given === '' ? [] : ['--home', resolve(given)];
  const ports = port === PORT ? [] : ['--port', String(port)];
  const { unitText } = await import('../../server/unit.ts');
  const unit = unitText({
    command: [process.execPath, cli.launcher, ...home, 'serve', ...ports],
    folder: holdsAddress(process.cwd()) ? process.cwd() : null,
  });
  if (cli.options.json) cli.answer({ unit }, () => []);
  else cli.terminal.data(unit);
  return exitCodes.ok;
}

async function serve(cli: Cli, { port }: Options): Promise<ExitCode> {
  return serveUntilEnd(cli, port, ({ url, link }) =>
    cli.answer({ url, link }, () => ['To log a browser in, once and within ten minutes:', `  ${link}`]),
  );
}

/** Serves until the person ends it; `begun` is told where, with a link for one browser. */
export async function serveUntilEnd(
  cli: Cli,
  port: number,
  begun: (served: { readonly url: string; readonly link: string }) => void | Promise<void>,
): Promise<ExitCode> {
  const engine = await cli.engine();
  const { serve: start } = await server();
  const home = resolveHome(cli.options.home);
  const { trustedHostsOf } = await import('../../server/trusted-hosts.ts');
  const config = new ConfigStore(home.config);
  const trustedHosts = trustedHostsOf(config);
  const running = await start({
    engine,
    trustedHosts,
    ownPair: await cli.ownPair(),
    port,
    token: await token(cli),
    log: cli.log,
  });
  const { offerLinks } = await import('../../server/served.ts');
  const noMoreLinks = await offerLinks(home, running);
  cli.onHangUp(() => void readAnew(cli, config));
  try {
    await engine.keepLive();
    cli.terminal.say([`Serving on ${running.url}. Ctrl-C ends it after the running batches.`]);
    await begun({ url: running.url, link: running.newLink() });
    if (!cli.signal.aborted) await once(cli.signal, 'abort');
  } finally {
    await noMoreLinks();
    await running.close();
  }
  return exitCodes.ok;
}

/** The file of the settings is read whenever one is needed; this takes up the `.env`, and says what is wrong with either. */
async function readAnew(cli: Cli, config: ConfigStore): Promise<void> {
  try {
    config.load();
    await cli.takeEnvAnew();
    cli.terminal.say(['The settings were read anew.']);
    cli.log.info('The settings were read anew.', { operation: 'serve' });
  } catch (cause) {
    const error = toAppError(cause, 'serve');
    cli.terminal.say(errorLines(error, cli.terminal.errorStyle, cli.runnable, false));
    cli.log.warn(error.message, { operation: 'serve' });
  }
}
