import type { Command } from 'commander';

/** The commands as a completion script needs them. */
export interface CommandNode {
  /** Words that lead here, without the program's own name. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takesValue: boolean }[];
  readonly children: readonly CommandNode[];
}

export function commandTree(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  return {
    path,
    summary: oneLine(command.summary() || command.description()),
    options: command.options
      .filter(({ hidden, long }) => !hidden && long)
      .map((option) => ({
        flag: option.long ?? '',
        description: oneLine(option.description),
        takesValue: option.required || option.optional,
      })),
    children: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map((child) => commandTree(child, [...path, child.name()])),
  };
}

/** Every node, the root first. */
export function allNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
