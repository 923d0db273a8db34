import type { WireReceipt } from '../../../shared/contract/run-shapes.ts';
import type { WireConfigView, WireDoctor, WireTimelineEntry } from '../../../shared/contract/system-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines, tableLines } from './table.ts';
import { whenText } from './times.ts';
import { changeLines, twoAnswers } from './two-states.ts';
import { differing } from './value-window.ts';
import { listText } from './words.ts';

/** A dated statement: what is equal, what is not, and what it says nothing about. */
export function receiptLines(receipt: WireReceipt, { a, b }: Labels, style: Style, now: number): string[] {
  const apart = receipt.collections.reduce((sum, each) => sum + each.apart, 0);
  const waiting = waitingText(receipt);
  const others = receipt.collections.some(({ different, onlyA, onlyB }) => different + onlyA + onlyB > 0);
  const head = receipt.equal
    ? style.good('Both sides are equal')
    : apart > 0 && waiting === '' && !others
      ? style.good(`Both sides are equal, but for ${countText(apart, 'record')} kept apart on purpose`)
      : style.warn(`Not equal${waiting}`);
  const columns = [
    { head: 'collection' },
    { head: 'equal', right: true },
    { head: 'different', right: true },
    { head: `only on ${a}`, right: true },
    { head: `only on ${b}`, right: true },
    { head: 'waiting', right: true },
    ...(apart > 0 ? [{ head: 'kept apart', right: true }] : []),
  ];
  const rows = receipt.collections.map((each) => [
    safeText(each.name, 60),
    ...[each.equal, each.different, each.onlyA, each.onlyB, each.waiting, ...(apart > 0 ? [each.apart] : [])].map(
      numberText,
    ),
  ]);
  return [
    `${style.bold(safeText(receipt.pair))}: ${head}, compared ${whenText(receipt.at, now, true)}.`,
    ...indented([...tableLines(columns, rows, style.bold), ...differingLines(receipt, { a, b })]),
    ...notComparedLines(receipt.notCompared, { a, b }),
  ];
}

/** The first records that differ, by name. */
function differingLines({ differing, collections }: WireReceipt, { a, b }: Labels): string[] {
  const all = collections.reduce(
    (sum, { different, onlyA, onlyB, waiting, apart }) => sum + different + onlyA + onlyB + waiting + apart,
    0,
  );
  const shown = differing.slice(0, NAMED);
  const how = { waiting: ', waits for you', apart: ', kept apart on purpose' };
  return [
    ...shown.map(
      ({ collection, key, only, waits }) =>
        `${safeText(collection, 60)} ${safeText(key.text, 60)}: ${only === null ? 'different' : `only on ${only === 'A' ? a : b}`}${waits === null ? '' : how[waits]}`,
    ),
    ...(shown.length > 0 && all > shown.length ? [`… and ${numberText(all - shown.length)} more`] : []),
  ];
}

const NAMED = 20;

/** How many of the differences are questions for a person; '' where none is. */
function waitingText({ collections }: WireReceipt): string {
  const sum = (pick: (each: WireReceipt['collections'][number]) => number): number =>
    collections.reduce((all, each) => all + pick(each), 0);
  const waiting = sum((each) => each.waiting);
  if (waiting === 0) return '';
  const others = sum((each) => each.different + each.onlyA + each.onlyB + each.apart);
  if (others > 0)
    return `; ${numberText(waiting)} of the ${numberText(waiting + others)} differences ${waiting === 1 ? 'waits' : 'wait'} for you`;
  return waiting === 1
    ? '; the only difference waits for you'
    : `; all ${numberText(waiting)} differences wait for you`;
}

