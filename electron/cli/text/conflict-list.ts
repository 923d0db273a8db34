import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { TO_FILL_IN } from '../parse/values.ts';
import { closedLines, isOpen, openLines, restingLines, type ConflictLook, type Resting } from './conflict-text.ts';
import { recommendations } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import { indented } from './table.ts';
import { fieldWindows } from './value-window.ts';
import { kindNames } from './words.ts';

/** How much of the list is wanted, and the words that asked for it. */
export interface ListView {
  readonly resting?: Resting | undefined;
  readonly limit?: number;
  /** Each one with everything, however many of a kind there are. */
  readonly full?: boolean;
  /** What was typed to narrow or widen the list, to be typed again. */
  readonly asked?: readonly string[];
}

/** More of one kind in one collection are a pile: a few are shown whole, the rest in one line each. */
const PILE = 5;
const WHOLE = 3;

/** Grouped by pair and collection; each unresolved one with everything that a decision needs, piles cut short. */
export function conflictLines(
  conflicts: readonly WireConflict[],
  look: ConflictLook,
  { resting = { holds: 0, brakes: 0 }, limit = Infinity, full = false, asked = [] }: ListView = {},
): string[] {
  if (conflicts.length === 0)
    return [
      resting.brakes > 0
        ? 'No conflict stands here. A brake comes first: it may hold conflicts back until you answer.'
        : 'No conflict waits for you: no record has two answers.',
      ...restingLines(resting, look),
    ];
  const { style, command } = look;
  const open = conflicts.filter(isOpen).length;
  const lines = [
    open === 0
      ? 'No conflict waits for you; these are decided.'
      : `${countText(open, 'conflict')} ${open === 1 ? 'waits' : 'wait'} for you. Nothing is lost, and everything else goes on.`,
  ];
  let isCut = false;
  for (const [group, items] of grouped(conflicts.slice(0, limit))) {
    const piles = full ? [] : pilesOf(items);
    const piled = new Set(piles.flat());
    lines.push('', style.bold(group));
    for (const item of items.filter((each) => !piled.has(each)))
      lines.push(...indented(isOpen(item) ? openLines(item, look) : closedLines(item, look)));
    for (const pile of piles) lines.push(...indented(pileLines(pile, sameKind(conflicts, pile), look)));
    isCut ||= piles.length > 0;
  }
  if (isCut) lines.push('', 'To see each of them whole:', `  ${style.bold(command('conflicts', ...asked, '--full'))}`);
  const more = conflicts.length - limit;
  if (more > 0)
    lines.push(
      '',
      `… and ${numberText(more)} more. To see all:`,
      `  ${style.bold(command('conflicts', ...asked, ...(full ? ['--full'] : []), '--limit', String(conflicts.length)))}`,
      ...(full ? [] : unseenPiles(conflicts, limit).flatMap((pile) => unseenLines(pile, look))),
    );
  return lines;
}

/** Piles that the limit cut so far that they are not shown as such. */
const unseenPiles = (conflicts: readonly WireConflict[], limit: number): WireConflict[][] => {
  const shown = new Set(conflicts.slice(0, limit));
  return [...grouped(conflicts).values()]
    .flatMap(pilesOf)
    .filter((pile) => pile.filter((each) => shown.has(each)).length <= PILE);
};

function unseenLines(pile: readonly WireConflict[], look: ConflictLook): string[] {
  const [first] = pile;
  const bulk = first ? bulkLines(first, pile.length, look) : [];
  if (!first || bulk.length === 0) return [];
  return ['', `${groupName(first)}: ${kindNames[first.kind]} (${first.kind})`, ...indented(bulk)];
}

function grouped(conflicts: readonly WireConflict[]): Map<string, WireConflict[]> {
  return Map.groupBy(conflicts, groupName);
}

const groupName = ({ collection, pair }: WireConflict): string => `${safeText(collection)} (${safeText(pair)})`;

const pilesOf = (items: readonly WireConflict[]): WireConflict[][] =>
  [...Map.groupBy(items.filter(isOpen), ({ kind }) => kind).values()].filter((pile) => pile.length > PILE);

/** How many wait that are of the same kind, shown or not: one answer for all is about each of them. */
function sameKind(conflicts: readonly WireConflict[], [first]: readonly WireConflict[]): number {
  return conflicts.filter(
    (each) =>
      isOpen(each) && each.pair === first?.pair && each.collection === first.collection && each.kind === first.kind,
  ).length;
}

function pileLines(pile: readonly WireConflict[], count: number, look: ConflictLook): string[] {
  const rest = pile.slice(WHOLE);
  const [first] = pile;
  if (!first) return [];
  return [
    ...pile.slice(0, WHOLE).flatMap((item) => openLines(item, look)),
    '',
    look.style.warn(`${numberText(rest.length)} more like these: ${kindNames[first.kind]} (${first.kind})`),
    ...indented([...rest.map(briefLine), ...bulkLines(first, count, look)]),
  ];
}

/** One conflict in one line: its number, its key, and both values of its first disputed field. */
function briefLine({ id, key, fields, local, remote, reason }: WireConflict): string {
  const [field, ...others] = fields;
  const name = `#${id}  ${safeText(key.text, 40)}`;
  if (field === undefined || local === null || remote === null) return `${name}: ${safeText(reason, 100)}`;
  const [mine = '', theirs = ''] = fieldWindows([local, remote], field, VALUE);
  const more = others.length > 0 ? ` (and ${countText(others.length, 'more field')})` : '';
  return `${name}: ${safeText(field, 40)} ${mine} | ${theirs}${more}`;
}
const VALUE = 30;

/** The command that decides all of them; none where each needs a value of its own. */
function bulkLines(conflict: WireConflict, count: number, { labels, command, style }: ConflictLook): string[] {
  const { pair, collection, kind } = conflict;
  const decided = recommendations(conflict, labels(pair)).find(
    ({ command: words }) => words?.[0] === 'resolve' && !words.some((word) => word.includes(TO_FILL_IN)),
  );
  const strategy = decided?.command?.[3];
  // A comma parts the conditions of --where.
  if (strategy === undefined || collection.includes(',')) return [];
  const where = `pair=${pair},collection=${collection},kind=${kind}`;
  return [
    `All ${numberText(count)} at once; it shows what would be written, without --dry-run it is done:`,
    `  ${style.bold(command('resolve', '--where', where, '--strategy', strategy, '--dry-run'))}`,
  ];
}
