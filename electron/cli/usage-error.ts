import { CommanderError, type Command } from 'commander';
import { AppError } from '../../shared/contract/errors.ts';
import { nearest } from '../../shared/lib/nearest.ts';

/** What commander found wrong, and in which command. */
class WrongWords extends Error {
  readonly path: string;
  readonly command: Command;
  readonly problem: CommanderError;

  constructor(path: string, command: Command, problem: CommanderError) {
    super(problem.message);
    this.path = path;
    this.command = command;
    this.problem = problem;
  }

  /** A group that also does something by itself takes an unknown subcommand for a word too many. */
  get unknownSubcommand(): string | null {
    const { commands, args } = this.command;
    return this.problem.code === 'commander.excessArguments' && commands.length > 0 ? (args[0] ?? null) : null;
  }
}

/** Commander tells its errors by throwing them, and prints nothing but help; also in every subcommand. */
export function throwUsage(command: Command, path = ''): void {
  command
    .exitOverride((problem) => {
      throw new WrongWords(path, command, problem);
    })
    .configureOutput({ writeErr: () => undefined });
  for (const child of command.commands) throwUsage(child, `${path} ${child.name()}`);
}

/** A group of commands was named without saying which: its help is the answer. */
export const helpInstead = (cause: unknown): string | null =>
  cause instanceof WrongWords && cause.problem.code === 'commander.help' ? cause.command.helpInformation() : null;

/**
 * The error in three parts where the words typed were wrong; `null` where help or version were asked for and shown;
 * `undefined` where it is an error of another kind.
 */
export function usageError(cause: unknown, prefix: string): AppError | null | undefined {
  const { problem, path } = cause instanceof WrongWords ? cause : { problem: cause, path: '' };
  if (!(problem instanceof CommanderError)) return undefined;
  if (problem.exitCode === 0) return null;
  const [first = '', ...more] = problem.message.split('\n');
  const subcommand = cause instanceof WrongWords ? cause.unknownSubcommand : null;
  const what =
    subcommand === null ? first.replace(/^error: /, '').replace(/\.$/, '') : `unknown command '${subcommand}'`;
  const near =
    subcommand === null
      ? more
          .join(' ')
          .trim()
          .replaceAll(/^\(|\)$/g, '')
      : nearestOf(cause, subcommand);
  return new AppError({
    code: 'usage',
    operation: 'command line',
    message: `Reading the command failed: ${what}.`,
    next: 'Nothing was done.',
    hint: `${near === '' ? '' : `${near} `}See: ${prefix}${path} --help`,
  });
}

function nearestOf(cause: unknown, word: string): string {
  const names = cause instanceof WrongWords ? cause.command.commands.map((command) => command.name()) : [];
  const near = nearest(word, names);
  return near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`;
}
