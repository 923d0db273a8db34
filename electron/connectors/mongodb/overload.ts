import { MongoError } from 'mongodb';

/** Too many requests, of Cosmos DB and of servers that limit the rate: nothing of what was asked was carried out. */
const OVERLOADED: ReadonlySet<number> = new Set([16500, 462]);

export const isOverloadCode = (code: number): boolean => OVERLOADED.has(code);

/** The server has refused to begin, for it has too much to do: the same may be asked again a little later. */
export function isOverloaded(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  if (error.hasErrorLabel('SystemOverloadedError') && error.hasErrorLabel('RetryableError')) return true;
  return isOverloadCode(Number(error.code)) || /TooManyRequests|rate limit/i.test(error.message);
}

/** A minute at most; after that the next sync tries again. */
const ATTEMPTS = 8;
const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** What the server asks for, or twice as long each time; by chance a little less, so that not all come back at once. */
export function waitMs(attempt: number, message: string, random: () => number): number {
  const asked = Number(/RetryAfterMs=(\d+)/.exec(message)?.[1] ?? 0);
  return Math.min(LONGEST_MS, Math.max(asked, FIRST_MS * 2 ** attempt * (0.5 + random() / 2)));
}

/** `work` again and again while the server has too much to do. Only for what has no effect where it fails like that. */
export async function patiently<T>(sleep: (ms: number) => Promise<void>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isOverloaded(error) || attempt >= ATTEMPTS) throw error;
      await sleep(waitMs(attempt, error instanceof Error ? error.message : '', Math.random));
    }
  }
}
