import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { recommendations, type Labels } from './recommendations.ts';
import { fieldText, safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines, tableLines } from './table.ts';
import { whenText } from './times.ts';
import { kindNames } from './words.ts';

export interface ConflictLook {
  readonly style: Style;
  readonly now: number;
  readonly labels: (pair: string) => Labels;
  readonly command: (...words: readonly string[]) => string;
}

const isOpen = ({ status }: WireConflict): boolean =>
  status === 'open' || status === 'reopened' || status === 'resolving';

/** Grouped by pair and collection; each unresolved one with everything that a decision needs. */
export function conflictLines(conflicts: readonly WireConflict[], look: ConflictLook): string[] {
  if (conflicts.length === 0) return ['Nothing waits for you. No record has two answers.'];
  const open = conflicts.filter(isOpen).length;
  const lines = [
    open === 0
      ? 'Nothing waits for you; these are decided.'
      : `${countText(open, 'conflict')} ${open === 1 ? 'waits' : 'wait'} for you. Nothing is lost, and everything else goes on.`,
  ];
  for (const [group, items] of grouped(conflicts)) {
    lines.push('', look.style.bold(group));
    for (const item of items) lines.push(...indented(isOpen(item) ? openLines(item, look) : closedLines(item, look)));
  }
  return lines;
}

function grouped(conflicts: readonly WireConflict[]): Map<string, WireConflict[]> {
  const groups = new Map<string, WireConflict[]>();
  for (const conflict of conflicts) {
    const name = `${safeText(conflict.collection)} (${safeText(conflict.pair)})`;
    groups.set(name, [...(groups.get(name) ?? []), conflict]);
  }
  return groups;
}

const title = ({ id, kind, key }: WireConflict): string => `#${id}  ${kindNames[kind]}: ${safeText(key.text, 80)}`;

function openLines(conflict: WireConflict, look: ConflictLook): string[] {
  const labels = look.labels(conflict.pair);
  const notes = conflict.notes === '' ? [] : [['notes', safeText(conflict.notes, 500)] as const];
  return [
    '',
    look.style.warn(title(conflict)),
    ...indented([
      safeText(conflict.reason, 500),
      ...pairLines([...valueRows(conflict, labels), ['since', whenText(conflict.at, look.now)], ...notes]),
      ...recommendationLines(conflict, look),
    ]),
  ];
}

function valueRows(conflict: WireConflict, labels: Labels): (readonly [string, string])[] {
  const { fields, local, remote, base, baseKept, other } = conflict;
  if (conflict.kind === 'unique' && other) return uniqueRows(conflict, other, labels);
  if (local === null || remote === null)
    return [
      [labels.a, displayRecordText(local)],
      [labels.b, displayRecordText(remote)],
      ['last agreed', baseKept ? displayRecordText(base) : 'value not kept'],
    ];
  return fields.flatMap((field): (readonly [string, string])[] => [
    ['field', safeText(field, 80)],
    [labels.a, fieldText(local, field)],
    [labels.b, fieldText(remote, field)],
    ['last agreed', baseKept ? (base === null ? 'never' : fieldText(base, field)) : 'value not kept'],
  ]);
}

function uniqueRows(
  { fields, key, local, remote, base, baseKept, suggestion }: WireConflict,
  other: NonNullable<WireConflict['other']>,
  labels: Labels,
): (readonly [string, string])[] {
  const [mine, theirs] = other.side === 'A' ? [labels.b, labels.a] : [labels.a, labels.b];
  const own = other.side === 'A' ? remote : local;
  const values = (state: WireRecord | null): string => fields.map((field) => fieldText(state, field)).join(', ');
  return [
    ['field', fields.map((field) => safeText(field, 80)).join(', ')],
    [mine, `${values(own)}   in record ${safeText(key.text, 60)}`],
    [theirs, `${values(other.record)}   in record ${safeText(other.key.text, 60)}`],
    ['last agreed', baseKept ? (base === null ? 'never' : values(base)) : 'value not kept'],
    ...(suggestion === null ? [] : [['free on both', safeText(suggestion, 60)] as const]),
  ];
}

const displayRecordText = (record: WireRecord | null): string => safeText(displayRecord(record), Infinity);

function recommendationLines(conflict: WireConflict, { labels, command, style }: ConflictLook): string[] {
  return recommendations(conflict, labels(conflict.pair)).flatMap(({ text, command: words }, i) => [
    `${i + 1}. ${safeText(text, 400)}`,
    ...(words === null ? [] : [`   ${style.bold(command(...words))}`]),
  ]);
}

function closedLines(conflict: WireConflict, { style, now }: ConflictLook): string[] {
  const how =
    conflict.status === 'vanished'
      ? 'settled: both sides became equal'
      : `resolved by ${safeText(conflict.resolvedBy ?? 'the rules', 60)}${conflict.strategy === null ? '' : ` with ${conflict.strategy}`}${conflict.resolvedAt === null ? '' : `, ${whenText(conflict.resolvedAt, now)}`}`;
  const notes = conflict.notes === '' ? '' : ` (${safeText(conflict.notes, 200)})`;
  return [style.dim(`${title(conflict)}: ${how}${notes}`)];
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
        ['status', conflict.status],
        ['since', `${whenText(conflict.at, look.now, true)}, run ${conflict.run}`],
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
    ...indented(fieldTable(conflict, labels, look.style)),
  ];
  if (!isOpen(conflict)) return [...head, '', ...closedLines(conflict, look)];
  return [...head, ...otherLines(conflict, labels), '', ...indented(recommendationLines(conflict, look))];
}

function fieldTable({ base, local, remote, fields, baseKept }: WireConflict, { a, b }: Labels, style: Style): string[] {
  const names = [...new Set([local, remote, base].flatMap((state) => Object.keys(state ?? {})))];
  const rows = names.map((name) => [
    fields.includes(name) ? '?' : '',
    safeText(name, 40),
    baseKept ? fieldText(base, name, 40) : 'not kept',
    fieldText(local, name, 40),
    fieldText(remote, name, 40),
  ]);
  return tableLines(
    ['', 'field', 'last agreed', a, b].map((head) => ({ head: safeText(head, 40) })),
    rows,
    style.bold,
  );
}

function otherLines({ other }: WireConflict, labels: Labels): string[] {
  if (!other) return [];
  const side = other.side === 'A' ? labels.a : labels.b;
  return [
    '',
    ...indented([`The other record, ${safeText(other.key.text, 60)} on ${side}: ${displayRecordText(other.record)}`]),
  ];
}
