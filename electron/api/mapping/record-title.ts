import { cleanText } from '../../../shared/model/display.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import { fieldOf, type State } from '../../engine/port/record.ts';
import { keyText } from './key-text.ts';

const MOST = 80;
/** Fields by which people call a record, the likeliest first; letter case, `_`, `-` and blanks do not count. */
const NAMES = [
  'name',
  'fullname',
  'displayname',
  'title',
  'label',
  'subject',
  'companyname',
  'username',
  'login',
  'email',
  'mail',
  'lastname',
  'surname',
  'firstname',
];
const plain = (field: string): string => field.toLowerCase().replaceAll(/[\s_-]/g, '');
/** `product_name`, `AlbumTitle`: a name of something, where nothing better stands. */
const SOMETHING = /(name|title|label|subject)$/;

/** How people call the record: what reads like a name in the first of its states that has one, else its key. */
export function titleOf(key: Key, states: readonly State[]): string {
  for (const state of states) {
    const title = state && nameIn(state);
    if (title) return title;
  }
  return keyText(key);
}

function nameIn(state: NonNullable<State>): string | null {
  const ranked = rankedNames(state.names);
  for (const field of ranked) {
    const text = textAt(state, field);
    if (text === null) continue;
    const rest = plain(field) === 'lastname' ? firstNameIn(state, ranked) : null;
    return cleanText(rest === null ? text : `${rest} ${text}`, MOST);
  }
  return null;
}

const firstNameIn = (state: State, ranked: readonly string[]): string | null => {
  const field = ranked.find((name) => plain(name) === 'firstname');
  return field === undefined ? null : textAt(state, field);
};

function textAt(state: State, field: string): string | null {
  const value = fieldOf(state, field);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** The names of one shape are shared by its records. */
const known = new WeakMap<readonly string[], readonly string[]>();

function rankedNames(names: readonly string[]): readonly string[] {
  const found = known.get(names);
  if (found) return found;
  const ranked = names
    .map((name) => ({ name, rank: rankOf(plain(name)) }))
    .filter(({ rank }) => rank < Infinity)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
  known.set(names, ranked);
  return ranked;
}

function rankOf(name: string): number {
  const at = NAMES.indexOf(name);
  if (at >= 0) return at;
  return SOMETHING.test(name) ? NAMES.length : Infinity;
}
