import { spread } from '../../../shared/lib/spread.ts';
import type { WireBrake, WireRun } from '../../../shared/contract/run-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { assertNever } from '../../../shared/lib/assert.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { DecisionLook } from './decision-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import { indented } from './table.ts';
import { whenText } from './times.ts';
import { twoAnswers } from './two-states.ts';
import { listText, total } from './words.ts';

/** What came of an answer to a brake, in what was really written. */
export function answeredText(
  answer: BrakeAnswer,
  run: Pick<WireRun, 'written' | 'conflicts' | 'withheld'>,
  { a, b }: Labels,
  brake?: Pick<WireBrake, 'kind' | 'collection'>,
): string {
  if (answer === 'keep' && brake?.kind === 'drift')
    return 'Kept: nothing was overwritten; both sides stay as they are.';
  if (answer === 'keep' && brake?.collection === '')
    return 'Kept paused: nothing of the whole pair is written until you answer otherwise.';
  if (answer === 'keep')
    return 'Kept paused: of what the brake stopped nothing is written until you answer otherwise; everything else goes on.';
  const parts = [writtenText(run.written.A, a), writtenText(run.written.B, b)].filter((part) => part !== '');
  const begin = answer === 'bring-back' ? 'Brought back' : 'Let go';
  const waiting = total(run.conflicts);
  const waits =
    waiting === 0
      ? ''
      : ` ${numberText(waiting)} could not be written yet, and ${waiting === 1 ? 'waits as a conflict' : 'wait as conflicts'}.`;
  if (parts.length === 0)
    return `${begin}: nothing ${waiting + run.withheld === 0 ? 'had to be' : 'was'} written.${waits}`;
  const kept = answer === 'let-go' ? ' The old values are kept in the history.' : '';
  return `${begin}: ${parts.join('; ')}.${waits}${kept}`;
}

function writtenText({ insert, update, delete: gone }: WireRun['written']['A'], side: string): string {
  const counts = [
    [insert, 'inserted'],
    [update, 'updated'],
    [gone, 'deleted'],
  ] as const;
  const parts = counts.flatMap(([n, what]) => (n > 0 ? [`${countText(n, 'record')} ${what}`] : []));
  return parts.length === 0 ? '' : `${listText(parts)} on ${side}`;
}

const answerText = { 'bring-back': 'brought back', 'let-go': 'let go', keep: 'kept paused' } as const;

/** `full`: every record that was kept as a sample, not only the first few. */
export function brakeLines(brakes: readonly WireBrake[], look: DecisionLook, full = false): string[] {
  if (brakes.length === 0) return ['No brake stands.'];
  return brakes.flatMap((brake, i) => [...(i === 0 ? [] : ['']), ...oneBrake(brake, look, full)]);
}

/** The question about the whole pair that this one stands behind. */
const wholeBefore = ({ first }: WireBrake): WireBrake['first'][number] | undefined =>
  first.find(({ collection }) => collection === '');

/** What a brake says once nothing is left of what it asked about. */
export const sameAgainText = (brake: WireBrake): string =>
  `Both sides hold the same in ${whereOf(brake)} again: “bring-back” or “let-go” ends the brake, and nothing is written.`;

const whereOf = ({ collection }: WireBrake): string =>
  collection === '' ? 'the whole pair' : safeText(collection, 60);

