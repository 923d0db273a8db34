import { diff } from '@codemirror/merge';

/** Lines `[fromA, toA)` of one text became lines `[fromB, toB)` of the other. */
export interface LineChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** The end of a line stays part of it where it is more than a line feed, so that joining gives back every byte. */
export const linesOf = (text: string): readonly string[] => text.split('\n');
export const textOf = (lines: readonly string[]): string => lines.join('\n');

/** Characters that are never half of another one. */
const FIRST = 0x3400;
const MOST = 0xd7ff - FIRST;

/** What changed from line to line; lines count as wholes. Texts of more different lines than that are one change. */
export function lineChanges(a: readonly string[], b: readonly string[]): readonly LineChange[] {
  const numbers = new Map<string, number>();
  for (const line of [...a, ...b]) if (!numbers.has(line)) numbers.set(line, numbers.size);
  if (numbers.size > MOST) return [{ fromA: 0, toA: a.length, fromB: 0, toB: b.length }];
  const written = (lines: readonly string[]): string =>
    lines.map((line) => String.fromCharCode(FIRST + (numbers.get(line) ?? 0))).join('');
  return diff(written(a), written(b)).map(({ fromA, toA, fromB, toB }) => ({ fromA, toA, fromB, toB }));
}
