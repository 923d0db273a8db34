import type { WireAutoResolveReport, WireResolveReport } from '../../../shared/contract/conflict-shapes.ts';
import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { assertNever } from '../../../shared/lib/assert.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { byItselfLines } from './by-itself-text.ts';
import { restingLines, type Resting } from './conflict-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines } from './table.ts';
import { whenText } from './times.ts';

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
  if (report.resolved.length === 0 && report.failed.length === 0) lines.push('No conflict fits; nothing was written.');
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
    ...(dryRun ? ['What a side itself refuses shows only when it is written.'] : []),
    ...runs.map(({ run }) => `Undo it: ${style.bold(command('undo', 'run', String(run)))}`),
  ];
}

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
    `${safeText(collection, 60)} ${safeText(key.text, 60)}`,
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
export function autoResolveLines(report: WireAutoResolveReport, left: Left, look: DecisionLook): string[] {
  const { style, command } = look;
  const all = report.resolved.length + report.skipped.length + report.failed.length;
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
  ];
  lines.push(...recordLines(report, look));
  if (report.dryRun) return lines;
  const tip =
    left.conflicts > 0
      ? `Tip: what was skipped is for a person; ${command('conflicts')} shows each with the commands that decide it.`
      : 'Tip: every decision is recorded with the losing value, and can be undone.';
  return [...lines, tip];
}

const answerText = { 'bring-back': 'brought back', 'let-go': 'let go', keep: 'kept paused' } as const;

export function brakeLines(brakes: readonly WireBrake[], look: DecisionLook): string[] {
  if (brakes.length === 0) return ['No brake stands.'];
  return brakes.flatMap((brake, i) => [...(i === 0 ? [] : ['']), ...oneBrake(brake, look)]);
}

function oneBrake(brake: WireBrake, look: DecisionLook): string[] {
  const { a, b } = look.labels(brake.pair);
  const where = brake.collection === '' ? 'the whole pair' : safeText(brake.collection, 60);
  const head = `Brake ${brake.id}: ${safeText(brake.pair)}, ${where}, on ${brake.side === 'A' ? a : b}, since ${whenText(brake.at, look.now)}`;
  const answered = brake.answer !== null && (brake.answer !== 'keep' || brake.kind === 'drift');
  return [
    answered ? look.style.dim(head) : look.style.bad(head),
    ...indented([
      safeText(brake.cause, 500),
      ...stoppedLines(brake, { a, b }),
      ...(answered
        ? [
            `Answered by ${safeText(brake.answeredBy ?? '', 60)}: ${brake.answer === 'keep' ? 'kept as it is' : answerText[brake.answer ?? 'keep']}.`,
          ]
        : questionLines(brake, look)),
    ]),
  ];
}

const SAMPLES = 5;

/** How many records are stopped, and a few of them. */
function stoppedLines({ counts, samples, count }: WireBrake, { a, b }: Labels): string[] {
  const { onlyA, onlyB, different } = counts;
  const shown = samples.slice(0, SAMPLES);
  const more = Math.max(count, samples.length) - shown.length;
  return [
    ...(onlyA + onlyB + different > 0
      ? [`${numberText(onlyA)} only on ${a}, ${numberText(onlyB)} only on ${b}, ${numberText(different)} different.`]
      : []),
    ...shown.map(
      ({ collection, key, local, remote }) =>
        `${safeText(collection, 40)} ${safeText(key.text, 40)}: ${a} ${safeText(displayRecord(local, 80), 100)} / ${b} ${safeText(displayRecord(remote, 80), 100)}`,
    ),
    ...(shown.length > 0 && more > 0 ? [`… and ${numberText(more)} more`] : []),
  ];
}

function questionLines(brake: WireBrake, look: DecisionLook): string[] {
  const { answer, answeredBy, answeredAt } = brake;
  const when = answeredAt === null ? '' : `, ${whenText(answeredAt, look.now)}`;
  const isKept = answer === 'keep';
  return [
    brake.kind === 'drift'
      ? 'Counted when it stopped.'
      : 'Counted when it stopped; what changed since waits with it, and is judged after your answer.',
    isKept
      ? `Kept paused by ${safeText(answeredBy ?? '', 60)}${when}: nothing is written until it is answered otherwise:`
      : `Nothing was written. ${brake.possible.length > 1 ? 'Nothing is chosen for you:' : cureText(brake, look)}`,
    ...numbered(brake.possible.length > 1 ? answersOf(brake, look) : curesOf(brake, look)),
  ];
}

