import type { World } from './world.ts';

/**
 * Where the engine meets the world: every await of the engine passes `at`. It resolves when the engine may go on, and
 * never if the engine was dropped meanwhile.
 */
export interface Host {
  readonly world: World;
  at(label: string): Promise<void>;
  /** Runs a part in which laws are judged; the first broken one ends the walk. */
  judged<T>(work: () => T): T;
  /** The journal rows of the record that say `intended`, durable by now. */
  beforeImages(collection: string, key: string, side: string): Promise<readonly JournalImage[]>;
}
export interface JournalImage {
  readonly before: ReadonlyMap<string, unknown> | null;
}
