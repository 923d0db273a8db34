import { AppError } from '../../shared/contract/errors.ts';
import { expect, test } from 'vitest';
import type {
  CaptureFacet,
  CapturePage,
  DigestFacet,
  GateFacet,
  LookupFacet,
  Side,
} from '../../electron/engine/port/connector.ts';
import type { Key } from '../../electron/engine/port/key-codec.ts';
import { must } from '../../shared/lib/assert.ts';
import type { ConformanceHarness, CreateOptions, ForeignOp, NeutralCollection, TestSide } from './harness.ts';
import {
  badges,
  bindSide,
  createSide,
  deleteFrom,
  fill,
  insertInto,
  insertThing,
  key,
  office,
  rec,
  scanAll,
  specFor,
  textForms,
  thing,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

const lookupOf = (side: Side): LookupFacet => must(side.lookup, 'the facet lookup');
const digestOf = (side: Side): DigestFacet => must(side.digest, 'the facet digest');
const gateOf = (side: Side): GateFacet => must(side.gate, 'the facet gate');
const captureOf = (side: Side): CaptureFacet => must(side.capture, 'the facet capture');

export function describeLookup(harness: ConformanceHarness): void {
  test('[C40] records are found by the values of one field or several', async () => {
    const { side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'x', 1n), insertThing(2n, 'x', 2n), insertThing(3n, 'y', 1n), insertThing(4n)]);
    const find = (fields: readonly string[], tuples: readonly (readonly (string | bigint | null)[])[], limit = 10) =>
      lookupOf(side).find({ collection: 'things', fields, tuples, limit });
    expect((await find(['a'], [['x'], ['y'], ['z']])).map((keys) => [...keys].sort())).toEqual([
      [key(1n), key(2n)],
      [key(3n)],
      [],
    ]);
    expect(
      await find(
        ['b', 'a'],
        [
          [1n, 'x'],
          [2n, 'y'],
        ],
      ),
    ).toEqual([[key(1n)], []]);
    expect((await find(['a'], [['x']], 1)).map((keys) => keys.length)).toEqual([1]);
    expect(await find(['a'], [])).toEqual([]);
  });

  test('[C40] NULL finds nothing, not even NULL', async () => {
    const { side } = await bindSide(harness, office.collections);
    await fill(side, [insertInto('people', key(1n), rec({ id: 1n, name: 'n', email: null }))]);
    expect(
      await lookupOf(side).find({
        collection: 'people',
        fields: ['email'],
        tuples: [[null]],
        index: 'people_email',
        limit: 10,
      }),
    ).toEqual([[]]);
  });

  for (const index of harness.facts.nullsClash ? ['badges_code'] : [])
    test('[C40] NULL is found with an index in which it clashes, and not without', async () => {
      const unique = [{ name: index, fields: ['code'], nullsClash: true as const }];
      const { side } = await bindSide(harness, [{ ...badges, unique }]);
      await fill(side, [
        insertInto('badges', key(1n), rec({ id: 1n, code: null })),
        insertInto('badges', key(2n), rec({ id: 2n, code: 'x' })),
      ]);
      const query = { collection: 'badges', fields: ['code'], tuples: [[null], ['x']], limit: 9 };
      expect(await lookupOf(side).find({ ...query, index })).toEqual([[key(1n)], [key(2n)]]);
      expect(await lookupOf(side).find(query)).toEqual([[], [key(2n)]]);
    });

  test.each(harness.facts.collations)('[C40] values are compared under %s', async (collation) => {
    const named: NeutralCollection = {
      name: 'named',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text', collation },
      ],
      key: ['id'],
      unique: [{ name: 'named_name', fields: ['name'] }],
    };
    const { side } = await bindSide(harness, [named]);
    for (const [first, second] of [...textForms[collation].equal, ['same', 'same'] as const]) {
      await fill(side, [insertInto('named', key(1n), rec({ id: 1n, name: first }))]);
      for (const index of [{}, { index: 'named_name' }]) {
        expect(
          await lookupOf(side).find({ collection: 'named', fields: ['name'], tuples: [[second]], limit: 10, ...index }),
        ).toEqual([[key(1n)]]);
      }
      await fill(side, [deleteFrom('named', key(1n), rec({ id: 1n, name: first }))]);
    }
    for (const [first, second] of textForms[collation].different) {
      await fill(side, [insertInto('named', key(1n), rec({ id: 1n, name: first }))]);
      expect(
        await lookupOf(side).find({ collection: 'named', fields: ['name'], tuples: [[second]], limit: 10 }),
      ).toEqual([[]]);
      await fill(side, [deleteFrom('named', key(1n), rec({ id: 1n, name: first }))]);
    }
  });
}

