import type { AppError } from '../../../shared/contract/errors.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** After so many failures in a row it is tried seldom. */
const QUICK_TRIES = 6;
/** What only a person or another setting can cure gets better by no haste. */
const QUICK_TRIES_IN_VAIN = 2;

export interface Trouble {
  readonly error: AppError;
  /** Failures in a row. */
  readonly attempts: number;
  readonly since: number;
  /** It is tried seldom. */
  readonly isOpen: boolean;
}

/** How often something is tried again: soon at first, later and later, and seldom after many failures; never not at all. */
export class Retry {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #seldomMs: number;
  #trouble: Trouble | null = null;

  /** `seldomMs`: how long it rests once it has failed often. */
  constructor(parts: { readonly now: () => number; readonly random: () => number; readonly seldomMs: number }) {
    this.#now = parts.now;
    this.#random = parts.random;
    this.#seldomMs = parts.seldomMs;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }

  failed(error: AppError): Trouble {
    const attempts = (this.#trouble?.attempts ?? 0) + 1;
    this.#trouble = {
      error,
      attempts,
      since: this.#trouble?.since ?? this.#now(),
      isOpen: attempts > quickTries(error),
    };
    return this.#trouble;
  }

  succeeded(): void {
    this.#trouble = null;
  }

  /** Something changed that may cure it: it is tried soon again, and as often as in the beginning. */
  close(): void {
    if (this.#trouble !== null) this.#trouble = { ...this.#trouble, attempts: 0, isOpen: false };
  }

  /** How long to wait for the next try. Not always the same, so that many do not come at one moment. */
  get waitMs(): number {
    if (this.#trouble === null) return FIRST_MS;
    const { attempts, isOpen } = this.#trouble;
    const ms = isOpen ? this.#seldomMs : Math.min(FIRST_MS * 2 ** Math.min(attempts, 10), LONGEST_MS);
    return ms * (0.9 + 0.2 * this.#random());
  }
}

/** What a person stopped is not begun again at once. */
function quickTries({ code, retry }: AppError): number {
  if (code === 'cancelled') return 0;
  return retry === 'backoff' ? QUICK_TRIES : QUICK_TRIES_IN_VAIN;
}
