import { bindPair, identitiesIn, type Binding } from './bind-pair.ts';
import { Listening } from './listening.ts';
import type { PairEngineParts } from './pair-engine.ts';
import type { RunIntent } from './run-log.ts';
import { brakedError } from './conflict/lookup.ts';
import { everything, refName, type Identities, type Pass, type Scope } from './run/context.ts';
import { loadBrakes, makePlan, prepare, runPass } from './run/pass.ts';
import { pull } from './run/pull.ts';
import { noteLookedAt } from './run/wake.ts';
import { passes, planRecords, runRecords, type Patience } from './run/sync.ts';
import { Tally } from './run/tally.ts';
import type { Hint } from './port/connector.ts';
import type { SideSchema } from './port/schema.ts';
import { sideNames, type SideName } from './settings.ts';
import type { KeyRef } from './state/stored.ts';

/** Makes the passes of one pair, over the sides as they are bound now. */
export class PassMaker {
  readonly #parts: PairEngineParts;
  readonly #id: number;
  readonly #gates = new Map<SideName, string>();
  #binding: Binding;
  /** As they were before the pass looked at anything. */
  #tokens: ReadonlyMap<SideName, string> = new Map();
  #listening: Listening | null = null;
  /** What the sides told of themselves with their definitions, for the one pass that begins with it. */
  #shown: Identities | null = null;

  constructor(parts: PairEngineParts, id: number, binding: Binding) {
    this.#parts = parts;
    this.#id = id;
    this.#binding = binding;
  }

  get binding(): Binding {
    return this.#binding;
  }

