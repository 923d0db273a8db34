/** One thing under one logical name, as each side calls it; absent where the side has none. */
export interface Match<T> {
  readonly name: string;
  readonly a: T | undefined;
  readonly b: T | undefined;
}

interface Named {
  readonly name: string;
}

/**
 * Finds what belongs together: the same name first, else the same name apart from letter case, if only one fits and
 * letter case says nothing where it stands (`folds`). The logical name is the one that side A has.
 */
export function matchByName<T extends Named>(
  a: readonly T[],
  b: readonly T[],
  folds: (one: T) => boolean = () => true,
): readonly Match<T>[] {
  const left = new Set(b);
  const exact = new Map(b.map((each) => [each.name, each]));
  const partnerOf = new Map<T, T>();
  const take = (mine: T, theirs: T | undefined): void => {
    if (!theirs || !left.delete(theirs)) return;
    partnerOf.set(mine, theirs);
  };
  for (const mine of a) take(mine, exact.get(mine.name));
  for (const mine of a) {
    if (partnerOf.has(mine) || !folds(mine)) continue;
    const near = [...left].filter((each) => folds(each) && fold(each.name) === fold(mine.name));
    const rivals = a.filter((each) => !partnerOf.has(each) && fold(each.name) === fold(mine.name));
    if (near.length === 1 && rivals.length === 1) take(mine, near[0]);
  }
  const both = a.map((mine) => ({ name: mine.name, a: mine, b: partnerOf.get(mine) }));
  return [...both, ...[...left].map((theirs) => ({ name: theirs.name, a: undefined, b: theirs }))];
}

const fold = (name: string): string => name.toLowerCase();

/** Does a name that a person gave mean this match? */
export function isCalled(match: Match<Named>, given: string): boolean {
  return namesOfMatch(match).includes(given) || fold(match.name) === fold(given);
}

/** Those that a person means by a name: by letter case, too, where one is called just so. */
export function called<T>(
  all: readonly T[],
  given: string,
  namesOf: (one: T) => readonly (string | undefined)[],
): readonly T[] {
  const exact = all.filter((one) => namesOf(one).includes(given));
  const near = (name: string | undefined): boolean => name !== undefined && fold(name) === fold(given);
  return exact.length > 0 ? exact : all.filter((one) => namesOf(one).some(near));
}

/** What a match is called, on both sides and in the pair. */
export const namesOfMatch = (match: Match<Named>): readonly (string | undefined)[] => [
  match.name,
  match.a?.name,
  match.b?.name,
];
