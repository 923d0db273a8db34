import type { WireRecord, WireValue } from '../../shared/model/ejson.ts';

export type State = WireRecord | null;

/** A field of a record that came over the wire; never one that the record has from its prototype. */
export const fieldOf = (state: State, field: string): WireValue | undefined =>
  state !== null && Object.hasOwn(state, field) ? state[field] : undefined;

const same = (one: WireValue | undefined, other: WireValue | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

export const fieldNames = (...states: readonly State[]): readonly string[] => [
  ...new Set(states.flatMap((state) => Object.keys(state ?? {}))),
];

/** The fields in which two states of a record are not the same, in the order of their records. */
export const differing = (one: State, other: State): readonly string[] =>
  fieldNames(one, other).filter((field) => !same(fieldOf(one, field), fieldOf(other, field)));

const NAMES = ['name', 'fullname', 'title', 'label', 'subject', 'username', 'email'];
const plain = (field: string): string => field.toLowerCase().replaceAll(/[\s_-]/g, '');
const SOMETHING = /(name|title|label|subject)$/;

/** How people call a record: a name or title in the first state that has one; undefined: only its key tells it. */
export function titleOf(...states: readonly State[]): string | undefined {
  for (const state of states) {
    const fields = Object.keys(state ?? {});
    const ranked = [
      ...NAMES.flatMap((name) => fields.filter((field) => plain(field) === name)),
      ...fields.filter((field) => SOMETHING.test(plain(field))),
    ];
    for (const field of ranked) {
      const value = fieldOf(state, field);
      if (typeof value === 'string' && value.trim() !== '') return value;
    }
  }
  return undefined;
}
