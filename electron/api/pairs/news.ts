import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { WireNotInPair } from '../../../shared/contract/run-shapes.ts';
import type { CollectionEntry, PairEntry } from '../../../shared/config/schema.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { NotInPair } from '../../engine/not-in-pair.ts';
import type { CollectionInfo, SideSchema } from '../../engine/port/schema.ts';
import type { SideName } from '../../engine/settings.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { isSourceOnly, takesUp } from '../settings/pair-settings.ts';
import { ownValueFindings } from '../stamps/own-values.ts';
import { withoutReports } from '../stamps/refusals.ts';
import { compareSchemas } from './compare-schemas.ts';
import { otherKindText } from './refusals.ts';

type Both<T> = Readonly<Record<SideName, T>>;

/** A collection of one side that the pair does not have yet. */
export interface OneSided {
  readonly name: string;
  readonly on: SideName;
  readonly from: CollectionInfo;
  readonly entry: CollectionEntry;
}

/** What stands on the sides and the pair does not have, left out by nobody. */
export interface News {
  /** On both sides, and nothing is in the way. */
  readonly collections: ReadonlyMap<string, CollectionEntry>;
  readonly missing: readonly OneSided[];
  /** What a person has to agree to first, and what cannot be kept in step: why. */
  readonly aside: ReadonlyMap<string, Aside>;
}
interface Aside {
  readonly why: string;
  readonly agree: NonNullable<WireNotInPair['agree']>;
}

export async function newsOf({ entry, sides }: Pick<OpenPair, 'entry' | 'sides'>): Promise<News> {
  const schemas = { A: await sides.A.describe(), B: await sides.B.describe() };
  const labels = { A: entry.a.name, B: entry.b.name };
  const wanted = { collections: null, keys: {}, uniqueFields: {}, direction: entry.direction, labels };
  const offered = (schema: SideSchema): SideSchema => (entry.stamp ? withoutReports(schema) : schema);
  const { collections, missing, findings } = compareSchemas(offered(schemas.A), offered(schemas.B), wanted);
  const isNew = newTo(entry);
  const found = new Map([...collections].filter(([, each]) => isNew(each)));
  const own = entry.stamp
    ? await ownValueFindings({ connectors: sides, labels, collections: Object.fromEntries(found) })
    : [];
  // The schema of one kind means nothing to another.
  const alien = sides.A.kind === sides.B.kind ? [] : missing.map((one) => alienFinding(one, labels));
  const aside = asideOf([...findings, ...own, ...alien], collections);
  const oneSided = missing.flatMap((each): OneSided[] => {
    const mine = found.get(each.name);
    return mine && !aside.has(each.name) ? [{ ...each, entry: mine }] : [];
  });
  const names = new Set(missing.map(({ name }) => name));
  const both = [...found].filter(([name]) => !names.has(name) && !aside.has(name));
  return { collections: new Map(both), missing: oneSided, aside };
}

function newTo({ collections, leftOut = [] }: PairEntry): (found: Pick<CollectionEntry, 'a' | 'b'>) => boolean {
  const known = Object.values(collections);
  const dismissed = new Set(leftOut);
  return ({ a, b }) =>
    !known.some((each) => each.a === a || each.b === b) && ![a, `a:${a}`, `b:${b}`].some((name) => dismissed.has(name));
}

const alienFinding = ({ name, on }: { name: string; on: SideName }, labels: Both<string>): WireFinding => ({
  collection: name,
  side: on,
  text: otherKindText(labels[on]),
  blocks: true,
});

/** Where a person would be asked, nothing is done unasked. */
function asideOf(
  findings: readonly WireFinding[],
  collections: ReadonlyMap<string, CollectionEntry>,
): ReadonlyMap<string, Aside> {
  const telling = findings.filter(
    ({ collection, blocks, asks, keepsOwn }) =>
      collection !== '' && (blocks || asks || keepsOwn || !collections.has(collection)),
  );
  return new Map(
    [...Map.groupBy(telling, ({ collection }) => collection)].map(([name, several]) => {
      const isOpen = collections.has(name) && !several.some(({ blocks }) => blocks);
      const agree: Aside['agree'] = [
        ...(several.some(({ asks }) => asks) ? (['expiry'] as const) : []),
        ...(several.some(({ keepsOwn }) => keepsOwn) ? (['keepOwn'] as const) : []),
      ];
      return [name, { why: several.map(({ text }) => text).join(' '), agree: isOpen ? agree : [] }];
    }),
  );
}

const told = new WeakMap<readonly NotInPair[], readonly WireNotInPair[]>();

/** As it was explained last: a live step, and a status after each, look at nothing that did not move. */
export const explainedBefore = async (open: OpenPair, beside: readonly NotInPair[]): Promise<WireNotInPair[]> => [
  ...(told.get(beside) ?? (await explained(open, beside))),
];

/**
 * What stands beside the pair, with the reason where it is not taken in as it is, and what the next sync takes up by
 * itself. Of a side that does not answer nothing more is said than was known.
 */
export async function explained(open: OpenPair, beside: readonly NotInPair[]): Promise<WireNotInPair[]> {
  const { entry, sides, problems } = open;
  const plain = beside.map((one) => ({ ...one }));
  if (Object.keys(problems).length > 0 || !beside.some(({ field }) => field === null)) return plain;
  const news = await newsOf({ entry, sides }).catch(nothingOfAppErrors);
  if (news === null) return plain;
  const coming = new Set([
    ...news.collections.keys(),
    ...news.missing.filter(({ on }) => !isSourceOnly(entry, on)).map(({ name }) => name),
  ]);
  const all = plain.map((one): WireNotInPair => {
    if (one.field !== null || one.keyless) return one;
    const aside = news.aside.get(one.collection);
    if (aside) return { ...one, why: aside.why, agree: [...aside.agree] };
    return takesUp(entry) && coming.has(one.collection) ? { ...one, comes: true } : one;
  });
  told.set(beside, all);
  return all;
}

function nothingOfAppErrors(cause: unknown): null {
  if (cause instanceof AppError) return null;
  throw cause;
}
