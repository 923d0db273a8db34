import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '../../shared/contract/errors.ts';
import { launcher, type BadBench, type Kept, type Means, type Said } from './bad-input.ts';

/** What a command has to answer. */
export interface Expected {
  /** As it stands in docs/errors.md. */
  readonly what: string;
  /** 'brake' and 'conflict' are no errors but outcomes: the command says what waits for a person. */
  readonly code: ErrorCode | 'conflict';
  /** True: no error in three parts, but an answer that tells them in its own lines. */
  readonly answer?: boolean;
  /** The decisive words of the three parts: what failed on what; what happens next; what you can do. */
  readonly says: readonly [RegExp, RegExp, RegExp];
  /** What is allowed to be another afterwards; nothing by default. */
  readonly changes?: readonly (keyof Kept)[];
}

export interface BadCase extends Expected {
  /** Makes it bad; what it returns puts it right again. */
  readonly make?: (bench: BadBench) => void | (() => void);
  readonly words: readonly string[] | ((bench: BadBench) => readonly string[]);
  readonly means?: Means | ((bench: BadBench) => Means);
}

/** Where a text was made: folders, ports and names of one run do not belong on the page. */
export interface Place {
  readonly dir: string;
  readonly plain?: (text: string) => string;
}

/** What a script can rely on: section 8 of design.md, and docs/errors.md. */
export const exits: Readonly<Record<ErrorCode | 'conflict', number>> = {
  internal: 1,
  usage: 2,
  'not-found': 2,
  'already-exists': 2,
  'value-invalid': 2,
  unsupported: 2,
  oversize: 2,
  'config-invalid': 3,
  'config-newer': 3,
  'not-configured': 3,
  'url-unknown': 3,
  'same-database': 3,
  'pair-overlap': 3,
  'not-a-database': 3,
  'schema-mismatch': 3,
  'state-location': 3,
  'state-newer': 3,
  conflict: 4,
  'already-resolved': 5,
  moved: 5,
  refused: 5,
  'value-taken': 5,
  'sync-in-progress': 5,
  'engine-running': 5,
  'version-mismatch': 5,
  brake: 5,
  'file-in-use': 5,
  busy: 5,
  'disk-full': 5,
  replaced: 5,
  'schema-changed': 5,
  'file-missing': 6,
  unreachable: 6,
  'lost-answer': 6,
  'engine-gone': 6,
  encrypted: 7,
  auth: 7,
  permission: 7,
  'read-only': 7,
  corrupt: 8,
  'state-corrupt': 8,
  'verification-failed': 8,
  cancelled: 130,
};

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly hint: string;
}

