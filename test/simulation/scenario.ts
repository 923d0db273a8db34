import type { Value } from '../../electron/engine/port/value.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { Place } from './ghosts.ts';
import type { SimCollection } from './sim-schema.ts';
import type { Script } from './walk.ts';

/** How often each thing may happen in one walk. What is not named never happens. */
export interface Budget {
  readonly edit: number;
  /** Of the edits, this many give no hint. */
  readonly miss?: number;
  /** Edits without a hint of the side, told by a person in the middle of a pass. */
  readonly told?: number;
  readonly dup?: number;
  /** The window of history is cut. */
  readonly window?: number;
  readonly crash?: number;
  readonly lost?: number;
  readonly part?: number;
  readonly busy?: number;
  readonly full?: number;
  readonly cut?: number;
  readonly flush?: number;
  readonly copy?: number;
  readonly restore?: number;
  readonly lose?: number;
  readonly empty?: number;
  readonly swap?: number;
  readonly schema?: number;
  readonly jump?: number;
  readonly second?: number;
  /** Collections are dropped, or renamed and given their name back. */
  readonly drop?: number;
  readonly rename?: number;
  /** A primary is cut off from the others; another one is elected. */
  readonly cutOff?: number;
  readonly election?: number;
  readonly person?: number;
  readonly undo?: number;
  readonly hold?: number;
  readonly answer?: number;
}

/** A small world with the faults of one law. */
export interface Scenario {
  readonly name: string;
  readonly law: string;
  readonly collections: readonly SimCollection[];
  /** Both sides and the base start with it. */
  readonly init: Readonly<Record<Place, Readonly<Record<string, Value>>>>;
  /** Places that stand on one side only at the start; then nothing is agreed yet. */
  readonly only?: Readonly<Record<Place, SideName>>;
  /** The pair is not synced before the walk begins. */
  readonly unpaired?: boolean;
  /** Fields that the pair maps only once the beginning is over. */
  readonly later?: Readonly<Record<string, readonly string[]>>;
  /** What has happened, undisturbed, before every walk begins. */
  readonly begins?: Script;
  /** Places the users edit. */
  readonly editable: readonly Place[];
  readonly users?: readonly SideName[];
  readonly noDelete?: boolean;
  readonly noInsert?: boolean;
  readonly onlyDelete?: boolean;
  /** Values that both users write, beside those of their own. */
  readonly sharedValues?: readonly string[];
  readonly uniqueValues?: readonly (string | null)[];
  readonly trigger?: Readonly<
    Partial<Record<SideName, { readonly field: string; readonly rewrite: (value: string) => string }>>
  >;
  /** All that happens does so in the middle of calls, at awaits whose label holds this. */
  readonly at?: string;
  /** Both sides are databases of documents. */
  readonly documents?: true;
  /** How many hints the history of a side holds. */
  readonly window?: number;
  /** Commits are not durable until something syncs them. */
  readonly power?: boolean;
  /** What can be copied and put back. */
  readonly copies?: readonly (SideName | 'state')[];
  readonly inPlace?: boolean;
  /** Only worlds with a marker make sense: without one the fault cannot be seen. */
  readonly needsMarker?: boolean;
  /** Only worlds without one. */
  readonly withoutMarker?: boolean;
  /** Only worlds in which both sides are scanned. */
  readonly withoutHints?: boolean;
  readonly brakeLimit?: number;
  readonly batch: number;
  readonly budget: Budget;
  /** Calls of the engine in one walk, at most. */
  readonly calls: number;
}
