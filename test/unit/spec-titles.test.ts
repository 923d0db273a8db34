import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceFiles } from '../support/import-graph.ts';
import { clausesIn, clausesQuoted } from '../support/spec-clauses.ts';
import type { ClauseMention } from '../support/spec-clauses.ts';

const root = join(import.meta.dirname, '..', '..');
const specFolder = join(root, 'docs', 'spec');
const specs = readdirSync(specFolder)
  .filter((file) => file.endsWith('.md'))
  .sort();
const clauses = specs.flatMap((file) => clausesIn(file, readFileSync(join(specFolder, file), 'utf8')));

/** This file quotes ids that exist nowhere, to show that it would find them. */
const quoted = sourceFiles(root, ['test'])
  .filter((file) => !file.startsWith('test/fixtures/') && basename(file) !== basename(import.meta.filename))
  .flatMap((file) => clausesQuoted(file, readFileSync(join(root, file), 'utf8')));

const shown = ({ id, file, line }: ClauseMention): string => `${id} (${file}:${line})`;

describe('specification and tests', () => {
  test('every specification has numbered clauses', () => {
    const files = [
      'connector.md',
      'sqlite.md',
      'engine.md',
      'contract.md',
      'server.md',
      'live.md',
      'window.md',
      'desktop.md',
    ];
    for (const file of files) {
      expect(clauses.filter((clause) => clause.file === file).length, `clauses in docs/spec/${file}`).toBeGreaterThan(
        0,
      );
    }
  });

  test('no clause has two meanings', () => {
    const ids = clauses.map(({ id }) => id);
    expect(clauses.filter(({ id }, i) => ids.indexOf(id) !== i).map(shown)).toEqual([]);
  });

  test('each clause stands in the title of a test', () => {
    const tested = new Set(quoted.map(({ id }) => id));
    expect(clauses.filter(({ id }) => !tested.has(id)).map(shown)).toEqual([]);
  });

  test('each clause that a title quotes exists', () => {
    const known = new Set(clauses.map(({ id }) => id));
    expect(quoted.filter(({ id }) => !known.has(id)).map(shown)).toEqual([]);
  });
});

describe('finding clauses', () => {
  const found = (markdown: string): string[] => clausesIn('x.md', markdown).map(({ id }) => id);

  test('a bold id at the start of a line, list item, table row or heading is a clause', () => {
    expect(found('**Q1** a\n- **Q2** b\n| **SQ3** | c |\n### **Q4a** d\n  - **Q5** e')).toEqual([
      'Q1',
      'Q2',
      'SQ3',
      'Q4a',
      'Q5',
    ]);
  });

  test('an id inside a sentence refers to a clause and is none', () => {
    expect(found('as **Q1** says\n- see Q2\n**note** Q3\n**Q** x')).toEqual([]);
  });
});

describe('finding quotations', () => {
  const found = (source: string): string[] => clausesQuoted('x.test.ts', source).map(({ id }) => id);

  test('ids at the start of a title are found, one or several', () => {
    expect(found('it(\'[Q1] a\', f);\nit.each(x)(`[Q2] [SQ3] ${b}`, f);\ntest("[Q4, Q5a] c", f);')).toEqual([
      'Q1',
      'Q2',
      'SQ3',
      'Q4',
      'Q5a',
    ]);
  });

  test('ids in comments, in the middle of a title or in patterns are not', () => {
    expect(found("// [Q1] a\nit('a [Q2]', f);\nconst p = /[A-Z0-9]/;\nx[Q3]")).toEqual([]);
  });
});
