import { AppError } from '../../shared/contract/errors.ts';

/** Who runs what on a pair, and since when. */
export interface Busy {
  readonly what: 'sync' | 'other';
  readonly who: string;
  readonly since: number;
}

/** Everything about one pair goes through here, one after the other. A second sync is refused instead of waiting. */
export class PairQueue {
  readonly #pair: string;
  #tail: Promise<unknown> = Promise.resolve();
  #syncing: Busy | null = null;
  #running = 0;

  constructor(pair: string) {
    this.#pair = pair;
  }

  get syncing(): Busy | null {
    return this.#syncing;
  }

  async sync<T>(who: string, now: number, work: () => Promise<T>): Promise<T> {
    if (this.#syncing) throw inProgress(this.#pair, this.#syncing);
    this.#syncing = { what: 'sync', who, since: now };
    try {
      return await this.run(work);
    } finally {
      this.#syncing = null;
    }
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await this.#inTurn(work);
    } finally {
      this.#running--;
    }
  }

  /** What would rather be refused than wait; it waits for its like alone. */
  async runIfIdle<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running > 0) throw atWork(this.#pair);
    return this.#inTurn(work);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

const atWork = (pair: string): AppError =>
  new AppError({
    code: 'busy',
    operation: 'look',
    subject: { pair },
    message: `Something is being done with ${pair} right now.`,
    retry: 'backoff',
  });

function inProgress(pair: string, { who, since }: Busy): AppError {
  return new AppError({
    code: 'sync-in-progress',
    operation: 'sync',
    subject: { pair },
    message: `Sync is already in progress: ${pair}, started by ${who} at ${new Date(since).toISOString()}.`,
    next: 'The running sync goes on; nothing was started.',
    hint: 'Wait for it to end, or see: tandem status',
    retry: 'backoff',
  });
}
