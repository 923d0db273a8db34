import type { ConflictKind } from '../../shared/model/words.ts';
import { must } from '../../shared/lib/assert.ts';
import { RefusedWrite } from '../../electron/connectors/memory/transaction.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import { Bench, table, type Row } from './engine-harness.ts';

export const people = table(
  'people',
  { id: 'integer', name: 'any?', city: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const typed = {
  ...people,
  fields: people.fields.map((field) => (field.name === 'name' ? { ...field, type: 'text' as const } : field)),
};
export const pets = table(
  'pets',
  { id: 'integer', owner: 'integer?', name: 'text?' },
  {
    references: [{ fields: ['owner'], parent: 'people', parentFields: ['id'] }],
  },
);
export const person = (id: number, name: Row[string] | string, city: string | null = 'Bern'): Row => ({
  id: BigInt(id),
  name: name ?? null,
  city,
});

/** A pair with one open conflict of the kind, and the switch that lets its sides behave from now on. */
export interface Made {
  readonly bench: Bench;
  readonly conflict: ConflictItem;
  readonly cure: () => void;
}

async function pair(tablesB = people): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, pets], tablesB: [tablesB, pets] });
  bench.putBoth('people', person(1, 'ann'), person(2, 'bob'));
  bench.putBoth('pets', { id: 1n, owner: 1n, name: 'Rex' });
  await bench.sync();
  return bench;
}

/** How each kind comes about; the record in dispute is always one of people or pets on its own. */
export const makers: Readonly<Partial<Record<ConflictKind, () => Promise<Made>>>> = {
  'update/update': () =>
    made('update/update', pair(), (bench) => {
      bench.put('A', 'people', { id: 2n, name: 'of A' });
      bench.put('B', 'people', { id: 2n, name: 'of B', city: 'Basel' });
    }),
  'delete/update': () =>
    made('delete/update', pair(), (bench) => {
      bench.drop('A', 'people', 2n);
      bench.put('B', 'people', { id: 2n, city: 'Basel' });
    }),
  'insert/insert': () =>
    made('insert/insert', pair(), (bench) => {
      bench.put('A', 'people', person(3, 'of A'));
      bench.put('B', 'people', person(3, 'of B'));
    }),
  unique: () =>
    made('unique', pair(), (bench) => {
      bench.put('A', 'people', person(3, 'cyd', 'of A'));
      bench.put('B', 'people', person(4, 'cyd', 'of B'));
    }),
  'fk-parent-missing': () =>
    made('fk-parent-missing', pair(), (bench) => {
      bench.drop('B', 'people', 2n);
      bench.put('A', 'people', { id: 2n, city: 'Basel' });
      bench.put('A', 'pets', { id: 2n, owner: 2n, name: 'Tom' });
    }),
  'fk-child-exists': () =>
    made('fk-child-exists', pair(), (bench) => {
      bench.drop('A', 'people', 2n);
      bench.put('B', 'pets', { id: 2n, owner: 2n, name: 'Tom' });
    }),
  'type-misfit': () => made('type-misfit', pair(typed), (bench) => bench.put('A', 'people', { id: 2n, name: 7n })),
  async rejected() {
    const bench = await pair();
    let strict = true;
    bench.B.addTrigger({
      name: 'strict',
      collection: 'people',
      writes: [],
      fire: (_, { after }) => {
        if (strict && fieldOf(after, 'name') === 'zoe') throw new RefusedWrite('check', 'zoe is not wanted');
      },
    });
    return made(
      'rejected',
      Promise.resolve(bench),
      () => bench.put('A', 'people', { id: 2n, name: 'zoe' }),
      () => (strict = false),
    );
  },
  async bounce() {
    const bench = await pair();
    let on = true;
    for (const side of ['A', 'B'] as const)
      bench[side].addTrigger({
        name: 'own',
        collection: 'people',
        writes: ['people'],
        fire: (work, { row, after }) => {
          if (on && after && fieldOf(after, 'id') === 2n) work.update('people', row, new Map([['city', side]]));
        },
      });
    return made(
      'bounce',
      Promise.resolve(bench),
      () => bench.put('A', 'people', { id: 2n, name: 'new' }),
      () => (on = false),
    );
  },
  async undone() {
    const bench = await pair();
    bench.put('A', 'people', { id: 2n, name: 'sent' });
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    return made('undone', Promise.resolve(bench), () => {
      bench.put('A', 'people', { id: 2n, name: 'of A' });
      bench.put('B', 'people', { id: 2n, name: 'of B' });
    });
  },
};

async function made(
  kind: ConflictKind,
  pending: Promise<Bench>,
  edit: (bench: Bench) => void,
  cure: () => void = () => undefined,
): Promise<Made> {
  const bench = await pending;
  edit(bench);
  await bench.sync();
  await bench.sync();
  const conflict = must(
    (await bench.open()).find((one) => one.kind === kind),
    `a conflict ${kind}`,
  );
  return { bench, conflict, cure };
}
