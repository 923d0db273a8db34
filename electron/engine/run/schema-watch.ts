import { isThere } from '../bind-pair.ts';
import { sideNames } from '../settings.ts';
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
      brakes.push(
        await missing(
          pass,
          side,
          collection.name,
          lost.map(({ name }) => name),
        ),
      );
    }
    const open = new Set((await pass.store.brakes(pass.id, false)).map(({ collection }) => collection));
    const latest = (await pairRow(pass)).schema;
    await pass.store.commit(pass.id, {
      newBrakes: brakes.filter(({ collection }) => !open.has(collection)),
      ...(brakes.length === 0 ? { pair: { schema: { ...latest, [side]: now.version } } } : {}),
    });
    for (const { collection } of brakes) pass.braked.add(collection);
    await tryAgain(pass);
  }
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

async function missing(pass: Pass, side: 'A' | 'B', collection: string, fields: readonly string[]): Promise<NewBrake> {
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
        : `${collection} does not exist on ${label} any more. Nobody deleted its ${of === 0 ? '' : `${of} `}records one by one.`,
  };
}
