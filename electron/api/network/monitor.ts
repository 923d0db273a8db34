import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { serverStates, type WireNetwork, type WireServer } from '../../../shared/contract/network-shapes.ts';
import type { AppError } from '../../../shared/contract/errors.ts';
import { defaultsOf } from '../../../shared/config/option.ts';
import { globalOptionTable } from '../../../shared/config/global-options.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { ConnectorKind, ServerFacet } from '../../engine/port/connector.ts';
import type { Ports } from '../../engine/ports.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { EventLog } from '../event-log.ts';
import { fileOf } from '../live/file-address.ts';
import type { ConfigStore } from '../settings/config-store.ts';
import { diagnose, type Asked } from './diagnosis.ts';
import { NetworkMemory } from './memory.ts';
import { Servers, type Place } from './servers.ts';

const TIMEOUT_MS = 5000;
/** After a change it is asked again so soon, and then later and later. */
const FAST_MS = [2000, 4000, 8000, 16_000];
/** A login that was refused is not tried with each round: servers lock out who tries too often. */
const LOGIN_MS = 5 * 60_000;

export interface NetworkParts {
  readonly config: Pick<ConfigStore, 'load'>;
  /** The folder in which it is kept how they answered. */
  readonly state: string;
  readonly kinds: readonly ConnectorKind[];
  readonly events: EventLog;
  readonly ports: Ports;
  /** Opens the sides of a pair, and says why one was not let in. */
  readonly logins: (pair: string) => Promise<Partial<Record<SideName, AppError>>>;
  /** All servers of the pair answer again. */
  readonly onBack: (pair: string) => void;
  /** An interface that leads out of this computer is up. */
  readonly hasInterface?: () => boolean;
}

