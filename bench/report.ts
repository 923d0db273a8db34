import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure } from './figures.ts';

/** Each part of the benches has a place of its own in the document, so that one can be measured again alone. */
export const beginOf = (part: string): string => `<!-- bench:${part} -->`;
export const endOf = (part: string): string => `<!-- /bench:${part} -->`;

const verdict = ({ reached }: Figure): string => (reached === null ? '–' : reached ? 'reached' : 'not reached');

/** A few lines for the terminal. */
export function forTerminal(figure: Figure): string {
  const { id, what, value, goal, made, load } = figure;
  const against = goal === '' ? '' : `   goal ${goal}: ${verdict(figure)}`;
  return `${id.padEnd(12)} ${value}${against}\n${''.padEnd(13)}${what}\n${''.padEnd(13)}${made}; load ${load}`;
}

export interface Origin {
  readonly command: string;
  readonly machine: string;
  readonly day: string;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The table for docs/performance.md, with the command that made it. */
export function forDocument(figures: readonly Figure[], { command, machine, day }: Origin): string {
  const rows = figures.map((figure) => {
    const { id, what, value, goal, made, load } = figure;
    return `| ${[id, what, `**${value}**`, goal === '' ? '–' : goal, verdict(figure), made, load].map(cell).join(' | ')} |`;
  });
  return [
    `Made by \`${command}\` on ${day}: ${machine}.`,
    '',
    '| id | what | measured | goal | | made of | load |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Puts the table of a part in place of the last one; the words around it stay. */
export function writeInto(path: string, part: string, table: string): void {
  const text = readFileSync(path, 'utf8');
  const [begin, end] = [beginOf(part), endOf(part)];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${begin} … ${end}`);
  writeFileSync(path, `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`);
}
