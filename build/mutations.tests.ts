import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './mutations.copy.ts';

/** A test that has to turn red; `title` is the clause that its title quotes. */
export interface NamedTest {
  readonly test: string;
  readonly title: string;
}

export interface TestEnd {
  readonly passed: number;
  readonly failed: number;
  /** Why nothing can be said, where that is so. */
  readonly trouble: string;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const SECONDS = 180;

/** Runs these tests in one process and counts for each what became of the cases that quote its clause. */
export async function runTests(folder: string, tests: readonly NamedTest[]): Promise<Map<NamedTest, TestEnd>> {
  if (tests.length === 0) return new Map();
  const titles = [...new Set(tests.map(({ title }) => `\\[${title}\\]`))].join('|');
  const files = [...new Set(tests.map(({ test }) => test))];
  const reports = mkdtempSync(join(tmpdir(), 'tandem-mutation-report-'));
  const file = join(reports, 'vitest.json');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', ...files, '-t', titles, '--reporter=json', `--outputFile=${file}`];
  const { out, err } = await start(folder, args, SECONDS);
  const report = read(file);
  rmSync(reports, { recursive: true });
  return new Map(
    tests.map((one): [NamedTest, TestEnd] => {
      if (!report) return [one, { passed: 0, failed: 0, trouble: (err || out).trim().slice(-500) }];
      const cases = report.testResults
        .filter(({ name }) => name.endsWith(one.test))
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ fullName }) => fullName.includes(`[${one.title}]`));
      const count = (status: string): number => cases.filter((found) => found.status === status).length;
      return [one, { passed: count('passed'), failed: count('failed'), trouble: '' }];
    }),
  );
}

function read(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}