/** What each answer writes, and where: `side` is the one that would be written, or that came back or lost something. */
function answerTexts({ kind, side }: WireBrake, { a, b }: Labels): { readonly back: string; readonly go: string } {
  const [one, other] = side === 'A' ? [a, b] : [b, a];
  switch (kind) {
    case 'deletes':
    case 'emptied':
      return { back: `${other} gets them again from ${one}.`, go: `they are deleted on ${one}, too.` };
    case 'changes':
      return { back: `${other} gets the old values again from ${one}.`, go: `${one} gets the new values.` };
    case 'missing':
    case 'schema':
      return { back: `${one} is filled from ${other}.`, go: `what ${one} lacks is deleted on ${other}, too.` };
    case 'replaced':
    case 'restored':
    case 'state-older':
      return {
        back: `${one} gets what ${other} has, where it is missing or different; what only ${one} has goes to ${other}.`,
        go: `${other} gets the state of ${one}, and what only ${other} has is deleted there.`,
      };
    case 'drift':
      return { back: `what ${one} holds is copied to ${other}, this once.`, go: `${one} gets what ${other} has.` };
    default:
      return assertNever(kind, 'kind of a brake');
  }
}

interface Way {
  readonly text: string;
  readonly command: string | null;
}

const numbered = (ways: readonly Way[]): string[] =>
  ways.flatMap(({ text, command }, i) => [`${i + 1}. ${text}`, ...(command === null ? [] : [`   ${command}`])]);

function answersOf(brake: WireBrake, look: DecisionLook): Way[] {
  const { back, go } = answerTexts(brake, look.labels(brake.pair));
  return [
    { text: `Bring them back: ${back}`, command: answerWith(brake, 'bring-back', look) },
    {
      text: `Let them go: the change is meant, and ${go} The old values stay in the history.`,
      command: answerWith(brake, 'let-go', look),
    },
    ...leaveOutWays(brake, look),
    ...keepWays(brake, look),
  ];
}

/** Answered with *keep* already, it is no choice any more. */
function keepWays(brake: WireBrake, look: DecisionLook): Way[] {
  if (brake.answer === 'keep') return [];
  const text =
    brake.kind === 'drift'
      ? 'Keep: both sides stay as they are, and a sync goes on without touching them.'
      : 'Keep paused: nothing is written on either side.';
  return [{ text, command: answerWith(brake, 'keep', look) }];
}

const answerWith = ({ id }: WireBrake, word: BrakeAnswer, { style, command }: DecisionLook): string =>
  style.bold(command('brake', 'answer', String(id), word));

function leaveOutWays({ pair, leaveOut }: WireBrake, { style, command }: DecisionLook): Way[] {
  if (leaveOut.length === 0) return [];
  return [
    {
      text: `Go on without ${leaveOut.map((name) => safeText(name, 120)).join(', ')}, if it was meant: neither side is written, and it is kept in step no more.`,
      command: style.bold(command('pair', 'edit', pair, '--leave-out', leaveOut.join(','))),
    },
  ];
}

/** What is gone has to be cured in the database first; only what works now is offered. */
function curesOf(brake: WireBrake, look: DecisionLook): Way[] {
  const { style, command } = look;
  const sync: Way =
    brake.kind === 'missing'
      ? { text: 'With its records: the next sync goes on by itself.', command: style.bold(command('sync', brake.pair)) }
      : { text: 'Then look again, and answer:', command: style.bold(command('brake', 'list')) };
  const empty: Way = { text: 'Made again and empty: then “bring-back” fills it from the other side.', command: null };
  return [sync, ...(brake.kind === 'missing' ? [empty] : []), ...leaveOutWays(brake, look), ...keepWays(brake, look)];
}

function cureText({ pair, collection, side, kind, leaveOut }: WireBrake, { labels }: DecisionLook): string {
  const there = side === 'A' ? labels(pair).a : labels(pair).b;
  const lost = collection === '' ? 'the tables' : kind === 'schema' ? leaveOut.join(', ') : collection;
  return `Put ${safeText(lost, 200)} back on ${there} first:`;
}