export function describeDigest(harness: ConformanceHarness): void {
  test('[C41] the count is the number of records that a scan gives', async () => {
    const optional: NeutralCollection = {
      ...things,
      fields: things.fields.map((field) => ({ ...field, nullable: true })),
    };
    const { test: behind, side } = await bindSide(harness, [optional]);
    expect(await digestOf(side).count('things')).toBe(0);
    await fill(side, [insertThing(1n), insertThing(2n)]);
    await behind.mutateBehindItsBack([
      { op: 'insert', collection: 'things', values: { id: 3n } },
      { op: 'insert', collection: 'things', values: { id: null } },
    ]);
    expect(await digestOf(side).count('things')).toBe((await scanAll(side, 'things')).keys.length);
    expect(await digestOf(side).count('things')).toBe(harness.facts.documents ? 4 : 3);
  });
}

export function describeGate(harness: ConformanceHarness): void {
  test('[C42] reading and our own writes leave the token as it is', async () => {
    const { side } = await bindSide(harness, [things]);
    const token = await gateOf(side).token();
    await fill(side, [insertThing(1n), insertThing(2n)]);
    await fill(side, [updateIn('things', key(1n), { a: [null, 'x'] }), deleteFrom('things', key(2n), thing(2n))]);
    await writeOne(side, insertThing(1n));
    await scanAll(side, 'things');
    await side.read('things', [key(1n)]);
    expect(await gateOf(side).token()).toBe(token);
  });

  test('[C42] every commit of others gives another token, also between our own', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    const tokens = [await gateOf(side).token()];
    for (const id of [1n, 2n, 3n]) {
      await behind.mutateBehindItsBack([{ op: 'insert', collection: 'things', values: { id } }]);
      await fill(side, [insertThing(id + 10n)]);
      tokens.push(await gateOf(side).token());
    }
    expect(new Set(tokens).size).toBe(4);
  });
}

async function follow(
  side: Side,
  cursor: string,
  limit: number,
): Promise<{ readonly keys: Set<Key>; readonly next: string }> {
  const keys = new Set<Key>();
  for (let next = cursor; ;) {
    const page: CapturePage = await captureOf(side).changes(next, limit);
    expect(page.lost ?? false).toBe(false);
    expect(page.dirty.length).toBeLessThanOrEqual(limit);
    for (const dirty of page.dirty) keys.add(dirty.key);
    next = page.next;
    if (!page.more) return { keys, next };
  }
}

const inserted = (id: bigint): ForeignOp => ({ op: 'insert', collection: 'things', values: { id } });

async function captured(
  harness: ConformanceHarness,
  options?: CreateOptions,
): Promise<{ readonly behind: TestSide; readonly side: Side; readonly start: string }> {
  const { test: behind, side } = await bindSide(harness, [things], options);
  await behind.mutateBehindItsBack([inserted(1n), inserted(2n), inserted(3n)]);
  return { behind, side, start: await begun(side) };
}

/** The start of what is noted, where it has to be asked for first. */
async function begun(side: Side, cursor: string | null = null): Promise<string> {
  await captureOf(side).prepare?.('pair', cursor);
  return captureOf(side).start();
}

