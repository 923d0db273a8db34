import { own } from '../../../shared/lib/own.ts';
import { matchByName, type Match } from '../../../shared/lib/match-by-name.ts';
import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import type { Direction, Draft, SideName } from './draft.ts';
import type { SideTest } from './use-add.ts';

export type SideCollection = WireAddressTest['collections'][number];
export type CollectionMatch = Match<SideCollection>;

const collectionsOf = (test: SideTest): readonly SideCollection[] =>
  test.state === 'tested' ? test.test.collections : [];
const isDocuments = (test: SideTest): boolean => test.state === 'tested' && test.test.kind === 'mongodb';

/** What both sides hold, by names that mean the same; in a document store letter case says something. */
export function matchesOf({ A, B }: Readonly<Record<SideName, SideTest>>): readonly CollectionMatch[] {
  const folds = !isDocuments(A) && !isDocuments(B);
  return matchByName(collectionsOf(A), collectionsOf(B), () => folds);
}

/** Nothing identifies its records until a person names the fields. */
export const isKeyless = ({ a, b }: CollectionMatch): boolean =>
  [a, b].some((one) => one !== undefined && lacksKey(one));

/** A view has neither a key nor fields of its own. */
const lacksKey = ({ key, fields }: SideCollection): boolean => key === null && fields > 0;

/** Why no sync carries it; null: it can be kept in step, or could with the fields that identify a record. */
export const obstacleOf = ({ a, b }: CollectionMatch): string | null =>
  [a, b].map((one) => (one === undefined || lacksKey(one) ? null : one.notSynced)).find((why) => why !== null) ?? null;

export const isChosen = (match: CollectionMatch, { leftOut, keys }: Draft): boolean =>
  !leftOut.includes(match.name) &&
  obstacleOf(match) === null &&
  (!isKeyless(match) || (keys[match.name] ?? '').trim() !== '');

export const chosenOf = (matches: readonly CollectionMatch[], draft: Draft): string[] =>
  matches.filter((match) => isChosen(match, draft)).map(({ name }) => name);

/** The way of one collection: its own, else that of the pair. */
export const wayOf = (name: string, { direction, directions }: Draft): Direction => own(directions, name) ?? direction;

/** Names as typed, with commas between. */
export const namesIn = (typed: string | undefined): string[] =>
  (typed ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** What an index of either side lets stand once only, each index as a person reads it. */
export const indexesOf = ({ a, b }: CollectionMatch): string[] => [
  ...new Set([...(a?.unique ?? []), ...(b?.unique ?? [])].map((fields) => fields.join(', '))),
];

export const wayWords = { both: 'add.direction.both', 'a-to-b': 'add.way.a-to-b', 'b-to-a': 'add.way.b-to-a' } as const;
