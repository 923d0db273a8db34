import { wrapped } from '../../electron/cli/text/wrap.ts';

const WIDTH = 104;

/** A line that a person may want to copy. */
const commandAt = (line: string): number => /(?<=^|\s)(npx tandem|tandem|node \S*tandem\.js) /.exec(line)?.index ?? -1;

/** Prose goes on in a further line, tables are cut; a command stays whole, since one that is cut cannot be copied. */
export const shortened = (lines: readonly string[]): readonly string[] =>
  lines
    .flatMap((line) => wrapped(line, WIDTH, commandAt))
    .map((line) => (line.length > WIDTH && commandAt(line) < 0 ? `${line.slice(0, WIDTH - 1)}…` : line));

/** The schema that `pair add` prints is long; the table of counts and what follows is what a person looks at. */
export function previewOnly(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => line.startsWith('collection '));
  if (from <= 0) return shortened(lines);
  return [
    `… ${from} lines: what is not synced and why, and the schema created on the empty side`,
    '',
    ...shortened(lines.slice(from)),
  ];
}

/** Each conflict with its values; the ways to decide it come with the command itself. */
export const valuesOnly = (lines: readonly string[]): readonly string[] =>
  shortened(
    lines.filter((line) =>
      /^\S.*wait|^ {2}#|^ {4}(field|This computer|Remote|last agreed|edited on|free on both) /.test(line),
    ),
  );

export const firstLines =
  (count: number) =>
  (lines: readonly string[]): readonly string[] =>
    lines.length <= count ? shortened(lines) : [...shortened(lines.slice(0, count)), more(lines.length - count)];

const more = (count: number): string => `… ${count} more ${count === 1 ? 'line' : 'lines'}`;