/** Asks the pairs' own servers, and nobody else, whether they answer, and says what stands in between where they do not. */
export class NetworkMonitor {
  readonly #parts: NetworkParts;
  readonly #memory: NetworkMemory;
  readonly #servers: Servers;
  readonly #logins = new Map<string, { readonly at: number; readonly refused: AppError | null }>();
  #ending: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #lastCheck: number | null = null;
  #nextCheck: number | null = null;
  #fast: number[] = [];
  #lastInterval = defaultsOf(globalOptionTable).checkIntervalSeconds;
  #wake: () => void = () => undefined;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    const now = (): number => parts.ports.clock.now();
    const onTrouble = (message: string, cause: unknown): void => parts.ports.log.warn(message, { cause });
    this.#memory = new NetworkMemory({ state: parts.state, now, onTrouble });
    this.#servers = new Servers(now, this.#memory);
  }

  get isRunning(): boolean {
    return this.#ending !== null;
  }

  start(): void {
    if (this.#ending !== null) return;
    const ending = new AbortController();
    this.#ending = ending;
    this.#running = this.#running.then(() => this.#run(ending.signal));
  }

  async stop(): Promise<void> {
    this.#ending?.abort();
    this.#ending = null;
    this.#nextCheck = null;
    await this.#running;
    this.#memory.save();
  }

  renamed(from: string, to: string): void {
    this.#memory.renamed(from, to);
  }

  /** Something failed with the pair that its servers may have to do with: they are asked now, also whether they let Tandem in. */
  soon(pair: string): void {
    for (const key of this.#logins.keys()) if (key.split('\0')[1] === pair) this.#logins.delete(key);
    this.#wake();
  }

  /** Every server of the pair answers, and every file is there. */
  isOnline(pair: string): boolean {
    const entry = this.#parts.config.load().pairs[pair];
    if (entry === undefined) return false;
    return sideNames.every((side) => {
      const { url } = sideOf(entry, side);
      const file = fileOf(url);
      return file === null ? this.#servers.stateOf(pair, side) === 'online' : existsSync(file);
    });
  }

  show(pair?: string): WireNetwork {
    const places = this.#places().filter((each) => pair === undefined || each.pair === pair);
    return {
      running: this.isRunning,
      checkIntervalSeconds: this.#intervalSeconds,
      lastCheck: momentOr(this.#lastCheck),
      servers: places.map((place) => this.#shown(place)),
      pairs: Object.keys(this.#parts.config.load().pairs)
        .filter((name) => pair === undefined || name === pair)
        .map((name) => ({ pair: name, online: this.isOnline(name) })),
      history: this.#servers.history.filter((each) => pair === undefined || each.pair === pair),
    };
  }

  /** One round: of all pairs, or of one. A person who asks wants to know about the login, too. */
  async check(pair?: string, signal: AbortSignal = AbortSignal.timeout(60_000)): Promise<void> {
    this.#logins.clear();
    await this.#inTurn(() => this.#check(pair, signal));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts.ports;
    while (!signal.aborted) {
      await this.#inTurn(() => this.#check(undefined, signal)).catch((cause: unknown) =>
        log.warn('Asking the servers of the pairs failed.', { cause }),
      );
      if (signal.aborted) return;
      const ms = Math.min(this.#fast.shift() ?? Infinity, this.#intervalSeconds * 1000);
      this.#nextCheck = clock.now() + ms;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
      this.#wake = () => undefined;
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #check(pair: string | undefined, signal: AbortSignal): Promise<void> {
    const places = this.#places().filter((each) => pair === undefined || each.pair === pair);
    const asked = await Promise.all(places.map((place) => this.#ask(place, signal)));
    if (signal.aborted) return;
    const hasInterface = (this.#parts.hasInterface ?? leadsOut)();
    const before = new Map(places.map((place) => [place.pair, this.#servers.isGood(place.pair)]));
    for (const [i, place] of places.entries()) {
      const found = asked[i] as Asked;
      const change = this.#servers.note(place, found.answer, diagnose(found, { hasInterface, all: asked }));
      if (change) this.#changed(place, change.to);
    }
    this.#servers.keepOnly(this.#places());
    this.#memory.keepOnly(new Set(Object.keys(this.#parts.config.load().pairs)));
    this.#memory.saveInTime();
    this.#lastCheck = this.#parts.ports.clock.now();
    for (const [name, good] of before) if (good === false && this.#servers.isGood(name)) this.#parts.onBack(name);
  }

  #changed(place: Place, state: WireServer['state']): void {
    this.#fast = [...FAST_MS];
    const shown = this.#shown(place);
    this.#parts.ports.log.info(shown.sentence, { pair: place.pair, side: place.side, state });
    this.#parts.events.publish('network.changed', shown);
  }

  async #ask(place: Place, signal: AbortSignal): Promise<Asked> {
    const { facet, url, label } = place;
    const answer = await facet.ask(url, { timeoutMs: TIMEOUT_MS, signal });
    // Whoever was away may know other passwords by now.
    if (!answer.ok) this.#logins.delete(loginKey(place));
    const login = answer.ok ? await this.#loginOf(place) : null;
    return { label, hosts: facet.hosts(url), answer, login };
  }

  async #loginOf(place: Place): Promise<AppError | null> {
    const now = this.#parts.ports.clock.now();
    const known = this.#logins.get(loginKey(place));
    if (known !== undefined && (known.refused === null || known.at + LOGIN_MS > now)) return known.refused;
    const found = await this.#parts.logins(place.pair).catch((): Partial<Record<SideName, AppError>> => ({}));
    const refused = found[place.side] ?? null;
    this.#logins.set(loginKey(place), { at: now, refused });
    return refused;
  }

  #shown(place: Place): WireServer {
    const { pair, side, label, facet, url } = place;
    const { state, since, sentence, hint, lastAnswer, latencyMs } = this.#servers.of(place);
    return {
      pair,
      side,
      label,
      address: facet.shown(url),
      state: serverStates.find((each) => each === state) ?? 'unknown',
      since: new Date(since).toISOString(),
      sentence,
      hint,
      lastAnswer: momentOr(lastAnswer),
      latencyMs,
      nextCheck: momentOr(this.#nextCheck),
      day: this.#servers.dayOf(place),
    };
  }

  /** Every side that has a server; a file is no server. */
  #places(): readonly Place[] {
    const pairs = Object.entries(this.#parts.config.load().pairs);
    return pairs.flatMap(([pair, entry]) =>
      sideNames.flatMap((side) => {
        const { url, name } = sideOf(entry, side);
        const facet = this.#facetOf(url);
        // What is no address is told by whoever opens it.
        return facet === undefined || !isAddress(facet, url) ? [] : [{ pair, side, label: name, url, facet }];
      }),
    );
  }

  #facetOf(url: string): ServerFacet | undefined {
    return url === '' ? undefined : this.#parts.kinds.find((kind) => kind.matches(url))?.servers;
  }

  /** While the configuration cannot be read, as it was. */
  get #intervalSeconds(): number {
    try {
      this.#lastInterval =
        this.#parts.config.load().checkIntervalSeconds ?? defaultsOf(globalOptionTable).checkIntervalSeconds;
    } catch {
      // It is told by whoever needs it.
    }
    return this.#lastInterval;
  }
}

function isAddress(facet: ServerFacet, url: string): boolean {
  try {
    facet.shown(url);
    return true;
  } catch {
    return false;
  }
}

const loginKey = ({ pair, side, url }: Place): string => `${side}\0${pair}\0${url}`;
const sideOf = ({ a, b }: PairEntry, side: SideName): PairEntry['a'] => (side === 'A' ? a : b);
const momentOr = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const leadsOut = (): boolean =>
  Object.values(networkInterfaces()).some((each) => each?.some(({ internal }) => !internal) ?? false);
