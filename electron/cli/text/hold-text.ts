import type {
  WireAnsweredRecord,
  WireHold,
  WireHoldChoice,
  WireHoldCount,
  WireHoldsAnswer,
} from '../../../shared/contract/conflict-shapes.ts';
import type { WireByItself } from '../../../shared/contract/run-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { holdAnswers, type HoldAnswer } from '../../../shared/model/words.ts';
import { byItselfLines } from './by-itself-text.ts';
import type { DecisionLook } from './decision-text.ts';
import { recordWords } from './key-word.ts';
import type { Labels } from './recommendations.ts';
import { quoted, safeText } from './safe-text.ts';
import { indented, pairLines } from './table.ts';
import { whenText } from './times.ts';
import { listText, untilHoldEnds } from './words.ts';
import { differing, fieldWindows } from './value-window.ts';
import { writtenLines } from './written-text.ts';

/** What one answer for all that rest since a run was undone would do, by `groupOf`; only of groups that were tried. */
export type Tried = ReadonlyMap<string, readonly WireHoldsAnswer[]>;

/** What rests since one run of one pair was undone. */
export const groupOf = ({ pair, undoneRun }: Pick<WireHoldCount, 'pair' | 'undoneRun'>): string =>
  `${undoneRun} ${pair}`;

/** The holds that are shown, by the run that was undone, and how many there are in all. */
export function holdLines(
  holds: readonly WireHold[],
  counts: readonly WireHoldCount[],
  look: DecisionLook,
  tried: Tried = new Map(),
): string[] {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return ['No record is on hold.'];
  const groups = Map.groupBy(counts, groupOf);
  const apart = counts.reduce((sum, each) => sum + each.apart, 0);
  const waits = all - apart;
  const lines = [
    ...(waits === 0
      ? []
      : [
          `${countText(waits, 'record')} ${waits === 1 ? 'rests' : 'rest'} after an undo. No sync writes ${waits === 1 ? 'it' : 'them'} ${untilHoldEnds}.`,
          'To put another value there, edit it on either side with your own program: the next sync takes it up, or asks you anew.',
        ]),
    ...(apart === 0
      ? []
      : [
          `${countText(apart, 'record')} ${apart === 1 ? 'is' : 'are'} kept apart on purpose, and ${apart === 1 ? 'waits' : 'wait'} for nobody.`,
        ]),
  ];
  for (const [name, group] of groups) {
    const shown = holds.filter((hold) => groupOf(hold) === name);
    if (shown.length === 0) continue;
    lines.push(
      '',
      ...groupLines(group, tried.get(name), look),
      ...shown.flatMap((hold) => ['', ...indented(oneHold(hold, look))]),
    );
  }
  lines.push(...uncheckedLines(holds));
  if (holds.length < all)
    lines.push(
      '',
      `… and ${numberText(all - holds.length)} more. Add --limit N, --collection NAME or --run N to see others.`,
    );
  return lines;
}

/** Why answers that are offered may be refused all the same. */
const uncheckedLines = (holds: readonly WireHold[]): string[] =>
  [...Map.groupBy(holds, ({ unchecked }) => unchecked)].flatMap(([why, some]) =>
    why === null
      ? []
      : [
          '',
          `${some.length === holds.length ? 'These answers were' : `The answers of ${numberText(some.length)} of these were`} not checked against both sides: ${safeText(why, 300)} One that is refused writes nothing, and says why.`,
        ],
  );

function groupLines(
  group: readonly WireHoldCount[],
  tried: readonly WireHoldsAnswer[] | undefined,
  { style, command }: DecisionLook,
): string[] {
  const [first] = group;
  if (!first) return [];
  const { pair, undoneRun } = first;
  const all = group.reduce((sum, { count }) => sum + count, 0);
  const parts = group.map(({ collection, count }) => `${numberText(count)} of ${safeText(collection, 60)}`);
  const which = group.length === 1 ? ` of ${safeText(first.collection, 60)}` : ` (${parts.join(', ')})`;
  const head = `Undone run ${undoneRun} (${safeText(pair)}): ${countText(all, 'record')}${which}`;
  // One answer for many is about those that wait for one.
  const waiting = group.reduce((sum, { count, apart }) => sum + count - apart, 0);
  if (waiting < 2 || undoneRun === 0) return [style.bold(head)];
  const [most, ...others] = tried === undefined ? allAnswers : takenBy(tried);
  if (!most) return [style.bold(head)];
  const or = others.map(({ answer, part }) => (part === '' ? answer : `${answer} for ${part}`)).join(', ');
  return [
    style.bold(head),
    `  ${most.part === '' ? 'All' : most.part} at once; without --dry-run it is done${or === '' ? '' : ` (or ${or})`}:`,
    `  ${style.bold(command('holds', 'answer', pair, '--run', String(undoneRun), most.answer, '--dry-run'))}`,
  ];
}

