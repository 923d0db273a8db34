import { isThere } from '../bind-pair.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { NewBrake } from '../state/store.ts';
import { LookAgain, pairRow, type Pass } from './context.ts';
import { tryAgain } from './wake.ts';

/**
 * A collection that vanished, or lost a field that is synced, stops that collection and nothing else (L9). A change
 * that leaves the synced fields alone is noted and passes.
 */
export async function checkSchema(pass: Pass): Promise<void> {
  const { schema } = await pairRow(pass);
  for (const side of sideNames) {
    const now = await pass.connectors[side].describe();
    if (now.version === schema[side]) continue;
    const brakes: NewBrake[] = [];
    for (const collection of pass.settings.collections) {
      const found = now.collections.find(({ name }) => name === collection.physical[side]);
      const lost = found
        ? collection.fields.filter((field) => !found.fields.some(({ name }) => name === field[side]))
        : [];
      if (found && lost.length === 0) continue;
      const names = lost.map(({ name }) => name);
      brakes.push(await missing(pass, side, collection.name, names));
    }
    await latch(pass, side, brakes, now.version);
    await tryAgain(pass);
  }
  await dissolve(pass);
}

async function latch(pass: Pass, side: SideName, brakes: readonly NewBrake[], version: string): Promise<void> {
  const open = new Set((await pass.store.brakes(pass.id, false)).map(({ collection }) => collection));
  const latest = (await pairRow(pass)).schema;
  const asked = allGone(pass, side, brakes) ?? brakes;
  await pass.store.commit(pass.id, {
    newBrakes: open.has('') ? [] : asked.filter(({ collection }) => !open.has(collection)),
    ...(brakes.length === 0 ? { pair: { schema: { ...latest, [side]: version } } } : {}),
  });
  for (const { collection } of asked) pass.braked.add(collection);
}

/** A side that lacks all collections is most likely another file: that is one question, and not one a collection. */
function allGone(pass: Pass, side: SideName, brakes: readonly NewBrake[]): readonly NewBrake[] | null {
  const [first] = brakes;
  const all = pass.settings.collections.length;
  if (!first || all < 2 || brakes.length < all || brakes.some(({ kind }) => kind !== 'missing')) return null;
  const of = brakes.reduce((sum, brake) => sum + brake.of, 0);
  const label = pass.settings.sideLabel[side];
  const cause = `None of the ${numberText(all)} collections exists on ${label} any more: it looks like another database. Nobody deleted its ${of === 0 ? '' : `${numberText(of)} `}records one by one.`;
  return [{ ...first, collection: '', count: of, of, cause }];
}

/**
 * What had vanished and is there again with most of its records asks nothing any more, unless a person paused it. One
 * that is back and empty still asks: the other side would lose its records.
 */
async function dissolve(pass: Pass): Promise<void> {
  for (const brake of await pass.store.brakes(pass.id, false)) {
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

async function isBack(pass: Pass, side: SideName, names: readonly string[]): Promise<boolean> {
  let [records, known] = [0, 0];
  for (const name of names) {
    if (!pass.collections.has(name)) return false;
    records += (await pass.sides[side].digest?.count(name)) ?? 0;
    known += await pass.store.countBase(pass.id, name);
  }
  return records * 2 >= known;
}

/** A file that is being copied over is empty for a moment. That is no question for a person yet: it is looked at again. */
export async function waitForCopy(pass: Pass): Promise<void> {
  const asked = new Set((await pass.store.brakes(pass.id, false)).map(({ collection }) => collection));
  const absent = pass.settings.collections.filter(({ name }) => !pass.collections.has(name));
  if (absent.every(({ name }) => asked.has(name))) return;
  for (let i = 0; i < 3; i++) {
    await pass.ports.clock.sleep(400, pass.signal);
    const schemas = { A: await pass.connectors.A.describe(), B: await pass.connectors.B.describe() };
    const back = absent.every((collection) => sideNames.every((side) => isThere(schemas[side], collection, side)));
    if (back) throw new LookAgain('the tables that were missing are there again');
  }
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
    kind: fields.length > 0 ? 'schema' : 'missing',
    cause:
      fields.length > 0
        ? `${label} no longer has ${fields.join(', ')} in ${collection}.`
        : `${collection} does not exist on ${label} any more. Nobody deleted its ${of === 0 ? '' : `${numberText(of)} `}records one by one.`,
  };
}
