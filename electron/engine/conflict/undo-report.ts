import type { UndoReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import { refName, type Pass } from '../run/context.ts';
import { countWrites } from '../run/tuples.ts';
import { sideNames } from '../settings.ts';
import { sameState } from '../port/record.ts';
import type { ActionNote, KeyRef, NewAction } from '../state/stored.ts';
import type { Judged } from './undo-judged.ts';

/** What the undo met on its way; of the records no values, since they may be many (L13). */
export class Seen {
  kept = 0;
  leftOnHold = 0;
  /** What stays as it is for a reason that can be told. */
  readonly refused: (KeyRef & { readonly why: string })[] = [];
  /** Records that both sides show alike once they are back. */
  readonly equal: KeyRef[] = [];

  /** Answers what goes back of the record. */
  note({ collection, key, outcome, why }: Judged, more: Pick<ActionNote, 'bond'> = {}): readonly NewAction[] {
    if (why !== null) this.refused.push({ collection, key, why });
    if (outcome === 'on-hold') this.leftOnHold++;
    else if (outcome === 'changed') this.kept += why === null ? 1 : 0;
    if (typeof outcome === 'string') return [];
    const { a, b, toA = a, toB = b } = outcome;
    if (sameState(toA, toB)) this.equal.push({ collection, key });
    return [{ ...outcome, note: { ...outcome.note, ...more } }];
  }
}

/** `isBack`: was, or would the record be restored on all these sides? */
export function undoReport(
  pass: Pass,
  seen: Seen,
  records: readonly WrittenRecord[],
  isBack: (record: { readonly name: string; readonly sides: number }) => boolean,
): UndoReport {
  const { wroteOn } = pass.tally;
  const back: WrittenRecord[] = [];
  const inPart: (UndoReport['inPart'][number] & Pick<WrittenRecord, 'op'>)[] = [];
  const refused: UndoReport['refused'][number][] = [...seen.refused];
  for (const { collection, key, op } of records) {
    const name = refName({ collection, key });
    const why = pass.refused.get(name);
    const [side] = wroteOn.get(name) ?? [];
    if (isBack({ name, sides: Object.keys(op).length })) back.push({ collection, key, op });
    else if (side) inPart.push({ collection, key, side, why: why ?? MOVED, op: { [side]: op[side] } });
    else refused.push({ collection, key, why: why ?? CHANGED });
  }
  const equal = new Set(seen.equal.map(refName));
  return {
    run: 0,
    byItself: pass.tally.byItself,
    restored: back.length,
    inPart: inPart.map(({ op: _op, ...part }) => part),
    without: withoutFields(pass, [...back, ...inPart]),
    resting: inPart.length + back.filter((record) => !equal.has(refName(record))).length,
    kept: seen.kept,
    leftOnHold: seen.leftOnHold,
    written: countWrites([...back, ...inPart]),
    refused,
  };
}

/** No copy is kept of a field outside of the pair: a record that is inserted again comes back without it, or with the default of the side. */
function withoutFields(
  pass: Pass,
  written: readonly Pick<WrittenRecord, 'collection' | 'op'>[],
): UndoReport['without'] {
  return [...pass.outside].flatMap(([collection, outside]) =>
    sideNames.flatMap((side) => {
      const again = written.filter((record) => record.collection === collection && record.op[side] === 'insert');
      const fields = outside[side];
      return again.length > 0 && fields.length > 0 ? [{ collection, side, fields, records: again.length }] : [];
    }),
  );
}

const CHANGED = 'The record changed again while it was being restored, and stays as it is.';
const MOVED = 'The record changed on the other side while it was being restored.';
