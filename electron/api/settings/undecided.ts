import { fieldName } from '../pairs/include-names.ts';
import type { CollectionEntry, ConfigFile, PairEntry } from '../../../shared/config/schema.ts';

/** A rule that is valid and can decide nothing. */
export interface Undecided {
  readonly path: readonly string[];
  readonly pair: string;
  /** A sentence. */
  readonly text: string;
  /** The command that makes it work. */
  readonly hint: string;
}

/** `newest` decides by a field that somebody has to name. */
export function undecidedRules({ pairs }: ConfigFile): readonly Undecided[] {
  return Object.entries(pairs).flatMap(([pair, { collections }]: readonly [string, PairEntry]) =>
    Object.entries(collections).flatMap(([name, rules]) => undecidedIn(pair, name, rules)),
  );
}

function undecidedIn(pair: string, name: string, rules: CollectionEntry): Undecided[] {
  const key = rules.policy === 'newest' ? 'policy' : newestField(rules) && 'fieldPolicy';
  const why = key === undefined ? null : whyNot(rules);
  if (key === undefined || why === null) return [];
  return [
    {
      path: ['pairs', pair, 'collections', name, key],
      pair,
      text: `collections.${name}.${key} is newest, which decides nothing before newestBy names a field with the time of the last change: ${why}.`,
      hint: `For example: \`tandem config set --pair ${pair} collections.${name}.newestBy=${exampleField(rules)}\``,
    },
  ];
}

const newestField = ({ fieldPolicy = {} }: CollectionEntry): true | undefined =>
  Object.values(fieldPolicy).includes('newest') || undefined;

function whyNot(rules: CollectionEntry): string | null {
  const { newestBy = '', anyField, fields } = rules;
  if (newestBy === '') return 'it names none';
  return anyField || fields.map(fieldName).includes(newestBy) ? null : `there is no field ${newestBy}`;
}

/** A field that looks like a time; where documents may have any, a usual name for one. */
function exampleField({ fields, anyField }: CollectionEntry): string {
  const time = fields.map(fieldName).find((field) => /updated|changed|modified|time|date|[a-z]At$|_at$/i.test(field));
  return time ?? (anyField ? 'updatedAt' : 'FIELD');
}
