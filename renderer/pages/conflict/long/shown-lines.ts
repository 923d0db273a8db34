import { cleanText } from '../../../../shared/model/display.ts';

/** Lines as they are read: each with its control characters shown, the end of a line as one. */
export function shownLines(lines: readonly string[], maxLength = Infinity): string {
  const text = lines.map((line) => cleanText(line.replace(/\r$/, ''))).join('\n');
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
