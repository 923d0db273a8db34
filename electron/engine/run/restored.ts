import { numberText } from '../../../shared/lib/count-text.ts';
import { isBase } from '../plan/base.ts';
import { sameState, type State } from '../port/record.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { DirtyRow } from '../state/stored.ts';
import { pairRow, refName, type Pass } from './context.ts';
import { setBaseAside } from './identity.ts';
import { looked, readBoth, type BothRead } from './read-both.ts';
import { wasBefore } from './hashes.ts';

/** Fewer returned values than this may be a person's own change of mind. */
const FEW = 3;
/** So many of the last writes are looked at. */
const LAST = 40;
/** So many values do not come back by themselves, however much else was edited. */
const MANY = 20;
const LOOK_AT = 1000;

interface Signs {
  /** Records of the side that differ from the base. */
  readonly changed: Record<SideName, number>;
  /** Among them: records that show again what the journal replaced; `values` are those that exist. */
  readonly returned: Record<SideName, number>;
  readonly values: Record<SideName, number>;
  /** What became of each record on each side, by `refName`; those not here stand as both sides agreed. */
  readonly how: Record<SideName, Map<string, 'edited' | 'value' | 'gone'>>;
  /** Both sides equal and the base different: agreed by notes that are gone. */
  agreed: number;
  dirty: number;
  /** More changed than was looked at. */
  isPart: boolean;
}

/**
 * L6 without a marker: many values equal the before-images of our own journal, or nothing of what was written last
 * stands any more, so a side came back from an earlier copy; or many records are equal on both sides and unlike the base, so our own notes did. Then the base is set aside.
 */
export async function checkRestored(pass: Pass): Promise<boolean> {
  const { mode } = await pairRow(pass);
  if (mode !== 'normal') return false;
  const signs = await lookForSigns(pass);
  for (const side of sideNames) {
    if (!(await cameBack(pass, side, signs))) continue;
    const label = pass.settings.sideLabel[side];
    await setBaseAside(pass, {
      kind: 'restored',
      side,
      cause: `${label} seems to be restored to an earlier state: ${numberText(signs.returned[side])} of ${numberText(signs.changed[side])} changed records${signs.isPart ? ' that were looked at' : ''} show what they held before the last runs.`,
    });
    return true;
  }
  if (signs.agreed >= FEW && signs.agreed * 2 > signs.dirty) {
    await setBaseAside(pass, {
      kind: 'state-older',
      side: 'A',
      cause: `Tandem's own notes seem to be older than both sides: ${numberText(signs.agreed)} records are equal on both sides and unknown to the notes.`,
    });
    return true;
  }
  return false;
}

async function cameBack(pass: Pass, side: SideName, signs: Signs): Promise<boolean> {
  const { returned, values, changed } = signs;
  if (values[side] > 0 && returned[side] >= FEW && returned[side] * 2 > changed[side]) return true;
  if (values[side] >= MANY) return true;
  if (returned[side] - values[side] >= MANY && (await lacksTheNewest(pass, side))) return true;
  return values[side] > 0 && returned[side] > values[side] && (await lacksTheLast(pass, signs.how[side]));
}

/**
 * Nothing that the last runs wrote stands any more: what they inserted is gone, and what they changed shows again what it
 * held before. Whoever edits by hand leaves some of it; a copy from before these runs has nothing of it, whatever its own
 * program has written since.
 */
async function lacksTheLast(pass: Pass, how: ReadonlyMap<string, 'edited' | 'value' | 'gone'>): Promise<boolean> {
  const found = new Set<string>();
  for (const ref of await pass.store.lastWritten(pass.id, LAST)) {
    const one = how.get(refName(ref));
    if (one === undefined) break;
    found.add(one);
  }
  return found.has('value') && found.has('gone');
}

/** A copy from before some runs lacks exactly what these inserted; whoever deletes by hand hits older records, too. */
async function lacksTheNewest(pass: Pass, side: SideName): Promise<boolean> {
  // What vanished with its whole collection is another question, and no sign either way.
  const newest = await pass.store.newestInserts(pass.id, side, [...pass.collections.keys()], MANY);
  if (newest.length < MANY) return false;
  for (const { collection, key } of newest) {
    if ((await pass.sides[side].read(collection, [key])).has(key)) return false;
  }
  return true;
}

async function lookForSigns(pass: Pass): Promise<Signs> {
  const signs: Signs = {
    changed: { A: 0, B: 0 },
    returned: { A: 0, B: 0 },
    values: { A: 0, B: 0 },
    how: { A: new Map(), B: new Map() },
    agreed: 0,
    dirty: 0,
    isPart: false,
  };
  const dirty = new Map<string, readonly DirtyRow[]>();
  for (const collection of pass.collections.keys()) {
    if (pass.braked.has(collection) || !(await pass.store.hasBase(pass.id, collection))) continue;
    const rows = await pass.store.dirty(pass.id, { collections: [collection], after: null, limit: LOOK_AT });
    if (rows.length > 0) dirty.set(collection, rows);
    if (rows.length === LOOK_AT) signs.isPart = true;
  }
  const all = [...dirty.values()].reduce((sum, { length }) => sum + length, 0);
  if (all < FEW) return signs;
  for (const [collection, rows] of dirty) {
    const read = await lookAt(pass, collection, rows, signs);
    // No more is held than one batch of the plan (L13).
    if (all <= LOOK_AT) pass.looked.set(collection, looked(rows, read));
  }
  return signs;
}

async function lookAt(pass: Pass, collection: string, rows: readonly DirtyRow[], signs: Signs): Promise<BothRead> {
  const keys = rows.map(({ key }) => key);
  const earlier = await pass.store.lookupEarlier(pass.id, collection, keys);
  const read = await readBoth(pass, collection, keys);
  const facts = await pass.store.facts(pass.id, collection, keys);
  const answered = await pass.store.allowed(pass.id, collection, keys);
  for (const key of keys) {
    const known = facts.get(key);
    if (!known || read.unreadable.has(key) || known.item || answered.has(key) || known.hold || known.waiters.length > 0)
      continue;
    const states: Record<SideName, State> = { A: read.A.get(key) ?? null, B: read.B.get(key) ?? null };
    signs.dirty++;
    if (known.base && sameState(states.A, states.B) && !isBase(known.base, states.A)) signs.agreed++;
    for (const side of sideNames) {
      if (isBase(known.base, states[side])) continue;
      signs.changed[side]++;
      const isBack = wasBefore(earlier.get(key), states[side]);
      signs.how[side].set(refName({ collection, key }), !isBack ? 'edited' : states[side] === null ? 'gone' : 'value');
      if (!isBack) continue;
      signs.returned[side]++;
      if (states[side] !== null) signs.values[side]++;
    }
  }
  return read;
}