/** An answer for many; `part`: how many of them would take it, where not all would. */
interface ForMany {
  readonly answer: HoldAnswer;
  readonly part: string;
}
const allAnswers: readonly ForMany[] = holdAnswers.map((answer) => ({ answer, part: '' }));

/** What most of them would take comes first; to keep all apart is possible in any case. */
const takenBy = (tried: readonly WireHoldsAnswer[]): readonly ForMany[] => [
  ...tried
    .filter(({ answered }) => answered > 0)
    .toSorted((a, b) => b.answered - a.answered)
    .map(({ answer, answered, failed }) => ({
      answer,
      part: failed.length === 0 ? '' : `${numberText(answered)} of ${numberText(answered + failed.length)}`,
    })),
  { answer: 'keep-apart', part: '' },
];

function oneHold(hold: WireHold, { labels, now, command, style, runnable }: DecisionLook): string[] {
  const { a, b } = labels(hold.pair);
  const answer = (word: string): string =>
    style.bold(command('holds', 'answer', hold.pair, ...recordWords(hold.collection, hold.key), word));
  const values =
    hold.fields.length === 0
      ? ([
          [a, safeText(displayRecord(hold.local), 300)],
          [b, safeText(displayRecord(hold.remote), 300)],
        ] as const)
      : hold.fields.flatMap((field) => {
          const [mine = '', theirs = ''] = fieldWindows([hold.local, hold.remote], field);
          return [['field', safeText(field, 60)] as const, [a, mine] as const, [b, theirs] as const];
        });
  return [
    style.bold(`${safeText(hold.collection, 60)} ${safeText(hold.key.text, 60)}`),
    ...indented([
      ...pairLines([
        ...values,
        ['since', whenText(hold.at, now)],
        ...(hold.kept === null
          ? []
          : ([
              ['kept apart', `on purpose, by ${safeText(hold.kept.by, 60)}, ${whenText(hold.kept.at, now)}`],
            ] as const)),
      ]),
      ...hold.choices
        .filter(({ refused }) => refused === null)
        .flatMap((choice, i) => [
          `${i + 1}. ${titleOf(choice, { a, b })}: ${standsText(choice, hold, { a, b })}${choice.answer === 'send-again' ? alongText(hold, 'goes', 'go') : ''}`,
          `   ${answer(choice.answer)}`,
        ]),
      ...notNow(hold).map(([why, words]) => `Not now: ${words.join(', ')}. ${safeText(runnable(why), 500)}`),
      ...(isStuck(hold) ? ['First see to what is named there.'] : []),
    ]),
  ];
}

/** The answers that would be refused as things stand, by the reason. */
const notNow = ({ choices }: WireHold): readonly (readonly [string, readonly HoldAnswer[]])[] =>
  [...Map.groupBy(choices, ({ refused }) => refused)].flatMap(([why, some]) =>
    why === null ? [] : [[why, some.map(({ answer }) => answer)] as const],
  );

/** Nothing that would end the hold is taken as things stand. */
const isStuck = ({ choices }: WireHold): boolean =>
  choices.some(({ refused }) => refused !== null) &&
  choices.every(({ answer, refused }) => refused !== null || answer === 'keep-apart');

/** What is not an old value is not called one: a record that neither side has afterwards is deleted. */
function titleOf({ answer, local, remote }: WireHoldChoice, { a, b }: Labels): string {
  if (answer !== 'keep-apart' && local === null && remote === null) return 'Delete it';
  return {
    'send-again': 'Send the change again',
    'old-on-both': 'Take the value last agreed on',
    'take-local': `Take what stands on ${a} now`,
    'take-remote': `Take what stands on ${b} now`,
    'keep-apart': 'Keep the two apart',
  }[answer];
}

/** `; people 11 goes with it`, as the one that gives its key up would be nowhere without. */
function alongText({ along }: Pick<WireHold, 'along'>, one: string, many: string): string {
  if (along.length === 0) return '';
  const names = along.slice(0, 5).map(({ collection, key }) => `${safeText(collection, 60)} ${safeText(key.text, 60)}`);
  const more = along.length - names.length;
  const all = more > 0 ? `${names.join(', ')} and ${numberText(more)} more` : names.join(', ');
  return `; ${all} ${along.length === 1 ? one : many} with it`;
}

type Both = Pick<WireHold, 'local' | 'remote'>;

