import type { WireRun, WireRunRecords } from '../../../shared/contract/run-shapes.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { runLines, statusWord, type RunLook } from './run-text.ts';
import { safeText } from './safe-text.ts';
import { plainStyle } from './style.ts';
import { indented, pairLines, tableLines } from './table.ts';
import { durationText, whenText } from './times.ts';
import { listText, total, triggerNames } from './words.ts';
import { writtenPairs } from './written-text.ts';

/** All details of one run. */
export function runDetailLines(run: WireRun, records: WireRunRecords, look: RunLook): string[] {
  return [
    ...runLines(run, look),
    ...indented([
      '',
      ...pairLines([
        ['began', whenText(run.startTime, look.now, true)],
        ['ended', run.endTime === null ? 'not yet' : whenText(run.endTime, look.now, true)],
        ['started by', `${safeText(run.who, 60)} (${triggerNames[run.trigger]})`],
        ...writtenPairs(run.written, look.labels),
        ...(run.undoOf === null ? [] : ([[undidWord(run), safeText(run.undoOf, 100)]] as const)),
        ...undonePairs(run, records),
      ]),
      ...recordLines(run, records, look),
      ...run.brakes.map((brake) => `Brake ${brake.id}: ${safeText(brake.cause, 500)}`),
    ]),
  ];
}

/** An undo that restored nothing undid nothing. */
const undidWord = ({ written: { A, B } }: WireRun): string =>
  [A, B].some(({ insert, update, delete: gone }) => insert + update + gone > 0) ? 'undid' : 'tried to undo';

/** What of the run was taken back since, and by which runs. */
function undonePairs({ undoneBy }: WireRun, { total: all, undone }: WireRunRecords): (readonly [string, string])[] {
  if (undone === 0 && undoneBy.length === 0) return [];
  const by = undoneBy.length === 0 ? '' : `by ${undoneByText(undoneBy)}: `;
  return [['undone', `${by}${undone === all ? 'all of it' : `${numberText(undone)} of ${countText(all, 'record')}`}`]];
}

/** `undone by run 11`, `partly undone by run 11 (1 of 1,501 records)`. */
function undoneNotes({ undoneBy, undone }: WireRun): string[] {
  if (undoneBy.length === 0) return [];
  const by = `undone by ${undoneByText(undoneBy)}`;
  if (undone === null || undone.records === undone.of) return [by];
  return [`partly ${by} (${numberText(undone.records)} of ${countText(undone.of, 'record')})`];
}

const undoneByText = (runs: readonly number[]): string =>
  `${runs.length === 1 ? 'run' : 'runs'} ${listText([...runs].reverse().map(String))}`;

const OPS = { insert: 'inserted', update: 'changed', delete: 'deleted' } as const;

/** A line a record: what was done on which side, and whether it was taken back. */
function recordLines(run: WireRun, { total: all, undone, records }: WireRunRecords, look: RunLook): string[] {
  const { labels, command } = look;
  const line = ({ collection, key, op, ...record }: WireRunRecords['records'][number]): string => {
    const done = (['A', 'B'] as const).flatMap((side) => {
      const what = op[side];
      return what === null ? [] : [`${OPS[what]} on ${side === 'A' ? labels.a : labels.b}`];
    });
    const since = record.undone && undone < all ? ' (undone)' : '';
    return `  ${safeText(`${collection} ${key.text}`, 100)}: ${done.join(', ')}${since}`;
  };
  if (all === 0) return [];
  const more = all - records.length;
  return [
    `Records it wrote: ${numberText(all)}`,
    ...records.map(line),
    ...(more > 0 ? [`  … ${numberText(more)} more:`, `    ${command('run', 'show', String(run.id), '--all')}`] : []),
  ];
}

/** The history, newest first. */
export function historyLines(runs: readonly WireRun[], { style, now }: Pick<RunLook, 'style' | 'now'>): string[] {
  if (runs.length === 0) return ['No run yet. The first one stands here with everything it moved.'];
  const rows = runs.map((run) => [
    String(run.id),
    whenText(run.startTime, now),
    safeText(run.pair, 40),
    triggerNames[run.trigger],
    statusWord(run, plainStyle),
    run.durationSeconds === null ? '' : durationText(run.durationSeconds),
    numberText(total(run.localToRemote)),
    numberText(total(run.remoteToLocal)),
    numberText(total(run.conflicts)),
  ]);
  const columns = [
    { head: 'run', right: true },
    { head: 'when' },
    { head: 'pair' },
    { head: 'why' },
    { head: 'status' },
    { head: 'took', right: true },
    { head: 'pushed', right: true },
    { head: 'pulled', right: true },
    { head: 'conflicts', right: true },
  ];
  const [head = '', ...lines] = tableLines(columns, rows, style.bold);
  // What there is to say of a run besides is long, and would break every line of the table.
  return [head, ...lines.flatMap((line, i) => [line, ...noteLines(runs[i])])];
}

const noteLines = (run: WireRun | undefined): string[] => {
  const note = run === undefined ? '' : historyNote(run);
  return note === '' ? [] : [`     ${note}`];
};

/** In few words what else there is to say of a run. */
function historyNote(run: WireRun): string {
  const { error, undoOf } = run;
  const notes = [
    ...(error === null ? [] : [safeText(error.message, 120).replace(/\.$/, '')]),
    ...(undoOf === null ? [] : [`${undidWord(run)} ${safeText(undoOf, 120)}`]),
    ...undoneNotes(run),
  ];
  return notes.join('; ');
}
