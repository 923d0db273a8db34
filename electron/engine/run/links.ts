import type { ConflictKind } from '../../../shared/model/words.ts';
import type { SideName } from '../settings.ts';

/** `after` can only be written when `before` was; if it cannot, `after` is parked as `kind`. */
export interface Link {
  readonly before: number;
  readonly after: number;
  readonly kind: ConflictKind;
  readonly side: SideName;
  readonly fields: readonly string[];
  /** Both belong to one decision: `after` is refused for the reason of `before`. */
  readonly bond?: true;
  /** A bond of which the sides cannot make one group: `after` is refused with `before`, and each is written by itself. */
  readonly loose?: boolean;
}

/** What hangs on what in a staged plan. */
export class Links {
  readonly #links: Link[] = [];
  readonly #after = new Map<number, Link[]>();
  readonly #out = new Set<number>();
  #parked: number[] = [];

  add(link: Link): void {
    if (link.before === link.after) return;
    this.#links.push(link);
    const known = this.#after.get(link.before);
    if (known) known.push(link);
    else this.#after.set(link.before, [link]);
  }

  all(): readonly Link[] {
    return this.#links;
  }

  park(id: number): void {
    if (this.#out.has(id)) return;
    this.#out.add(id);
    this.#parked.push(id);
  }

  /** No longer part of the plan, without being parked. */
  leaveOut(ids: Iterable<number>): void {
    for (const id of ids) this.#out.add(id);
  }

  isOut(id: number): boolean {
    return this.#out.has(id);
  }

  /** The actions parked since the last call. */
  takeParked(): readonly number[] {
    const taken = this.#parked;
    this.#parked = [];
    return taken;
  }

  /** Actions that need one of these, each with the first link that says so. */
  dependentsOf(ids: readonly number[]): Map<number, Link> {
    const found = new Map<number, Link>();
    for (const id of ids)
      for (const link of this.#after.get(id) ?? []) if (!found.has(link.after)) found.set(link.after, link);
    return found;
  }
}
