import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import { sideNames, type PairSettings, type SideName } from '../../engine/settings.ts';
import type { StateStore } from '../../engine/state/store.ts';
import type { ConfigStore } from '../settings/config-store.ts';
import { isSourceOnly, pairEntryOf, pairSettingsOf } from '../settings/pair-settings.ts';
import { joinUrl } from '../secrets/split-url.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { refuseUnstampable, type StampSide } from '../stamps/refusals.ts';
import { Breath } from './breathing.ts';
import { absentConnector } from './absent-connector.ts';
import { missingAgain, notConfigured } from './missing-side.ts';
import { kindOf, openSides, type OpenedSides } from './open-sides.ts';
import type { HostParts } from './parts.ts';

export interface OpenPair {
  readonly engine: PairEngine;
  readonly settings: PairSettings;
  readonly entry: PairEntry;
  readonly sides: OpenedSides['sides'];
  readonly problems: OpenedSides['problems'];
}

interface Slot extends OpenPair {
  /** What it was opened with: a changed configuration opens it anew. */
  readonly made: string;
  users: number;
  /** Something happened that a fresh connection may cure. */
  stale: boolean;
}

/** After these, the same open connection will not get better. */
const REOPEN: ReadonlySet<ErrorCode> = new Set([
  'replaced',
  'file-missing',
  'not-a-database',
  'corrupt',
  'unreachable',
  'lost-answer',
  'auth',
  'schema-changed',
  'schema-mismatch',
]);

/** A side that opened and then does not let itself be looked at. */
const OF_A_SIDE: ReadonlySet<ErrorCode> = new Set([
  'permission',
  'auth',
  'unreachable',
  'lost-answer',
  'busy',
  'schema-mismatch',
]);

