import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireBrake, WireRun, WireUndo } from '../../../shared/contract/run-shapes.ts';
import { assertNever } from '../../../shared/lib/assert.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { sameAgainText } from './brake-text.ts';
import { byItselfLines } from './by-itself-text.ts';
import { notInPairLines } from './not-in-pair-text.ts';
import { sameText } from './first-sync-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, pairLines } from './table.ts';
import { durationText, whenText } from './times.ts';
import { listText, total, untilHoldEnds } from './words.ts';
import { writtenLines } from './written-text.ts';

export interface RunLook {
  readonly style: Style;
  readonly now: number;
  readonly labels: Labels;
  readonly command: (...words: readonly string[]) => string;
}

type Counts = Readonly<Record<string, number>>;

/** `Pushed to remote: 12`, then a line per collection that moved. */
function movement(title: string, counts: Counts, noun: string): string[] {
  const moved = Object.entries(counts).filter(([, n]) => n > 0);
  return [
    `${title}: ${total(counts) === 0 ? 'nothing' : countText(total(counts), noun)}`,
    ...indented(pairLines(moved.map(([name, n]) => [safeText(name, 80), numberText(n)] as const))),
  ];
}

/** `12 records pushed, 1 record pulled`: one that both sides got counts in each direction. */
export function movedText({ localToRemote, remoteToLocal }: Pick<WireRun, 'localToRemote' | 'remoteToLocal'>): string {
  const counts = [
    [total(localToRemote), 'pushed'],
    [total(remoteToLocal), 'pulled'],
  ] as const;
  const moved = counts.flatMap(([n, how]) => (n > 0 ? [`${countText(n, 'record')} ${how}`] : []));
  return moved.length === 0 ? 'nothing written' : moved.join(', ');
}

/** How a run ended; one that a brake kept from writing something is no success. */
export function statusWord({ outcome }: Pick<WireRun, 'outcome'>, style: Style): string {
  switch (outcome) {
    case 'running':
      return outcome;
    case 'completed':
      return style.good(outcome);
    case 'stopped':
      return style.warn('stopped by a brake');
    case 'failed':
    case 'cancelled':
      return style.bad(outcome);
    default:
      return assertNever(outcome, 'outcome of a run');
  }
}

/** One run for people: status, duration, what moved which way, and what was seen besides. */
export function runLines(run: WireRun, look: RunLook): string[] {
  const { style, labels } = look;
  const duration = run.durationSeconds === null ? '' : ` in ${durationText(run.durationSeconds)}`;
  return [
    `${style.bold(safeText(run.pair))}: ${statusWord(run, style)}${duration} (run ${run.id})`,
    ...indented([
      ...movement(`Pushed to ${remoteName(labels)}`, run.localToRemote, 'record'),
      ...movement(`Pulled from ${remoteName(labels)}`, run.remoteToLocal, 'record'),
      ...movement('Conflicts detected', run.conflicts, 'conflict'),
      ...besides(run, look),
      ...notInPairLines(run.pair, run.notInPair, look),
    ]),
  ];
}

/** The fixed words of the output say `remote`; a side that the person named goes by its name. */
const remoteName = ({ b }: Labels): string => (b === 'Remote' ? 'remote' : b);

function besides(run: WireRun, { command }: RunLook): string[] {
  const say = (n: number, text: string): string[] => (n > 0 ? [text] : []);
  return [
    ...say(run.adopted, sameText(run.adopted)),
    ...say(
      run.replanned,
      `${countText(run.replanned, 'record')} changed while being written; read and planned again, nothing was overwritten.`,
    ),
    ...say(run.recovered, `${countText(run.recovered, 'record')} of an interrupted run looked at again.`),
    ...say(
      run.drift,
      `${countText(run.drift, 'record')} edited on the receiving side; left as ${run.drift === 1 ? 'it is' : 'they are'} (drift).`,
    ),
    ...say(run.withheld, withheldText(run)),
    ...movedLines(run, command),
    ...run.notCompared.slice(0, 10).map((text) => `Not compared: ${safeText(text, 500)}`),
    ...say(run.notCompared.length - 10, `… and ${numberText(run.notCompared.length - 10)} more not compared.`),
    ...(run.error === null ? [] : [`Stopped: ${safeText(run.error.message, 500)}`]),
  ];
}

/** What a saved plan names and the run passed over, and why, with the command that plans it anew. */
function movedLines({ moved, pair }: WireRun, command: RunLook['command']): string[] {
  if (moved.total === 0) return [];
  const refitted = Object.keys(moved.otherFields);
  const because = (why: string, n: number, inThese: boolean): string[] => {
    const records = moved.records.filter(({ collection }) => refitted.includes(collection) === inThese);
    return n === 0 ? [] : [`Left out of the plan, because ${why}: ${countText(n, 'record')}${namedText(records, n)}.`];
  };
  const n = total(moved.otherFields);
  const where = listText(refitted.map((name) => safeText(name, 80)));
  return [
    ...because(`fields of ${where} joined or left the pair since it was made`, n, true),
    ...because('changed since it was made, or decided otherwise by now', moved.total - n, false),
    `To plan ${moved.total === 1 ? 'it' : 'them'} anew:`,
    `  ${command('plan', pair)}`,
  ];
}