const STACK = /^\s+at .*[:(]|\.ts:\d+|node:internal|node_modules/m;
/** What only programmers say. Driver codes may stand in the `cause` of a JSON document, never in a text. */
const INTERNAL =
  /SQLITE_|SqliteError|AppError|TypeError|RangeError|ZodError|\bE(NOENT|ACCES|ROFS|NOSPC|PERM|ISDIR|NOTDIR|FBIG)\b|undefined|\bNaN\b|\[object |dirty|cursor|\bepoch\b|compare-and-set|idempotent|Calling \w+\.\w+|expected (number|string|boolean)/;

export function expectPlainWords({ out, err }: Said): void {
  expect(out + err).not.toMatch(STACK);
  expect(err).not.toMatch(INTERNAL);
}

/** Runs one case, checks text and exit code, notes its row for the page, and says what is another than before. */
export function changedBy(bench: BadBench, each: BadCase, rows: DocRow[]): (keyof Kept)[] {
  const mend = each.make?.(bench);
  try {
    const before = bench.kept();
    const words = typeof each.words === 'function' ? each.words(bench) : each.words;
    const means = typeof each.means === 'function' ? each.means(bench) : each.means;
    const said = bench.run(wordsFor(each, words), means);
    const after = bench.kept();
    judge(said, each, rows, bench);
    return unlike(before, after);
  } finally {
    mend?.();
  }
}

export const wordsFor = (each: Expected, words: readonly string[]): readonly string[] =>
  isOutcome(each) ? words : [...words, '--json'];

/** Checks text and exit code, and notes the row for the page. */
export function judge(said: Said, each: Expected, rows: DocRow[], place: Place): void {
  const error = isOutcome(each) ? outcomeOf(said, each) : errorOf(said);
  rows.push(docRow(each.what, said, error, place));
  expectText(said, error, each);
}

function expectText(said: Said, { code, message, next, hint }: ErrorBody, each: Expected): void {
  const [failed, happens, help] = each.says;
  expect({ code, message, next, hint, exit: said.exit }).toEqual({
    code: each.code,
    message: expect.stringMatching(failed),
    next: expect.stringMatching(happens),
    hint: expect.stringMatching(help),
    exit: exits[each.code],
  });
  const text = isOutcome(each) ? said.out + said.err : said.err;
  for (const part of each.says) expect(text).toMatch(part);
  expectPlainWords(said);
}

const isOutcome = ({ code, answer }: Expected): boolean => answer ?? (code === 'brake' || code === 'conflict');

/** What the command told instead of failing: the lines with the decisive words. */
function outcomeOf({ out, err }: Said, { code, says }: Expected): ErrorBody {
  const lines = `${out}\n${err}`.split('\n').map((line) => line.trim());
  const [message = '', next = '', hint = ''] = says.map(
    (part) => lines.find((line) => part.test(line)) ?? `no ${String(part)} in ${out}${err}`,
  );
  return { code, message, next, hint };
}

export const unlike = (before: Kept, after: Kept): (keyof Kept)[] =>
  (Object.keys(before) as (keyof Kept)[]).filter((part) => before[part] !== after[part]);

/** The error in the one JSON document: of the command, or of the run of the only pair. */
export function errorOf({ out, err, exit }: Said): ErrorBody {
  const none = { code: `none, exit ${exit}`, message: err, next: '', hint: '' };
  let document: unknown;
  try {
    document = JSON.parse(out);
  } catch {
    return { ...none, code: `no JSON, exit ${exit}`, message: out + err };
  }
  const one: unknown = Array.isArray(document) ? document[0] : document;
  const error = typeof one === 'object' && one !== null && 'error' in one ? one.error : null;
  return error === null ? none : { ...none, ...(error as ErrorBody) };
}

export interface DocRow {
  readonly what: string;
  readonly code: string;
  readonly exit: number;
  readonly message: string;
  readonly next: string;
  readonly hint: string;
}

export const docRow = (what: string, { exit }: Said, error: ErrorBody, place: Place): DocRow => ({
  what,
  exit: exit ?? -1,
  ...namesLeftOut(error, place),
});

/** The same text wherever it was made: folders, processes and times have no names of their own. */
function namesLeftOut({ code, message, next, hint }: ErrorBody, place: Place): Omit<DocRow, 'what' | 'exit'> {
  const { dir } = place;
  const plain = (text: string): string =>
    (place.plain?.(text) ?? text)
      .replaceAll(`node ${launcher} --home ${dir}/home `, 'tandem ')
      .replaceAll(dir, '/home/you')
      .replaceAll(/process \d+/g, 'process 4711')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-01T12:00:00Z');
  return { code, message: plain(message), next: plain(next), hint: plain(hint) };
}

const docs = join(import.meta.dirname, '..', '..', 'docs', 'errors.md');
const marks = (section: string): [string, string] => [`<!-- ${section} -->`, `<!-- end of ${section} -->`];

/** The table of one group of cases, as it must stand in docs/errors.md. */
export const tableOf = (rows: readonly DocRow[]): string =>
  [
    '| what | what Tandem says | code | exit |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ what, message, next, hint, code, exit }) => {
      const text = [message, next, hint].filter((part) => part !== '').map(cell);
      return `| ${cell(what)} | ${text.join('<br>')} | \`${code}\` | ${exit} |`;
    }),
  ].join('\n');

/** The table that stands there. `TANDEM_WRITE_DOCS=1` writes it first. */
export function tableInDocs(section: string, rows: readonly DocRow[]): string {
  const text = readFileSync(docs, 'utf8');
  const [from, to] = marks(section);
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < 0) throw new Error(`docs/errors.md has no place for ${section}.`);
  if (process.env['TANDEM_WRITE_DOCS'] === undefined) return text.slice(start + from.length, end).trim();
  writeFileSync(docs, `${text.slice(0, start)}${from}\n\n${tableOf(rows)}\n\n${text.slice(end)}`);
  return tableOf(rows);
}

const cell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('*', String.raw`\*`)
    .replaceAll('\n', ' ');
