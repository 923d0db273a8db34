import { must } from '../../../shared/lib/assert.ts';
import { changedFields, fieldOf, sameState, withFields, type RecordImage, type State } from '../port/record.ts';
import { hashRecord } from '../port/record-codec.ts';
import { sameValue, type Value } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import type { JournalRow } from '../state/stored.ts';

/** What one side wrote in the run, taken together: from what to what. */
interface Net {
  readonly before: State;
  readonly after: State;
  readonly whole: boolean;
  readonly afterHash: Buffer | null;
}

/** The state this side goes back to; `undefined`: nothing to do here, or somebody changed it since. */
export function restoredOn(side: SideName, journal: readonly JournalRow[], now: State): State | undefined {
  const rows = journal.filter((row) => row.side === side);
  if (rows.length === 0) return undefined;
  const net = netOf(lastChain(rows));
  if (net.whole) return standsAsWritten(net, now) && !sameState(now, net.before) ? net.before : undefined;
  if (now === null || net.before === null || net.after === null) return undefined;
  const [before, after] = [net.before, net.after];
  const mine = changedFields(before, after).filter((name) => sameValue(fieldOf(now, name), fieldOf(after, name)));
  if (mine.length === 0) return undefined;
  return withFields(now, new Map(mine.map((name): [string, Value | undefined] => [name, fieldOf(before, name)])));
}

function standsAsWritten({ after, afterHash }: Net, now: State): boolean {
  if (after !== null || now === null || afterHash === null) return sameState(now, after);
  return hashRecord(now).equals(afterHash);
}

/**
 * The last writes that follow one another without anybody else's edit in between, back to where the record came or
 * went. What lies before that is not ours to restore: somebody saw it and wrote over it.
 */
export function lastChain(rows: readonly JournalRow[]): readonly JournalRow[] {
  let from = rows.length - 1;
  while (from > 0 && rows[from]?.op === 'update' && follows(rows[from], rows[from - 1])) from--;
  return rows.slice(from);
}

const follows = (row: JournalRow | undefined, earlier: JournalRow | undefined): boolean =>
  row?.beforeHash !== null && row?.beforeHash !== undefined && earlier?.afterHash?.equals(row.beforeHash) === true;

/** Nothing was written on this side, or it shows what stood before. */
export function showsBefore(side: SideName, journal: readonly JournalRow[], now: State): boolean {
  const rows = journal.filter((row) => row.side === side);
  if (rows.length === 0) return true;
  const { before, after, whole } = netOf(lastChain(rows));
  if (whole || now === null || before === null) return sameState(now, before);
  return changedFields(before, after).every((name) => sameValue(fieldOf(now, name), fieldOf(before, name)));
}

function netOf(rows: readonly JournalRow[]): Net {
  const [first, last] = [must(rows[0], 'a row'), must(rows.at(-1), 'a row')];
  const whole = rows.some(({ op }) => op !== 'update');
  if (!whole)
    return {
      whole,
      before: folded(rows.map(({ before }) => before).reverse()),
      after: folded(rows.map(({ after }) => after)),
      afterHash: last.afterHash,
    };
  return {
    whole,
    before: first.op === 'insert' ? null : first.before,
    after: last.op === 'delete' ? null : folded(rows.map(({ after }) => after)),
    afterHash: last.op === 'delete' ? null : last.afterHash,
  };
}

/** Later parts over earlier ones. */
function folded(parts: readonly State[]): State {
  return parts.reduce<RecordImage | null>((sum, part) => {
    if (sum === null || part === null) return part ?? sum;
    return withFields(sum, new Map(part.names.map((name, i) => [name, part.values[i]])));
  }, null);
}
