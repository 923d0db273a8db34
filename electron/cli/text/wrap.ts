import { widthOf } from './table.ts';

// oxlint-disable-next-line no-control-regex -- a style sequence is a control sequence
const STYLES = /\u001b\[\d+m/g;
const NARROWEST = 30;

/**
 * A line of prose in lines that fit the width, the further ones below its text. Commands stay whole, so that they can
 * be copied (`isCommand`), and so do tables and name-value lines: whatever has two spaces in a row after its begin.
 */
export function wrapped(line: string, width: number, isCommand: (line: string) => boolean): string[] {
  const plain = line.replaceAll(STYLES, '');
  if (width < NARROWEST || widthOf(plain) <= width || isCommand(plain)) return [line];
  const indent = /^ */.exec(plain)?.[0] ?? '';
  if (plain.slice(indent.length).includes('  ')) return [line];
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
