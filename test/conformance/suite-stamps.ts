import { expect, test } from 'vitest';
import type { CollectionSpec, Side, Stamp } from '../../electron/engine/port/connector.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { must } from '../../shared/lib/assert.ts';
import type { ConformanceHarness, TestSide } from './harness.ts';
import {
  createSide,
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  key,
  rawOf,
  readOne,
  rec,
  scanAll,
  specOf,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

const words = ['mine', 'other', 'old', 'new', 'there', 'filled', 'nowhere'];

/** `things` with whatever fields they have, but for `b`. */
function withoutB({ facts: { documents } }: ConformanceHarness): CollectionSpec {
  const fields = [{ name: 'id', physical: documents?.key ?? 'id' }];
  return { ...specOf(things), fields, anyField: true, omit: { b: words } };
}

async function bound(harness: ConformanceHarness): Promise<{ readonly test: TestSide; readonly side: Side }> {
  const made = await createSide(harness, { schema: { collections: [things] } });
  return { test: made, side: await made.connector.bind([withoutB(harness)]) };
}

const byOthers = (id: bigint, a: Value, b: Value) =>
  ({ op: 'insert', collection: 'things', values: { id, a, b } }) as const;

const stamp = (id: bigint, a: Value | undefined, more: Partial<Stamp>): Stamp => ({
  collection: 'things',
  key: key(id),
  where: { name: 'a', value: a },
  set: {},
  fill: {},
  ...more,
});

export function describeStamps(harness: ConformanceHarness): void {
  test('[C60] an omitted field is in no record, and no intent may name it', async () => {
    const { test: behind, side } = await bound(harness);
    await behind.mutateBehindItsBack([byOthers(1n, 'x', 'mine')]);
    const record = rec({ id: 1n, a: 'x' });
    expect(await readOne(side, 'things', key(1n))).toEqual(record);
    expect((await scanAll(side, 'things')).records.get(key(1n))).toEqual(record);
    expect(await writeOne(side, updateIn('things', key(1n), { a: ['z', 'y'] }))).toEqual({
      status: 'changed',
      actual: record,
    });
    const intents = [
      updateIn('things', key(1n), { b: [undefined, 'ours'] }),
      insertInto('things', key(2n), rec({ id: 2n, a: 'x', b: 'ours' })),
    ];
    expect(await side.write({ intents })).toMatchObject(intents.map(() => ({ status: 'rejected', field: 'b' })));
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: 'x', b: 'mine' }]);
  });

  test('[C60] a key, and a field of a collection whose fields are named one by one, cannot be omitted', async () => {
    const { connector } = await createSide(harness, { schema: { collections: [things] } });
    const spec = withoutB(harness);
    const named = { ...spec, fields: [...spec.fields, { name: 'b', physical: 'b' }] };
    expect((await failureOf(connector.bind([named]))).code).toBe('unsupported');
    const { anyField: _any, ...fixed } = spec;
    expect((await failureOf(connector.bind([fixed]))).code).toBe('unsupported');
  });

  test('[C61] what others do to an omitted field changes no result, and a delete takes it along', async () => {
    const { test: behind, side } = await bound(harness);
    await behind.mutateBehindItsBack([byOthers(1n, 'x', 'mine'), byOthers(2n, 'x', 'mine')]);
    await scanAll(side, 'things');
    await behind.mutateBehindItsBack([
      { op: 'update', collection: 'things', where: { id: 1n }, set: { b: 'other' } },
      { op: 'update', collection: 'things', where: { id: 2n }, set: { b: 'other' } },
    ]);
    await fill(side, [
      updateIn('things', key(1n), { a: ['x', 'y'] }),
      deleteFrom('things', key(2n), rec({ id: 2n, a: 'x' })),
    ]);
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: 'y', b: 'other' }]);
  });

  test('[C62] an update leaves omitted fields as they stand', async () => {
    const { test: behind, side } = await bound(harness);
    await behind.mutateBehindItsBack([byOthers(1n, 'x', 'mine'), byOthers(2n, 'x', 'mine')]);
    await fill(side, [
      updateIn('things', key(1n), { a: ['x', null] }),
      { ...updateIn('things', key(2n), { a: ['x', 'y'] }), replaces: true } as never,
    ]);
    expect(await rawOf(behind, 'things')).toEqual([
      { id: 1n, a: null, b: 'mine' },
      { id: 2n, a: 'y', b: 'mine' },
    ]);
  });

  test('[C63] a stamp is written where its field shows the value, fills what is missing, and changes no record', async () => {
    const { test: behind, side } = await bound(harness);
    const stamps = must(side.stamps, 'the facet for stamps');
    await behind.mutateBehindItsBack([
      byOthers(1n, 'x', 'old'),
      byOthers(2n, 'moved', 'old'),
      byOthers(3n, 'x', null),
      byOthers(4n, 'x', 'there'),
    ]);
    const done = await stamps.write([
      stamp(1n, 'x', { set: { b: 'new' } }),
      stamp(2n, 'x', { set: { b: 'new' } }),
      stamp(3n, 'x', { fill: { b: 'filled' } }),
      stamp(4n, 'x', { fill: { b: 'filled' } }),
      stamp(9n, 'x', { set: { b: 'nowhere' } }),
    ]);
    expect(done).toEqual({ refused: 0, why: '' });
    expect((await rawOf(behind, 'things')).map(({ b }) => b)).toEqual(['new', 'old', 'filled', 'there']);
    expect(await readOne(side, 'things', key(1n))).toEqual(rec({ id: 1n, a: 'x' }));
  });
}

