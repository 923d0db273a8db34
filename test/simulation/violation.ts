/** What the oracles look for; the words of engine.md 7 and of the model. */
export const oracles = [
  'no-silent-loss',
  'invention',
  'before-image',
  'conflict-precision',
  'conflict-intact',
  'stuck',
  'convergence',
  'quiescence',
  'constraints',
  'brake',
  'one-batch',
  'undo',
  'liveness',
  'engine-error',
  'determinism',
] as const;
export type Oracle = (typeof oracles)[number];

/** A law was broken. The first one ends the walk. */
export class Violation extends Error {
  readonly oracle: Oracle;

  constructor(oracle: Oracle, detail: string) {
    super(`${oracle}: ${detail}`);
    this.name = 'Violation';
    this.oracle = oracle;
  }
}
