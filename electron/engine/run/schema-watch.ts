import { own } from '../../../shared/lib/own.ts';
import { isThere, keyShape } from '../bind-pair.ts';
import { unlikeTraits } from '../compare-traits.ts';
import type { SideSchema } from '../port/schema.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { sideNames, type CollectionSettings, type PairSettings, type SideName } from '../settings.ts';
import type { StateChange } from '../state/change.ts';
import type { BrakePatch, BrakeRow, NewBrake, PairRow } from '../state/stored.ts';
import { LookAgain, pairRow, type Pass } from './context.ts';
import { forgetRefused, tryAgain } from './wake.ts';

/**
 * A collection that vanished, or lost a field that is synced, stops that collection and nothing else (L9). A change
 * that leaves the synced fields alone is noted and passes.
 */
export async function checkSchema(pass: Pass): Promise<void> {
  const { schema } = await pairRow(pass);
  if (sideNames.some((side) => pass.versions[side] !== schema[side])) await watch(pass);
  await dissolve(pass);
}

async function watch(pass: Pass): Promise<void> {
  const { schema, keys } = await pairRow(pass);
  const both = { A: await pass.connectors.A.describe(), B: await pass.connectors.B.describe() };
  const shapes = new KeyShapes(pass, both, keys);
  pass.tally.unlike = unlikeTraits(both, pass.settings);
  const lacking = ({ physical }: CollectionSettings): SideName[] =>
    sideNames.filter((side) => !both[side].collections.some(({ name }) => name === physical[side]));
  for (const side of sideNames) {
    const now = both[side];
    if (now.version === schema[side]) continue;
    const brakes: NewBrake[] = [];
    for (const collection of pass.settings.collections) {
      const found = now.collections.find(({ name }) => name === collection.physical[side]);
      const lost = found
        ? collection.fields.filter((field) => !found.fields.some(({ name }) => name === field[side]))
        : [];
      // It was there when the sides were bound: perhaps the file is being copied, which the next pass waits for.
      if (!found && pass.collections.has(collection.name))
        throw new LookAgain(`${collection.name} vanished as the run began`);
      const names = lost.map(({ name }) => name);
      if (!found) brakes.push(await vanished(pass, lacking(collection), collection.name));
      else if (lost.length > 0) brakes.push(await missing(pass, side, collection.name, names));
      else if (pass.unfit.get(collection.name)?.side === side) brakes.push(await unfitKey(pass, side, collection.name));
      else if (shapes.changed(collection.name, side)) brakes.push(await otherKey(pass, side, collection.name, shapes));
    }
    const empty = sideNames.filter((each) => pass.settings.collections.every((one) => lacking(one).includes(each)));
    await latch(pass, side, allGone(pass, empty, brakes) ?? brakes, brakes.length === 0 ? now.version : null);
    await tryAgain(pass);
    pass.tally.triedAgain = true;
    await forgetRefused(pass);
  }
  await pass.store.commit(pass.id, { pair: { keys: shapes.known() } });
}

/**
 * How each side compares the keys, now and when the base was begun. Under another collation two records of one side
 * could be one record of the other, and the base would not be found under its keys.
 */
class KeyShapes {
  readonly #now = new Map<string, Record<SideName, string>>();
  readonly #then: PairRow['keys'];

  constructor(pass: Pick<Pass, 'settings'>, both: Record<SideName, SideSchema>, then: PairRow['keys']) {
    this.#then = then;
    for (const collection of pass.settings.collections) {
      if (!sideNames.every((side) => isThere(both[side], collection, side))) continue;
      const { name } = collection;
      this.#now.set(name, { A: keyShape(both.A, collection, 'A'), B: keyShape(both.B, collection, 'B') });
    }
  }

