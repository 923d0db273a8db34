import type { ConflictKind } from '../../../shared/model/words.ts';
import { sameState, type State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { DirtyRow, Facts } from '../state/stored.ts';
import type { ItemRow, Wait } from '../state/waiting.ts';
import type { Bag } from './bag.ts';
import { firstGeneration } from './generation.ts';

export interface Parking {
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly base: Facts['base'];
  readonly a: State;
  readonly b: State;
  readonly item: ItemRow | null;
  readonly waits: readonly Wait[];
  readonly reason: string;
  readonly extra?: ItemRow['extra'];
}

/** What a decision that a crash, or an edit, left half done has written: the same decision goes on from there. */
const begunOf = (item: ItemRow | null, kind: ConflictKind): ItemRow['extra'] => {
  const { decidedIn, records } = item?.kind === kind ? item.extra : {};
  return decidedIn === undefined || records === undefined ? {} : { decidedIn, records };
};

/** What a side refused of a unique clash, and why, holds for as long as the records are the same. */
function refusedOf(item: ItemRow | null, { kind, a, b, extra }: Parking): ItemRow['extra'] {
  const isSame = item?.kind === kind && item.extra.otherKey === extra?.otherKey;
  if (!isSame || !sameState(item.a, a) || !sameState(item.b, b)) return {};
  const { refused, named } = item.extra;
  return { ...(refused ? { refused } : {}), ...(named ? { named } : {}) };
}

/** The open question shows what stands on both sides. */
export const asksStill = (item: ItemRow, a: State, b: State): boolean =>
  item.state === 'open' && sameState(item.a, a) && sameState(item.b, b);

/** Which records are in the way, and by which reference, comes and goes; the question is the same. */
export const isReference = (kind: ConflictKind): boolean => kind === 'fk-parent-missing' || kind === 'fk-child-exists';

/** The record waits for a person: as the item it has already where that still shows the same, else as a new question. */
export function parkItem(bag: Bag, row: DirtyRow, parking: Parking): void {
  const { item, kind, a, b, waits, reason, extra } = parking;
  const asks = item !== null && item.kind === kind && asksStill(item, a, b);
  if (asks && isReference(kind))
    bag.patchItem({ id: item.id, waits, reason, extra: { ...begunOf(item, kind), ...extra } });
  // Another record that holds the value, or another value, is another question.
  else if (asks && item.extra.otherKey === extra?.otherKey && item.extra.index === extra?.index)
    bag.patchItem({ id: item.id, waits });
  else
    bag.putItem(
      {
        ...parking,
        collection: row.collection,
        key: row.key,
        extra: { ...begunOf(item, kind), ...refusedOf(item, parking), ...parking.extra },
        generation: item ? item.generation + 1 : firstGeneration(bag.ports),
      },
      item === null,
    );
  bag.clean(row);
}

/** A record that is there and cannot be carried waits, and so does its counterpart: absence on paper is no deletion. */
export function parkUnreadable(
  bag: Bag,
  row: DirtyRow,
  a: State,
  b: State,
  { item, base }: Facts,
  { side, why }: { readonly side: SideName; readonly why: string },
): void {
  const reason = `${why} It waits here as it is, and stops only what depends on it.`;
  parkItem(bag, row, {
    kind: 'type-misfit',
    fields: [],
    base,
    a,
    b,
    item,
    waits: [],
    reason,
    extra: { side, code: UNREADABLE },
  });
}
/** The item shows nothing where there is a record that cannot be shown, so it takes no decision. */
export const UNREADABLE = 'unreadable';