/** The side whose address the error names. */
const sideNamed = ({ b }: PairEntry, { subject: { path = '', side } }: AppError): SideName =>
  side === 'B' || (path !== '' && b.url.includes(path.replace(/^[a-z+]+:\/\//i, ''))) ? 'B' : 'A';

export interface PoolParts {
  readonly host: HostParts;
  readonly config: ConfigStore;
  readonly secrets: SecretStore;
  readonly store: StateStore;
}

export interface OpenSideOptions {
  /** Make the database if it is missing. */
  readonly create?: boolean;
  /** Nothing is ever written to it: it is opened for reading only where it cannot be written. */
  readonly isSource?: boolean;
  /** The person allowed triggers that note what changes. */
  readonly triggers?: boolean;
}

/** The engines of the pairs of one home, opened when first needed, one per pair. */
export class PairPool {
  readonly #parts: PoolParts;
  readonly #slots = new Map<string, Slot>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /**
   * Runs `work` with the pair's engine. With `sides` it fails with the side's own error if one did not open; without,
   * what the state knows can be asked although a side is absent.
   */
  async use<T>(name: string, needs: 'sides' | 'state', work: (pair: OpenPair) => Promise<T>): Promise<T> {
    const slot = await this.#inTurn(name, () => this.#slot(name, needs === 'sides'));
    const problem = worstOf(slot.problems);
    if (needs === 'sides' && problem) throw problem;
    slot.users++;
    try {
      return await work(slot);
    } catch (cause) {
      if (cause instanceof AppError && REOPEN.has(cause.code)) slot.stale = true;
      throw cause;
    } finally {
      slot.users--;
    }
  }

  /** Opens one side apart from the pool; the caller closes it. */
  async openSide(
    url: string,
    password: string | null,
    { create = false, isSource = false, triggers = false }: OpenSideOptions = {},
  ): Promise<Connector> {
    const { busyTimeoutSeconds = 5 } = this.#parts.config.load();
    const { clock } = this.#parts.host.ports;
    const kind = kindOf(url, this.#parts.host.kinds);
    const open = (readOnly: boolean): Promise<Connector> =>
      kind.open({ url: joinUrl(url, password), busyMs: busyTimeoutSeconds * 1000, create, readOnly, triggers, clock });
    try {
      return await open(false);
    } catch (cause) {
      if (isSource && cause instanceof AppError && cause.code === 'read-only') return open(true);
      throw cause;
    }
  }

  /** Closes the pair's engine and sides, if they are open; the next use opens them anew. */
  async drop(name: string): Promise<void> {
    await this.#inTurn(name, async () => {
      const slot = this.#slots.get(name);
      this.#slots.delete(name);
      if (slot) await closeSlot(slot);
    });
  }

  /** What is just being opened is waited for, and closed as well. */
  async close(): Promise<void> {
    while (this.#turns.size > 0) await Promise.allSettled(this.#turns.values());
    for (const name of this.#slots.keys()) await this.drop(name);
  }

  /** One after the other per pair, so that no two calls open the same pair twice. */
  async #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#turns.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(name) === mine) this.#turns.delete(name);
    }
  }

  async #slot(name: string, needSides: boolean): Promise<Slot> {
    const file = this.#parts.config.load();
    const entry = pairEntryOf(file, name);
    const made = JSON.stringify([entry, this.#passwords(name), file.busyTimeoutSeconds]);
    const known = this.#slots.get(name);
    if (known) {
      const absent = known.problems.A !== undefined || known.problems.B !== undefined;
      const good = known.made === made && !known.stale && !(needSides && absent);
      // Others are at work with it: they finish on what they have.
      if (good || known.users > 0) return known;
      this.#slots.delete(name);
      await closeSlot(known);
    }
    const slot = await this.#open(name, entry, made);
    this.#slots.set(name, slot);
    return slot;
  }

  /** A store of passwords that cannot be read is told by the side that needs one. */
  #passwords(name: string): readonly (string | null)[] {
    try {
      return sideNames.map((side) => this.#parts.secrets.get(name, side));
    } catch {
      return [];
    }
  }

  async #open(name: string, entry: PairEntry, made: string): Promise<Slot> {
    const { secrets } = this.#parts;
    const urls = { A: entry.a.url, B: entry.b.url };
    const { sides, problems } = await openSides({
      open: async (side: SideName) => {
        if (urls[side] === '') throw notConfigured(name, entry);
        const secret = secrets.get(name, side);
        return this.openSide(urls[side], secret, {
          isSource: isSourceOnly(entry, side),
          triggers: entry.triggers === true,
        }).catch((cause: unknown) => {
          throw missingAgain(cause, name, side);
        });
      },
    });
    const settings = pairSettingsOf(name, entry);
    try {
      if (settings.stamp && !problems.A && !problems.B) refuseUnstampable(name, 'open', ...stampSides(sides));
      const engine = await this.#engineOver(settings, sides);
      return { engine, settings, entry, sides, problems, made, users: 0, stale: false };
    } catch (cause) {
      for (const side of sideNames) await sides[side].close();
      if (!(cause instanceof AppError) || !OF_A_SIDE.has(cause.code)) throw cause;
      // A side that opened and shows nothing keeps nobody from what the state knows.
      const absent = { A: absentConnector(cause), B: absentConnector(cause) };
      const engine = await this.#engineOver(settings, absent);
      const slot = { engine, settings, entry, sides: absent, made, users: 0, stale: false };
      return { ...slot, problems: { [sideNamed(entry, cause)]: cause } };
    }
  }

  #engineOver(settings: PairSettings, { A, B }: OpenedSides['sides']): Promise<PairEngine> {
    const { host, store } = this.#parts;
    const breath = new Breath();
    const sides = { A: breath.connector(A), B: breath.connector(B) };
    return host.openPairEngine({ settings, sides, store: breath.store(store), ports: host.ports });
  }
}

const stampSides = ({ A, B }: OpenedSides['sides']): [StampSide, StampSide] => [
  { kind: A.kind, connector: A },
  { kind: B.kind, connector: B },
];
/** Whether a side that is configured answers is no question before the other one is. */
const worstOf = ({ A, B }: OpenedSides['problems']): AppError | undefined =>
  B?.code === 'not-configured' ? B : (A ?? B);

async function closeSlot({ engine, sides }: OpenPair): Promise<void> {
  try {
    await engine.close();
  } finally {
    for (const side of sideNames) await sides[side].close();
  }
}
