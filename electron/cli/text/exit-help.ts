import type { Command } from 'commander';
import { assertNever } from '../../../shared/lib/assert.ts';

const WIDTH = 100;

/** Beyond these every command may end with 1 (a mistake in Tandem itself). */
const always = ['0 done', '2 usage', '3 configuration', '130, 143 interrupted'];

type Reason = 'conflicts' | 'refused' | 'guard' | 'brake' | 'away' | 'access' | 'damaged' | 'unequal' | 'look';

function reasonText(reason: Reason): string {
  switch (reason) {
    case 'conflicts':
      return '4 done, conflicts wait for you';
    case 'refused':
      return '5 something was refused, also one of many, or a guard refused (file in use, another engine)';
    case 'brake':
      return '5 a brake stands, or a guard refused';
    case 'guard':
      return '5 a guard refused (file in use, another engine)';
    case 'away':
      return '6 a side does not answer';
    case 'access':
      return '7 login or permission';
    case 'damaged':
      return '8 a database or the state is damaged';
    case 'unequal':
      return '8 not equal, or damaged';
    case 'look':
      return '8 something needs a look';
    default:
      return assertNever(reason, 'reason of an exit code');
  }
}

/** A command that asks the state alone, and one that opens the databases. */
const ofState: readonly Reason[] = ['guard', 'access', 'damaged'];
const ofSides: readonly Reason[] = ['guard', 'away', 'access', 'damaged'];
const ofDecisions: readonly Reason[] = ['refused', 'away', 'access', 'damaged'];

const reasons: Readonly<Record<string, readonly Reason[]>> = {
  completion: [],
  'config show': ofState,
  'config check': ofState,
  'config set': ofState,
  doctor: ['guard', 'access', 'look'],
  'pair list': ofState,
  'pair show': ofState,
  'pair role': ofState,
  pause: ofState,
  resume: ofState,
  network: ['guard', 'away', 'access'],
  status: ['conflicts', 'brake', 'away', 'access', 'unequal'],
  conflicts: ofState,
  show: ofState,
  holds: ofState,
  'holds answer': ['conflicts', ...ofDecisions],
  history: ofState,
  'run show': ofState,
  'brake list': ofState,
  compare: ['guard', 'away', 'access', 'unequal'],
  resolve: ofDecisions,
  undo: ofDecisions,
  'auto-resolve': ['conflicts', ...ofDecisions],
  sync: ['conflicts', 'brake', 'away', 'access', 'damaged'],
  'brake answer': ['conflicts', 'brake', 'away', 'access', 'damaged'],
  watch: ['brake', 'away', 'access', 'damaged'],
  serve: ['guard', 'access', 'damaged'],
};

/** How a command may end, as its help says it; `tandem` itself names every number. */
export function exitHelp(path: string): string {
  const own = path === '' ? everything : (reasons[path] ?? ofSides).map(reasonText);
  const inOrder = [...always, ...own].toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return `\nExit codes: ${wrapped(inOrder).join('\n')}`;
}

const everything = [
  '1 internal',
  '4 done, conflicts wait for you',
  '5 refused (a decision, also one of many; brake, file in use)',
  '6 a side does not answer',
  '7 login or permission',
  '8 not equal, or damaged',
];

/** Each line short enough for the width of the help. */
function wrapped(parts: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} · ${part}`;
    const room = WIDTH - (lines.length === 0 ? 'Exit codes: '.length : 0);
    if (longer.length > room - 2) {
      lines.push(`${line} ·`);
      line = `  ${part}`;
    } else line = longer;
  }
  return [...lines, line];
}

/** Below the help of every command that does something, and of the program. */
export function addExitHelp(command: Command, path = ''): void {
  if (command.commands.length === 0 || path === '' || path in reasons) command.addHelpText('after', exitHelp(path));
  for (const child of command.commands) addExitHelp(child, path === '' ? child.name() : `${path} ${child.name()}`);
}
