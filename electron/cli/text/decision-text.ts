import type { WireAutoResolveReport, WireResolveReport } from '../../../shared/contract/conflict-shapes.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { byItselfLines } from './by-itself-text.ts';
import { restingLines, type Resting } from './conflict-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines } from './table.ts';

export interface DecisionLook {
  readonly style: Style;
  readonly now: number;
  readonly labels: (pair: string) => Labels;
  readonly command: (...words: readonly string[]) => string;
  readonly runnable: (text: string) => string;
}

/** What waits for a person after the decisions. */
export interface Left extends Resting {
  readonly conflicts: number;
}

/** What a resolution did, or would do, and the next step. */
export function resolveLines(report: WireResolveReport, left: Left, look: DecisionLook): string[] {
  const { style, runnable } = look;
  const lines = report.dryRun
    ? ['Nothing was written; this is what would be:', ...indented(previewLines(report, look))]
    : report.resolved.map(({ id, text }) => `${style.good('Resolved')} #${id}: ${safeText(text, 300)}`);
  const not = report.dryRun ? 'Would not be resolved' : 'Not resolved';
  for (const { id, text } of report.failed) lines.push(`${style.bad(not)} #${id}: ${safeText(runnable(text), 500)}`);
  for (const id of report.notFound) lines.push(`${style.bad(not)} #${id}: There is no conflict ${id}.`);
  if (report.resolved.length + report.failed.length + report.notFound.length === 0)
    lines.push('No conflict fits; nothing was written.');
  if (report.dryRun) return [...lines, ...recordLines(report, look)];
  return [...lines, ...recordLines(report, look), ...nextLines(left, look)];
}

const RECORDS = 20;

/** Every record that was, or would be, written, what follows with the next sync, and how to take it back. */
function recordLines(report: WireResolveReport | WireAutoResolveReport, look: DecisionLook): string[] {
  const { wrote, runs, dryRun } = report;
  const { style, command, labels } = look;
  const lines = wrote.slice(0, RECORDS).map(({ pair, collection, key, local, remote }) => {
    const { a, b } = labels(pair);
    const done = [
      ...(local ? [`${doneWords[local]} on ${a}`] : []),
      ...(remote ? [`${doneWords[remote]} on ${b}`] : []),
    ];
    return `${safeText(collection, 60)} ${safeText(key.text, 60)}: ${done.join(', ')}`;
  });
  const more = wrote.length - lines.length;
  return [
    ...(wrote.length === 0 ? [] : [`${dryRun ? 'Would be written' : 'Written'}: ${countText(wrote.length, 'record')}`]),
    ...indented(lines),
    ...indented(more > 0 ? [`… and ${numberText(more)} more`] : []),
    ...byItselfLines(report.byItself, labels),
    ...followLines(report, look),
    ...(dryRun ? [OWN_RULES] : []),
    ...runs.map(({ run }) => `Undo it: ${style.bold(command('undo', 'run', String(run)))}`),
  ];
}

const OWN_RULES =
  'What the rules of a side itself (a CHECK, a trigger, a validator) refuse shows only when it is written.';

const doneWords = { insert: 'inserted', update: 'changed', delete: 'deleted' } as const;

/** A decision writes what was decided; what waited for it is said, and left to the next sync. */
function followLines({ follows }: Pick<WireResolveReport, 'follows'>, { style, command }: DecisionLook): string[] {
  if (follows.length === 0) return [];
  const names = follows
    .slice(0, RECORDS)
    .map(({ collection, key }) => `${safeText(collection, 60)} ${safeText(key.text, 60)}`);
  const more = follows.length > names.length ? ` and ${numberText(follows.length - names.length)} more` : '';
  const [waits, it] = follows.length === 1 ? ['waits', 'it'] : ['wait', 'them'];
  return [
    `Not written: ${names.join(', ')}${more}, which ${waits} for it. The next sync takes ${it} up; to see first what it would do:`,
    ...[...new Set(follows.map(({ pair }) => pair))].map((pair) => `  ${style.bold(command('plan', pair))}`),
  ];
}

