import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../electron/cli/exit-codes.ts';
import { errorCodes } from '../../../shared/contract/errors.ts';
import { exits } from '../../support/bad-case.ts';

const docs = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'errors.md'), 'utf8');
const codes = [...docs.matchAll(/^\| `([a-z-]+)` \| (\d+) \| .+ \|$/gm)].map(([, code, exit]) => [code, Number(exit)]);

describe('[section 8] docs/errors.md', () => {
  it('names every code with the exit code that scripts rely on', () => {
    expect(codes).toEqual(errorCodes.map((code) => [code, exits[code]]).toSorted(byPlace));
    for (const code of errorCodes) expect([code, exitCodeOf(code)]).toEqual([code, exits[code]]);
  });

  it('shows no stack, no driver code and no error that Tandem does not know', () => {
    expect(docs).not.toMatch(/SQLITE_|AppError|\n\s+at |node:internal/);
    expect(docs.split('## Codes')[1]).not.toMatch(/a reason that Tandem does not know/);
  });
});

/** In the order of the page, which goes by exit code. */
function byPlace([one]: readonly unknown[], [other]: readonly unknown[]): number {
  const order = codes.map(([code]) => code);
  return order.indexOf(one as string) - order.indexOf(other as string);
}
