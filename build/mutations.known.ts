import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A walk by chance, or a short one in which the process is killed, a side put back, or a record edited at every await. */
export type Kind = 'walk' | 'killed' | 'restored' | 'edited';

/** Where a law was seen to break; the seed fixes everything else. */
export interface Catch {
  readonly kind: Kind;
  readonly world: string;
  readonly seed: number;
}
export interface Found extends Catch {
  readonly mode: string;
  readonly broken: string;
}

const file = join(import.meta.dirname, 'mutations.known.json');

/** By the name of the mutation: what caught it when somebody last looked. It only says where to look first. */
export function knownCatches(): Map<string, Catch> {
  return new Map(
    existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Catch>) : [],
  );
}

export function saveCatches(known: ReadonlyMap<string, Catch>): void {
  const sorted = [...known].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
