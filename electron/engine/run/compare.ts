import { isThere, specsOf } from '../bind-pair.ts';
import { recordName } from '../conflict/records.ts';
import { fieldsOutside } from '../not-in-pair.ts';
import { sameState, type RecordImage } from '../port/record.ts';
import type { Key } from '../port/key-codec.ts';
import type { DifferingRecord, Receipt } from '../reports/pair.ts';
import type { PairPreview } from '../reports/plan.ts';
import { otherSide, sideNames, type CollectionSettings, type SideName } from '../settings.ts';
import { isBraked, type Pass } from './context.ts';
import { identified } from './identity.ts';
import { loadBrakes } from './pass.ts';
import { rulesFor } from './constraints.ts';
import { tupleOf } from './tuples.ts';
import { readBoth } from './read-both.ts';
import { leftText, walkBoth } from './walk.ts';

/** So many records that differ are named. */
const NAMED = 50;

interface Difference {
  readonly key: Key;
  readonly only: SideName | null;
}

/**
 * A dated statement about every record: equal, different, or waiting for a person. What differs is read a second time,
 * so that a change that was in flight is not called a difference. What was not compared is named, and counts nowhere else.
 */
export async function compare(pass: Pass): Promise<Receipt> {
  await identified(pass);
  await loadBrakes(pass);
  const collections: Receipt['collections'][number][] = [];
  const left = new Set<string>(pass.tally.notCompared);
  const found: Found = { differing: [], left, unreadable: 0 };
  for (const name of pass.collections.keys()) {
    let equal = 0;
    let done = 0;
    const differences: Difference[] = [];
    for await (const { key, a, b } of walkBoth(pass, name, left)) {
      if (sameState(a, b)) equal++;
      else differences.push({ key, only: a === null ? 'B' : b === null ? 'A' : null });
      if (++done % 1000 === 0) pass.progress({ phase: 'verify', collection: name, done, all: 0 });
    }
    collections.push({ name, ...(await readAgain(pass, name, differences, equal, found)) });
  }
  const lost = await absent(pass);
  for (const { counts, why } of lost) {
    collections.push(counts);
    left.add(why);
  }
  const receipt: Receipt = {
    pair: pass.settings.name,
    at: pass.ports.clock.now(),
    equal:
      lost.length === 0 &&
      found.unreadable === 0 &&
      collections.every(
        ({ different, onlyA, onlyB, waiting, apart }) => different + onlyA + onlyB + waiting + apart === 0,
      ),
    collections,
    differing: found.differing,
    notCompared: [...left, ...(await reported(pass))].sort(),
  };
  await pass.store.commit(pass.id, { receipt: { at: receipt.at, body: JSON.stringify(receipt) } });
  return receipt;
}

/** What the comparison of all collections comes upon. */
interface Found {
  readonly differing: DifferingRecord[];
  readonly left: Set<string>;
  /** Records that one side shows and the other cannot give: not compared, and surely not equal. */
  unreadable: number;
}

async function readAgain(
  pass: Pass,
  name: string,
  differences: readonly Difference[],
  equal: number,
  found: Found,
): Promise<Omit<Receipt['collections'][number], 'name'>> {
  const counts = { equal, different: 0, onlyA: 0, onlyB: 0, waiting: 0, apart: 0 };
  for (let at = 0; at < differences.length; at += 1000) {
    const page = differences.slice(at, at + 1000);
    const keys = page.map(({ key }) => key);
    const { A: a, B: b, unreadable } = await readBoth(pass, name, keys);
    const resting = await pass.store.resting(pass.id, name, keys);
    for (const { key, only: alone } of page) {
      const [x, y] = [a.get(key) ?? null, b.get(key) ?? null];
      const known = resting.get(key);
      const cannot = unreadable.get(key);
      if (cannot) {
        found.unreadable++;
        // The walk has named what it could not read; this one it could.
        if (alone !== otherSide(cannot.side))
          found.left.add(leftText(pass, cannot.side, { what: recordName({ collection: name, key }), why: cannot.why }));
        continue;
      }
      if (sameState(x, y)) {
        counts.equal++;
        continue;
      }
      const waits =
        known?.hold?.kept && !known.item
          ? 'apart'
          : known?.item || known?.hold || isBraked(pass, name)
            ? 'waiting'
            : null;
      const only = x === null ? 'B' : y === null ? 'A' : null;
      counts[waits ?? (only === null ? 'different' : `only${only}`)]++;
      if (found.differing.length < NAMED) found.differing.push({ collection: name, key, only, waits });
    }
  }
  return counts;
}

type Counts = Receipt['collections'][number];

/** Collections of the pair that a side lacks, or that lost a synced field there: what the other side has stands alone. */
async function absent(pass: Pass): Promise<{ readonly counts: Counts; readonly why: string }[]> {
  const lost: { counts: Counts; why: string }[] = [];
  for (const collection of pass.settings.collections.filter(({ name }) => !pass.collections.has(name))) {
    const { name } = collection;
    const there = { A: await countAlone(pass, collection, 'A'), B: await countAlone(pass, collection, 'B') };
    const sides = sideNames.filter((side) => there[side] === null).map((side) => pass.settings.sideLabel[side]);
    lost.push({
      counts: { name, equal: 0, different: 0, onlyA: there.A ?? 0, onlyB: there.B ?? 0, waiting: 0, apart: 0 },
      why: `${name}: it does not exist as the pair knows it on ${sides.join(' and ')}`,
    });
  }
  return lost;
}