/** Values of others that are in no form: other words, a part or another case of one, and other kinds of values. */
const own: readonly Value[] = ['of others', 'min', 'MINE', 'mine\n', '', 7n, 1.5, new Uint8Array([1])];

export function describeOwnValues(harness: ConformanceHarness): void {
  const at = (i: number): bigint => BigInt(i + 1);

  test('[C65] a document with something of its own in an omitted field takes no stamp', async () => {
    const { test: behind, side } = await bound(harness);
    await behind.mutateBehindItsBack(own.map((value, i) => byOthers(at(i), 'x', value)));
    const before = await rawOf(behind, 'things');
    const stamps = must(side.stamps, 'the facet for stamps');
    await stamps.write(own.map((_, i) => stamp(at(i), 'x', { set: { b: 'new' }, fill: { b: 'filled' } })));
    expect(await rawOf(behind, 'things')).toEqual(before);
  });

  test('[C66] it is deleted, and gives its place to another record, only where a person decided', async () => {
    const { test: behind, side } = await bound(harness);
    await behind.mutateBehindItsBack(own.map((value, i) => byOthers(at(i), 'x', value)));
    const before = await rawOf(behind, 'things');
    const deletes = own.map((_, i) => deleteFrom('things', key(at(i)), rec({ id: at(i), a: 'x' })));
    const replaced = own.map(
      (_, i) => ({ ...updateIn('things', key(at(i)), { a: ['x', 'y'] }), replaces: true }) as const,
    );
    const detail = expect.stringContaining('it also holds b') as string;
    for (const intents of [deletes, replaced])
      expect(await side.write({ intents })).toEqual(
        intents.map(() => ({ status: 'rejected', code: 'holds-more', detail })),
      );
    expect(await rawOf(behind, 'things')).toEqual(before);
    await fill(
      side,
      deletes.map((intent) => ({ ...intent, evenWithMore: true }) as never),
    );
    expect(await rawOf(behind, 'things')).toEqual([]);
  });
}

/** A kind that cannot stamp says so, and fakes nothing. */
export function describeNoStamps(harness: ConformanceHarness): void {
  test('[C64] without the capability a field that is to be omitted is refused when the side is bound', async () => {
    const { connector } = await createSide(harness, { schema: { collections: [things] } });
    const failure = await failureOf(connector.bind([withoutB(harness)]), 'unsupported');
    expect(failure.message).toContain('b out of its records');
  });
}
