import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure } from './figures.ts';

export const BEGIN = '<!-- bench:begin -->';
export const END = '<!-- bench:end -->';

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

/** Puts the table in place of the last one; the words around it stay. */
export function writeInto(path: string, table: string): void {
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`);
  writeFileSync(path, `${text.slice(0, from)}${BEGIN}\n\n${table}\n\n${text.slice(to)}`);
}