function previewLines({ preview, resolved }: WireResolveReport, { labels }: DecisionLook): string[] {
  const texts = resolved.map(({ id, text }) => `#${id}: ${safeText(text, 300)}`);
  const states = preview.flatMap(({ pair, collection, key, a, b }) => [
    `${safeText(collection, 60)} ${safeText(key.text, 60)} would then be:`,
    ...indented(
      pairLines([
        [labels(pair).a, safeText(displayRecord(a), 300)],
        [labels(pair).b, safeText(displayRecord(b), 300)],
      ]),
    ),
  ]);
  return [...texts, ...states];
}

function nextLines({ conflicts, ...resting }: Left, look: DecisionLook): string[] {
  const { style, command } = look;
  const lines =
    conflicts === 0
      ? []
      : [
          `${countText(conflicts, 'conflict')} ${conflicts === 1 ? 'still waits' : 'still wait'} for you.`,
          `  ${style.bold(command('conflicts'))}`,
        ];
  lines.push(...restingLines(resting, look));
  return lines.length === 0 ? ['Nothing else waits for you.'] : lines;
}

/** Resolved, skipped, failed, and a tip. */
export function autoResolveLines(
  report: WireAutoResolveReport,
  left: Left,
  look: DecisionLook,
  pair?: string,
): string[] {
  const { style, command } = look;
  const all = report.resolved.length + report.skipped.length + report.failed.length + report.notLookedAt;
  if (all === 0) return ['No conflict waits for you: no record has two answers.', ...restingLines(left, look)];
  const lines = [
    ...(report.dryRun ? ['Nothing was written; this is what would be:'] : []),
    `${style.good(report.dryRun ? 'Would be resolved' : 'Resolved')}: ${numberText(report.resolved.length)}`,
    ...indented(
      report.resolved.map(({ id, strategy, why }) => `#${id} ${strategy ?? 'cleared'}: ${safeText(why, 300)}`),
    ),
    `${report.dryRun ? 'Would be skipped' : 'Skipped'}: ${numberText(report.skipped.length)}`,
    ...indented(report.skipped.map(({ id, why }) => `#${id}: ${safeText(why, 300)}`)),
    `${report.dryRun ? 'Would fail' : 'Failed'}: ${numberText(report.failed.length)}`,
    ...indented(report.failed.map(({ id, why }) => `#${id}: ${safeText(why, 300)}`)),
    ...notLookedAtLines(report, look, pair),
  ];
  lines.push(...recordLines(report, look));
  if (report.dryRun) return lines;
  const tip =
    left.conflicts > 0 && report.skipped.length + report.failed.length > 0
      ? `Tip: ${report.notLookedAt > 0 ? 'of those that were looked at, ' : ''}what is still there is for a person, unless its reason above says that a sync comes first; ${command('conflicts')} shows each with the commands that decide it.`
      : 'Tip: every decision is recorded with the losing value, and can be undone.';
  return [...lines, tip];
}

/** What the limit left over, with the command that looks at all of it. */
function notLookedAtLines(
  { notLookedAt, resolved, failed, dryRun }: WireAutoResolveReport,
  { style, command }: DecisionLook,
  pair: string | undefined,
): string[] {
  if (notLookedAt === 0) return [];
  const again = failed.length + (dryRun ? resolved.filter(({ strategy }) => strategy !== null).length : 0);
  const words = [
    ...(pair === undefined ? [] : ['--pair', pair]),
    '--max',
    String(notLookedAt + again),
    ...(dryRun ? ['--dry-run'] : []),
  ];
  return [
    style.warn(`Not looked at, because of the limit: ${countText(notLookedAt, 'conflict')}. To go on:`),
    `  ${style.bold(command('auto-resolve', ...words))}`,
  ];
}
