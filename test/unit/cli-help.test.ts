import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allNodes, commandTree } from '../../electron/cli/completion/command-tree.ts';
import { completionScript, completionShells } from '../../electron/cli/completion/scripts.ts';
import { buildProgram } from '../../electron/cli/program.ts';

const program = buildProgram(() => Promise.resolve());
const commands = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(commands)];
const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

describe('--help', () => {
  it.each(commands(program).map((command) => [nameOf(command), command] as const))('%s', (_, command) => {
    expect(command.helpInformation()).toMatchSnapshot();
  });

  it('every command says what it does', () => {
    for (const command of commands(program)) expect(command.description()).toMatch(/\.$|conflict\./);
  });
});

describe('completion', () => {
  const tree = commandTree(program);

  it.each(completionShells)('%s', (shell) => {
    expect(completionScript(shell, tree)).toMatchSnapshot();
  });

  it('bash completes commands, subcommands and options', () => {
    const complete = (...words: readonly string[]): string[] => {
      const script = `${completionScript('bash', tree)}
COMP_WORDS=(tandem ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _tandem; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('sy')).toEqual(['sync']);
    expect(complete('brake', '')).toEqual(expect.arrayContaining(['list', 'answer', '--json']));
    expect(complete('brake', 'answer', '--j')).toEqual(['--json']);
    expect(complete('--home', '/x', 'sync', '--par')).toEqual(['--partial']);
  });

  it('knows every command', () => {
    expect(allNodes(tree).map(({ path }) => path.join(' '))).toEqual(
      expect.arrayContaining(['', 'pair add', 'holds answer', 'config set', 'run show', 'completion']),
    );
  });
});
