import type { WirePair } from '../../../shared/contract/pair-shapes.ts';

type Sides = Pick<WirePair, 'a'>;

/** What a person would look for: a table in a file, or a collection in a database of a server. */
const wordsFor = ({ a }: Sides): readonly [string, string] =>
  /^mongodb(\+srv)?:/i.test(a.url) ? ['collection', 'database'] : ['table', 'file'];

/** Before a pair is added, where somebody can be asked. */
export function markerQuestion(pair: Sides): string[] {
  const [table, file] = wordsFor(pair);
  return [
    '',
    `May Tandem keep one small ${table}, _tandem_marker, in both databases?`,
    `With it an older copy that is put back into the same ${file} is recognised at once, and nothing is deleted because of it.`,
    `Without it only a replaced ${file} is recognised; a restore inside the same ${file} may look like ordinary edits.`,
  ];
}

export const markerKept = (pair: Sides): string =>
  `The ${wordsFor(pair)[0]} _tandem_marker will be kept in both databases; removing the pair removes it.`;

export const TRIGGERS_GONE =
  'No triggers are kept from now on: they and the tables _tandem_changes and _tandem_readers go from the SQLite files, unless another pair reads them.';

export const TRIGGERS_KEPT =
  'Triggers, and the tables _tandem_changes and _tandem_readers, will be kept in the SQLite files from the first sync on; pair edit --no-triggers and removing the pair remove them.';
