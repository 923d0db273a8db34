/** Columns aligned by what a terminal shows; the cells are safe already. */
export interface Column {
  readonly head: string;
  readonly right?: boolean;
}

/** Plain text needs none, and making one takes longer than most commands print. */
let segmenter: Intl.Segmenter | null = null;
const PLAIN = /^[\x20-\x7e]*$/;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Cells that the text takes on a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

const padded = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
};

/** One line per row, the head first; no line ends in spaces. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  head: (text: string) => string = (text) => text,
): string[] {
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.head), ...rows.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => padded(cell, widths[i] ?? 0, columns[i]?.right ?? false))
      .join('  ')
      .trimEnd();
  return [head(line(columns.map((column) => column.head))), ...rows.map(line)];
}

/** `name  value` pairs, the values below one another. */
export function pairLines(rows: readonly (readonly [string, string])[], indent = ''): string[] {
  const width = Math.max(0, ...rows.map(([name]) => widthOf(name)));
  return rows.map(([name, value]) => `${indent}${padded(name, width, false)}  ${value}`.trimEnd());
}

export const indented = (lines: readonly string[], by = '  '): string[] =>
  lines.map((line) => (line === '' ? '' : by + line));
