import { refName } from '../run/context.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { recordName, recordsOf } from './records.ts';

/** Records that the decisions of one request write, by name, each with the number of its conflict. */
export class Taken {
  readonly #by = new Map<string, number>();

  take(id: number, records: readonly KeyRef[]): void {
    for (const record of records) this.#by.set(refName(record), id);
  }

  /** The decision failed, so that it writes nothing. */
  release(records: readonly KeyRef[]): void {
    for (const record of records) this.#by.delete(refName(record));
  }

  /** What was shown of such an item does not stand any more, so that nobody has decided about it (L7). */
  sharedBy(item: ItemRow): Shared | null {
    for (const record of recordsOf(item)) {
      const by = this.#by.get(refName(record));
      if (by !== undefined) return { record, by };
    }
    return null;
  }
}

/** A record that an item is about, and that the decision of another one writes. */
export interface Shared {
  readonly record: KeyRef;
  readonly by: number;
}

export const sharedText = ({ record, by }: Shared): string =>
  `It is about ${recordName(record)} as well, which the decision of #${by} writes.`;
