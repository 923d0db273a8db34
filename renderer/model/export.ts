import { displayValue } from '../../shared/model/display.ts';
import type { WireValue } from '../../shared/model/ejson.ts';

export type Cell = string | number | null;

/** What a spreadsheet would take for a formula, at the begin or after a tab or a new line. */
const FORMULA = /^\s*[=+\-@|%]|^[\t\r\n]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A text that no spreadsheet computes: one that would be a formula begins with an apostrophe. */
export const harmless = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

const csvCell = (cell: Cell): string => {
  const text = harmless(cell === null ? '' : String(cell));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Comma-separated, as RFC 4180 has it, with a mark by which programs know the letters. */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `\uFEFF${[head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;

export const valueCell = (value: WireValue | undefined): string => displayValue(value, 10_000);
