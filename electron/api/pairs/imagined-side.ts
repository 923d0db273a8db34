import type { Connector, Side } from '../../engine/port/connector.ts';
import type { CollectionInfo, SideSchema } from '../../engine/port/schema.ts';

const NOWHERE: Connector['capabilities'] = {
  groups: 'none',
  capture: false,
  gate: false,
  digest: false,
  lookup: true,
  setup: false,
  marker: false,
  missingFields: false,
  stamps: false,
};

export interface Imagined {
  /** `null`: there is no database yet. */
  readonly connector: Connector | null;
  readonly kind: string;
  readonly schema: SideSchema;
  /** Collections that would be created, as the other side has them. */
  readonly missing: readonly CollectionInfo[];
}

/**
 * A side as it would be once its missing collections were created: those are empty, everything else is what the side
 * holds. It can be looked at and not written, and closing it leaves the real connector open.
 */
export function imaginedSide({ connector, kind, schema, missing }: Imagined): Connector {
  const names = new Set(missing.map(({ name }) => name));
  const described = { ...schema, collections: [...schema.collections, ...missing] };
  return {
    kind,
    capabilities: connector?.capabilities ?? NOWHERE,
    identity: async () => connector?.identity() ?? { id: 'not there yet', label: 'not there yet' },
    describe: async () => described,
    async bind(specs) {
      const absent = new Set(specs.filter(({ physical }) => names.has(physical)).map(({ name }) => name));
      const real = await connector?.bind(specs.filter(({ name }) => !absent.has(name)));
      return imaginedRecords(real, absent);
    },
    close: async () => undefined,
  };
}

/** Without what writes: an engine that tried to would fail at once. */
function imaginedRecords(real: Side | undefined, absent: ReadonlySet<string>): Side {
  const there = (collection: string): Side | undefined => (absent.has(collection) ? undefined : real);
  return {
    scan: async (collection, afterKey, limit) =>
      there(collection)?.scan(collection, afterKey, limit) ?? { records: [], next: null, left: [] },
    read: async (collection, keys) => there(collection)?.read(collection, keys) ?? new Map(),
    write: () => Promise.reject(new Error('An imagined side is not written.')),
    close: async () => real?.close(),
    lookup: {
      find: async (query) => (await there(query.collection)?.lookup?.find(query)) ?? query.tuples.map(() => []),
    },
  };
}
