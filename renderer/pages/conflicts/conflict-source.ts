import type { CallName } from '../../../shared/contract/calls.ts';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { displayValue } from '../../../shared/model/display.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import type { Transport } from '../../transport/transport.ts';

/** One conflict as a list shows it; light, since there may be ten thousand. */
export interface ConflictRow {
  readonly id: number;
  readonly pair: string;
  readonly collection: string;
  readonly kind: ConflictKind;
  readonly key: { readonly hex: string; readonly text: string };
  readonly title: string;
  readonly summary: string;
  readonly fields: readonly string[];
  readonly openedAt: string;
  readonly status: string;
  readonly generation: number;
}

export interface IndexRequest {
  readonly pair?: string;
  readonly kind?: readonly ConflictKind[];
  readonly collection?: string;
  readonly q?: string;
  readonly offset?: number;
  readonly limit?: number;
}

export interface ConflictIndex {
  readonly total: number;
  readonly counts: {
    readonly pairs: readonly { readonly pair: string; readonly n: number }[];
    readonly kinds: readonly { readonly kind: ConflictKind; readonly n: number }[];
    readonly collections: readonly { readonly pair: string; readonly collection: string; readonly n: number }[];
  };
  readonly rows: readonly ConflictRow[];
}

/** A part of the list with what every filter would show. The one place that knows how conflicts are listed. */
export async function askIndex(
  transport: Transport,
  request: IndexRequest,
  signal: AbortSignal,
): Promise<ConflictIndex> {
  try {
    // Until the contract has it, the name is not known to the compiler.
    return (await transport.call('conflicts.index' as CallName, request as never, { signal })) as never;
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'unsupported') throw cause;
    const all = await transport.call('conflicts.list', {}, { signal });
    return indexOf(all.map(rowOf), request);
  }
}

const NAMES = ['name', 'title', 'label', 'full_name', 'email', 'username'];

function rowOf(conflict: WireConflict): ConflictRow {
  const { id, pair, collection, kind, key, fields, at, status, generation, local, remote, base, reason } = conflict;
  const record = local ?? remote ?? base ?? {};
  const title = NAMES.map((name) => record[name]).find((value) => typeof value === 'string' && value !== '');
  const summary = kind === 'update/update' ? fields.join(', ') : reason;
  return {
    id,
    pair,
    collection,
    kind,
    key,
    fields,
    status,
    generation,
    openedAt: at,
    title: title === undefined ? key.text : displayValue(title),
    summary,
  };
}

type Filter = 'pair' | 'kind' | 'collection' | 'q';

function indexOf(rows: readonly ConflictRow[], request: IndexRequest): ConflictIndex {
  const { pair, kind, collection, q = '', offset = 0, limit = 200 } = request;
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const passes: Readonly<Record<Filter, (row: ConflictRow) => boolean>> = {
    pair: (row) => pair === undefined || row.pair === pair,
    kind: (row) => kind === undefined || kind.includes(row.kind),
    collection: (row) => collection === undefined || row.collection === collection,
    q: (row) => words.every((word) => `${row.title} ${row.key.text} ${row.summary}`.toLowerCase().includes(word)),
  };
  const but = (left: Filter | null): ConflictRow[] =>
    rows.filter((row) => (Object.keys(passes) as Filter[]).every((name) => name === left || passes[name](row)));
  const found = but(null);
  return {
    total: found.length,
    counts: {
      pairs: counted(but('pair'), (row) => row.pair).map(([{ pair: name }, n]) => ({ pair: name, n })),
      kinds: counted(but('kind'), (row) => row.kind).map(([{ kind: name }, n]) => ({ kind: name, n })),
      collections: counted(but('collection'), (row) => `${row.pair} ${row.collection}`).map(([row, n]) => ({
        pair: row.pair,
        collection: row.collection,
        n,
      })),
    },
    rows: found.slice(offset, offset + limit),
  };
}

/** One of each kind with how many there are. */
function counted(rows: readonly ConflictRow[], by: (row: ConflictRow) => string): (readonly [ConflictRow, number])[] {
  const groups = Map.groupBy(rows, by);
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [[group[0], group.length] as const]));
}
