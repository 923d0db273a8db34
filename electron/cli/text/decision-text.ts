import type { WireAutoResolveReport, WireHold, WireResolveReport } from '../../../shared/contract/conflict-shapes.ts';
import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { keyWord } from './key-word.ts';
import { fieldText, safeText } from './safe-text.ts';
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

/** What a resolution did, or would do, and the next step. */
export function resolveLines(report: WireResolveReport, open: number, look: DecisionLook): string[] {
  const { style, command, runnable } = look;
  const lines = report.dryRun
    ? ['Nothing was written; this is what would be:', ...indented(previewLines(report, look))]
    : report.resolved.map(({ id, text }) => `${style.good('Resolved')} #${id}: ${safeText(text, 300)}`);
  for (const { id, text } of report.failed)
    lines.push(`${style.bad('Not resolved')} #${id}: ${safeText(runnable(text), 500)}`);
  if (report.resolved.length === 0 && report.failed.length === 0) lines.push('No conflict fits; nothing was written.');
  if (report.dryRun) return lines;
  for (const { run } of report.runs.slice(0, report.resolved.length > 0 ? undefined : 0))
    lines.push(`Undo it: ${style.bold(command('undo', 'run', String(run)))}`);
  return [...lines, ...nextLines(open, look)];
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

function nextLines(open: number, { style, command }: DecisionLook): string[] {
  if (open === 0) return ['Nothing else waits for you.'];
  return [
    `${countText(open, 'conflict')} ${open === 1 ? 'still waits' : 'still wait'} for you.`,
    `  ${style.bold(command('conflicts'))}`,
  ];
}

/** Resolved, skipped, failed, and a tip. */
export function autoResolveLines(report: WireAutoResolveReport, open: number, look: DecisionLook): string[] {
  const { style, command } = look;
  const all = report.resolved.length + report.skipped.length + report.failed.length;
  if (all === 0) return ['Nothing waits for you. No record has two answers.'];
  const lines = [
    `${style.good('Resolved')}: ${numberText(report.resolved.length)}`,
    ...indented(report.resolved.map(({ id, strategy, why }) => `#${id} ${strategy}: ${safeText(why, 300)}`)),
    `Skipped: ${numberText(report.skipped.length)}`,
    ...indented(report.skipped.map(({ id, why }) => `#${id}: ${safeText(why, 300)}`)),
    `Failed: ${numberText(report.failed.length)}`,
    ...indented(report.failed.map(({ id, why }) => `#${id}: ${safeText(why, 300)}`)),
  ];
  for (const { run } of report.runs.slice(0, report.resolved.length > 0 ? undefined : 0))
    lines.push(`Undo it: ${style.bold(command('undo', 'run', String(run)))}`);
  const tip =
    open > 0
      ? `Tip: what was skipped is for a person; ${command('conflicts')} shows each with the commands that decide it.`
      : 'Tip: every decision is recorded with the losing value, and can be undone.';
  return [...lines, tip];
}

export function holdLines(holds: readonly WireHold[], look: DecisionLook): string[] {
  if (holds.length === 0) return ['No record is on hold.'];
  const { style } = look;
  return [
    `${countText(holds.length, 'record')} ${holds.length === 1 ? 'rests' : 'rest'} after an undo. The side that made the change still has it, so the two sides differ on purpose.`,
    ...holds.flatMap((hold) => [
      '',
      style.bold(`${safeText(hold.collection, 60)} ${safeText(hold.key.text, 60)} (${safeText(hold.pair)})`),
      ...indented(oneHold(hold, look)),
    ]),
  ];
}

function oneHold(hold: WireHold, { labels, now, command, style }: DecisionLook): string[] {
  const { a, b } = labels(hold.pair);
  const answer = (word: string): string =>
    style.bold(command('holds', 'answer', hold.pair, hold.collection, keyWord(hold.key), word));
  const values =
    hold.fields.length === 0
      ? ([
          [a, safeText(displayRecord(hold.local), 300)],
          [b, safeText(displayRecord(hold.remote), 300)],
        ] as const)
      : hold.fields.flatMap((field) => [
          ['field', safeText(field, 60)] as const,
          [a, fieldText(hold.local, field)] as const,
          [b, fieldText(hold.remote, field)] as const,
        ]);
  return [
    ...pairLines([
      ...values,
      [
        'since',
        `${whenText(hold.at, now)}, when ${hold.undoneRun > 0 ? `you undid run ${hold.undoneRun}` : 'it was undone'}`,
      ],
    ]),
    '1. Send the change again:',
    `   ${answer('send-again')}`,
    '2. Take the old value on both sides:',
    `   ${answer('old-on-both')}`,
    '3. Keep the two apart:',
    `   ${answer('keep-apart')}`,
  ];
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
  const answered = brake.answer !== null && brake.answer !== 'keep';
  return [
    answered ? look.style.dim(head) : look.style.bad(head),
    ...indented([
      safeText(brake.cause, 500),
      ...stoppedLines(brake, { a, b }),
      ...(answered
        ? [`Answered by ${safeText(brake.answeredBy ?? '', 60)}: ${answerText[brake.answer ?? 'keep']}.`]
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

function questionLines({ id, answer, answeredBy }: WireBrake, { style, command }: DecisionLook): string[] {
  const answerWith = (word: string): string => `   ${style.bold(command('brake', 'answer', String(id), word))}`;
  return [
    'Counted when it stopped; what changed since waits with it, and is judged after your answer.',
    ...(answer === 'keep' ? [`Kept paused by ${safeText(answeredBy ?? '', 60)}.`] : []),
    'Nothing was written. Nothing is chosen for you:',
    '1. Bring them back: what is missing or older is copied from the other side.',
    answerWith('bring-back'),
    '2. Let them go: the change is meant, and goes to the other side; the old values stay in the history.',
    answerWith('let-go'),
    '3. Keep paused: nothing is written on either side.',
    answerWith('keep'),
  ];
}
