import { collectionOptionTable } from '../../../shared/config/collection-options.ts';
import type {
  WireAddReport,
  WireFinding,
  WirePair,
  WirePreview,
  WireTestReport,
} from '../../../shared/contract/pair-shapes.ts';
import { captureText } from '../../../shared/model/capture-text.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { labelsOf } from './labels.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines, tableLines } from './table.ts';

export const EXPIRY = 'records that one side lets expire by itself shall be deleted on the other side, too';

export function directionLine({ direction, a, b }: WirePair): string {
  if (direction === 'both') return 'both ways';
  const { a: here, b: there } = labelsOf({ a, b });
  return direction === 'a-to-b' ? `one way, ${here} → ${there}` : `one way, ${there} → ${here}`;
}

/** Counts before the first sync, one line per collection. */
export function previewLines(preview: WirePreview, { a, b }: Labels, style: Style): string[] {
  const columns = [
    { head: 'collection' },
    { head: 'equal', right: true },
    { head: `only on ${a}`, right: true },
    { head: `only on ${b}`, right: true },
    { head: 'different', right: true },
    { head: 'used twice', right: true },
  ];
  const rows = preview.collections.map((each) => [
    safeText(each.name, 60),
    ...[each.equal, each.onlyA, each.onlyB, each.different, each.uniqueClashes].map(numberText),
  ]);
  return tableLines(columns, rows, style.bold);
}

/** A database that is not there yet: a path that was mistyped is seen here. */
export const madeLines = ({ made, added, pair }: WireAddReport, style: Style): string[] =>
  made.map((side) => {
    const { url } = side === 'A' ? pair.a : pair.b;
    const name = side === 'A' ? labelsOf(pair).a : labelsOf(pair).b;
    const what = added ? 'did not exist and was made' : 'does not exist and would be made';
    return style.warn(`${safeText(url, 500)} ${what} (${name}).`);
  });

export function findingLines(findings: readonly WireFinding[], style: Style): string[] {
  if (findings.length === 0) return [];
  const text = ({ collection, text: what }: WireFinding): string =>
    collection === '' ? safeText(what, 500) : `${safeText(collection, 60)}: ${safeText(what, 500)}`;
  return [
    style.bold('Worth knowing'),
    ...indented([...new Set(findings.map((finding) => (finding.blocks ? style.bad(text(finding)) : text(finding))))]),
  ];
}

/** How a first pair is added, and what may stand for its two databases; one text for every place that says so. */
export const addHint = (addCommand: string): readonly [string, string] => [
  `Add one: ${addCommand} NAME HERE THERE`,
  'HERE and THERE are its two databases: a file such as shop.db (SQLite), or mongodb://HOST/DATABASE.',
];

export function pairListLines(pairs: readonly WirePair[], style: Style, addCommand: string): string[] {
  if (pairs.length === 0)
    return ['No pairs yet. A pair is two databases that Tandem keeps in step.', ...addHint(addCommand)];
  return pairs.flatMap((pair, i) => [
    ...(i === 0 ? [] : ['']),
    `${style.bold(safeText(pair.name))}: ${directionLine(pair)}, ${countText(pair.collections.length, 'collection')}`,
    ...indented(
      pairLines([
        [labelsOf(pair).a, safeText(pair.a.url)],
        [labelsOf(pair).b, safeText(pair.b.url) || 'not configured'],
      ]),
    ),
  ]);
}

/** What stands in the databases and no sync carries, each with the reason. */
export function notSyncedLines(never: WireTestReport['notSynced'], { a, b }: Labels, style: Style): string[] {
  if (never.length === 0) return [];
  const where = (side: 'A' | 'B' | null): string => (side === null ? '' : ` (on ${side === 'A' ? a : b} only)`);
  return [
    style.bold('not synced'),
    ...indented(
      never.map(
        ({ kind, name, side, why }) => `${safeText(kind)} ${safeText(name, 80)}${where(side)}: ${safeText(why, 500)}`,
      ),
    ),
  ];
}

/** How each side notices what others change, as far as it is known. */
export function captureLines(capture: WireAddReport['capture'], { a, b }: Labels): string[] {
  const sides = [
    [a, capture.A],
    [b, capture.B],
  ] as const;
  const known = sides.flatMap(([label, one]) =>
    one === null ? [] : [[label, safeText(captureText(one), 300)] as const],
  );
  return known.length === 0 ? [] : ['How Tandem notices what others write', ...indented(pairLines(known))];
}

/** What somebody set for this collection alone. */
function rulesOf(collection: WirePair['collections'][number]): string[] {
  const set = (Object.keys(collectionOptionTable) as (keyof typeof collectionOptionTable)[]).flatMap((key) => {
    const value = collection[key];
    const isDefault = JSON.stringify(value) === JSON.stringify(collectionOptionTable[key].default);
    return value === undefined || isDefault ? [] : [[key, value] as const];
  });
  return set.map(([key, value]) => `${key} ${safeText(ruleText(value), 200)}`);
}

function ruleText(value: string | readonly (string | readonly string[])[] | object | null): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value
      .map((each: string | string[]) => (typeof each === 'string' ? each : `(${each.join(', ')})`))
      .join(', ');
  return Object.entries(value ?? {})
    .map(([field, policy]) => `${field}: ${policy}`)
    .join(', ');
}

export function pairLinesOf(pair: WirePair, style: Style): string[] {
  const labels = labelsOf(pair);
  const options = Object.entries(pair.options).map(
    ([key, value]) => [key, safeText(JSON.stringify(value), 200)] as const,
  );
  return [
    style.bold(safeText(pair.name)),
    ...indented(
      pairLines([
        [labels.a, safeText(pair.a.url)],
        [labels.b, safeText(pair.b.url) || 'not configured'],
        ['direction', directionLine(pair)],
      ]),
    ),
    '',
    ...indented([style.bold('collections')]),
    ...indented(
      pairLines(
        pair.collections.map((each) => [
          safeText(each.name, 60),
          [
            `key ${safeText(each.key.join(', '), 100)}`,
            each.anyField ? 'whatever fields there are' : countText(each.fields.length, 'field'),
            ...rulesOf(each),
          ].join('; '),
        ]),
      ),
      '    ',
    ),
    '',
    ...indented([style.bold('settings')]),
    ...indented(pairLines(options), '    '),
  ];
}

/** What can be made alike by one command, which shows it and asks first. */
export const offeredLines = ({ indexes }: WireTestReport, command: string): string[] =>
  indexes === 0
    ? []
    : [
        `To make ${indexes === 1 ? 'the index that is on one side only' : `the ${numberText(indexes)} indexes that are on one side only`} on the other, too:`,
        `  ${command}`,
      ];

export function testLines(report: WireTestReport, style: Style): string[] {
  return [
    ...report.sides.flatMap(({ ok, label, collections, kind, capture, error }) =>
      error === null
        ? [
            `${ok ? style.good('answers') : style.bad('does not answer')}  ${safeText(label)} (${safeText(kind)}, ${countText(collections, 'collection')})`,
            ...(capture === null ? [] : indented([`noticed by ${safeText(captureText(capture), 300)}`])),
          ]
        : [style.bad(safeText(error.message, 500)), ...(error.hint === '' ? [] : [safeText(error.hint, 500)])],
    ),
    ...findingLines(report.findings, style),
    'The test only looked; it wrote nothing.',
  ];
}
