import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exitCodeOf } from '../../electron/cli/exit-codes.ts';
import type { ErrorCode } from '../../shared/contract/errors.ts';
import type { BadBench, Kept, Means, Said } from './bad-input.ts';

export interface BadCase {
  /** As it stands in docs/errors.md. */
  readonly what: string;
  /** Makes it bad; what it returns puts it right again. */
  readonly make?: (bench: BadBench) => void | (() => void);
  readonly words: readonly string[] | ((bench: BadBench) => readonly string[]);
  readonly means?: Means | ((bench: BadBench) => Means);
  readonly code: ErrorCode;
  readonly exit: number;
  /** The decisive words of the three parts: what failed on what; what happens next; what you can do. */
  readonly says: readonly [RegExp, RegExp, RegExp];
  /** What is allowed to be another afterwards; nothing by default. */
  readonly changes?: readonly (keyof Kept)[];
}

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly hint: string;
}

const STACK = /^\s+at .*[:(]|\.ts:\d+|node:internal|node_modules/m;
/** What only programmers say. Driver codes may stand in the `cause` of a JSON document, never in a text. */
const INTERNAL =
  /SQLITE_|SqliteError|AppError|TypeError|RangeError|ZodError|\bE(NOENT|ACCES|ROFS|NOSPC|PERM|ISDIR|NOTDIR|FBIG)\b|undefined|\bNaN\b|\[object |dirty|cursor|\bepoch\b|compare-and-set|idempotent/;

export function expectPlainWords({ out, err }: Said): void {
  expect(out + err).not.toMatch(STACK);
  expect(err).not.toMatch(INTERNAL);
}

/** One case from before to after: text, exit code, and that nothing that counts is another than before. */
export function checkCase(bench: BadBench, each: BadCase, rows: DocRow[]): void {
  const mend = each.make?.(bench);
  try {
    const before = bench.kept();
    const words = typeof each.words === 'function' ? each.words(bench) : each.words;
    const means = typeof each.means === 'function' ? each.means(bench) : each.means;
    const said = bench.run([...words, '--json'], means);
    const after = bench.kept();
    const error = errorOf(said);
    rows.push({ what: each.what, exit: said.exit ?? -1, ...namesLeftOut(error, bench) });
    expectText(said, error, each);
    expect(unlike(before, after)).toEqual(each.changes ?? []);
  } finally {
    mend?.();
  }
}

function expectText(said: Said, { code, message, next, hint }: ErrorBody, each: BadCase): void {
  const [failed, happens, help] = each.says;
  expect({ code, message, next, hint, exit: said.exit }).toEqual({
    code: each.code,
    message: expect.stringMatching(failed),
    next: expect.stringMatching(happens),
    hint: expect.stringMatching(help),
    exit: each.exit,
  });
  expect(exitCodeOf(each.code)).toBe(each.exit);
  expectPlainWords(said);
  for (const part of [failed, happens, help]) expect(said.err).toMatch(part);
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
  return error === null ? none : { ...none, next: '', hint: '', ...(error as ErrorBody) };
}

export interface DocRow {
  readonly what: string;
  readonly code: string;
  readonly exit: number;
  readonly message: string;
  readonly next: string;
  readonly hint: string;
}

/** The same text wherever it was made: folders, processes and times have no names of their own. */
function namesLeftOut({ code, message, next, hint }: ErrorBody, { dir }: BadBench): Omit<DocRow, 'what' | 'exit'> {
  const plain = (text: string): string =>
    text
      .replaceAll(dir, '/home/you')
      .replaceAll(/process \d+/g, 'process 4711')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-01-01T12:00:00Z');
  return { code, message: plain(message), next: plain(next), hint: plain(hint) };
}

const docs = join(import.meta.dirname, '..', '..', 'docs', 'errors.md');
const marks = (section: string): [string, string] => [`<!-- ${section} -->`, `<!-- end of ${section} -->`];

/** The table of one group of cases in docs/errors.md. `TANDEM_WRITE_DOCS=1` writes it, else it must be there as it is. */
export function checkDocs(section: string, rows: readonly DocRow[]): void {
  const table = [
    '| what | what Tandem says | code | exit |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ what, message, next, hint, code, exit }) => {
      const text = [message, next, hint].filter((part) => part !== '').map(cell);
      return `| ${cell(what)} | ${text.join('<br>')} | \`${code}\` | ${exit} |`;
    }),
  ].join('\n');
  const text = existsSync(docs) ? readFileSync(docs, 'utf8') : '';
  const [from, to] = marks(section);
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < 0) throw new Error(`docs/errors.md has no place for ${section}.`);
  if (process.env['TANDEM_WRITE_DOCS'])
    writeFileSync(docs, `${text.slice(0, start)}${from}\n\n${table}\n\n${text.slice(end)}`);
  else expect(text.slice(start + from.length, end).trim(), 'TANDEM_WRITE_DOCS=1 writes it anew').toBe(table);
}

const cell = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;').replaceAll('*', String.raw`\*`).replaceAll('\n', ' ');
