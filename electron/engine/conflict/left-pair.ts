import { notInPairName } from '../not-in-pair.ts';
import type { Pass } from '../run/context.ts';
import type { JournalRow } from '../state/stored.ts';

type Settled = Pick<Pass, 'collections' | 'settings'>;

/** Why nothing of the collection can be read or written now, for people; `null`: it is synced. */
export function whyNotSynced({ collections, settings }: Settled, name: string): string | null {
  if (collections.has(name)) return null;
  const isOf = (each: { readonly name: string }): boolean => each.name === name;
  if (settings.resting.some(isOf))
    return `${name} is not synced for now (collectionsToSync), so it stays as it is. Once it is synced again, this can still be undone.`;
  if (settings.collections.some(isOf))
    return `${name} is not on both sides any more, or lost a field there, so it stays as it is. Once it is back, this can still be undone.`;
  return hasLeft(settings.name, name);
}

/** The fields that were written and are no part of the pair any more. */
export function leftFields({ collections }: Settled, journal: readonly JournalRow[]): readonly string[] {
  const mapped = collections.get(journal[0]?.collection ?? '');
  if (!mapped || mapped.anyField) return [];
  const known = new Set(mapped.fields.map(({ name }) => name));
  const written = journal.flatMap(({ before, after }) => [...(before?.names ?? []), ...(after?.names ?? [])]);
  return [...new Set(written)].filter((name) => !known.has(name)).sort();
}

export const leftText = ({ settings }: Settled, collection: string, fields: readonly string[]): string | null =>
  fields.length === 0 ? null : hasLeft(settings.name, ...fields.map((field) => notInPairName({ collection, field })));

/** By the names that people use; what leaves the pair keeps its history. */
const hasLeft = (pair: string, ...names: readonly string[]): string =>
  `${names.join(', ')} left the pair, so it stays as it is. Taken in again (tandem pair edit ${pair} --add ${names.join(',')}), this can still be undone.`;
