import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real data beside the project; tests on it are extra, and everything else runs without it. */
const folder = process.env['TANDEM_TEST_DATA'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** Where the file is; `null` if it is not there. */
export function testData(...path: readonly string[]): string | null {
  const file = join(folder, ...path);
  return existsSync(file) ? file : null;
}
