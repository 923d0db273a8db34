import type { MemoryCollection } from '../../electron/connectors/memory/schema.ts';
import type { Capabilities } from '../../electron/engine/port/connector.ts';
import {
  defaultCollection,
  defaultSettings,
  type CollectionSettings,
  type PairSettings,
} from '../../electron/engine/settings.ts';

/** What a test wants of its pair; whatever is left out is as the program has it by itself. */
export interface BenchOptions {
  readonly tables: readonly MemoryCollection[];
  /** Where side B is defined otherwise. */
  readonly tablesB?: readonly MemoryCollection[];
  readonly rules?: Readonly<Record<string, Partial<CollectionSettings>>>;
  readonly settings?: Partial<PairSettings>;
  readonly capabilities?: Partial<Capabilities>;
  readonly captureWindow?: number;
}

/** The settings of a pair over all tables, under the same names on both sides. */
export function settingsFor({ tables, rules = {}, settings = {} }: BenchOptions): PairSettings {
  return {
    ...defaultSettings,
    name: 'office',
    sideLabel: { A: 'This computer', B: 'Remote' },
    sideMove: { A: 'name side A', B: 'name side B' },
    collections: tables.map(({ name, fields, key = [] }) => ({
      ...defaultCollection(
        name,
        fields.map((field) => field.name),
        key,
      ),
      ...rules[name],
    })),
    ...settings,
  };
}