export function describeCapture(harness: ConformanceHarness): void {
  test.each([1, 2, 100])('[C43] everything that others do after the start is found, in pages of %i', async (limit) => {
    const { behind, side, start } = await captured(harness);
    await behind.mutateBehindItsBack([{ op: 'update', collection: 'things', where: { id: 1n }, set: { a: 'x' } }]);
    await behind.mutateBehindItsBack([{ op: 'delete', collection: 'things', where: { id: 2n } }, inserted(4n)]);
    await behind.mutateBehindItsBack([{ op: 'update', collection: 'things', where: { id: 3n }, set: { id: 5n } }]);
    const { keys, next } = await follow(side, start, limit);
    expect([...keys]).toEqual(expect.arrayContaining([1n, 2n, 3n, 4n, 5n].map((id) => key(id))));
    await behind.mutateBehindItsBack([inserted(6n)]);
    expect([...(await follow(side, next, limit)).keys]).toContain(key(6n));
  });

  test('[C43] the collection of a dirty key is named as the pair names it', async () => {
    const test = await createSide(harness, { schema: { collections: [things] } });
    const side = await test.connector.bind([{ ...specFor(harness, things), name: 'Dinge' }]);
    const start = await begun(side);
    await test.mutateBehindItsBack([inserted(1n)]);
    expect((await captureOf(side).changes(start, 10)).dirty).toContainEqual({ collection: 'Dinge', key: key(1n) });
  });

  test('[C44] a cursor gives again what it gave, also after the side was opened again', async () => {
    const { behind, side, start } = await captured(harness);
    await behind.mutateBehindItsBack([inserted(4n)]);
    const { keys } = await follow(side, start, 10);
    expect([...(await follow(side, start, 10)).keys]).toEqual(expect.arrayContaining([...keys]));
    const again = await (await behind.reopen()).bind([specFor(harness, things)]);
    await behind.mutateBehindItsBack([inserted(5n)]);
    expect([...(await follow(again, start, 10)).keys]).toEqual(expect.arrayContaining([key(4n), key(5n)]));
  });

  test('[C45] history that is gone is called lost, and the next cursor misses nothing from then on', async () => {
    const { behind, side, start } = await captured(harness, { captureWindow: 3 });
    for (let id = 10n; id < 40n; id++) await behind.mutateBehindItsBack([inserted(id)]);
    const page = await captureOf(side).changes(start, 100);
    expect(page.lost).toBe(true);
    const next = captureOf(side).prepare ? await begun(side, start) : page.next;
    await behind.mutateBehindItsBack([inserted(99n)]);
    expect([...(await follow(side, next, 10)).keys]).toContain(key(99n));
  });

  test('[C45] a cursor of another history is called lost', async () => {
    const { behind, side } = await captured(harness);
    const page = await captureOf(side).changes('not a cursor of this side', 10);
    expect(page.lost).toBe(true);
    await behind.mutateBehindItsBack([inserted(99n)]);
    expect([...(await follow(side, page.next, 10)).keys]).toContain(key(99n));
  });

  test('[C48] what is at hand is given when only that is asked for, and the rest from there', async () => {
    const { behind, side, start } = await captured(harness);
    expect(await captureOf(side).changes(start, 10, 'ready')).toMatchObject({ dirty: [], more: false });
    const ids = Array.from({ length: 30 }, (_, i) => BigInt(i + 10));
    for (const id of ids) await behind.mutateBehindItsBack([inserted(id)]);
    const page = await captureOf(side).changes(start, 10, 'ready');
    expect(page.lost ?? false).toBe(false);
    expect(page.dirty.length).toBeGreaterThan(0);
    expect(page.dirty.length).toBeLessThanOrEqual(10);
    const { keys } = await follow(side, page.next, 10);
    const all = [...page.dirty.map((dirty) => dirty.key), ...keys];
    expect(all).toEqual(expect.arrayContaining(ids.map((id) => key(id))));
  });
}

function watchOf(side: Side): NonNullable<CaptureFacet['watch']> {
  return must(captureOf(side).watch?.bind(captureOf(side)), 'a side that tells of changes');
}

export function describeWatch(harness: ConformanceHarness): void {
  test('[C46] no hint comes after the watch was ended', async () => {
    const { behind, side } = await captured(harness);
    let hints = 0;
    const stop = await watchOf(side)(() => hints++);
    await behind.mutateBehindItsBack([inserted(4n)]);
    stop();
    const sofar = hints;
    await behind.mutateBehindItsBack([inserted(5n)]);
    await captureOf(side).changes(await captureOf(side).start(), 10);
    expect(hints).toBe(sofar);
  });

  test('[C47] what others commit once a watch has resolved is followed by a hint, each time', async () => {
    const { behind, side } = await captured(harness);
    let hints = 0;
    const stop = await watchOf(side)(() => hints++);
    for (const id of [4n, 5n, 6n]) {
      const before = hints;
      await behind.mutateBehindItsBack([inserted(id)]);
      await expect.poll(() => hints, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before);
    }
    stop();
  });

  test('[C47] a watch on a closed side fails', async () => {
    const { side } = await captured(harness);
    await side.close();
    await expect(watchOf(side)(() => undefined)).rejects.toBeInstanceOf(AppError);
  });
}
