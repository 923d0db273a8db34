import type { LeftRecord } from '../port/connector.ts';
import type { Key } from '../port/key-codec.ts';
import type { RecordImage, State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import { checkCancelled, type PairContext, type Pass } from './context.ts';

const PAGE = 500;

/** A record that cannot take part, by name and side, and why. */
export const leftText = (
  { settings }: Pick<PairContext, 'settings'>,
  side: SideName,
  { what, why }: LeftRecord,
): string => `${what} (${settings.sideLabel[side]}): ${why}`;

/** Both sides' records of a collection side by side, in key order; neither side is held in memory as a whole. */
export async function* walkBoth(
  ctx: PairContext & Pick<Pass, 'signal'>,
  collection: string,
  left: Set<string>,
): AsyncGenerator<{ readonly key: Key; readonly a: State; readonly b: State }> {
  const a = new Cursor(ctx, 'A', collection, left);
  const b = new Cursor(ctx, 'B', collection, left);
  for (;;) {
    const [x, y] = [a.here() ?? (await a.more()), b.here() ?? (await b.more())];
    if (!x && !y) return;
    if (x && (!y || x.key < y.key)) {
      a.advance();
      yield { key: x.key, a: x.record, b: null };
    } else if (y && (!x || y.key < x.key)) {
      b.advance();
      yield { key: y.key, a: null, b: y.record };
    } else if (x && y) {
      a.advance();
      b.advance();
      yield { key: x.key, a: x.record, b: y.record };
    }
  }
}

class Cursor {
  readonly #ctx: PairContext & Pick<Pass, 'signal'>;
  readonly #side: SideName;
  readonly #collection: string;
  readonly #left: Set<string>;
  #page: readonly { readonly key: Key; readonly record: RecordImage }[] = [];
  #at = 0;
  #next: Key | null = null;
  #begun = false;

  constructor(ctx: PairContext & Pick<Pass, 'signal'>, side: SideName, collection: string, left: Set<string>) {
    this.#ctx = ctx;
    this.#side = side;
    this.#collection = collection;
    this.#left = left;
  }

  /** The record at hand; none where the page is used up, and `more` has to be asked. */
  here(): { readonly key: Key; readonly record: RecordImage } | undefined {
    return this.#page[this.#at];
  }

  advance(): void {
    this.#at++;
  }

  /** Reads the next page that holds a record; the side has no more where it answers none. */
  async more(): Promise<{ readonly key: Key; readonly record: RecordImage } | undefined> {
    while (this.#at >= this.#page.length && (!this.#begun || this.#next !== null)) {
      checkCancelled(this.#ctx);
      const page = await this.#ctx.sides[this.#side].scan(this.#collection, this.#next, PAGE);
      for (const left of page.left) this.#left.add(leftText(this.#ctx, this.#side, left));
      this.#page = page.records;
      this.#at = 0;
      this.#next = page.next;
      this.#begun = true;
    }
    return this.here();
  }
}
