import { EJSON } from 'bson';
import type { Trait } from '../../../engine/port/schema.ts';
import type { IndexInfo } from './indexes.ts';

/** The options of a collection and its indexes, as far as the same documents could fare differently with others. */
export function traitsOf(options: Readonly<Record<string, unknown>>, indexes: readonly IndexInfo[]): Trait[] {
  const own = Object.entries(options)
    .filter(([name]) => !SERVERS_OWN.has(name))
    .map(([name, value]) => ({ name, value: shown(value) }));
  return [...own, ...indexes.map(indexTrait)].sort((a, b) => (a.name < b.name ? -1 : 1));
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

function indexTrait({ key, definition, expires }: IndexInfo): Trait {
  const paths = [...key].map(([path, kind]) => (Number(kind) === 1 ? path : `${path} ${String(kind)}`));
  const more = Object.entries(definition).filter(([name]) => !NAMED_ELSEWHERE.has(name));
  const words = more.map(([name, value]) => (value === true ? name : `${name} ${shown(value)}`)).sort();
  return {
    name: `index over ${paths.join(', ')}`,
    value: words.join(', '),
    ...(expires ? { expires: true as const } : {}),
  };
}

const shown = (value: unknown): string => EJSON.stringify(value, { relaxed: true });