/** Records of a collection that only one side may have; `null`: this side lacks it. */
async function countAlone(pass: Pass, collection: CollectionSettings, side: SideName): Promise<number | null> {
  if (!isThere(await pass.connectors[side].describe(), collection, side)) return null;
  const bound = await pass.connectors[side].bind(specsOf([collection], side));
  try {
    return (await bound.digest?.count(collection.name)) ?? 0;
  } finally {
    await bound.close();
  }
}

async function reported(pass: Pass): Promise<string[]> {
  const names: string[] = [];
  for (const side of sideNames) {
    const schema = await pass.connectors[side].describe();
    const label = pass.settings.sideLabel[side];
    const synced = new Map(pass.settings.collections.map((collection) => [collection.physical[side], collection]));
    names.push(
      ...schema.reported
        // A key that a person named makes up for the one that the table lacks.
        .filter(({ kind, name }) => kind !== 'table' || !synced.has(name))
        .map(({ name, why }) => `${name} (${label}): ${why}`),
    );
    for (const { name, fields } of schema.collections) {
      const collection = synced.get(name);
      if (!collection) names.push(`${name} (${label}): not part of the pair`);
      else
        names.push(
          ...Object.keys(collection.omit ?? {}).map(
            (field) => `${name}.${field} (${label}): a stamp, and no part of the records`,
          ),
          ...fieldsOutside(collection, side, fields).map(
            (field) => `${name}.${field} (${label}): not part of the pair`,
          ),
        );
    }
  }
  return names;
}

/**
 * Counts before the first sync; unique clashes are counted once each, and the one-sided records in them apart. What
 * cannot take part is named. Writes nothing.
 */
export async function preview(pass: Pass): Promise<PairPreview> {
  const left = new Set<string>();
  const collections: PairPreview['collections'][number][] = [];
  for (const name of pass.collections.keys()) {
    const counts = { equal: 0, onlyA: 0, onlyB: 0, different: 0 };
    const clashes = new ClashCounter(pass, name);
    let done = 0;
    for await (const { key, a, b } of walkBoth(pass, name, left)) {
      if (sameState(a, b)) counts.equal++;
      else if (b === null) counts.onlyA++;
      else if (a === null) counts.onlyB++;
      else counts.different++;
      if (a !== null && !sameState(a, b)) await clashes.add({ from: 'A', key, record: a, alone: b === null });
      if (b !== null && a === null) await clashes.add({ from: 'B', key, record: b, alone: true });
      if (++done % 1000 === 0) pass.progress({ phase: 'compare', collection: name, done, all: 0 });
    }
    collections.push({ name, ...counts, ...(await clashes.count()) });
  }
  return { collections, notCompared: [...left].sort() };
}

interface Unequal {
  readonly from: SideName;
  readonly key: Key;
  readonly record: RecordImage;
  /** The other side has no record of this key. */
  readonly alone: boolean;
}

/** Looks up, in batches, who holds a record's unique values on the other side. */
class ClashCounter {
  readonly #pass: Pass;
  readonly #collection: string;
  readonly #pending: Unequal[] = [];
  readonly #pairs = new Set<string>();
  readonly #alone = { A: new Set<Key>(), B: new Set<Key>() };

  constructor(pass: Pass, collection: string) {
    this.#pass = pass;
    this.#collection = collection;
  }

  async add(record: Unequal): Promise<void> {
    this.#pending.push(record);
    if (this.#pending.length >= 1000) await this.#look();
  }

  async count(): Promise<Pick<PairPreview['collections'][number], 'uniqueClashes' | 'clashingA' | 'clashingB'>> {
    await this.#look();
    return { uniqueClashes: this.#pairs.size, clashingA: this.#alone.A.size, clashingB: this.#alone.B.size };
  }

  async #look(): Promise<void> {
    const batch = this.#pending.splice(0);
    for (const from of sideNames) {
      const to = otherSide(from);
      const mine = batch.filter((one) => one.from === from);
      for (const rule of mine.length > 0 ? rulesFor(this.#pass.constraints, to, this.#collection) : []) {
        const asked = mine.flatMap(({ record, ...one }) => {
          const tuple = tupleOf(record, rule);
          return tuple ? [{ ...one, tuple }] : [];
        });
        const found = await this.#pass.sides[to].lookup?.find({
          collection: this.#collection,
          fields: rule.fields,
          tuples: asked.map(({ tuple }) => tuple),
          limit: 2,
          ...(rule.index === null ? {} : { index: rule.index }),
        });
        for (const [i, { key, alone }] of asked.entries())
          for (const owner of found?.[i] ?? []) {
            if (owner === key) continue;
            this.#pairs.add([key, owner].sort().join('\0\0\0'));
            if (alone) this.#alone[from].add(key);
          }
      }
    }
  }
}
