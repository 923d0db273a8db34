import type { Marker } from '../../electron/engine/port/connector.ts';
import type { GhostRecord, Place } from './ghosts.ts';

/** What a side holds, and its own rules. No engine in here: only what a database would do by itself. */
export interface SideContent {
  readonly records: Map<Place, GhostRecord>;
  /** Hints in the order of the commits. The bare name of a collection says that it was dropped or renamed. */
  readonly log: Place[];
  /** Hints before this position are gone (a bounded window). */
  logStart: number;
  /** Another history: a restored copy does not continue the log it once had. */
  logEpoch: number;
  marker: Marker | null;
  /** Changes when the file is another one. */
  file: number;
  /** Commits that were not ours. */
  foreign: number;
  schemaVersion: number;
  /** Each collection that is there, with what it keeps through renamings. */
  readonly made: Map<string, number>;
  /** What was renamed is kept under another name. */
  readonly away: Map<string, { readonly id: number; readonly records: ReadonlyMap<Place, GhostRecord> }>;
}

/** An old primary that does not know yet that it was deposed: it shows what most members held when that happened. */
export interface OldPrimary {
  readonly shows: SideContent;
  /** So many reads later it has stepped down. */
  reads: number;
  /** Whether the next write goes to the new one; else it gets no answer, and nothing of it stays. */
  readonly writesElsewhere: boolean;
}

export const copyContent = (content: SideContent): SideContent => ({
  ...content,
  records: new Map(content.records),
  log: [...content.log],
  made: new Map(content.made),
  away: new Map(content.away),
});
