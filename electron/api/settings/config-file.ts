import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import { AppError } from '../../../shared/contract/errors.ts';
import { migrateConfig } from '../../../shared/config/migrations.ts';
import { problemsOf } from '../../../shared/config/problems.ts';
import { CONFIG_VERSION, configFile, type ConfigFile } from '../../../shared/config/schema.ts';
import { undecidedRules } from './undecided.ts';

export interface FileProblem {
  readonly path: string;
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  readonly text: string;
}

export type Parsed =
  | {
      readonly ok: true;
      readonly document: Document;
      readonly file: ConfigFile;
      readonly undecided: readonly FileProblem[];
    }
  | { readonly ok: false; readonly newer: number | null; readonly problems: readonly FileProblem[] };

/** Reads a configuration. Comments and order stay in the document, so that a save changes only what it sets. */
export function parseConfig(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => ({
      path: '',
      line: lines.linePos(pos[0]).line,
      text: sentence(message),
    }));
    return { ok: false, newer: null, problems };
  }
  const version: unknown = isMap(document.contents) ? document.get('version') : undefined;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return wholeFile('The file has no usable “version”. Its first line should be “version: 1”.');
  if (version > CONFIG_VERSION)
    return {
      ...wholeFile(`The file has version ${version}, and this program knows versions up to ${CONFIG_VERSION}.`),
      newer: version,
    };
  migrateConfig(document, version);
  const value: unknown = document.toJS();
  const parsed = configFile.safeParse(value);
  if (parsed.success) {
    const undecided = undecidedRules(parsed.data).map(({ path, text: what, hint }) => ({
      path: path.join('.'),
      line: lineOf(document, lines, path),
      text: `${what} ${hint}`,
    }));
    return { ok: true, document, file: parsed.data, undecided };
  }
  const problems = problemsOf(configFile, parsed.error, value).map(({ path, text: what }) => ({
    path: path.join('.'),
    line: lineOf(document, lines, path),
    text: what,
  }));
  return { ok: false, newer: null, problems };
}

function wholeFile(text: string): Parsed & { ok: false } {
  return { ok: false, newer: null, problems: [{ path: '', line: 0, text }] };
}

const sentence = (message: string): string => (message.endsWith('.') ? message : `${message}.`);

/** The line of the deepest part of the path that stands in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  let line = 0;
  let here: unknown = document.contents;
  for (const part of path) {
    if (!isMap(here)) break;
    const pair = here.items.find(({ key }) => String(key) === String(part));
    if (!pair) break;
    const range = (pair.key as { range?: readonly number[] | null } | null)?.range;
    if (range?.[0] !== undefined) line = lines.linePos(range[0]).line;
    here = pair.value;
  }
  return line;
}

/** The error for a file that cannot be used: exit code 3, and nothing was changed. */
export function configError(path: string, parsed: Parsed & { ok: false }, lastGood: string | null): AppError {
  const [first] = parsed.problems;
  const where = first && first.line > 0 ? `${path}, line ${first.line}` : path;
  const more = parsed.problems.length > 1 ? ` ${parsed.problems.length - 1} more: tandem config check.` : '';
  return new AppError({
    code: parsed.newer === null ? 'config-invalid' : 'config-newer',
    operation: 'config',
    message: `Reading the configuration ${where} failed: ${first?.text ?? 'it is not valid.'}${more}`,
    next: 'Nothing was changed, and nothing is synced before it can be read.',
    hint:
      parsed.newer === null ? hintFor(lastGood) : 'Use the newer program that wrote it, or another home with --home.',
    subject: { path },
    retry: 'after-user-action',
  });
}

function hintFor(lastGood: string | null): string {
  return lastGood ? `Correct the file; the last one that worked is kept as ${lastGood}.` : 'Correct the file.';
}
