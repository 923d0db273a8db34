import type { WireFinding } from '../../shared/contract/pair-shapes.ts';
import { displayValue } from '../../shared/model/display.ts';
import type { CollectionInfo, SideSchema, Trait } from './port/schema.ts';
import { mayWrite } from './run/context.ts';
import {
  otherSide,
  sideNames,
  type CollectionSettings,
  type Direction,
  type PairSettings,
  type SideName,
} from './settings.ts';

type Both<T> = Readonly<Record<SideName, T>>;

/** What two collections that are to be kept in step were made with, where it is not the same. Pure. */
export function compareTraits(
  collection: string,
  infos: Readonly<Record<SideName, CollectionInfo>>,
  { labels, direction }: { readonly labels: Both<string>; readonly direction: Direction },
): WireFinding[] {
  const traits = { A: infos.A.traits ?? [], B: infos.B.traits ?? [] };
  const names = [...new Set(sideNames.flatMap((side) => traits[side].map(({ name }) => name)))].sort();
  const of = (side: SideName, name: string): Trait | undefined => traits[side].find((trait) => trait.name === name);
  return names.flatMap((name) => {
    const [a, b] = [of('A', name), of('B', name)];
    if (a?.value === b?.value) return [];
    const expiring = sideNames.filter((side) => of(side, name)?.expires && mayWrite(direction, otherSide(side)));
    const side: SideName | null = a && b ? null : a ? 'A' : 'B';
    return [
      { collection, side, text: differenceText(name, { A: a, B: b }, labels), blocks: false },
      ...(expiring.length === 0
        ? []
        : [{ collection, side, text: expiryText(name, expiring, labels), blocks: false, asks: true }]),
    ];
  });
}

function differenceText(name: string, { A: a, B: b }: Both<Trait | undefined>, labels: Both<string>): string {
  const what = `The ${displayValue(name)}`;
  const words = ({ value }: Trait): string => (value === '' ? 'without options' : value);
  if (a && b) return `${what} is different: ${words(a)} on ${labels.A}, ${words(b)} on ${labels.B}.`;
  const only = a ?? b;
  return `${what}${only && only.value !== '' ? ` (${only.value})` : ''} is on ${labels[a ? 'A' : 'B']} only.`;
}

export function expiryText(name: string, sides: readonly SideName[], labels: Both<string>): string {
  const [first = 'A'] = sides;
  return sides.length > 1
    ? `The ${displayValue(name)} deletes records on both sides, after different times: what expires on one side first is deleted on the other, too.`
    : `The ${displayValue(name)} deletes records on ${labels[first]} by itself: what expires there is then deleted on ${labels[otherSide(first)]}, too.`;
}

/** An index that one side alone has, and the other may get. */
export interface OfferedIndex {
  readonly collection: string;
  /** The side that lacks it. */
  readonly side: SideName;
  readonly trait: Trait;
  readonly statement: string;
  /** An index over something else has its name there. */
  readonly isNameTaken: boolean;
}

/** Where the collection has one name on both sides, and its records travel to the side that lacks the index. Pure. */
export function offeredIndexes(
  schemas: Both<SideSchema>,
  { name, physical, direction }: Pick<CollectionSettings, 'name' | 'physical' | 'direction'>,
): OfferedIndex[] {
  if (physical.A !== physical.B) return [];
  const traits = (side: SideName): readonly Trait[] =>
    schemas[side].collections.find((one) => one.name === physical[side])?.traits ?? [];
  return sideNames.flatMap((from) => {
    const side = otherSide(from);
    const there = traits(side);
    if (!mayWrite(direction, side) || !schemas[side].collections.some((one) => one.name === physical[side])) return [];
    return traits(from).flatMap((trait): OfferedIndex[] => {
      const { index } = trait;
      if (!index || there.some((one) => one.name === trait.name)) return [];
      const isNameTaken = there.some((one) => one.index?.name === index.name);
      return [{ collection: name, side, trait, statement: index.statement, isNameTaken }];
    });
  });
}

/** What the collections of a pair were made with, where the two sides are not alike by now; each with its collection. */
export const unlikeTraits = (
  schemas: Both<SideSchema>,
  { collections, sideLabel }: Pick<PairSettings, 'collections' | 'sideLabel'>,
): string[] =>
  collections.flatMap(({ name, physical, direction }) => {
    const found = (side: SideName): CollectionInfo | undefined =>
      schemas[side].collections.find((one) => one.name === physical[side]);
    const [A, B] = [found('A'), found('B')];
    if (!A || !B) return [];
    return compareTraits(name, { A, B }, { labels: sideLabel, direction }).map(({ text }) => `${name}: ${text}`);
  });
