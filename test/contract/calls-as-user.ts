import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Office } from './home-support.ts';

interface Line {
  readonly value?: Record<string, unknown>;
  readonly error?: { readonly code: string };
}

/** Calls in a program of a user who is not root, for whom permissions count. */
export async function callsAsUser(office: Office, ...calls: readonly [string, object][]): Promise<Line[]> {
  const asUser = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const args = calls.flatMap(([call, params]) => [call, JSON.stringify(params)]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['test/contract/one-call.ts', office.path('home'), ...args],
    asUser,
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
