import { widthOf } from './table.ts';

// oxlint-disable-next-line no-control-regex -- a style sequence is a control sequence
const STYLES = /\u001b\[\d+m/g;
const NARROWEST = 30;

/**
 * A line of prose in lines that fit the width, the further ones below its text. A command (`commandAt`: where it
 * begins, or -1) stays whole, so that it can be copied, on a line of its own where it does not fit; so do tables and
 * name-value lines: whatever has two spaces in a row after its begin.
 */
export function wrapped(line: string, width: number, commandAt: (line: string) => number): string[] {
  const plain = line.replaceAll(STYLES, '');
  if (width < NARROWEST || widthOf(plain) <= width) return [line];
  const indent = /^ */.exec(plain)?.[0] ?? '';
  const at = commandAt(line);
  if (at >= 0) return apart(line, at, `${indent}  `, width);
  if (plain.slice(indent.length).includes('  ')) return [line];
  return words(line, width, indent, plain);
}

/** The prose before a command, and the command with what follows below it. */
function apart(line: string, at: number, indent: string, width: number): string[] {
  // Styles and quotes that open right before the command belong to it.
  // oxlint-disable-next-line no-control-regex -- a style sequence is a control sequence
  const opening = /(?:\u001b\[\d+m|[`“(])*$/.exec(line.slice(0, at))?.[0].length ?? 0;
  const prose = line.slice(0, at - opening).trimEnd();
  if (prose.replaceAll(STYLES, '').trim() === '') return [line];
  return [...wrapped(prose, width, () => -1), indent + line.slice(at - opening)];
}

function words(line: string, width: number, indent: string, plain: string): string[] {
  const hanging = `${indent}${' '.repeat(/^\d+\. /.exec(plain.slice(indent.length))?.[0].length ?? 0)}`;
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(' ')) {
    const begin = lines.length === 0 ? indent : hanging;
    const longer = current === '' ? begin + word : `${current} ${word}`;
    if (current !== '' && widthOf(longer.replaceAll(STYLES, '')) > width) {
      lines.push(current);
      current = hanging + word;
    } else current = longer;
  }
  return [...lines, current];
}
