/** A numbered sentence of docs/spec, or a title that quotes one. */
export interface ClauseMention {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

const ID = '[A-Z]{1,3}[0-9]+[a-z]?';
const CLAUSE = new RegExp(String.raw`^\s*(?:[-*+|]\s+|#+\s+)?\*\*(${ID})\*\*`);
const TITLE = new RegExp(String.raw`['"\x60]((?:\[${ID}(?:,\s*${ID})*\]\s*)+)`, 'g');

/** The clauses that `markdown` defines: an id in bold at the start of a line, list item, heading or table row. */
export function clausesIn(file: string, markdown: string): ClauseMention[] {
  return markdown.split('\n').flatMap((text, i) => {
    const id = CLAUSE.exec(text)?.[1];
    return id === undefined ? [] : [{ id, file, line: i + 1 }];
  });
}

/** The clauses that titles in `source` quote. Ids stand literally at the start of the title: `[C7] …`, `[C7] [C8] …`, `[C7, C8] …`. */
export function clausesQuoted(file: string, source: string): ClauseMention[] {
  return source
    .split('\n')
    .flatMap((text, i) =>
      [...text.matchAll(TITLE)]
        .flatMap((match) => (match[1] ?? '').match(new RegExp(ID, 'g')) ?? [])
        .map((id) => ({ id, file, line: i + 1 })),
    );
}
