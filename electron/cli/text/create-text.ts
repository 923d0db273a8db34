import type { WireAddReport } from '../../../shared/contract/pair-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { guardLine, safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, widthOf } from './table.ts';

type Steps = WireAddReport['create'];

export interface CreateLook {
  readonly labels: Labels;
  readonly style: Style;
  /** It was created; else it would be. */
  readonly done: boolean;
  /** The statements too, word for word. */
  readonly verbose: boolean;
}

/** What would be, or was, created: numbers and names per side. */
export function createLines(create: Steps, { labels, style, done, verbose }: CreateLook): string[] {
  return (['A', 'B'] as const).flatMap((side) => {
    const steps = create.filter((step) => step.side === side);
    if (steps.length === 0) return [];
    const statements = [...new Set(steps.flatMap((step) => step.statements))];
    const names = steps.map(({ collection }) => safeText(collection, 60)).filter((name) => name !== '');
    const head = `${done ? 'Created' : 'Would be created'} on ${side === 'A' ? labels.a : labels.b}`;
    return [
      `${style.bold(head)}: ${countsText(statements)}`,
      ...indented(paragraph(names)),
      ...(verbose
        ? indented(
            statements.flatMap((sql) => guardLine(sql, false).split('\n')),
            '    ',
          )
        : []),
      ...(done || verbose ? [] : indented([style.dim('--verbose shows each.')])),
    ];
  });
}

const KINDS = [
  [/^\s*create\s+(?:temp\w*\s+)?(?:virtual\s+)?table\b/i, 'table', 'tables'],
  [/^\s*create\s+(?:unique\s+)?index\b/i, 'index', 'indexes'],
  [/^\s*create\s+(?:temp\w*\s+)?view\b/i, 'view', 'views'],
  [/^\s*create\s+(?:temp\w*\s+)?trigger\b/i, 'trigger', 'triggers'],
  [/^\s*alter\s+table\b/i, 'column', 'columns'],
  [/^\s*\{"create":/, 'collection', 'collections'],
  [/^\s*\{"createIndexes":/, 'list of indexes', 'lists of indexes'],
  [/(?:)/, 'other statement', 'other statements'],
] as const;

/** `11 tables, 11 indexes`. */
function countsText(statements: readonly string[]): string {
  const kinds = statements.map((sql) => KINDS.findIndex(([pattern]) => pattern.test(sql)));
  return KINDS.map(([, noun, plural], i) => ({ n: kinds.filter((kind) => kind === i).length, noun, plural }))
    .filter(({ n }) => n > 0)
    .map(({ n, noun, plural }) => countText(n, noun, plural))
    .join(', ');
}

const WIDTH = 78;

/** Names in lines that fit an ordinary terminal. */
function paragraph(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [i, name] of names.entries()) {
    const word = i < names.length - 1 ? `${name},` : name;
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
