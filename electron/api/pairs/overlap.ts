import { AppError } from '../../../shared/contract/errors.ts';
import { operationOf, type Doing } from './look.ts';

/** One pair as a set of links between collections of databases, each known by its identity. */
export interface PairLinks {
  readonly pair: string;
  readonly a: string;
  readonly b: string;
  readonly collections: readonly { readonly a: string; readonly b: string }[];
  readonly stamp: boolean;
}

/**
 * Refuses a second way between two collections: over the same two sides, or round through other pairs. A record
 * that could travel in a circle would meet itself. A star on one side is fine.
 */
export function refuseOverlap(doing: Doing, added: PairLinks, others: readonly PairLinks[]): void {
  const groups = new Groups();
  for (const { a, b, collections } of others)
    for (const each of collections) groups.join(node(a, each.a), node(b, each.b));
  for (const each of added.collections) {
    const [from, to] = [node(added.a, each.a), node(added.b, each.b)];
    if (!groups.join(from, to)) throw overlap(doing, added, each.a, others);
  }
}

/** Two stamping pairs on one document would each call it synced, or not, against the other. */
export function refuseSharedStamps(added: PairLinks, others: readonly PairLinks[], operation: string): void {
  if (!added.stamp) return;
  const mine = new Map(added.collections.flatMap((each) => endsOf(added, each).map((end) => [end, each.a] as const)));
  for (const other of others.filter(({ stamp }) => stamp)) {
    const shared = other.collections.flatMap((each) => endsOf(other, each)).find((end) => mine.has(end));
    if (shared === undefined) continue;
    const collection = mine.get(shared) ?? '';
    throw new AppError({
      code: 'pair-overlap',
      operation,
      message: `Stamping the documents of ${added.pair} failed: the pair ${other.pair} already stamps, and has ${collection} of the same database.`,
      next: 'Nothing was changed. Each of the two would call documents synced that the other does not.',
      hint: `Switch stamps off for one of them (--no-stamp), or let them have different collections.`,
      subject: { pair: added.pair, collection },
      retry: 'after-user-action',
    });
  }
}

const endsOf = ({ a, b }: PairLinks, each: PairLinks['collections'][number]): readonly string[] => [
  node(a, each.a),
  node(b, each.b),
];

const node = (database: string, collection: string): string => JSON.stringify([database, collection.toLowerCase()]);

function overlap(doing: Doing, added: PairLinks, collection: string, others: readonly PairLinks[]): AppError {
  const twin = others.find(
    ({ a, b, collections }) =>
      [a, b].toSorted().join() === [added.a, added.b].toSorted().join() &&
      collections.some((each) => [each.a, each.b].some((name) => name.toLowerCase() === collection.toLowerCase())),
  );
  const why = twin
    ? `the pair ${twin.pair} already keeps ${collection} of the same two databases in step`
    : `${collection} of these two databases is already connected through ${involved(added, others)}`;
  return new AppError({
    code: 'pair-overlap',
    operation: operationOf[doing],
    message: `${doing} the pair ${added.pair} failed: ${why}.`,
    next: 'Nothing was changed. A record would meet itself on two ways and could change without end.',
    hint: 'Choose other collections with --collections, or remove the other pair.',
    subject: { pair: added.pair, collection },
    retry: 'after-user-action',
  });
}

function involved({ a, b }: PairLinks, others: readonly PairLinks[]): string {
  const names = others.filter((other) => [other.a, other.b].some((id) => id === a || id === b)).map(({ pair }) => pair);
  return `the pairs ${names.join(', ')}`;
}

/** Which nodes hang together. */
class Groups {
  readonly #parent = new Map<string, string>();

  #rootOf(node_: string): string {
    let root = node_;
    for (let next = this.#parent.get(root); next !== undefined; next = this.#parent.get(root)) root = next;
    return root;
  }

  /** False if the two were connected before. */
  join(one: string, other: string): boolean {
    const [from, to] = [this.#rootOf(one), this.#rootOf(other)];
    if (from === to) return false;
    this.#parent.set(from, to);
    return true;
  }
}
