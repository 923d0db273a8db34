import { AppError } from '../../../shared/contract/errors.ts';
import type { CollectionEntry, PairEntry } from '../../../shared/config/schema.ts';
import { called } from '../../../shared/lib/match-by-name.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { own } from '../../../shared/lib/own.ts';
import { notInPairName, type NotInPair } from '../../engine/not-in-pair.ts';

/** A collection of the pair, or a field of one, by its logical name. */
export interface Mapped {
  readonly collection: string;
  readonly field: string | null;
}

interface Known {
  readonly pair: string;
  readonly entry: PairEntry;
  /** What stands on a side and is not part of the pair, left out or not. */
  readonly free: readonly NotInPair[];
}

export const fieldName = (field: CollectionEntry['fields'][number]): string =>
  typeof field === 'string' ? field : field.name;

/** What a person means by names of things to take in; the name of a collection of the pair means all its fields that are not. */
export function namedFree(known: Known, names: readonly string[]): NotInPair[] {
  return names.flatMap((name) => {
    const found = called(known.free, name, nameOf);
    if (found.length > 0 && !isExactly(mappedAs(known.entry, name), name)) return found;
    const mapped = mappedAs(known.entry, name);
    if (!mapped) throw notFound(known, name, known.free.map(notInPairName));
    const fields = mapped.field === null ? known.free.filter(({ collection }) => collection === mapped.collection) : [];
    if (fields.length === 0) throw isPart(known.pair, notInPairName(mapped));
    return fields;
  });
}

/** What a person means by names of things to leave out: parts of the pair, or what stands beside it. */
export function namedAny(known: Known, names: readonly string[]): { mapped: Mapped[]; free: NotInPair[] } {
  const mapped: Mapped[] = [];
  const free: NotInPair[] = [];
  for (const name of names) {
    const part = mappedAs(known.entry, name);
    const beside = called(known.free, name, nameOf);
    const isBeside = beside.some((one) => isExactly(one, name)) && !isExactly(part, name);
    if (part && !isBeside) mapped.push(part);
    else if (beside.length > 0) free.push(...beside);
    else throw notFound(known, name, [...known.free.map(notInPairName), ...Object.keys(known.entry.collections)]);
  }
  return { mapped, free };
}

const isExactly = (one: Mapped | undefined, given: string): boolean =>
  one !== undefined && notInPairName(one) === given;

const nameOf = (one: Mapped): readonly string[] => [notInPairName(one)];

function mappedAs({ collections }: PairEntry, given: string): Mapped | undefined {
  if (own(collections, given)) return { collection: given, field: null };
  const parts = Object.entries(collections).flatMap(([collection, { fields }]): Mapped[] => [
    { collection, field: null },
    ...fields.map((field) => ({ collection, field: fieldName(field) })),
  ]);
  return called(parts, given, nameOf)[0];
}

function notFound({ pair }: Known, name: string, candidates: readonly string[]): AppError {
  const near = nearest(name, candidates);
  return new AppError({
    code: 'not-found',
    operation: 'pairs.include',
    message: `Changing what belongs to ${pair} failed: neither side has ${name}.`,
    next: 'Nothing was changed.',
    hint: near
      ? `Did you mean ${near}?`
      : candidates.length > 0
        ? `There are: ${candidates.slice(0, 20).join(', ')}.`
        : 'Everything that stands on both sides is part of the pair.',
    subject: { pair },
  });
}

function isPart(pair: string, name: string): AppError {
  return new AppError({
    code: 'already-exists',
    operation: 'pairs.include',
    message: `Taking ${name} into ${pair} failed: it is part of the pair already, with all its fields.`,
    next: 'Nothing was changed.',
    hint: `See: tandem pair show ${pair}`,
    subject: { pair, collection: name },
  });
}
