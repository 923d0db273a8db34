import type { NamedTest } from './mutations.tests.ts';

export interface Patch {
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A known-bad engine: a textual patch. It must turn the simulation, or the named test, red. */
export interface Mutation extends Patch {
  readonly name: string;
  readonly law: string;
  /** Where two guards keep one promise, the second one is taken away here. */
  readonly also?: readonly Patch[];
  /** Worlds in which it is looked for, in this order; or a test that must fail. */
  readonly where: readonly string[] | NamedTest;
}

/** A file of the pass. */
export const run = (file: string): string => `electron/engine/run/${file}.ts`;
