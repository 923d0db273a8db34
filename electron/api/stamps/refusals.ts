import { AppError } from '../../../shared/contract/errors.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Capabilities, Connector } from '../../engine/port/connector.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { isReportCollection } from './report-collections.ts';

/** One side as far as stamps are concerned. `connector: null`: there is no database yet. */
export interface StampSide {
  readonly kind: string;
  readonly connector: (Pick<Connector, 'bookkeeping'> & { readonly capabilities: Capabilities }) | null;
}

const next = 'Nothing was changed.';

/** Fails with `unsupported` unless A can hold stamps and reports, and B can leave fields of these names alone. */
export function refuseUnstampable(pair: string, operation: string, a: StampSide, b: StampSide): void {
  const isAble = (side: StampSide): boolean => side.connector?.capabilities.stamps === true;
  const unable = !isAble(a) || !a.connector?.bookkeeping ? a : isAble(b) ? null : b;
  if (unable === null) return;
  throw new AppError({
    code: 'unsupported',
    operation,
    message: `Stamping the documents of ${pair} failed: a database of the kind ${unable.kind} has no documents that could hold stamps.`,
    next,
    hint: 'Only pairs of MongoDB databases can be stamped: leave --stamp out, or switch it off with --no-stamp.',
    subject: { pair },
    retry: 'after-user-action',
  });
}

/** Fails with `refused` if a collection that a stamping pair writes itself is to be kept in step. */
export function refuseReports(pair: string, operation: string, names: readonly string[]): void {
  const own = names.filter(isReportCollection);
  if (own.length === 0) return;
  throw new AppError({
    code: 'refused',
    operation,
    message: `Keeping ${own.join(', ')} in step in ${pair} failed: Tandem writes ${own.length === 1 ? 'it' : 'them'} itself for a pair that stamps, and reports never travel.`,
    next,
    hint: 'Name the other collections (--collections, or collectionsToSync of a pair that is there).',
    subject: { pair, collection: own[0] ?? '' },
    retry: 'after-user-action',
  });
}

/** The physical names of the collections that the pair keeps in step. */
export const syncedNames = ({ collections, collectionsToSync }: PairEntry): readonly string[] =>
  Object.entries(collections)
    .filter(([name]) => collectionsToSync?.includes(name) ?? true)
    .flatMap(([, { a, b }]) => [a, b]);

/** The collections that a stamping pair may keep in step; its own are reported. */
export function withoutReports(schema: SideSchema): SideSchema {
  const own = schema.collections.filter(({ name }) => isReportCollection(name));
  if (own.length === 0) return schema;
  const why = 'Tandem writes it for a stamping pair';
  return {
    ...schema,
    collections: schema.collections.filter(({ name }) => !isReportCollection(name)),
    reported: [...schema.reported, ...own.map(({ name }) => ({ name, kind: 'table' as const, why }))],
  };
}
