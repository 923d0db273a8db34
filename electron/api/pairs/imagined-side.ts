import type { CollectionSpec, Connector, Side } from '../../engine/port/connector.ts';
import { withFields, type RecordImage } from '../../engine/port/record.ts';
import type { CollectionInfo, FieldInfo, SideSchema } from '../../engine/port/schema.ts';
import type { Value } from '../../engine/port/value.ts';
import type { SideName } from '../../engine/settings.ts';

const NOWHERE: Connector['capabilities'] = {
  groups: 'none',
  capture: false,
  watch: false,
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
  /** Fields that would be created in collections that are there. */
  readonly lacking: readonly LackingField[];
}

export interface LackingField {
  readonly on: SideName;
  /** As the side calls it. */
  readonly collection: string;
  readonly field: FieldInfo;
}

/**
 * A side as it would be once its missing collections were created: those are empty, everything else is what the side
 * holds. It can be looked at and not written, and closing it leaves the real connector open.
 */
export function imaginedSide({ connector, kind, schema, missing, lacking }: Imagined): Connector {
  const names = new Set(missing.map(({ name }) => name));
  const lacks = (collection: string): FieldInfo[] =>
    lacking.filter((one) => one.collection === collection).map(({ field }) => field);
  const there = schema.collections.map((one) => ({ ...one, fields: [...one.fields, ...lacks(one.name)] }));
  const described = { ...schema, collections: [...there, ...missing] };
  return {
    kind,
    capabilities: connector?.capabilities ?? NOWHERE,
    identity: async () => connector?.identity() ?? { id: 'not there yet', label: 'not there yet' },
    describe: async () => described,
    async bind(specs) {
      const absent = new Set(specs.filter(({ physical }) => names.has(physical)).map(({ name }) => name));
      const filled = new Map(specs.map((spec) => [spec.name, filling(spec, lacks(spec.physical))]));
      const real = await connector?.bind(
        specs
          .filter(({ name }) => !absent.has(name))
          .map((spec) => ({ ...spec, fields: spec.fields.filter(({ name }) => !filled.get(spec.name)?.has(name)) })),
      );
      return imaginedRecords(real, absent, (collection, record) =>
        withFields(record, filled.get(collection) ?? new Map()),
      );
    },
    close: async () => undefined,
  };
}

/** What a field that would be created holds in every record, under its logical name. */
function filling({ fields }: CollectionSpec, lacking: readonly FieldInfo[]): Map<string, Value> {
  return new Map(
    fields.flatMap(({ name, physical }) =>
      lacking.filter((field) => field.name === physical).map((field): [string, Value] => [name, field.default ?? null]),
    ),
  );
}

/** Without what writes: an engine that tried to would fail at once. */
function imaginedRecords(
  real: Side | undefined,
  absent: ReadonlySet<string>,
  whole: (collection: string, record: RecordImage) => RecordImage,
): Side {
  const there = (collection: string): Side | undefined => (absent.has(collection) ? undefined : real);
  return {
    async scan(collection, afterKey, limit) {
      const page = await there(collection)?.scan(collection, afterKey, limit);
      if (!page) return { records: [], next: null, left: [] };
      return { ...page, records: page.records.map(({ key, record }) => ({ key, record: whole(collection, record) })) };
    },
    async read(collection, keys) {
      const found = await there(collection)?.read(collection, keys);
      return new Map([...(found ?? [])].map(([key, record]) => [key, whole(collection, record)]));
    },
    write: () => Promise.reject(new Error('An imagined side is not written.')),
    close: async () => real?.close(),
    lookup: {
      find: async (query) => (await there(query.collection)?.lookup?.find(query)) ?? query.tuples.map(() => []),
    },
  };
}
