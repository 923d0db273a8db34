import type { InboxGroup } from './use-inbox.ts';

/** One line of the list: the head of a group, or its `at`th row. */
export type Line =
  | { readonly head: true; readonly group: number }
  | { readonly head: false; readonly group: number; readonly at: number };

/** The lines of all groups, without making ten thousand of them. */
export class Lines {
  readonly count: number;
  readonly #starts: readonly number[];

  constructor(groups: readonly InboxGroup[]) {
    let next = 0;
    this.#starts = groups.map(({ n }) => {
      const start = next;
      next += n + 1;
      return start;
    });
    this.count = next;
  }

  line(index: number): Line {
    const group = this.#starts.findLastIndex((start) => start <= index);
    const at = index - (this.#starts[group] ?? 0) - 1;
    return at < 0 ? { head: true, group } : { head: false, group, at };
  }

  /** The next row from here in a direction; heads are no rows. */
  rowFrom(index: number, step: 1 | -1): number | undefined {
    for (let i = index; i >= 0 && i < this.count; i += step) if (!this.line(i).head) return i;
    return undefined;
  }
}