/** The first of so many; of none nothing. */
function namedText(records: WireRun['moved']['records'], n: number): string {
  const names = records.map(({ collection, key }) => safeText(`${collection} ${key.text}`, 80)).join(', ');
  const more = n > records.length ? ` and ${numberText(n - records.length)} more` : '';
  return names === '' ? '' : ` (${names}${more})`;
}

/** A saved plan of which nothing was left to write: both sides show what it wants. */
export function appliedLines(run: WireRun): string[] {
  const { moved, conflicts, withheld, replanned, drift, brakes, outcome } = run;
  const written = total(run.localToRemote) + total(run.remoteToLocal);
  const others = moved.total + total(conflicts) + withheld + replanned + drift + brakes.length;
  return outcome === 'completed' && written + others === 0
    ? ['  The plan was applied already: both sides show what it wants, so there was nothing to do.']
    : [];
}

/** Only brakes withhold: their records are not written before a person answers. */
const withheldText = ({ withheld, brakes }: WireRun): string =>
  `${countText(withheld, 'record')} ${withheld === 1 ? 'waits' : 'wait'} for your answer to the ${brakes.length > 1 ? 'brakes' : 'brake'}.`;

/** What waits after a run, and the command that goes on. Empty where nothing waits. */
export function waitingLines(status: WirePairStatus, { style, command, now }: RunLook): string[] {
  const lines: string[] = [];
  for (const brake of status.brakes) {
    lines.push(
      style.bad(
        `${stoppedBy(brake)}: ${brake.sameAgain ? sameAgainText(brake) : safeText(brake.cause, 500) + countedThen(brake, status, now)}`,
      ),
      `  ${style.bold(command('brake', 'list'))}`,
    );
  }
  const { open, behind } = status.conflicts;
  const more = behind === 0 ? '' : `, and ${countText(behind, 'more record')} behind ${open === 1 ? 'it' : 'them'}`;
  const nothingElse = status.pending + status.holds + status.apart + status.drift + status.brakes.length === 0;
  if (open > 0)
    lines.push(
      style.warn(
        `${countText(open, 'conflict')} ${open === 1 ? 'waits' : 'wait'} for you${more}${nothingElse ? '; every other record went through' : ''}.`,
      ),
      `  ${style.bold(command('conflicts', '--pair', status.pair))}`,
    );
  if (status.holds > 0)
    lines.push(
      `${countText(status.holds, 'record')} ${status.holds === 1 ? 'rests' : 'rest'} after an undo: no sync writes ${status.holds === 1 ? 'it' : 'them'} ${untilHoldEnds}.`,
      `  ${style.bold(command('holds'))}`,
    );
  if (status.apart > 0)
    lines.push(
      style.dim(`${countText(status.apart, 'record')} ${status.apart === 1 ? 'is' : 'are'} kept apart on purpose.`),
    );
  if (status.drift > 0)
    lines.push(
      `${countText(status.drift, 'record')} ${status.drift === 1 ? 'was' : 'were'} edited on the side that only receives (drift). To overwrite ${status.drift === 1 ? 'it' : 'them'}:`,
      `  ${style.bold(command('sync', status.pair, '--overwrite-drift'))}`,
    );
  return lines;
}

function stoppedBy({ id, kind, answer, answeredBy }: WireBrake): string {
  if (answer === 'keep') return `Kept paused by ${safeText(answeredBy ?? '', 60)}, brake ${id}`;
  return `${kind === 'drift' ? 'Not overwritten' : 'Stopped'} by brake ${id}`;
}

/** A later run counts nothing behind a brake: its numbers are of the moment it stopped. */
function countedThen({ at }: WireBrake, { lastRun }: WirePairStatus, now: number): string {
  const later = lastRun !== null && Date.parse(at) < Date.parse(lastRun.startTime);
  return later ? ` (Counted when it stopped: ${whenText(at, now)}.)` : '';
}

/** What an undo did, and what it left. `before`: records that an earlier undo took back. */
export function undoLines(undo: WireUndo, what: string, look: RunLook, before = 0): string[] {
  return [
    ...(undo.dryRun ? undoPreviewLines(undo, what, look) : undoneLines(undo, what, look)),
    ...(before > 0 ? [`${countText(before, 'record')} ${before === 1 ? 'was' : 'were'} undone before; left out.`] : []),
  ];
}