/** One line for each thing that was left out, whatever the sides and the number of reasons. */
export function notComparedLines(texts: readonly string[], { a, b }: Labels): string[] {
  const found = new Map<string, { readonly sides: Set<string>; readonly whys: Set<string> }>();
  const others: string[] = [];
  for (const text of texts) {
    const side = [a, b].find((label) => text.includes(` (${label}): `));
    if (side === undefined) {
      others.push(text);
      continue;
    }
    const [name = '', ...rest] = text.split(` (${side}): `);
    const one = found.get(name) ?? { sides: new Set(), whys: new Set() };
    found.set(name, one);
    one.sides.add(side);
    one.whys.add(rest.join(` (${side}): `));
  }
  const joined = [...found].map(
    ([name, { sides, whys }]) =>
      `${name} (${listText([a, b].filter((side) => sides.has(side)))}): ${[...whys].join('; ')}`,
  );
  return [...joined, ...others].map((text) => `Not compared: ${safeText(text, 500)}`);
}

/** Why a record holds what it holds, oldest first. */
export function timelineLines(
  entries: readonly WireTimelineEntry[],
  { a, b }: Labels,
  style: Style,
  now: number,
): string[] {
  if (entries.length === 0) return ['Nothing is known about this record yet.'];
  return entries.flatMap((entry) => {
    const side = entry.side === null ? '' : ` on ${entry.side === 'A' ? a : b}`;
    // What a plan found stands before any run.
    const by = [
      ...(entry.run === 0 ? [] : [`run ${entry.run}`]),
      ...(entry.who === '' ? [] : [safeText(entry.who, 60)]),
    ];
    return [
      `${style.bold(whenText(entry.at, now, true))}  ${entry.what}${side}${by.length === 0 ? '' : ` (${by.join(', ')})`}`,
      ...indented([
        ...(entry.text === '' ? [] : [safeText(entry.text, 500)]),
        ...(entry.what === 'conflict'
          ? twoAnswers(entry.before, entry.after, { a, b })
          : stepLines(entry.before, entry.after)),
      ]),
    ];
  });
}

function stepLines(before: WireRecord | null, after: WireRecord | null): string[] {
  if (before === null && after === null) return [];
  if (before === null) return [`is now ${safeText(displayRecord(after), 300)}`];
  if (after === null) return [`was ${safeText(displayRecord(before), 300)}, and is gone`];
  return changeLines(before, after, differing(before, after));
}

/** Every key with its value and where that comes from. */
export function configLines(
  view: WireConfigView,
  collections: readonly (readonly [string, string])[],
  style: Style,
): string[] {
  const groups = [...new Set(view.settings.map(({ pair }) => pair))];
  return [
    `${safeText(view.path, 500)}${view.exists ? '' : ' (not there yet; everything has its default)'}`,
    ...groups.flatMap((pair) => [
      '',
      style.bold(pair === '' ? 'Tandem' : `Pair ${safeText(pair)}`),
      ...indented(
        tableLines(
          [{ head: 'key' }, { head: 'value' }, { head: 'from' }, { head: 'what it does' }],
          view.settings
            .filter((setting) => setting.pair === pair)
            .map(({ key, value, origin, description }) => [
              key,
              safeText(JSON.stringify(value), 60),
              origin,
              safeText(firstSentence(description), 200),
            ]),
          style.dim,
        ),
      ),
      ...indented(
        pairLines(collections.filter(([name]) => name === pair).map(([, text]) => ['collections', text] as const)),
      ),
    ]),
  ];
}

/** The rest stands in the documentation. */
const firstSentence = (text: string): string => /^.*?\.(?= |$)/s.exec(text)?.[0] ?? text;

const signs = { ok: 'ok', note: 'note', attention: 'look' } as const;

export function doctorLines({ home, checks }: WireDoctor, style: Style, runnable: (text: string) => string): string[] {
  const bad = checks.filter(({ ok }) => ok === 'attention').length;
  return [
    `Home: ${safeText(home, 500)}`,
    ...checks.flatMap(({ name, ok, text, hint }) => [
      `${(ok === 'attention' ? style.bad : style.good)(signs[ok].padEnd(4))}  ${safeText(name, 80)}: ${safeText(text, 500)}`,
      ...(hint === '' ? [] : [`      ${safeText(runnable(hint), 500)}`]),
    ]),
    bad === 0
      ? 'Nothing needs you.'
      : `${numberText(bad)} of ${numberText(checks.length)} ${bad === 1 ? 'needs' : 'need'} a look.`,
  ];
}
