import type { CaptureFacet, CapturePage, Hint } from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { BoundCollection } from './binding.ts';
import type { LoggedChange, MemoryDatabase } from './database.ts';
import type { SideParts } from './side.ts';

/** The history of a memory database as dirty keys. Our own writes are among them. */
export class MemoryCapture implements CaptureFacet {
  readonly #open: (operation: string) => SideParts;
  readonly #watchers: Set<() => void>;

  /** `open` fails if the side is closed; what stands in `watchers` is called when it closes. */
  constructor(open: (operation: string) => SideParts, watchers: Set<() => void>) {
    this.#open = open;
    this.#watchers = watchers;
  }

  async start(): Promise<string> {
    const { database } = this.#open('start');
    return cursorAt(database, { sequence: database.sequence, skip: 0 });
  }

  async changes(cursor: string, limit: number): Promise<CapturePage> {
    const { database, collections } = this.#open('changes');
    const now = { sequence: database.sequence, skip: 0 };
    const from = placeOf(database, cursor);
    const changes = from && database.changesAfter(from.sequence, limit);
    if (!from || !changes) return { dirty: [], next: cursorAt(database, now), more: false, lost: true };
    const dirty: { readonly collection: string; readonly key: Key }[] = [];
    let { sequence, skip } = from;
    for (const change of changes) {
      const keys = [...collections.values()].flatMap((bound) => keysOf(bound, change)).slice(skip);
      const taken = keys.slice(0, limit - dirty.length);
      dirty.push(...taken);
      skip = taken.length < keys.length ? skip + taken.length : 0;
      if (skip > 0) break;
      sequence = change.sequence;
    }
    return { dirty, next: cursorAt(database, { sequence, skip }), more: sequence < now.sequence };
  }

  async watch(onHint: (hint: Hint) => void): Promise<() => void> {
    const { database, author } = this.#open('watch');
    const unsubscribe = database.subscribe((by) => {
      if (by !== author) onHint('records');
    });
    const stop = (): void => {
      unsubscribe();
      this.#watchers.delete(stop);
    };
    this.#watchers.add(stop);
    return stop;
  }
}

/** After the change `sequence` and the first `skip` keys of the next one. */
interface Place {
  readonly sequence: number;
  readonly skip: number;
}

/** A cursor names the timeline it belongs to, so that one from before a restore is known to be lost. */
const cursorAt = (database: MemoryDatabase, { sequence, skip }: Place): string =>
  `${database.timeline}:${sequence}:${skip}`;

function placeOf(database: MemoryDatabase, cursor: string): Place | null {
  const parts = /^(\d+):(\d+):(\d+)$/.exec(cursor);
  if (!parts || Number(parts[1]) !== database.timeline) return null;
  return { sequence: Number(parts[2]), skip: Number(parts[3]) };
}

/** The key before and the key after: a record that got another key is dirty under both. */
function keysOf(bound: BoundCollection, change: LoggedChange): { collection: string; key: Key }[] {
  if (bound.spec.physical !== change.collection) return [];
  const keys = new Set([change.before, change.after].map((image) => image && bound.keys().bytesOf(image)));
  return [...keys].flatMap((key) => (key === null ? [] : [{ collection: bound.spec.name, key }]));
}