  make(
    run: number,
    intent: RunIntent,
    scope: Scope = everything,
    tally = new Tally([...this.#binding.collections.keys()]),
  ): Pass {
    const { settings, store, ports, sides: connectors } = this.#parts;
    const { sides, collections, constraints, keys, shapes, outside, versions, unfit } = this.#binding;
    return {
      id: this.#id,
      settings,
      connectors,
      store,
      ports,
      gates: this.#gates,
      tokens: this.#tokens,
      versions,
      unfit,
      sides,
      collections,
      constraints,
      keys,
      shapes,
      outside,
      run,
      who: intent.who,
      traceless: intent.traceless === true || run === 0,
      tally,
      scope,
      braked: new Set(),
      refused: new Map(),
      news: null,
      looked: new Map(),
      raised: false,
      shown: this.#takeShown(),
      progress: intent.onProgress ?? (() => undefined),
      ...(intent.signal ? { signal: intent.signal } : {}),
    };
  }

  /** Definitions may have changed since the sides were bound, unless others committed nothing since the last complete look. */
  async rebind(): Promise<void> {
    this.#tokens = await this.#tokensNow();
    if (await this.#areDefinitionsBound()) return;
    const { sides } = this.#binding;
    const { keys } = await this.#parts.store.pair(this.#id);
    const binding = await bindPair(this.#parts, keys);
    try {
      await this.#listening?.move(binding.sides);
    } catch (error) {
      await closeSides(binding);
      throw error;
    }
    this.#binding = binding;
    this.#shown = binding.identities;
    await closeSides({ sides });
  }

  #takeShown(): Identities | null {
    const shown = this.#shown;
    this.#shown = null;
    return shown;
  }

  async #tokensNow(): Promise<ReadonlyMap<SideName, string>> {
    const tokens = new Map<SideName, string>();
    for (const side of sideNames) {
      const token = await this.#binding.sides[side].gate?.token();
      if (token !== undefined) tokens.set(side, token);
    }
    return tokens;
  }

  async #areDefinitionsBound(): Promise<boolean> {
    const { sides: connectors } = this.#parts;
    const described: Partial<Record<SideName, SideSchema>> = {};
    for (const side of sideNames) {
      const token = this.#tokens.get(side);
      if (token !== undefined && this.#gates.get(side) === token) continue;
      const schema = await connectors[side].describe();
      if (schema.version !== this.#binding.versions[side]) return false;
      described[side] = schema;
    }
    this.#shown = identitiesIn(described);
    return true;
  }

  /** Passes until nothing is left to send; `scope` is read anew for each, since collections may come and go. */
  async untilQuiet(
    run: number,
    intent: RunIntent,
    tally: Tally,
    scope: (binding: Binding) => Scope = () => everything,
  ): Promise<void> {
    let isLive = intent.trigger === 'live';
    await passes(
      async () => {
        const news = isLive ? this.#news() : null;
        // Whatever ends a step before its end, the next pass looks at everything.
        isLive = false;
        if (news === null) await this.rebind();
        tally.notInPair = this.#binding.notInPair;
        return { ...this.make(run, intent, scope(this.#binding), tally), news };
      },
      { ...this.#patienceFor(intent), onRetry: () => tally.retries++ },
      async (pass) => {
        const sent = await runPass(pass);
        isLive = pass.news !== null;
        return sent;
      },
    );
  }

  /** What the sides told since they were last asked; `null` where nobody listens, or everything has to be looked at. */
  #news(): ReadonlySet<SideName> | null {
    return this.#listening?.takeNews() ?? null;
  }

  /** From here on `onHint` is called when a side tells of changes, until `stopListening`. */
  async listen(onHint: (hint: Hint) => void): Promise<void> {
    this.stopListening();
    this.#listening = await Listening.to(this.#binding.sides, onHint);
  }

  stopListening(): void {
    this.#listening?.stop();
    this.#listening = null;
  }

  /** Passes over these records alone until nothing is left to send for them. A decision moves what was decided. */
  settle(run: number, intent: RunIntent, tally: Tally, records: readonly KeyRef[]): Promise<void> {
    return this.#passOver({ run, intent, tally }, records, runRecords);
  }

  /** Plans these records and sends nothing: what waits is asked as it stands, what could be sent goes with the next sync. */
  askAnew(run: number, intent: RunIntent, tally: Tally, records: readonly KeyRef[]): Promise<void> {
    return this.#passOver({ run, intent, tally }, records, (pass) => planRecords(pass, records));
  }

  async #passOver(
    { run, intent, tally }: { readonly run: number; readonly intent: RunIntent; readonly tally: Tally },
    records: readonly KeyRef[],
    work: (pass: Pass) => Promise<number>,
  ): Promise<void> {
    if (records.length === 0) return;
    await passes(
      async () => {
        await this.rebind();
        return this.make(run, intent, onlyThese(records), tally);
      },
      { ...this.#patienceFor(intent), onRetry: () => tally.retries++ },
      work,
    );
  }

  #patienceFor({ signal }: RunIntent): Patience {
    const { settings, ports } = this.#parts;
    return { settings, ports, signal };
  }

  /**
   * What a person decides about is looked at first: recovery, and these records as they stand now; no other record is
   * planned. `sides`: both sides are compared for what moved, instead of reading every one of the records.
   */
  async refreshed(
    run: number,
    intent: RunIntent,
    tally: Tally,
    about: readonly KeyRef[],
    look: 'records' | 'sides' = 'records',
  ): Promise<Pass> {
    await this.rebind();
    const synced = about.filter(({ collection }) => this.#binding.collections.has(collection));
    const pass = this.make(run, intent, onlyThese(synced), tally);
    await prepare(pass);
    if (pass.braked.has('')) throw brakedError(this.#parts.settings.name);
    if (look === 'sides') await pull({ ...pass, scope: everything });
    else await pass.store.commit(pass.id, { touch: synced });
    await makePlan(pass);
    await noteLookedAt(pass, synced);
    await pass.store.commit(pass.id, { dropPlan: run });
    await loadBrakes(pass);
    return { ...pass, scope: everything };
  }

  /** A hint without keys: the next pass compares both sides whatever their gates say. */
  forgetGates(): void {
    this.#gates.clear();
    this.#listening?.lookAtAll();
  }

  async close(): Promise<void> {
    this.stopListening();
    await closeSides(this.#binding);
  }
}

async function closeSides({ sides }: Pick<Binding, 'sides'>): Promise<void> {
  for (const side of sideNames) await sides[side].close();
}

const onlyThese = (records: readonly KeyRef[]): Scope => ({
  ...everything,
  collections: [...new Set(records.map(({ collection }) => collection))],
  only: new Set(records.map(refName)),
});
