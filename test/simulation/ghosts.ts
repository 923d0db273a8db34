import type { Value } from '../../electron/engine/port/value.ts';

/**
 * The ghost history: who wrote each value, and what that author had before their eyes. The engine never sees any of
 * it; the simulated sides carry it beside the values and judge every write of the engine by it.
 * First letter of an id: `0` from the start · `A` `B` a user there · `P` a decision of the person · `U` an undo · `T` a trigger.
 */
export type WriteId = string;
export const NEVER: WriteId = '-';

export interface Cell {
  readonly value: Value;
  readonly by: WriteId;
}

/** What stands under a key: `cells` is null where there is no record; `by` made it exist, or not. */
export interface GhostRecord {
  readonly by: WriteId;
  readonly cells: ReadonlyMap<string, Cell> | null;
}
export const nothing: GhostRecord = { by: NEVER, cells: null };

/** `collection/id`: one key of the pair, in words. */
export type Place = string;

interface GhostWrite {
  readonly past: ReadonlySet<WriteId>;
  readonly place: Place;
  /** Fields written; null: a delete. */
  readonly values: ReadonlyMap<string, Value> | null;
  readonly inserts: boolean;
}

export interface NewWrite {
  readonly tag: string;
  readonly place: Place;
  readonly past: Iterable<WriteId>;
  readonly values: ReadonlyMap<string, Value> | null;
  readonly inserts?: boolean;
}

/** All writes so far with their causal pasts. Append-only; a copy continues on its own. */
export class History {
  readonly #writes: Map<WriteId, GhostWrite>;
  readonly #counts: Map<string, number>;
  readonly #byPlace: Map<Place, WriteId[]>;

  constructor(from?: History) {
    this.#writes = new Map(from ? from.#writes : []);
    this.#counts = new Map(from ? from.#counts : []);
    this.#byPlace = new Map(from ? from.#byPlace : []);
  }

  /** The id that the next write of `tag` will get: users write it as their value, so that every value is unique. */
  nextId(tag: string): WriteId {
    return `${tag}${(this.#counts.get(tag) ?? 0) + 1}`;
  }

  add({ tag, place, past, values, inserts = false }: NewWrite): WriteId {
    const id = this.nextId(tag);
    this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1);
    const whole = new Set<WriteId>();
    for (const seen of past) {
      if (seen === NEVER) continue;
      whole.add(seen);
      for (const earlier of this.#get(seen).past) whole.add(earlier);
    }
    this.#writes.set(id, { past: whole, place, values, inserts });
    this.#byPlace.set(place, [...(this.#byPlace.get(place) ?? []), id]);
    return id;
  }

  #get(id: WriteId): GhostWrite {
    const write = this.#writes.get(id);
    if (!write) throw new Error(`Unknown write ${id}`);
    return write;
  }

  /** Had the author of `later` seen `earlier`? A write has seen itself, and everybody has seen "never written". */
  saw(later: WriteId, earlier: WriteId): boolean {
    return earlier === NEVER || later === earlier || (later !== NEVER && this.#get(later).past.has(earlier));
  }

  /** Writes that put this value into this field, the latest first. */
  bearers(place: Place, field: string, value: Value): WriteId[] {
    return (this.#byPlace.get(place) ?? []).filter((id) => this.#get(id).values?.get(field) === value).toReversed();
  }

  deletes(place: Place): WriteId[] {
    return (this.#byPlace.get(place) ?? []).filter((id) => this.#get(id).values === null).toReversed();
  }

  inserts(place: Place): WriteId[] {
    return (this.#byPlace.get(place) ?? []).filter((id) => this.#get(id).inserts).toReversed();
  }

  /**
   * May the write `next` take the place of `current`, whose value is `value`? Only if its author had seen it. Equal
   * values count as seen, and what an undo restored neither flows nor yields to anybody who did not know of the undo.
   * `backwards`: after a half-applied decision an older value may come back.
   */
  mayReplace(
    at: { place: Place; field: string },
    next: WriteId,
    current: WriteId,
    value: Value,
    backwards: boolean,
  ): boolean {
    if (next.startsWith('U')) return false;
    if (this.saw(next, current)) return true;
    if (next === NEVER || (!backwards && this.#get(current).past.has(next))) return false;
    if (current.startsWith('U')) return false;
    return [next, ...this.#get(next).past].some((id) => {
      const write = this.#get(id);
      return write.place === at.place && write.values?.get(at.field) === value;
    });
  }

  /** May a record made by `by` (its fields by `cells`) appear where `gone` deleted? Not if it is the very record that was deleted. */
  mayAppear(by: WriteId, cells: readonly WriteId[], gone: WriteId): boolean {
    if (by.startsWith('U')) return false;
    if (this.saw(by, gone) || !this.#get(gone).past.has(by)) return true;
    return cells.some((cell) => this.saw(cell, gone));
  }

  /** Did one of the two see the other? Then they are no conflict. */
  ordered(p: WriteId, q: WriteId): boolean {
    return this.saw(p, q) || this.saw(q, p);
  }
}

export const cellsOf = (record: GhostRecord): readonly Cell[] => [...(record.cells?.values() ?? [])];
export const idsOf = (record: GhostRecord): WriteId[] => [record.by, ...cellsOf(record).map((cell) => cell.by)];
export const valueOf = (record: GhostRecord, field: string): Value => record.cells?.get(field)?.value ?? null;

export function sameValues(a: GhostRecord, b: GhostRecord): boolean {
  if (a.cells === null || b.cells === null) return a.cells === b.cells;
  return (
    [...a.cells].every(([field, cell]) => b.cells?.get(field)?.value === cell.value) && a.cells.size === b.cells.size
  );
}

export const changedCells = (a: GhostRecord, b: GhostRecord): string[] =>
  [...new Set([...(a.cells?.keys() ?? []), ...(b.cells?.keys() ?? [])])].filter(
    (field) => a.cells?.get(field)?.value !== b.cells?.get(field)?.value,
  );

export function showRecord(record: GhostRecord): string {
  if (record.cells === null) return 'absent';
  return (
    [...record.cells]
      .filter(([, cell]) => cell.value !== null)
      .map(([field, cell]) => `${field}=${String(cell.value)}`)
      .join(',') || 'empty'
  );
}
