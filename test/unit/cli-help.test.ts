import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

  const whole = (command: Command): string => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    return text;
  };

  it.each(commands(program).map((command) => [nameOf(command), command] as const))(
    '%s fits into 100 columns, and names its exit codes if it does something',
    (_, command) => {
      const lines = whole(command).split('\n');
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
      const groups = ['pair', 'run', 'brake', 'config'];
      const acts = !groups.includes(command.name()) || command.commands.length === 0;
      expect(lines.filter((line) => line.startsWith('Exit codes: 0 done'))).toHaveLength(acts ? 1 : 0);
    },
  );

  it('names no option twice', () => {
    const options = (command: Command): string[] => whole(command).match(/^ +(?:-\w, )?--[a-z-]+/gm) ?? [];
    const names = commands(program).map((command) => options(command).map((each) => each.trim()));
    expect(names.flat().length).toBeGreaterThan(100);
    for (const each of names) expect(each).toEqual([...new Set(each)]);
  });

  it('README has the exit codes in the same words', () => {
    const codes = (whole(program).split('\nExit codes: ')[1] ?? '').replaceAll(/\s+/g, ' ').trim();
    expect(readFileSync('README.md', 'utf8')).toContain(`\n${codes}\n`);
  });

  it('the exit codes of each command', () => {
    const ends = commands(program).map((command) => whole(command).split('\nExit codes: ')[1] ?? '');
    expect(commands(program).map((command, i) => `${nameOf(command)}: ${ends[i]}`)).toMatchSnapshot();
  });

  it('what it gives as an example can be typed', async () => {
    const heard: string[] = [];
    const tried = buildProgram((name) => (heard.push(name), Promise.resolve())).exitOverride();
    for (const words of ['undo run 12', 'history']) await tried.parseAsync(words.split(' '), { from: 'user' });
    await tried.parseAsync('pair add shop --a a.db --b b.db --key log=day,number'.split(' '), { from: 'user' });
    await tried.parseAsync('resolve --where kind=unique,collection=admins --strategy keep_local'.split(' '), {
      from: 'user',
    });
    expect(heard).toEqual(['undo', 'history', 'pair add', 'resolve']);
    const texts = commands(program).map(whole).join('\n').replaceAll(/\s+/g, ' ');
    for (const example of ['log=day,number', 'kind=unique,collection=admins']) expect(texts).toContain(example);
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
