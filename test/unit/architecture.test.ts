import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsIn, importsOf, sourceFiles } from '../support/import-graph.ts';
import { layerViolations, ruleNames } from '../support/layer-rules.ts';
import type { RuleName, Violation } from '../support/layer-rules.ts';

const root = join(import.meta.dirname, '..', '..');
const folders = ['shared', 'electron', 'renderer'];

function violationsBelow(tree: string): Violation[] {
  const files = sourceFiles(tree, folders);
  return layerViolations(files, importsOf(tree, files));
}

const shown = ({ rule, file, line, text }: Violation): string => `${file}:${line} ${text} (${rule})`;

describe('the layers of the project', () => {
  test('every file imports only what its layer may', () => {
    expect(violationsBelow(root).map(shown)).toEqual([]);
  });

  test('the walk saw the project: files of each layer there is, and the imports between them', () => {
    const files = sourceFiles(root, folders);
    const edges = importsOf(root, files);
    for (const folder of ['shared/model/', 'shared/contract/', 'electron/engine/port/', 'electron/engine/order/']) {
      expect(files.some((file) => file.startsWith(folder))).toBe(true);
    }
    expect(edges).toContainEqual(
      expect.objectContaining({ from: 'electron/engine/order/order.ts', to: 'shared/lib/assert.ts' }),
    );
    expect(edges).toContainEqual(
      expect.objectContaining({ from: 'electron/engine/port/record-codec.ts', specifier: 'node:crypto' }),
    );
  });
});

/** Which file of test/fixtures/bad-layer breaks which rule. Files named `good.ts` break none. */
const broken: Readonly<Record<RuleName, readonly string[]>> = {
  'no-layer': ['electron/helpers/homeless.ts'],
  'layer-files': [
    'electron/cli/skips-the-api.ts',
    'electron/connectors/memory/borrows.ts',
    'electron/connectors/memory/knows-the-run.ts',
    'electron/engine/run/picks-a-connector.ts',
    'electron/session/reaches-over.ts',
    'shared/lib/knows-the-engine.ts',
  ],
  'layer-packages': ['shared/lib/takes-a-package.ts'],
  'layer-node': [
    'electron/engine/order/takes-time.ts',
    'electron/engine/run/opens-a-file.ts',
    'shared/lib/reads-a-file.ts',
  ],
  'pure-plan': ['electron/engine/plan/asks-the-state.ts'],
  'kinds-only-in-registry': ['electron/connectors/memory/borrows.ts', 'electron/engine/run/picks-a-connector.ts'],
  'electron-only-in-shell': ['electron/api/opens-a-window.ts', 'electron/shell/goes-past-the-port.ts'],
  'driver-only-at-home': ['electron/engine/run/opens-a-database.ts', 'renderer/reads-the-database.ts'],
  'relative-ts-only': ['electron/cli/forgets-the-ending.ts'],
  'target-exists': ['electron/cli/imports-nothing-there.ts'],
  'literal-import': ['electron/cli/picks-while-running.ts'],
  'no-cycle': ['electron/cli/circle-a.ts'],
};

describe('a tree that breaks every rule', () => {
  const found = violationsBelow(join(root, 'test', 'fixtures', 'bad-layer'));

  test.each(ruleNames)('%s is caught in exactly the files that break it', (rule) => {
    const files = found.filter((violation) => violation.rule === rule).map(({ file }) => file);
    expect(files.sort()).toEqual(broken[rule]);
    expect(files.length).toBeGreaterThan(0);
  });

  test('what is caught names the file, the line and the reason', () => {
    const reasons = found.map(shown);
    expect(reasons).toContain(
      'electron/engine/run/opens-a-database.ts:1 is in engine and imports the driver better-sqlite3 (driver-only-at-home)',
    );
    expect(reasons).toContain(
      'electron/engine/plan/asks-the-state.ts:1 is pure and imports electron/engine/state/good.ts (pure-plan)',
    );
  });
});

describe('reading imports', () => {
  test('what is gone before the program runs is told apart', () => {
    const source =
      "import type { A } from 'a';\nexport type { B } from 'b';\nimport { type C } from 'c';\nimport { d } from 'd';\nimport type from 'e';";
    expect(importsIn('electron/cli/x.ts', source).map(({ typeOnly }) => typeOnly)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  const specifiers = (source: string): (string | null)[] =>
    importsIn('electron/cli/x.ts', source).map(({ specifier }) => specifier);

  test.each([
    ["import a, { b as c } from 'x';", ['x']],
    ["import type { A } from 'x';", ['x']],
    ['import * as all from "x";', ['x']],
    ["import 'x';", ['x']],
    ["import {\n  a,\n  // from 'y'\n  b,\n} from 'x';", ['x']],
    ["export * from 'x';", ['x']],
    ["export { a } from 'x';\nexport type { B } from 'y';", ['x', 'y']],
    ["type T = import('x').T;", ['x']],
    ["const a = await import('x');", ['x']],
    ["const a = await import(/* why */ 'x');", ['x']],
    ["const a = require('x');", ['x']],
    ['const a = import(`./${name}.ts`);', [null]],
    ['const a = import(name);', [null]],
    ["// import 'x';", []],
    ["/*\nimport 'x';\n*/", []],
    ["const url = 'http://x'; // from 'y'\nimport 'z';", ['z']],
    ["export const from = 'x';", []],
    ['export function read(from: string): void {}', []],
    ['if (import.meta.main) void 0;', []],
  ])('%j', (source, expected) => {
    expect(specifiers(source)).toEqual(expected);
  });
});
