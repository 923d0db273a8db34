import { allNodes, type CommandNode } from './command-tree.ts';

/** Scripts that complete commands and options; generated from the command tree, so that they cannot fall behind it. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof completionShells)[number];

export function completionScript(shell: CompletionShell, root: CommandNode): string {
  switch (shell) {
    case 'bash':
      return bashScript(root);
    case 'zsh':
      return zshScript(root);
    case 'fish':
      return fishScript(root);
  }
}

const words = (node: CommandNode, root: CommandNode): string =>
  [
    ...node.children.map(({ path }) => path.at(-1) ?? ''),
    ...node.options.map(({ flag }) => flag),
    ...rootFlags(node, root),
  ].join(' ');

/** Options of the program hold everywhere. */
const rootFlags = (node: CommandNode, root: CommandNode): string[] =>
  node === root ? [] : root.options.map(({ flag }) => flag);

function bashScript(root: CommandNode): string {
  const cases = allNodes(root).map((node) => `    '${node.path.join(' ')}') words='${words(node, root)}' ;;`);
  const known = allNodes(root)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `'${path.join(' ')}'`);
  return `# bash completion for tandem; load it with: source <(tandem completion bash)
_tandem() {
  local current path='' word words='' known=(${known.join(' ')})
  current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    local longer="\${path:+$path }$word" each
    for each in "\${known[@]}"; do [[ "$each" == "$longer" ]] && path="$longer"; done
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _tandem tandem
`;
}

const zshText = (text: string): string =>
  text.replaceAll(/[\\':[\]]/g, (mark) => (mark === "'" ? "'\\''" : `\\${mark}`));

function zshScript(root: CommandNode): string {
  const cases = allNodes(root).map((node) => {
    const commands = node.children.map(({ path, summary }) => `'${path.at(-1) ?? ''}:${zshText(summary)}'`);
    const flags = [...node.options, ...(node === root ? [] : root.options)].map(
      ({ flag, description }) => `'${flag}:${zshText(description)}'`,
    );
    return `    '${node.path.join(' ')}') candidates=(${[...commands, ...flags].join(' ')}) ;;`;
  });
  const known = allNodes(root)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `'${path.join(' ')}'`);
  return `#compdef tandem
# zsh completion for tandem; load it with: source <(tandem completion zsh)
_tandem() {
  local here='' word
  local -a candidates known=(${known.join(' ')})
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    local longer="\${here:+$here }$word"
    (( \${known[(Ie)$longer]} )) && here="$longer"
  done
  case "$here" in
${cases.join('\n')}
  esac
  _describe 'tandem' candidates || _files
}
compdef _tandem tandem
`;
}

const fishText = (text: string): string => `'${text.replaceAll(/[\\']/g, (mark) => `\\${mark}`)}'`;

function fishScript(root: CommandNode): string {
  const lines = allNodes(root).flatMap((node) => {
    const at = `-n ${fishText(`__tandem_at "${node.path.join(' ')}"`)}`;
    return [
      ...node.children.map(
        ({ path, summary }) => `complete -c tandem -f ${at} -a ${path.at(-1) ?? ''} -d ${fishText(summary)}`,
      ),
      ...node.options.map(({ flag, description, takesValue }) => {
        const where = node === root ? '' : ` ${at}`;
        return `complete -c tandem${where} -l ${flag.slice(2)}${takesValue ? ' -r' : ''} -d ${fishText(description)}`;
      }),
    ];
  });
  const known = allNodes(root)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => fishText(path.join(' ')));
  return `# fish completion for tandem; load it with: tandem completion fish | source
function __tandem_at
    set -l known ${known.join(' ')}
    set -l here
    for word in (commandline -opc)[2..-1]
        set -l longer (string join ' ' $here $word)
        contains -- "$longer" $known; and set here $here $word
    end
    test (string join ' ' $here) = "$argv[1]"
end
${lines.join('\n')}
`;
}