/** What stands on each side then: `both: ‘x’`, or each side by its name. */
function standsText(then: Both, { fields, local, remote }: Both & Pick<WireHold, 'fields'>, { a, b }: Labels): string {
  if (then.local === null && then.remote === null) {
    if (local !== null && remote !== null) return 'deletes the record on both sides';
    return local === null && remote === null
      ? 'neither side has the record'
      : `deletes the record on ${local === null ? b : a}; then neither side has it`;
  }
  // Beside the held fields, what waited with them and flows when the hold ends.
  const moved = [...differing(local, then.local), ...differing(remote, then.remote)];
  const shown = fields.length === 0 ? fields : [...new Set([...fields, ...moved])];
  const [here = '', there = ''] = valuesTexts([then.local, then.remote], shown);
  return here === there ? `both: ${here}` : `${a}: ${here}, ${b}: ${there}`;
}

/** Beside each other, so that what differs reads differently. */
function valuesTexts(states: readonly (WireRecord | null)[], fields: readonly string[]): string[] {
  const [only, ...others] = fields;
  const shown = fields.map((field) => ({ field, texts: fieldWindows(states, field).map(quoted) }));
  return states.map((state, i) => {
    if (state === null) return 'no record';
    if (only === undefined) return safeText(displayRecord(state), 300);
    const each = shown.map(({ field, texts }) => [safeText(field, 60), texts[i] ?? ''] as const);
    return others.length === 0 ? (each[0]?.[1] ?? '') : each.map(([name, text]) => `${name} ${text}`).join(', ');
  });
}

/** What an answer did, and what stands now. */
export function answeredLines(
  answer: HoldAnswer,
  { record, byItself }: { readonly record: WireAnsweredRecord; readonly byItself: WireByItself },
  labels: Labels,
): string[] {
  return [answeredLine(answer, record, byItself.length > 0, labels), ...byItselfLines(byItself, () => labels)];
}

function answeredLine(answer: HoldAnswer, record: WireAnsweredRecord, otherwise: boolean, labels: Labels): string {
  const name = `${safeText(record.collection, 60)} ${safeText(record.key.text, 60)}`;
  const { fields, before, local, remote } = record;
  const stands = standsText({ local, remote }, { fields, ...before }, labels);
  if (answer === 'keep-apart')
    return `The two stay apart until you choose again or both become equal; after an edit you are asked again. ${name}: ${stands}.`;
  const values = {
    'old-on-both': 'the value last agreed on',
    'take-local': `what stood on ${labels.a}`,
    'take-remote': `what stood on ${labels.b}`,
  };
  const done =
    answer === 'send-again'
      ? 'The change was sent again'
      : `Both sides ${otherwise ? 'were given' : 'have'} ${values[answer]}`;
  return `${local === null && remote === null ? 'Deleted' : done}; the hold has ended. ${name}: ${stands}${alongText(record, 'was written', 'were written')}.`;
}

/** `, which deletes 3 records on Remote`: what an answer does not say of itself stands in front. */
function deletesText({ written: { A, B }, dryRun }: WireHoldsAnswer, { a, b }: Labels): string {
  const gone = [
    [A.delete, a],
    [B.delete, b],
  ] as const;
  const parts = gone.flatMap(([n, side]) => (n > 0 ? [`${countText(n, 'record')} on ${side}`] : []));
  return parts.length === 0 ? '' : `, which ${dryRun ? 'deletes' : 'deleted'} ${listText(parts)}`;
}

/** One answer for many: what it would do, or did, on each side, and what still rests. */
export function answeredAllLines(report: WireHoldsAnswer, labels: Labels, look: DecisionLook): string[] {
  const { style, command } = look;
  const { answered, failed, written, dryRun, answer, run } = report;
  if (answered + failed.length === 0) return ['No record is on hold there; nothing was written.'];
  const verb = dryRun ? 'would take' : 'took';
  return [
    ...(dryRun ? ['Nothing was written; this is what would be:'] : []),
    `${countText(answered, 'hold')} ${verb} the answer ${answer}${deletesText(report, labels)}.`,
    ...indented(writtenLines(written, labels)),
    ...byItselfLines(report.byItself, () => labels),
    ...failed
      .slice(0, 20)
      .map(
        ({ collection, key, why }) =>
          `${style.bad('Not answered')}: ${safeText(collection, 60)} ${safeText(key.text, 60)}: ${safeText(look.runnable(why), 500)}`,
      ),
    ...(failed.length > 20 ? [`… and ${numberText(failed.length - 20)} more that were not answered.`] : []),
    ...(failed.length > 0 ? ['What rests, with the answers to each:', `  ${style.bold(command('holds'))}`] : []),
    ...(run === null ? [] : [`Undo it: ${style.bold(command('undo', 'run', String(run)))}`]),
  ];
}