function oneBrake(brake: WireBrake, look: DecisionLook, full: boolean): string[] {
  const { a, b } = look.labels(brake.pair);
  const head = `Brake ${brake.id}: ${safeText(brake.pair)}, ${whereOf(brake)}, on ${brake.side === 'A' ? a : b}, since ${whenText(brake.at, look.now)}`;
  const answered = brake.answer !== null && (brake.answer !== 'keep' || brake.kind === 'drift');
  return [
    answered ? look.style.dim(head) : look.style.bad(head),
    ...indented([
      brake.sameAgain ? `When it stopped: ${safeText(brake.cause, 500)}` : safeText(brake.cause, 500),
      ...(brake.sameAgain || wholeBefore(brake) ? [] : stoppedLines(brake, look, answered, full ? Infinity : SAMPLES)),
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
function stoppedLines(brake: WireBrake, look: DecisionLook, answered: boolean, most: number): string[] {
  const { counts, samples, count, pair } = brake;
  const { a, b } = look.labels(pair);
  const { onlyA, onlyB, different } = counts;
  const shown = spread(samples, most);
  const more = Math.max(count, samples.length) - shown.length;
  return [
    ...(onlyA + onlyB + different > 0
      ? [`${numberText(onlyA)} only on ${a}, ${numberText(onlyB)} only on ${b}, ${numberText(different)} different.`]
      : []),
    ...shown.flatMap((sample) => sampleLines(sample, { a, b })),
    ...(shown.length > 0 && more > 0 ? [`… and ${numberText(more)} more`] : []),
    ...(samples.length > shown.length && !answered
      ? ['  To see more of them:', `  ${look.command('brake', 'list', '--pair', pair, '--full')}`]
      : []),
  ];
}

/** Where both sides have the record, only what differs tells them apart. */
function sampleLines({ collection, key, local, remote }: WireBrake['samples'][number], { a, b }: Labels): string[] {
  const name = `${safeText(collection, 40)} ${safeText(key.text, 40)}:`;
  const whole = (state: WireRecord | null): string => safeText(displayRecord(state, 80), 100);
  if (local === null || remote === null) return [`${name} ${a} ${whole(local)} / ${b} ${whole(remote)}`];
  const lines = twoAnswers(local, remote, { a, b }, FIELDS);
  if (lines.length === 0) return [`${name} both sides ${whole(local)}`];
  return lines.length === 1 ? [`${name} ${lines.join('')}`] : [name, ...indented(lines)];
}

const FIELDS = 4;

function questionLines(brake: WireBrake, look: DecisionLook): string[] {
  const { answer, answeredBy, answeredAt } = brake;
  if (brake.sameAgain) return [sameAgainText(brake), `  ${answerWith(brake, 'bring-back', look)}`];
  const whole = wholeBefore(brake);
  if (whole)
    return [
      `Answer brake ${whole.brake} first: it asks about the whole pair, and until then nothing of ${whereOf(brake)} is written.`,
    ];
  const isOffered = brake.possible.length > 1 || brake.first.length > 0;
  const when = answeredAt === null ? '' : `, ${whenText(answeredAt, look.now)}`;
  const isKept = answer === 'keep';
  return [
    brake.kind === 'drift'
      ? 'Counted when it stopped.'
      : 'Counted when it stopped; what changed since waits with it, and is judged after your answer.',
    isKept
      ? `Kept paused by ${safeText(answeredBy ?? '', 60)}${when}: nothing of ${whereOf(brake)} is written until it is answered otherwise:`
      : `Nothing was written. ${isOffered ? 'Nothing is chosen for you:' : cureText(brake, look)}`,
    ...numbered(isOffered ? answersOf(brake, look) : curesOf(brake, look)),
  ];
}

/** What each answer writes, and where: `side` is the one that would be written, or that came back or lost something. */
function answerTexts(
  { kind, side, counts }: WireBrake,
  { a, b }: Labels,
): { readonly back: string; readonly go: string } {
  const [one, other] = side === 'A' ? [a, b] : [b, a];
  switch (kind) {
    case 'deletes':
    case 'emptied':
      return { back: `${other} gets them again from ${one}.`, go: `they are deleted on ${one}, too.` };
    case 'changes':
      return { back: `${other} gets the old values again from ${one}.`, go: `${one} gets the new values.` };
    case 'schema':
      return {
        back: `${one} gets again from ${other} what it lost.`,
        go: `what ${one} lost is given up on ${other}, too.`,
      };
    case 'missing':
      return { back: `${one} is filled from ${other}.`, go: `what ${one} lacks is deleted on ${other}, too.` };
    case 'replaced':
    case 'restored':
    case 'state-older':
      return sideTexts({ side, counts }, one, other);
    case 'drift':
      return { back: `what ${one} holds is copied to ${other}, this once.`, go: `${one} gets what ${other} has.` };
    default:
      return assertNever(kind, 'kind of a brake');
  }
}

/** Which side is to be trusted, in numbers of records once they are counted. */
function sideTexts(
  { side, counts: { onlyA, onlyB, different } }: Pick<WireBrake, 'side' | 'counts'>,
  one: string,
  other: string,
): { readonly back: string; readonly go: string } {
  if (onlyA + onlyB + different === 0)
    return {
      back: `${one} gets what ${other} has, where it is missing or different; what only ${one} has goes to ${other}.`,
      go: `${other} gets the state of ${one}, and what only ${other} has is deleted there.`,
    };
  const [extra, missing] = side === 'A' ? [onlyA, onlyB] : [onlyB, onlyA];
  const gets = (n: number, from: string): readonly string[] => [
    ...(n > 0 ? [`the ${countText(n, 'record')} it lacks`] : []),
    ...(different > 0 ? [`what ${from} holds in ${countText(different, 'record')}`] : []),
  ];
  const said = (who: string, what: readonly string[]): string[] =>
    what.length === 0 ? [] : [`${who} gets ${listText(what)}`];
  return {
    back: `${[...said(one, gets(missing, other)), ...(extra > 0 ? [`${numberText(extra)} that only ${one} has ${extra === 1 ? 'goes' : 'go'} to ${other}`] : [])].join('; ')}.`,
    go: `${[...said(other, gets(extra, one)), ...(missing > 0 ? [`${numberText(missing)} that only ${other} has ${missing === 1 ? 'is' : 'are'} deleted there`] : [])].join('; ')}.`,
  };
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
    wayTo(brake, 'bring-back', ['Bring them back', back], look),
    wayTo(brake, 'let-go', ['Let them go', `the change is meant, and ${go} The old values stay in the history.`], look),
    ...leaveOutWays(brake, look),
    ...keepWays(brake, look),
  ];
}

/** An answer, or what has to be answered likewise before it is taken. */
function wayTo(
  brake: WireBrake,
  answer: BrakeAnswer,
  [begin, text]: readonly [string, string],
  look: DecisionLook,
): Way {
  const first = brake.first.find((each) => each.answer === answer);
  if (first)
    return {
      text: `${begin}: answer brake ${first.brake} (${safeText(first.collection, 60)}) first, whose records have to be written before these.`,
      command: answerWith({ id: first.brake }, answer, look),
    };
  const along = brake.along.filter((each) => each.answer === answer);
  const too = along.map((each) => `brake ${each.brake} (${safeText(each.collection, 60)})`);
  return {
    text: `${begin}: ${text}${too.length === 0 ? '' : ` It answers ${listText(too)}, too: their records refer to each other.`}`,
    command: answerWith(brake, answer, look),
  };
}

/** Answered with *keep* already, it is no choice any more. */
function keepWays(brake: WireBrake, look: DecisionLook): Way[] {
  if (brake.answer === 'keep') return [];
  const text =
    brake.kind === 'drift'
      ? 'Keep: both sides stay as they are, and a sync goes on without touching them.'
      : `Keep paused: nothing of ${whereOf(brake)} is written on either side${brake.collection === '' ? '' : '; everything else goes on'}.`;
  return [{ text, command: answerWith(brake, 'keep', look) }];
}

const answerWith = ({ id }: Pick<WireBrake, 'id'>, word: BrakeAnswer, { style, command }: DecisionLook): string =>
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
  const isUncompared = brake.collection === '' && brake.kind !== 'missing';
  const sync: Way = isUncompared
    ? {
        text: 'Then sync: the two sides are compared, and asked about as they are.',
        command: style.bold(command('sync', brake.pair)),
      }
    : brake.kind === 'missing'
      ? { text: 'With its records: the next sync goes on by itself.', command: style.bold(command('sync', brake.pair)) }
      : { text: 'Then look again, and answer:', command: style.bold(command('brake', 'list')) };
  const empty: Way = { text: 'Made again and empty: then “bring-back” fills it from the other side.', command: null };
  return [sync, ...(brake.kind === 'missing' ? [empty] : []), ...leaveOutWays(brake, look), ...keepWays(brake, look)];
}

function cureText({ pair, collection, side, kind, leaveOut }: WireBrake, { labels }: DecisionLook): string {
  const there = side === 'A' ? labels(pair).a : labels(pair).b;
  if (kind === 'schema' && (leaveOut.length === 0 || leaveOut.includes(collection)))
    return `Give ${safeText(collection, 200)} on ${there} the key and the fields back that it had, first:`;
  if (collection === '' && kind !== 'missing')
    return 'The two sides cannot be compared while a collection is missing. Put it back first, or leave it out of the pair:';
  const lost = collection === '' ? 'the collections' : kind === 'schema' ? leaveOut.join(', ') : collection;
  return `Put ${safeText(lost, 200)} back on ${there} first:`;
}
