/** A name as it can stand in a statement, whatever characters it holds. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface Token {
  /** `name`: quoted in one of SQLite's four ways; `word`: a bare name or keyword. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** Without quotes; words as written. */
  readonly value: string;
  /** Where it stands in the statement. */
  readonly start: number;
  readonly end: number;
}

const PATTERN =
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>[xX]?'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<number>\d[\w.]*)|(?<word>[\p{L}_\u0080-\uffff][\w$\u0080-\uffff]*)|(?<sign>[\s\S])/guy;

/** The tokens of a statement that SQLite has accepted; enough to find names in it, not to judge it. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(PATTERN)) {
    const groups = match.groups ?? {};
    const place = { start: match.index, end: match.index + match[0].length };
    if (groups['text'] !== undefined) tokens.push({ kind: 'text', value: match[0], ...place });
    else if (groups['name'] !== undefined) tokens.push({ kind: 'name', value: unquote(match[0]), ...place });
    else if (groups['number'] !== undefined) tokens.push({ kind: 'number', value: match[0], ...place });
    else if (groups['word'] !== undefined) tokens.push({ kind: 'word', value: match[0], ...place });
    else if (groups['sign'] !== undefined) tokens.push({ kind: 'sign', value: match[0], ...place });
  }
  return tokens;
}

function unquote(quoted: string): string {
  const mark = quoted[0] ?? '';
  const inner = quoted.slice(1, -1);
  return mark === '[' ? inner : inner.replaceAll(mark + mark, mark);
}

/** Is the token this keyword? Only bare words are keywords. */
export const isWord = (token: Token | undefined, keyword: string): boolean =>
  token?.kind === 'word' && token.value.toUpperCase() === keyword;

export const isSign = (token: Token | undefined, sign: string): boolean =>
  token?.kind === 'sign' && token.value === sign;

/** Names compare like this in SQLite: the 26 ASCII letters without their case. */
export const foldName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** What stands between the outer parentheses, cut at its commas. */
export function topLevelParts(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, ')') && --depth === 0) break;
    if (depth === 1 && isSign(token, ',')) parts.push([]);
    else if (depth > 0) parts.at(-1)?.push(token);
    if (isSign(token, '(')) depth++;
  }
  return parts;
}