  changed(name: string, side: SideName): boolean {
    const now = this.#now.get(name);
    const then = own(this.#then, name);
    return now !== undefined && then !== undefined && now[side] !== then[side];
  }

  text(name: string, side: SideName): { readonly now: string; readonly before: string } {
    return { now: this.#now.get(name)?.[side] ?? '', before: own(this.#then, name)?.[side] ?? '' };
  }

  /** What is to be kept: the first shape of each collection, for as long as its base lives. */
  known(): PairRow['keys'] {
    return { ...Object.fromEntries(this.#now), ...this.#then };
  }
}

async function otherKey(pass: Pass, side: SideName, collection: string, shapes: KeyShapes): Promise<NewBrake> {
  const { now, before } = shapes.text(collection, side);
  return {
    ...(await missing(pass, side, collection, ['key'])),
    fields: [],
    cause: `The key of ${collection} is compared in another way on ${pass.settings.sideLabel[side]}: ${now || 'no type'}, and ${before || 'no type'} when the two were first compared. Two records of one side could be one record of the other.`,
  };
}

async function unfitKey(pass: Pass, side: SideName, collection: string): Promise<NewBrake> {
  const why = pass.unfit.get(collection)?.why ?? '';
  return {
    ...(await missing(pass, side, collection, ['key'])),
    fields: [],
    cause: `${collection} was defined anew on ${pass.settings.sideLabel[side]}. ${why}`,
  };
}

/** `version`: of a side that has everything, for then its definitions are known. */
async function latch(pass: Pass, side: SideName, asked: readonly NewBrake[], version: string | null): Promise<void> {
  const open = await askedAbout(pass);
  const latest = (await pairRow(pass)).schema;
  await pass.store.commit(pass.id, {
    newBrakes: open.has('') ? [] : asked.filter(({ collection }) => !open.has(collection)),
    patchBrakes: asked.flatMap((brake) => goneElsewhere(brake, open.get(brake.collection))),
    ...(version === null ? {} : { pair: { schema: { ...latest, [side]: version } } }),
  });
  for (const { collection } of asked) pass.braked.add(collection);
}

/** What it lacks, another side lacks by now, too, or instead: the question says where. */
function goneElsewhere({ kind, side, count, of, counts, samples, cause }: NewBrake, open?: BrakeRow): BrakePatch[] {
  if (open?.kind !== 'missing' || kind !== 'missing' || open.answer !== null || open.cause === cause) return [];
  return [{ id: open.id, side, count, of, counts, samples, cause }];
}

/** A side that lacks all collections is most likely another file: that is one question, and not one a collection. */
function allGone(pass: Pass, sides: readonly SideName[], brakes: readonly NewBrake[]): readonly NewBrake[] | null {
  const [first] = brakes;
  const [side] = sides;
  const all = pass.settings.collections.length;
  if (!first || side === undefined || all < 2 || brakes.length < all) return null;
  if (brakes.some(({ kind }) => kind !== 'missing')) return null;
  const of = brakes.reduce((sum, brake) => sum + brake.of, 0);
  const looks = sides.length > 1 ? 'they look like other databases' : 'it looks like another database';
  const cause = `None of the ${numberText(all)} collections exists on ${labelsOf(pass, sides)} any more: ${looks}. ${notDeletedText(of)}`;
  return [{ ...first, side, collection: '', count: of, of, cause }];
}

/** What vanished with its collection is no delete (E43). */
const notDeletedText = (of: number): string =>
  of === 1
    ? 'Nobody deleted its record.'
    : `Nobody deleted its ${of === 0 ? '' : `${numberText(of)} `}records one by one.`;

const labelsOf = ({ settings }: Pass, sides: readonly SideName[]): string =>
  sides.map((side) => settings.sideLabel[side]).join(' and on ');

/**
 * What had vanished and is there again with most of its records asks nothing any more, unless a person paused it. One
 * that is back and empty still asks: the other side would lose its records.
 */
async function dissolve(pass: Pass): Promise<void> {
  for (const brake of await pass.store.brakes(pass.id, false)) {
    if (isLeftOut(brake, pass.settings)) {
      await pass.store.commit(pass.id, leftOutEnds(brake, 'Tandem', pass.ports.clock.now()));
      pass.braked.delete(brake.collection);
      continue;
    }
    if (brake.kind !== 'missing' || brake.answer !== null) continue;
    const names = brake.collection === '' ? pass.settings.collections.map(({ name }) => name) : [brake.collection];
    if (!(await isBack(pass, brake.side, names))) continue;
    const at = pass.ports.clock.now();
    await pass.store.commit(pass.id, {
      dropBrake: brake.id,
      audit: [
        { at, who: 'Tandem', what: 'brake missing', detail: `It is there again, with its records. ${brake.cause}` },
      ],
    });
    pass.braked.delete(brake.collection);
  }
}

/** What the brake asks about is no part of the pair any more, whether it was answered with *keep* or not at all. */
export function isLeftOut(
  { collection, kind, fields }: Pick<BrakeRow, 'collection' | 'kind' | 'fields'>,
  { collections, resting }: Pick<PairSettings, 'collections' | 'resting'>,
): boolean {
  if (collection === '') return false;
  const mapped = [...collections, ...resting].find(({ name }) => name === collection);
  if (!mapped) return true;
  const lost = mapped.fields.filter(({ name }) => fields.includes(name));
  return kind === 'schema' && fields.length > 0 && lost.length === 0;
}

/** The end of a question about what left the pair. */
export const leftOutEnds = (
  { id, kind, cause }: Pick<BrakeRow, 'id' | 'kind' | 'cause'>,
  who: string,
  at: number,
): StateChange => ({
  dropBrake: id,
  audit: [{ at, who, what: `brake ${kind}`, detail: `It is no part of the pair any more. ${cause}` }],
});

async function isBack(pass: Pass, side: SideName, names: readonly string[]): Promise<boolean> {
  let [records, known] = [0, 0];
  for (const name of names) {
    if (!pass.collections.has(name)) return false;
    records += (await pass.sides[side].digest?.count(name)) ?? 0;
    known += await pass.store.countBase(pass.id, name);
  }
  return records * 2 >= known;
}

/** What holds up a collection altogether. */
async function askedAbout(pass: Pass): Promise<ReadonlyMap<string, BrakeRow>> {
  const brakes = await pass.store.brakes(pass.id, false);
  return new Map(brakes.filter(({ kind }) => kind !== 'drift').map((brake) => [brake.collection, brake]));
}

/** A file that is being copied over is empty for a moment. That is no question for a person yet: it is looked at again. */
export async function waitForCopy(pass: Pass): Promise<void> {
  const asked = await askedAbout(pass);
  const absent = pass.settings.collections.filter(({ name }) => !pass.collections.has(name) && !pass.unfit.has(name));
  if (asked.has('') || absent.every(({ name }) => asked.has(name))) return;
  for (let i = 0; i < 3; i++) {
    await pass.ports.clock.sleep(400, pass.signal);
    const schemas = { A: await pass.connectors.A.describe(), B: await pass.connectors.B.describe() };
    const back = absent.every((collection) => sideNames.every((side) => isThere(schemas[side], collection, side)));
    if (back) throw new LookAgain('the collections that were missing are there again');
  }
}

/** On one side, or on both: then the question names both, and both have to have it before anything is done. */
async function vanished(pass: Pass, sides: readonly SideName[], collection: string): Promise<NewBrake> {
  const brake = await missing(pass, sides[0] ?? 'A', collection, []);
  const cause = `${collection} does not exist on ${labelsOf(pass, sides)} any more. ${notDeletedText(brake.of)}`;
  return { ...brake, cause };
}

async function missing(pass: Pass, side: SideName, collection: string, fields: readonly string[]): Promise<NewBrake> {
  const of = await pass.store.countBase(pass.id, collection);
  const label = pass.settings.sideLabel[side];
  return {
    collection,
    side,
    of,
    count: of,
    at: pass.ports.clock.now(),
    samples: [],
    counts: { onlyA: 0, onlyB: 0, different: 0 },
    fields: [...fields],
    kind: fields.length > 0 ? 'schema' : 'missing',
    cause: `${label} no longer has ${fields.join(', ')} in ${collection}.`,
  };
}
