import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { fieldLines, valueRows } from './conflict-values.ts';
import { alongRows } from './goes-along.ts';
import { recommendations, type Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines } from './table.ts';
import { whenText } from './times.ts';
import { kindNames } from './words.ts';

export interface ConflictLook {
  readonly style: Style;
  readonly now: number;
  readonly labels: (pair: string) => Labels;
  readonly command: (...words: readonly string[]) => string;
}

export const isOpen = ({ status }: WireConflict): boolean =>
  status === 'open' || status === 'reopened' || status === 'resolving';

/** What waits for a person and is no conflict. */
export interface Resting {
  readonly holds: number;
  readonly brakes: number;
}

export function restingLines(
  { holds, brakes }: Resting,
  { command, style }: Pick<ConflictLook, 'command' | 'style'>,
): string[] {
  return [
    ...(holds > 0
      ? [
          `What does wait: ${countText(holds, 'record')} ${holds === 1 ? 'rests' : 'rest'} after an undo until you choose.`,
          `  ${style.bold(command('holds'))}`,
        ]
      : []),
    ...(brakes > 0
      ? [
          `What does wait: ${countText(brakes, 'brake')} ${brakes === 1 ? 'stands' : 'stand'} until you answer.`,
          `  ${style.bold(command('brake', 'list'))}`,
        ]
      : []),
  ];
}

const title = ({ id, kind, key }: WireConflict): string =>
  `#${id}  ${kindNames[kind]} (${kind}): ${safeText(key.text, 80)}`;

/** An unresolved one with everything that a decision needs. */
export function openLines(conflict: WireConflict, look: ConflictLook): string[] {
  const labels = look.labels(conflict.pair);
  const notes = conflict.notes === '' ? 'none' : safeText(conflict.notes, 500);
  return [
    '',
    look.style.warn(title(conflict)),
    ...indented([
      safeText(conflict.reason, 500),
      ...pairLines([
        ...valueRows(conflict, labels),
        ...alongRows(conflict, labels),
        ['since', whenText(conflict.at, look.now)],
        ['notes', notes],
      ]),
      ...recommendationLines(conflict, look),
    ]),
  ];
}

const displayRecordText = (record: WireRecord | null): string => safeText(displayRecord(record), Infinity);

function recommendationLines(
  conflict: WireConflict,
  { labels, command, style }: ConflictLook,
  inShow = false,
): string[] {
  const offered = recommendations(conflict, labels(conflict.pair));
  // What is shown already need not be offered again.
  return offered
    .filter(({ command: words }) => !inShow || words?.[0] !== 'show' || words[1] !== String(conflict.id))
    .flatMap(({ text, command: words }, i) => [
      `${i + 1}. ${safeText(text, 400)}`,
      ...(words === null ? [] : [`   ${style.bold(command(...words))}`]),
    ]);
}

/** How it ended: `resolved by anna with merge, 11:00, undone by run 14`. */
function endText(
  { status, resolvedBy, strategy, resolvedAt, undoneIn }: WireConflict,
  { now }: Pick<ConflictLook, 'now'>,
): string {
  if (status === 'vanished') return 'settled: both sides became equal';
  return [
    `resolved by ${safeText(resolvedBy ?? 'the rules', 60)}${strategy === null ? '' : ` with ${strategy}`}`,
    ...(resolvedAt === null ? [] : [whenText(resolvedAt, now)]),
    ...(undoneIn === null ? [] : [`undone by run ${undoneIn}`]),
  ].join(', ');
}

export function closedLines(conflict: WireConflict, look: ConflictLook): string[] {
  const notes = conflict.notes === '' ? '' : ` (${safeText(conflict.notes, 200)})`;
  return [look.style.dim(`${title(conflict)}: ${endText(conflict, look)}${notes}`)];
}

/** One conflict with all its fields side by side. */
export function showLines(conflict: WireConflict, look: ConflictLook): string[] {
  const labels = look.labels(conflict.pair);
  const head = [
    look.style.bold(title(conflict)),
    ...indented([
      safeText(conflict.reason, 500),
      ...pairLines([
        ['pair', safeText(conflict.pair)],
        ['collection', safeText(conflict.collection)],
        ['status', isOpen(conflict) ? conflict.status : endText(conflict, look)],
        ['since', `${whenText(conflict.at, look.now, true)}${conflict.run === 0 ? '' : `, run ${conflict.run}`}`],
        ...(conflict.blockedBy.length === 0
          ? []
          : ([
              [
                'waits for',
                conflict.blockedBy
                  .map(({ collection, key }) => `${safeText(collection)} ${safeText(key.text)}`)
                  .join('; '),
              ],
            ] as const)),
        ...(conflict.notes === '' ? [] : ([['notes', safeText(conflict.notes, 2000)]] as const)),
      ]),
    ]),
    '',
    ...indented([
      ...(isOpen(conflict) ? [] : ['As it was when it waited:']),
      ...fieldLines(conflict, labels, look.style),
    ]),
  ];
  if (!isOpen(conflict)) return head;
  return [...head, ...otherLines(conflict, labels), '', ...indented(recommendationLines(conflict, look, true))];
}

function otherLines({ other }: WireConflict, labels: Labels): string[] {
  if (!other) return [];
  const side = other.onBoth ? 'both sides' : other.side === 'A' ? labels.a : labels.b;
  return [
    '',
    ...indented([`The other record, ${safeText(other.key.text, 60)} on ${side}: ${displayRecordText(other.record)}`]),
  ];
}
