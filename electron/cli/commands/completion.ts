import type { Command } from 'commander';
import type { Runner } from '../cli.ts';
import { commandTree } from '../completion/command-tree.ts';
import { completionScript, completionShells, type CompletionShell } from '../completion/scripts.ts';
import { exitCodes } from '../exit-codes.ts';
import { oneOf } from '../parse/choices.ts';

export function addCompletion(program: Command, run: Runner): void {
  program
    .command('completion')
    .summary('completion for your shell')
    .description('Prints a script that completes commands and options in your shell.')
    .argument('<shell>', completionShells.join(', '), oneOf(completionShells, 'shell'))
    .action((shell: CompletionShell) =>
      run('completion', async (cli) => {
        const script = completionScript(shell, commandTree(program));
        if (cli.options.json) cli.answer({ shell, script }, () => []);
        else cli.terminal.data(script);
        return exitCodes.ok;
      }),
    );
}
