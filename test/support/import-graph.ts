import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** One import, export-from, dynamic import or require, type-only ones included. */
export interface ImportEdge {
  /** The importing file, from the root, with `/`. */
  readonly from: string;
  readonly line: number;
  /** As it stands in the source; `null`: computed while running, so nobody can tell what it is. */
  readonly specifier: string | null;
  /** The imported file for a relative specifier, from the root (may not exist); else `null`. */
  readonly to: string | null;
  /** `import type` or `export type`: gone before the program runs. */
  readonly typeOnly: boolean;
}

const SOURCE = /\.(?:ts|tsx|mts|cts|js|mjs|cjs)$/;

/** All source files below `folders` of `root`, from the root, sorted. A folder that is not there has none. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => relative(root, path).split(sep).join('/'))
    .sort();
}

function filesBelow(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every import of `files`, in the order of the files and of their lines. */
export function importsOf(root: string, files: readonly string[]): ImportEdge[] {
  return files.flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** Statements begin a line; calls may stand anywhere. Strings inside stay, comments are gone. */
const STATEMENT =
  /^[ \t]*(?:import|export)\b[^'"`;()=]*?\bfrom\s*(['"])(?<name>[^'"\n]+)\1|^[ \t]*import\s*(['"])(?<bare>[^'"\n]+)\3/gm;
const CALL =
  /(?<![.\w$])(?:import|require)\s*\(\s*(?:(['"`])(?<name>[^'"`\n$]+)\1|(?<computed>[^\s)]))|\bgetBuiltinModule\s*\(\s*(['"])(?<builtin>[^'"\n]+)\4/g;

/** The imports of one source text. */
export function importsIn(file: string, source: string): ImportEdge[] {
  const text = withoutComments(source);
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)]
    .sort((a, b) => a.index - b.index)
    .map(({ groups = {}, index }) => {
      const specifier = groups['name'] ?? groups['bare'] ?? groups['builtin'] ?? null;
      const line = text.slice(0, index).split('\n').length;
      return {
        from: file,
        line,
        specifier,
        to: specifier === null ? null : target(file, specifier),
        typeOnly: /^\s*(?:import|export)\s+type\b(?!\s+from)/.test(text.slice(index, index + 200)),
      };
    });
}

function target(file: string, specifier: string): string | null {
  return /^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..'
    ? posix.normalize(posix.join(dirname(file), specifier))
    : null;
}

const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/** Comments become blanks of the same length, so that lines and columns stay what they are. */
function withoutComments(source: string): string {
  return source.replaceAll(COMMENT_OR_STRING, (part) => (part.startsWith('/') ? part.replaceAll(/[^\n]/g, ' ') : part));
}
