import { expect, test } from 'vitest';
import type { MarkerFacet, SetupFacet, Side } from '../../electron/engine/port/connector.ts';
import type { FieldInfo } from '../../electron/engine/port/schema.ts';
import { must } from '../../shared/lib/assert.ts';
import type { ConformanceHarness, TestSide } from './harness.ts';
import {
  bindSide,
  createSide,
  failureOf,
  fill,
  insertThing,
  key,
  office,
  rawOf,
  readOne,
  specFor,
  statusesOf,
  thing,
  things,
  updateIn,
} from './suite-support.ts';

const setupOf = ({ connector }: TestSide): SetupFacet => must(connector.setup, 'the facet setup');
const markerOf = (side: Side): MarkerFacet => must(side.marker, 'the facet marker');

const pair = 'office';

export function describeSetup(harness: ConformanceHarness): void {
  test('[C50] the statements of one side make an equal side of an empty one', async () => {
    const from = await createSide(harness, { schema: { collections: [...office.collections, things] } });
    const to = await createSide(harness);
    const { collections } = await from.connector.describe();
    await setupOf(to).create(collections.flatMap(({ create }) => create));
    expect((await to.connector.describe()).collections).toEqual(collections);
    const side = await to.connector.bind([specFor(harness, things)]);
    await fill(side, [insertThing(1n, 'works')]);
  });

  test('[C51] one statement that fails keeps all of them from being carried out', async () => {
    const from = await createSide(harness, { schema: office });
    const to = await createSide(harness);
    const statements = (await from.connector.describe()).collections.flatMap(({ create }) => create);
    await failureOf(setupOf(to).create([...statements, 'this is no statement']));
    expect((await to.connector.describe()).collections).toEqual([]);
    await setupOf(to).create(statements);
    expect((await to.connector.describe()).collections).toHaveLength(2);
  });

  test('[C4] a collection that was created gives another version', async () => {
    const from = await createSide(harness, { schema: office });
    const to = await createSide(harness, { schema: { collections: [things] } });
    const { version } = await to.connector.describe();
    await setupOf(to).create((await from.connector.describe()).collections.flatMap(({ create }) => create));
    expect((await to.connector.describe()).version).not.toBe(version);
  });
}

const fieldsOf = async ({ connector }: TestSide): Promise<readonly FieldInfo[]> =>
  must((await connector.describe()).collections[0], 'things').fields;

/** A side whose fields can be added to a collection that has records. */
export function describeAddedFields(harness: ConformanceHarness): void {
  test('[C58] a field says how a collection that lacks it gets it as it is, where that can be', async () => {
    const from = await createSide(harness, { schema: { collections: [things] } });
    const statements = (await fieldsOf(from)).flatMap(({ add }) => (add && 'statements' in add ? add.statements : []));
    const [id] = things.fields;
    const to = await createSide(harness, { schema: { collections: [{ ...things, fields: [must(id, 'the key')] }] } });
    await to.mutateBehindItsBack([{ op: 'insert', collection: 'things', values: { id: 1n } }]);
    await setupOf(to).create(statements);
    expect(await fieldsOf(to)).toEqual(await fieldsOf(from));
    const side = await to.connector.bind([specFor(harness, things)]);
    expect(await readOne(side, 'things', key(1n))).toEqual(thing(1n));
    await fill(side, [insertThing(2n, 'works')]);
  });
}

export function describeNoAddedFields(harness: ConformanceHarness): void {
  test('[C58] no field says how it would be added where that cannot be', async () => {
    const side = await createSide(harness, { schema: { collections: [things] } });
    expect((await fieldsOf(side)).filter(({ add }) => add !== undefined)).toEqual([]);
  });
}

/** What a side says that cannot keep a marker. */
export function describeNoMarker(harness: ConformanceHarness): void {
  test('[C56] a sealed batch is refused where no marker can be kept, and nothing is applied', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await failureOf(side.write({ intents: [insertThing(1n)], seal: { pair, batch: 1 } }), 'unsupported');
    expect(await rawOf(behind, 'things')).toEqual([]);
  });
}

/** A side that has setup but cannot keep a marker. */
export function describeSetupWithoutMarker(harness: ConformanceHarness): void {
  test('[C52] without a marker there is nothing to install, and nothing is listed as present', async () => {
    const test = await createSide(harness, { schema: { collections: [things] } });
    await failureOf(setupOf(test).installMarker(pair, 1), 'unsupported');
    expect((await setupOf(test).footprint(pair)).filter(({ present }) => present)).toEqual([]);
    await setupOf(test).remove(pair);
  });
}

