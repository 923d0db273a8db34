/** A file that is copied over another is empty at first; what came to rest is looked at whole. */
const QUIET_MS = 30;
/** Whoever writes without a pause is heard after this at the latest. */
const LATEST_MS = 500;

/** Many rings in a row are one, told once they have ceased for a moment. */
export class QuietRing {
  readonly #onRing: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = 0;

  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  ring(): void {
    const now = performance.now();
    if (this.#timer === undefined) this.#latest = now + LATEST_MS;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#onRing();
      },
      Math.max(0, Math.min(QUIET_MS, this.#latest - now)),
    );
  }

  /** What is not told yet never is. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