function undoPreviewLines(undo: WireUndo, what: string, { labels }: RunLook): string[] {
  if (undo.restored === 0) return [`Undoing ${what} would restore nothing.`, ...notRestoredLines(undo)];
  return [
    `Undoing ${what} would put ${countText(undo.restored, 'record')} back to what ${undo.restored === 1 ? 'it was' : 'they were'} before${exceptText(undo)}:`,
    ...indented(writtenLines(undo.written, labels)),
    ...withoutLines(undo, labels),
    ...(undo.resting === 0
      ? []
      : [`${restText(undo, ['would then rest', 'would then rest'])} on hold, and could be sent again.`]),
    ...notRestoredLines(undo),
    'Nothing was written yet.',
  ];
}

/** `The 2 restored records rest`, `2 of the 3 restored records rest`: what shows alike on both sides does not. */
function restText({ resting, restored, inPart }: WireUndo, [one, many]: readonly [string, string]): string {
  const all = restored + inPart.length;
  const verb = resting === 1 ? one : many;
  if (resting < all) return `${numberText(resting)} of the ${numberText(all)} restored records ${verb}`;
  return all === 1 ? `The restored record ${one}` : `The ${numberText(all)} restored records ${many}`;
}

function undoneLines(undo: WireUndo, what: string, { command, style, labels }: RunLook): string[] {
  const { restored, inPart, resting, run } = undo;
  const [is, was] = restored === 1 ? ['is', 'it was'] : ['are', 'they were'];
  const given = undo.byItself.length > 0 ? (restored === 1 ? 'was written' : 'were written') : is;
  const back = `${countText(restored, 'record')} ${given} back to what ${was} before${exceptText(undo)} (run ${run}).`;
  const none = inPart.length > 0 ? `restored only a part (run ${run}).` : 'restored nothing.';
  const lines = [
    restored === 0 ? `Undoing ${what} ${none}` : `Undid ${what}: ${back}`,
    ...withoutLines(undo, labels),
    ...inPart
      .slice(0, 20)
      .map(
        ({ collection, key, side, why }) =>
          `Restored on ${side === 'A' ? labels.a : labels.b} only: ${safeText(collection, 60)} ${safeText(key.text, 60)}: ${safeText(why, 300)} The rest can be undone again.`,
      ),
    ...byItselfLines(undo.byItself, () => labels),
    ...(inPart.length > 20 ? [`… and ${numberText(inPart.length - 20)} more on one side only.`] : []),
  ];
  if (resting === 0) return [...lines, ...notRestoredLines(undo)];
  const them = resting === 1 ? 'it' : 'them';
  return [
    ...lines,
    `${restText(undo, ['rests', 'rest'])} on hold: no sync writes ${them} ${untilHoldEnds}.`,
    `  ${style.bold(command('holds'))}`,
    ...notRestoredLines(undo),
  ];
}

const exceptText = ({ without }: WireUndo): string =>
  without.length > 0 ? ', but for what the pair does not have' : '';

/** What no undo can bring back: empty, or the default of the side. */
const withoutLines = ({ without, dryRun }: WireUndo, { a, b }: Labels): string[] =>
  without.map(({ collection, side, fields, records }) => {
    const verb = dryRun ? 'would come back' : records === 1 ? 'is back' : 'are back';
    const [they, them] = fields.length === 1 ? ['it is', 'it'] : ['they are', 'them'];
    const names = listText(fields.map((field) => safeText(field, 60)));
    return `${countText(records, 'record')} of ${safeText(collection, 60)} ${verb} on ${side === 'A' ? a : b} with ${names} as in a new record: ${they} not part of the pair, and no old value is kept of ${them}.`;
  });

function notRestoredLines(undo: WireUndo): string[] {
  const lines: string[] = [];
  if (undo.kept > 0)
    lines.push(
      `${countText(undo.kept, 'record')} changed again or ${undo.kept === 1 ? 'was' : 'were'} deleted since and ${undo.kept === 1 ? 'stays as it is' : 'stay as they are'}.`,
    );
  if (undo.leftOnHold > 0) lines.push(`${countText(undo.leftOnHold, 'record')} already on hold; left out.`);
  const reasons = [...Map.groupBy(undo.refused, ({ collection, why }) => `${collection}\0${why}`).values()];
  lines.push(...reasons.slice(0, 20).map(refusedLine));
  const more = reasons.slice(20).reduce((sum, { length }) => sum + length, 0);
  if (more > 0) lines.push(`… and ${numberText(more)} more not restored.`);
  return lines;
}

/** Records of one collection that stay for one reason, the first of them by name. */
function refusedLine(refused: WireUndo['refused']): string {
  const [first] = refused;
  const names = refused.slice(0, 5).map(({ key }) => safeText(key.text, 60));
  const more = refused.length > names.length ? ` and ${numberText(refused.length - names.length)} more` : '';
  return `Not restored: ${safeText(first?.collection ?? '', 60)} ${listText(names)}${more}: ${safeText(first?.why ?? '', 300)}`;
}
