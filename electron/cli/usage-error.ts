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
  get unknownWord(): string | null {
    const { commands, args } = this.command;
    const { code } = this.problem;
    const unknown = code === 'commander.unknownCommand' || code === 'commander.excessArguments';
    return unknown && commands.length > 0 ? (args[0] ?? null) : null;
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
  const strange = cause instanceof WrongWords ? cause.unknownWord : null;
  const what = strange === null ? first.replace(/^error: /, '').replace(/\.$/, '') : `unknown command '${strange}'`;
  const slip = slips.get(`${path.trim()} ${/unknown option '([^']*)'/.exec(what)?.[1] ?? ''}`);
  const near =
    slip ??
    (strange === null || !(cause instanceof WrongWords)
      ? more
          .join(' ')
          .trim()
          .replaceAll(/^\(|\)$/g, '')
      : nearestForm(cause.command, path, strange));
  return new AppError({
    code: 'usage',
    operation: 'command line',
    message: `Reading the command failed: ${what}.`,
    next: 'Nothing was done.',
    hint: `${near === '' ? '' : `${near} `}See: ${prefix}${path} --help`,
  });
}

/** Options that people expect, and what does it instead. */
const slips: ReadonlyMap<string, string> = new Map([
  ['sync --dry-run', '`tandem plan` shows what a sync would do, and `tandem sync --rehearse` does it to copies.'],
  [
    'resolve --all',
    'Several conflicts are decided by their numbers, many with --where, for example: `tandem resolve --where kind=update/update --strategy keep_local --dry-run`.',
  ],
]);

/** What was meant instead of an unknown command: a near name here, the same word in another group, or `show` of it. */
function nearestForm(command: Command, path: string, word: string): string {
  const names = command.commands.map((child) => child.name());
  const near = nearest(word, names);
  if (near !== undefined) return `Did you mean${path} ${near}?`;
  if (command.parent === null) {
    const below = command.commands.find((child) => child.commands.some((inner) => inner.name() === word));
    return below === undefined ? '' : `Did you mean ${below.name()} ${word}?`;
  }
  const shows = command.commands.some((child) => child.name() === 'show' && child.registeredArguments.length > 0);
  return shows && /^[A-Za-z0-9][\w.-]*$/.test(word)
    ? `Did you mean${path} show ${word}?`
    : `There are: ${names.map((name) => `${path.trim()} ${name}`).join(', ')}.`;
}
