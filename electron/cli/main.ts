import { join } from 'node:path';
import { toAppError } from '../api/dispatcher.ts';
import { connect, type Connection } from '../api/connect.ts';
import { resolveHome, type HomePaths } from '../api/host/home.ts';
import { openLogFile, type LogLevel } from '../api/host/log-file.ts';
import type { HostParts } from '../api/host/parts.ts';
import { envSettings, type EnvSettings } from '../api/settings/env-file.ts';
import { programParts } from '../api/host/program-parts.ts';
import { prepareStateFolder } from '../api/host/state-folder.ts';
import { refuseAbsentHome, refuseFileHome } from './absent-home.ts';
import { Cli, type GlobalOptions, type Work } from './cli.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { Signals } from './signals.ts';
import { Terminal } from './terminal.ts';
import { commandPrefix, withRunnableCommands } from './text/command-line.ts';
import { errorLines } from './text/error-text.ts';
import { safeJson } from './text/safe-text.ts';
import { helpInstead, throwUsage, usageError } from './usage-error.ts';

const terminal = new Terminal({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
const signals = new Signals();
const launcher = join(import.meta.dirname, '..', '..', 'build', 'tandem.js');
const program = buildProgram(run);
/** Only what would go on for ever ends because nobody reads it. */
let onUnread = (): void => undefined;
let openLog: HostParts['ports']['log'] | undefined;

// Whoever reads the output may stop reading; that is no error of ours, and what was begun ends in its own order. Nor is
// a terminal that was closed: the signal that comes with it ends the command.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EIO' && code !== 'EPIPE') process.exit(exitCodes.internal);
    if (code === 'EPIPE') onUnread();
  });
process.stdin.on('error', () => undefined);

throwUsage(program);
try {
  // The letter that other programs have for their version.
  await program.parseAsync(process.argv.map((word, i) => (i === 2 && word === '-V' ? '--version' : word)));
} catch (cause) {
  fail(cause, 'command line');
}

async function run(name: string, work: Work): Promise<void> {
  const options = program.opts<GlobalOptions>();
  // Where no terminal can be closed, SIGHUP is the word to read the settings anew.
  if (name === 'serve' && !terminal.isTerminal) signals.keepHangUp();
  signals.listen(process, () =>
    // At a question nothing runs: an interruption is a no, on a line of its own.
    terminal.say(terminal.asking ? [''] : ['Stopping after the running batch. A second interruption stops at once.']),
  );
  if (name === 'watch') onUnread = () => signals.stop();
  endWithLauncher();
  const env = (): EnvSettings =>
    usesEnv(name) ? envSettings(process.cwd(), process.env) : { request: null, missing: [] };
  const begin = prefix();
  terminal.commandAt = (line) => line.indexOf(begin);
  const cli = new Cli({
    terminal,
    options,
    signal: signals.signal,
    connect: () => open(resolveHome(options.home), name, env()),
    log,
    env,
    prefix: begin,
    launcher,
    onHangUp: (listener) => signals.onHangUp(listener),
    commandNames: program.commands.map((command) => command.name()),
    now: () => Date.now(),
  });
  try {
    process.exitCode = await work(cli);
  } catch (cause) {
    fail(cause, name);
  }
  try {
    await cli.close();
  } catch (cause) {
    fail(cause, name);
  }
  if (signals.code !== null) process.exitCode = signals.code;
}

/** A launcher that was killed passes no signal on any more; nobody could end this program then. */
function endWithLauncher(): void {
  if (process.channel === undefined) return;
  process.channel.unref();
  process.once('disconnect', () => signals.stop());
}

function log(): HostParts['ports']['log'] {
  const { home, logLevel = process.env['TANDEM_LOG_LEVEL'] ?? 'info' } = program.opts<GlobalOptions>();
  openLog ??= openLogFile(resolveHome(home).logs, logLevel as LogLevel);
  return openLog;
}

async function open(home: HomePaths, name: string, env: EnvSettings): Promise<Connection> {
  refuseFileHome(home, name);
  if (env.request === null) refuseAbsentHome(home, name, env.missing);
  prepareStateFolder(home.state);
  return connect({
    home,
    client: `tandem ${name}`,
    parts: programParts(log()),
    signal: signals.signal,
    onNote: (text) => terminal.say([text]),
  });
}

/** Commands about pairs themselves, and those that promise to change nothing, leave a `.env` alone. */
function usesEnv(name: string): boolean {
  return !/^(pair |doctor$|config check$|completion)/.test(name);
}

function prefix(): string {
  const { home = '' } = program.opts<GlobalOptions>();
  return commandPrefix({
    env: process.env,
    cwd: process.cwd(),
    launcher,
    home: home === '' ? '' : resolveHome(home).given,
  });
}

/** Says what went wrong in three parts; with --json the same as the one document. */
function fail(cause: unknown, operation: string): void {
  const help = helpInstead(cause);
  if (help !== null) return terminal.data(help);
  const wrong = usageError(cause, prefix());
  if (wrong === null) return;
  const error = wrong ?? toAppError(cause, operation);
  const names = program.commands.map((command) => command.name());
  const { json, logLevel } = program.opts<GlobalOptions>();
  if (json) terminal.data(safeJson({ error: error.toBody() }));
  terminal.say(errorLines(error, terminal.errorStyle, (text) => withPrefix(text, names), logLevel === 'debug'));
  process.exitCode = signals.code ?? exitCodeOf(error.code);
}

function withPrefix(text: string, names: readonly string[]): string {
  return withRunnableCommands(text, prefix(), names);
}
