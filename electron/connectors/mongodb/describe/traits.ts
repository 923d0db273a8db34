import { EJSON } from 'bson';
import type { Trait } from '../../../engine/port/schema.ts';
import type { IndexInfo } from './indexes.ts';

/** The options of a collection and its indexes, as far as the same documents could fare differently with others. */
export function traitsOf(
  collection: string,
  options: Readonly<Record<string, unknown>>,
  indexes: readonly IndexInfo[],
): Trait[] {
  const own = Object.entries(options)
    .filter(([name]) => !SERVERS_OWN.has(name))
    .map(([name, value]) => ({ name, value: shown(value) }));
  return [...own, ...indexes.map((index) => indexTrait(collection, index))].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How the server stores it changes nothing for documents. */
const SERVERS_OWN: ReadonlySet<string> = new Set([
  'storageEngine',
  'indexOptionDefaults',
  'autoIndexId',
  'flags',
  'uuid',
]);
const NAMED_ELSEWHERE: ReadonlySet<string> = new Set(['v', 'key', 'name', 'ns', 'background', 'storageEngine']);

function indexTrait(collection: string, { name, key, isUnique, definition, expires }: IndexInfo): Trait {
  const paths = [...key].map(([path, kind]) => (Number(kind) === 1 ? path : `${path} ${String(kind)}`));
  const more = Object.entries(definition).filter(([name]) => !NAMED_ELSEWHERE.has(name));
  const words = more.map(([name, value]) => (value === true ? name : `${name} ${shown(value)}`)).sort();
  return {
    name: `index over ${paths.join(', ')}`,
    value: words.join(', '),
    ...(expires ? { expires: true as const } : {}),
    index: { name, isUnique, statement: indexStatement(collection, [definition]) },
  };
}

/** The command that makes equal indexes. */
export function indexStatement(collection: string, definitions: readonly IndexInfo['definition'][]): string {
  const indexes = definitions.map(({ v: _version, ...rest }) => rest);
  return EJSON.stringify({ createIndexes: collection, indexes }, { relaxed: false });
}

const shown = (value: unknown): string => EJSON.stringify(value, { relaxed: true });
