import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  networkChange,
  serverQuarter,
  serverStates,
  type WireNetworkChange,
  type WireServerQuarter,
} from '../../../shared/contract/network-shapes.ts';
import { sideName } from '../../../shared/contract/values.ts';
import { writeAtomically } from '../settings/atomic-file.ts';
import { keyOf, type Place } from './servers.ts';

/** So many changes are remembered; the log file keeps them longer. */
const MOST = 200;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** What was counted in less than this is lost with a kill; changes are written at once. */
const SAVE_MS = 5 * 60_000;

const at = z.number().nonnegative();
const remembered = z.strictObject({
  pair: z.string(),
  side: sideName,
  /** Without login: it tells whether the server is still the same one. */
  address: z.string(),
  state: z.enum(serverStates),
  since: at,
  lastAnswer: at.nullable(),
  day: z.array(serverQuarter),
});
type Remembered = z.infer<typeof remembered>;

const memoryFile = z.strictObject({
  version: z.literal(1),
  history: z.array(networkChange),
  servers: z.array(remembered),
});

export interface MemoryParts {
  readonly state: string;
  readonly now: () => number;
  /** Reading or writing the file failed: nothing else does. */
  readonly onTrouble: (message: string, cause: unknown) => void;
}

/**
 * How the servers answered in the last 24 hours, and the last changes, kept in the state folder for the next start. Of
 * each server there are at most as many quarters as a day has; no password is written.
 */
export class NetworkMemory {
  readonly #path: string;
  readonly #parts: MemoryParts;
  readonly #servers = new Map<string, Remembered>();
  #history: readonly WireNetworkChange[] = [];
  #isDirty = false;
  #savedAt = 0;
  #isTold = false;

  constructor(parts: MemoryParts) {
    this.#path = join(parts.state, 'network.json');
    this.#parts = parts;
    this.#read();
  }

  /** Newest first. */
  get history(): readonly WireNetworkChange[] {
    return this.#history;
  }

  /** `undefined` of a server that was not asked yet, as one under another address. */
  of(place: Place): Readonly<Remembered> | undefined {
    const found = this.#servers.get(keyOf(place));
    return found?.address === addressOf(place) ? found : undefined;
  }

  dayOf(place: Place): WireServerQuarter[] {
    return this.#fresh(this.of(place)?.day ?? []);
  }

  add(change: WireNetworkChange): void {
    this.#history = [change, ...this.#history].slice(0, MOST);
    this.#isDirty = true;
    this.#savedAt = 0;
  }

  /** One answer, or none (`ms` null). */
  note(place: Place, known: Pick<Remembered, 'state' | 'since' | 'lastAnswer'>, ms: number | null): void {
    const now = this.#parts.now();
    const from = new Date(now - (now % QUARTER_MS)).toISOString();
    const day = this.dayOf(place);
    const last = day.at(-1)?.from === from ? day.pop() : undefined;
    const { asked, answered, latencyMs } = last ?? { asked: 0, answered: 0, latencyMs: null };
    const quarter = {
      from,
      asked: asked + 1,
      answered: answered + (ms === null ? 0 : 1),
      latencyMs: ms === null ? latencyMs : ((latencyMs ?? 0) * answered + ms) / (answered + 1),
    };
    const { pair, side } = place;
    const address = addressOf(place);
    this.#servers.set(keyOf(place), { pair, side, address, ...known, day: [...day, quarter] });
    this.#isDirty = true;
  }

  /** Of pairs that are gone nothing is remembered but what stands in the history. */
  keepOnly(pairs: ReadonlySet<string>): void {
    for (const [key, { pair }] of this.#servers)
      if (!pairs.has(pair)) this.#isDirty = this.#servers.delete(key) || this.#isDirty;
  }

  renamed(from: string, to: string): void {
    const named = <T extends { readonly pair: string }>(each: T): T =>
      each.pair === from ? { ...each, pair: to } : each;
    const servers = [...this.#servers.values()].map(named);
    this.#servers.clear();
    for (const server of servers) this.#servers.set(keyOf(server), server);
    this.#history = this.#history.map(named);
    this.#isDirty = true;
    this.save();
  }

  /** Once a while, and after a change. */
  saveInTime(): void {
    if (Math.abs(this.#parts.now() - this.#savedAt) >= SAVE_MS) this.save();
  }

  save(): void {
    if (!this.#isDirty) return;
    const servers = [...this.#servers.values()].map((each) => ({ ...each, day: this.#fresh(each.day) }));
    try {
      writeAtomically(this.#path, `${JSON.stringify({ version: 1, history: this.#history, servers })}\n`);
      this.#isDirty = false;
      this.#isTold = false;
    } catch (cause) {
      if (!this.#isTold) this.#parts.onTrouble('How the servers answered could not be noted.', cause);
      this.#isTold = true;
    }
    this.#savedAt = this.#parts.now();
  }

  /** A quarter that lies ahead comes from a clock that was set back. */
  #fresh(day: readonly WireServerQuarter[]): WireServerQuarter[] {
    const now = this.#parts.now();
    return day.filter(({ from }) => Date.parse(from) > now - DAY_MS && Date.parse(from) <= now);
  }

  #read(): void {
    try {
      const { history, servers } = memoryFile.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      this.#history = history.slice(0, MOST);
      for (const server of servers) this.#servers.set(keyOf(server), server);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#parts.onTrouble('How the servers answered before could not be read: it begins anew.', cause);
    }
  }
}

const addressOf = ({ facet, url }: Pick<Place, 'facet' | 'url'>): string => facet.shown(url);
