import type { WireLog } from '../../../shared/contract/window-shapes.ts';
import type { StateMark } from '../../model/pair-state.ts';

export type LogLine = WireLog['lines'][number];
export type Level = LogLine['level'];

/** From the most to the fewest lines. */
export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** Only warnings and errors have an outline; the word stands beside it. */
export const levelMarks: Readonly<Partial<Record<Level, StateMark>>> = { warn: 'wait', error: 'stop' };

const dataOf = ({ data }: LogLine): string => (Object.keys(data).length === 0 ? '' : JSON.stringify(data));

/** As it is copied, and as it is searched. */
export const asText = (line: LogLine): string =>
  [line.at, line.level, line.pair, line.message, dataOf(line)].filter((part) => part !== null && part !== '').join(' ');

/** Whether all words stand in the line, in any case of letters. */
export function fits(line: LogLine, words: string): boolean {
  const text = asText(line).toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What else was noted, one line each. */
export const detailsOf = ({ data }: LogLine): readonly (readonly [name: string, value: string])[] =>
  Object.entries(data).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
