import type { Value } from '../../electron/engine/port/value.ts';
import type { Budget, Scenario } from './scenario.ts';
import type { SimCollection } from './sim-schema.ts';

/* What worlds are made of. `z` is a record that nobody edits: it keeps collections from being empty, which is a brake of its own. */
type Fields = Readonly<Record<string, Value>>;
const thing: SimCollection = { name: 'thing', fields: ['f', 'g'] };
const named: SimCollection = { name: 'thing', fields: ['u'], unique: 'u' };
export const family: readonly SimCollection[] = [
  { name: 'parent', fields: ['f'] },
  { name: 'child', fields: ['ref', 'f'], reference: { field: 'ref', parent: 'parent' } },
];
export const upper = (value: string): string => (value.startsWith('!') ? value : `!${value}`);
export const lower = (value: string): string => value.replace('!', '');

const agreed = { 'thing/k': { f: 'of', g: 'og' } };
const anchor = { 'thing/z': { f: 'zf', g: 'zg' } };

export type Extra = Partial<Omit<Scenario, 'name' | 'law' | 'budget'>>;

/** A small world: one record that both users edit, unless `extra` says otherwise. */
export function world(name: string, law: string, budget: Budget, extra: Extra = {}): Scenario {
  return {
    name,
    law,
    collections: [thing],
    init: { ...agreed, ...anchor },
    editable: ['thing/k'],
    batch: 2,
    calls: 7,
    budget,
    ...extra,
  };
}

export const one: SimCollection = { name: 'thing', fields: ['f'] };
export const single: Extra = { collections: [one], init: { 'thing/k': { f: 'of' }, 'thing/z': { f: 'zf' } } };
export const several = (names: readonly string[]): Extra => ({
  collections: [one],
  init: Object.fromEntries([...names, 'z'].map((name): [string, Fields] => [`thing/${name}`, { f: `o${name}` }])),
  editable: names.map((name) => `thing/${name}`),
});
export const unique: Extra = { collections: [named], uniqueValues: ['u1', 'u2'], editable: ['thing/k', 'thing/l'] };
/** As in a document store: one record at most is without a unique value. */
export const nullable: Extra = {
  ...unique,
  collections: [{ ...named, nullsClash: true }],
  uniqueValues: ['u1', null],
};
export const parents: Extra = { collections: family, editable: ['parent/p', 'child/q'] };
export const grown = { 'parent/p': { f: 'of' }, 'parent/z': { f: 'zf' }, 'child/z': { ref: 'z', f: 'zf' } };
