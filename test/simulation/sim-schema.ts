import type { CollectionInfo, SideSchema } from '../../electron/engine/port/schema.ts';
import { defaultCollection, type CollectionSettings } from '../../electron/engine/settings.ts';

export interface SimCollection {
  readonly name: string;
  /** Without `id`, which every collection has as its key. */
  readonly fields: readonly string[];
  readonly unique?: string;
  /** One record at most may have no unique value, as in a document store. */
  readonly nullsClash?: true;
  readonly reference?: { readonly field: string; readonly parent: string };
  /** The person declared that A, this computer, wins every conflict. */
  readonly localWins?: boolean;
}

/** The collections of a world, the same on both sides. */
export class SimSchema {
  readonly #byName: ReadonlyMap<string, SimCollection>;
  readonly collections: readonly string[];

  constructor(collections: readonly SimCollection[]) {
    this.#byName = new Map(collections.map((collection) => [collection.name, collection]));
    this.collections = collections.map(({ name }) => name);
  }

  #get(name: string): SimCollection {
    const collection = this.#byName.get(name);
    if (!collection) throw new Error(`No collection ${name} in this world`);
    return collection;
  }

  fieldsOf(collection: string): readonly string[] {
    return this.#get(collection).fields;
  }

  uniqueOf(collection: string): string | undefined {
    return this.#get(collection).unique;
  }

  nullsClash(collection: string): boolean {
    return this.#get(collection).nullsClash ?? false;
  }

  referenceOf(collection: string): SimCollection['reference'] {
    return this.#get(collection).reference;
  }

  localWins(collection: string): boolean {
    return this.#get(collection).localWins ?? false;
  }

  isParent(collection: string): boolean {
    return [...this.#byName.values()].some(({ reference }) => reference?.parent === collection);
  }

  settings(unmapped: Readonly<Record<string, readonly string[]>>): CollectionSettings[] {
    return [...this.#byName.values()].map(({ name, fields, localWins }) => ({
      ...defaultCollection(name, ['id', ...fields.filter((field) => !unmapped[name]?.includes(field))], ['id']),
      policy: localWins ? 'local' : 'ask',
    }));
  }

  /** Of the collections that are there. */
  describe(version: number, made: ReadonlyMap<string, unknown>): SideSchema {
    const there = [...this.#byName.values()].filter(({ name }) => made.has(name));
    const gone = this.collections.filter((name) => !made.has(name));
    return {
      collections: there.map(describeCollection),
      reported: [],
      version: [`v${version}`, ...gone.map((name) => `without ${name}`)].join(' '),
    };
  }
}

function describeCollection({ name, fields, unique, nullsClash, reference }: SimCollection): CollectionInfo {
  const field = (label: string) => ({
    name: label,
    type: 'TEXT',
    nullable: label !== 'id',
    collation: 'binary' as const,
    generated: false,
    hasDefault: false,
  });
  return {
    name,
    fields: ['id', ...fields].map(field),
    key: { fields: ['id'], collations: ['binary'], origin: 'primary' },
    unique: unique
      ? [
          {
            name: `${name}_${unique}`,
            fields: [unique],
            collations: ['binary'],
            partial: false,
            ...(nullsClash ? { nullsClash } : {}),
          },
        ]
      : [],
    references: reference
      ? [
          {
            name: `${name}_${reference.field}`,
            fields: [reference.field],
            parent: reference.parent,
            parentFields: ['id'],
            onDelete: 'CASCADE',
            onUpdate: 'NO ACTION',
          },
        ]
      : [],
    triggers: [],
    autoKey: false,
    create: [],
  };
}
