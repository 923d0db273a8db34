import { createHash, timingSafeEqual } from 'node:crypto';
import { newToken } from './token.ts';

const MINUTE_MS = 60_000;
/** How long a link from the terminal may wait for its browser. */
export const LINK_MS = 10 * MINUTE_MS;
/** How long a browser stays logged in. */
export const SESSION_MS = 12 * 60 * MINUTE_MS;
/** More browsers than a person has; the oldest ones have to log in again. */
const MOST_SESSIONS = 100;
/** Wrong tokens within a minute that are still answered one by one. */
const MOST_WRONG = 20;

/** What a request brings to be let in. */
export interface Credentials {
  /** `Authorization: Bearer …`, or the subprotocol of a WebSocket. */
  readonly token?: string | undefined;
  readonly session?: string | undefined;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Who may come in: whoever has the token of the installation, and browsers that came by a link from the terminal. */
export class Keys {
  readonly #token: Buffer;
  readonly #now: () => number;
  /** Digests of links that nobody has used yet, and of the sessions of browsers, each with its end. */
  readonly #links = new Map<string, number>();
  readonly #sessions = new Map<string, number>();
  #wrong: number[] = [];

  constructor(token: string, now: () => number) {
    this.#token = Buffer.from(digestOf(token));
    this.#now = now;
  }

  /** What a browser shows once, within ten minutes, to be let in. */
  newLink(): string {
    const link = newToken();
    this.#links.set(digestOf(link), this.#now() + LINK_MS);
    return link;
  }

  /** A session for whoever shows a link that was not used, or the token; `null`: neither. */
  enter(given: string): string | null {
    const digest = digestOf(given);
    const isLink = this.#lives(this.#links, digest);
    this.#links.delete(digest);
    if (!isLink && !this.#isToken(given)) return null;
    const session = newToken();
    this.#sessions.set(digestOf(session), this.#now() + SESSION_MS);
    for (const oldest of this.#sessions.keys()) if (this.#sessions.size > MOST_SESSIONS) this.#sessions.delete(oldest);
    return session;
  }

  leave(session: string): void {
    this.#sessions.delete(digestOf(session));
  }

  isOpenTo({ token, session }: Credentials): boolean {
    if (token !== undefined) return this.#isToken(token);
    return session !== undefined && this.#lives(this.#sessions, digestOf(session));
  }

  /** Notes a wrong token; true where there were too many of them within the last minute. */
  tooManyWrong(): boolean {
    const now = this.#now();
    this.#wrong = [...this.#wrong.filter((at) => now - at < MINUTE_MS), now].slice(-MOST_WRONG - 1);
    return this.#wrong.length > MOST_WRONG;
  }

  /** Digests have one length, and comparing them takes the same time whatever was guessed. */
  #isToken(given: string): boolean {
    return timingSafeEqual(Buffer.from(digestOf(given)), this.#token);
  }

  #lives(of: ReadonlyMap<string, number>, digest: string): boolean {
    return (of.get(digest) ?? 0) > this.#now();
  }
}
