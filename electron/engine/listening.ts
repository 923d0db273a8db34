import type { Hint, Side } from './port/connector.ts';
import { sideNames, type SideName } from './settings.ts';

type Sides = Readonly<Record<SideName, Side>>;

/** Which sides said that something may have changed, while somebody listens. Nothing of it is kept (L1). */
export class Listening {
  readonly #onHint: (hint: Hint) => void;
  readonly #news = new Set<SideName>();
  #stops: readonly (() => void)[] = [];
  /** A side does not tell of changes. */
  #isPartial = false;
  #isOver = false;
  #looksAtAll = false;

  private constructor(onHint: (hint: Hint) => void) {
    this.#onHint = onHint;
  }

  /** Listens to the sides that tell by themselves, once it has resolved. */
  static async to(sides: Sides, onHint: (hint: Hint) => void): Promise<Listening> {
    const listening = new Listening(onHint);
    await listening.move(sides);
    return listening;
  }

  /** The sides were bound anew: the old ones are listened to until the new ones are. */
  async move(sides: Sides): Promise<void> {
    const stops: (() => void)[] = [];
    try {
      for (const side of sideNames) {
        const stop = await sides[side].capture?.watch?.((hint) => this.#heard(side, hint));
        if (stop) stops.push(stop);
      }
    } catch (error) {
      for (const stop of stops) stop();
      throw error;
    }
    this.#silence();
    this.#stops = stops;
    this.#isPartial = stops.length < sideNames.length;
    if (this.#isOver) this.#silence();
  }

  /**
   * The sides that gave a hint since it was last asked. `null` where everything has to be looked at: somebody else said
   * so, a side told of a collection that it is not bound to, or no side that tells of changes did.
   */
  takeNews(): ReadonlySet<SideName> | null {
    const news = new Set(this.#news);
    this.#news.clear();
    const isWhole = this.#looksAtAll || (this.#isPartial && news.size === 0);
    this.#looksAtAll = false;
    return isWhole ? null : news;
  }

  /** Somebody else said that something may have changed: no side has to know. */
  lookAtAll(): void {
    this.#looksAtAll = true;
  }

  stop(): void {
    this.#isOver = true;
    this.#silence();
  }

  #silence(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #heard(side: SideName, hint: Hint): void {
    if (hint === 'collections') this.#looksAtAll = true;
    this.#news.add(side);
    this.#onHint(hint);
  }
}