export function describeMarker(harness: ConformanceHarness): void {
  const installed = async () => {
    const made = await bindSide(harness, [things]);
    await setupOf(made.test).installMarker(pair, 3);
    return { ...made, marker: markerOf(made.side) };
  };

  test('[C52] [L16] what is kept on the side is listed before it is there, and taken away again', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n)]);
    const presence = async () => (await setupOf(behind).footprint(pair)).map(({ present }) => present);
    const before = await behind.connector.describe();
    const planned = await setupOf(behind).footprint(pair);
    expect(planned.every(({ name, purpose, present }) => name !== '' && purpose !== '' && !present)).toBe(true);
    await setupOf(behind).installMarker(pair, 1);
    await side.capture?.prepare?.(pair, null);
    expect(new Set(await presence())).toEqual(new Set([true]));
    expect((await setupOf(behind).footprint(pair)).map(({ name }) => name)).toEqual(planned.map(({ name }) => name));
    expect(await behind.connector.describe()).toEqual(before);
    await setupOf(behind).remove(pair);
    expect(new Set(await presence())).toEqual(new Set([false]));
    expect(await behind.connector.describe()).toEqual(before);
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: null, b: null }]);
    await setupOf(behind).remove(pair);
  });

  test('[C53] nothing is there, and nothing is added, before the marker is installed', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    const marker = markerOf(side);
    expect(await marker.read(pair)).toBeNull();
    expect(await marker.raise(pair, 0, { epoch: 1, n: 1 })).toBe(false);
    expect(await marker.raise(pair, null, { epoch: 1, n: 1 })).toBe(false);
    expect((await setupOf(behind).footprint(pair)).filter(({ present }) => present)).toEqual([]);
  });

  test('[C53] a marker starts at 0 with the epoch given, and installing it again changes nothing', async () => {
    const { test: behind, marker } = await installed();
    expect(await marker.read(pair)).toEqual({ pair, epoch: 3, n: 0, batch: 0, missed: [] });
    await marker.raise(pair, 0, { epoch: 3, n: 1 });
    await setupOf(behind).installMarker(pair, 9);
    expect(await marker.read(pair)).toEqual({ pair, epoch: 3, n: 1, batch: 0, missed: [] });
  });

  test('[C54] a marker is raised only from what is expected', async () => {
    const { marker } = await installed();
    expect(await marker.raise(pair, 5, { epoch: 3, n: 6 })).toBe(false);
    expect(await marker.raise(pair, null, { epoch: 3, n: 1 })).toBe(false);
    expect(await marker.raise(pair, 0, { epoch: 4, n: 1 })).toBe(true);
    expect(await marker.raise(pair, 0, { epoch: 3, n: 2 })).toBe(false);
    expect(await marker.read(pair)).toEqual({ pair, epoch: 4, n: 1, batch: 0, missed: [] });
  });

  test('[C54] of two that raise at once one wins, and it is durable', async () => {
    const { test: behind, marker } = await installed();
    const raised = await Promise.all([
      marker.raise(pair, 0, { epoch: 3, n: 1 }),
      marker.raise(pair, 0, { epoch: 3, n: 1 }),
    ]);
    expect(raised.filter(Boolean)).toEqual([true]);
    const again = await (await behind.reopen()).bind([specFor(harness, things)]);
    expect(await markerOf(again).read(pair)).toEqual({ pair, epoch: 3, n: 1, batch: 0, missed: [] });
  });

  test('[C55] a sealed batch leaves its number and the keys that were not applied', async () => {
    const { test: behind, side, marker } = await installed();
    await fill(side, [insertThing(1n, 'a')]);
    const results = await side.write({
      intents: [insertThing(2n), insertThing(1n), updateIn('things', key(1n), { a: ['z', 'y'] })],
      seal: { pair, batch: 7 },
    });
    expect(statusesOf(results)).toEqual(['applied', 'changed', 'changed']);
    const missed = (await marker.read(pair))?.missed ?? [];
    expect(new Set(missed.map(({ collection, key: at }) => `${collection} ${at}`))).toEqual(
      new Set([`things ${key(1n)}`]),
    );
    expect(await marker.raise(pair, 0, { epoch: 3, n: 1 })).toBe(true);
    expect(await marker.read(pair)).toMatchObject({ n: 1, batch: 7, missed });
    await side.write({ intents: [insertThing(3n)], seal: { pair, batch: 8 } });
    expect(await marker.read(pair)).toEqual({ pair, epoch: 3, n: 1, batch: 8, missed: [] });
    await side.write({ intents: [], seal: { pair, batch: 9 } });
    const again = await (await behind.reopen()).bind([specFor(harness, things)]);
    expect(await markerOf(again).read(pair)).toMatchObject({ batch: 9 });
    expect(await readOne(again, 'things', key(3n))).toEqual(thing(3n));
  });

  test('[C56] a sealed batch is refused where the marker has gone, and nothing is applied', async () => {
    const { test: behind, side } = await installed();
    await setupOf(behind).remove(pair);
    await failureOf(side.write({ intents: [insertThing(1n)], seal: { pair, batch: 1 } }), 'replaced');
    expect(await rawOf(behind, 'things')).toEqual([]);
    await fill(side, [insertThing(1n)]);
  });

  test('[C57] the markers of two pairs do not touch one another', async () => {
    const { test: behind, side, marker } = await installed();
    await setupOf(behind).installMarker('other', 1);
    await marker.raise('other', 0, { epoch: 1, n: 5 });
    await side.write({ intents: [], seal: { pair: 'other', batch: 2 } });
    expect(await marker.read(pair)).toEqual({ pair, epoch: 3, n: 0, batch: 0, missed: [] });
    await setupOf(behind).remove(pair);
    expect(await marker.read(pair)).toBeNull();
    expect(await marker.read('other')).toEqual({ pair: 'other', epoch: 1, n: 5, batch: 2, missed: [] });
  });
}

/** A side that has both a gate and a marker. */
export function describeMarkerAndGate(harness: ConformanceHarness): void {
  test('[C42] our own marker leaves the token as it is', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await setupOf(behind).installMarker(pair, 1);
    const gate = must(side.gate, 'the facet gate');
    const token = await gate.token();
    await markerOf(side).raise(pair, 0, { epoch: 1, n: 1 });
    await side.write({ intents: [insertThing(1n)], seal: { pair, batch: 1 } });
    expect(await gate.token()).toBe(token);
  });
}
