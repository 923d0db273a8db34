import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import type { Labels } from './recommendations.ts';
import { fieldText, safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines, tableLines } from './table.ts';
import { differing, fieldWindows, wholeText } from './value-window.ts';

type Rows = readonly (readonly [string, string])[];

/** What both sides hold, as far as the decision needs it. */
export function valueRows(conflict: WireConflict, labels: Labels): Rows {
  const { fields, local, remote, base, baseKept, other, kind } = conflict;
  if (kind === 'unique' && other) return uniqueRows(conflict, other, labels);
  if (local === null || remote === null) return oneGoneRows(conflict, labels);
  const named = fields.length > 0 ? fields : differing(local, remote);
  if (named.length === 0) return [['both sides', safeText(displayRecord(local), Infinity)]];
  return named.flatMap((field) => {
    const [mine = '', theirs = '', agreed = ''] = fieldWindows([local, remote, baseKept ? base : null], field);
    return [
      ['field', safeText(field, 80)] as const,
      [labels.a, mine] as const,
      [labels.b, theirs] as const,
      ['last agreed', agreedText(conflict, agreed)] as const,
    ];
  });
}

/** What both agreed on before one of them came back from a copy is no longer what they have in common. */
function agreedText({ kind, base, baseKept }: WireConflict, value: string): string {
  if (!baseKept) return 'value not kept';
  if (base !== null) return value;
  return kind === 'restored' ? 'not known' : 'never';
}

/** One side has no record; of the other one what was edited since both agreed. */
function oneGoneRows({ local, remote, base, baseKept }: WireConflict, labels: Labels): Rows {
  const record = (state: WireRecord | null): string => safeText(displayRecord(state), Infinity);
  const kept = local ?? remote;
  const edited = base === null || kept === null || !baseKept ? [] : differing(base, kept);
  return [
    [labels.a, record(local)],
    [labels.b, record(remote)],
    ...(edited.length > 0 ? [] : [['last agreed', baseKept ? record(base) : 'value not kept'] as const]),
    ...edited.map((field, i) => {
      const [before = '', after = ''] = fieldWindows([base, kept], field);
      return [
        i === 0 ? `edited on ${local === null ? labels.b : labels.a}` : '',
        `${safeText(field, 80)}: ${before} → ${after}`,
      ] as const;
    }),
  ];
}

function uniqueRows(conflict: WireConflict, other: NonNullable<WireConflict['other']>, labels: Labels): Rows {
  const { fields, key, local, remote, base, givesUp, possible } = conflict;
  const free = givesUp.flatMap(({ field, suggestion }) =>
    suggestion === null
      ? []
      : [`${fields.length > 1 || givesUp.length > 1 ? `${safeText(field, 80)} ` : ''}${safeText(suggestion, 60)}`],
  );
  const [mine, theirs] = other.side === 'A' ? [labels.b, labels.a] : [labels.a, labels.b];
  const own = other.side === 'A' ? remote : local;
  const values = (state: WireRecord | null): string => fields.map((field) => fieldText(state, field)).join(', ');
  return [
    ['field', fields.map((field) => safeText(field, 80)).join(', ')],
    [mine, `${values(own)}   in record ${safeText(key.text, 60)}`],
    [other.onBoth ? 'both sides' : theirs, `${values(other.record)}   in record ${safeText(other.key.text, 60)}`],
    ['last agreed', agreedText(conflict, values(base))],
    ...(free.length === 0 || !possible.includes('rename_local') ? [] : [['free on both', free.join(', ')] as const]),
  ];
}

const CELL = 40;

/** Every field side by side, the disputed ones marked; long values stand below in full. */
export function fieldLines(conflict: WireConflict, { a, b }: Labels, style: Style): string[] {
  const { base, local, remote, fields, baseKept } = conflict;
  const states = [local, remote, baseKept ? base : null] as const;
  const names = [...new Set([local, remote, base].flatMap((state) => Object.keys(state ?? {})))];
  const rows = names.map((name) => {
    const [mine = '', theirs = '', agreed = ''] = fieldWindows(states, name, CELL);
    return [fields.includes(name) ? '?' : '', safeText(name, CELL), baseKept ? agreed : 'not kept', mine, theirs];
  });
  const heads = ['', 'field', 'last agreed', a, b].map((head) => ({ head: safeText(head, CELL) }));
  return [...tableLines(heads, rows, style.bold), ...names.flatMap((name) => inFull(name, conflict, { a, b }, style))];
}

/** A field whose values the table had to cut. */
function inFull(
  name: string,
  { base, local, remote, baseKept }: WireConflict,
  { a, b }: Labels,
  style: Style,
): string[] {
  const states = { 'last agreed': baseKept ? base : null, [a]: local, [b]: remote };
  const rows = Object.entries(states).flatMap(([label, state]) => {
    const value = state !== null && Object.hasOwn(state, name) ? state[name] : undefined;
    const text = wholeText(value, CELL);
    return text === null ? [] : [[label, text] as const];
  });
  return rows.length === 0 ? [] : ['', style.bold(`${safeText(name, 80)} in full`), ...indented(pairLines(rows))];
}
