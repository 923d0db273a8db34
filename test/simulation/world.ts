import type { BrakeAnswer } from '../../shared/model/words.ts';
import { prng, type Prng } from './prng.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import { cellsOf, History, type GhostRecord, type Place, type WriteId } from './ghosts.ts';
import type { Scenario } from './scenario.ts';
import { SimData } from './sim-data.ts';
import { SimSchema } from './sim-schema.ts';
import { newStats, type Stats } from './stats.ts';
import type { Violation } from './violation.ts';

export const sides: readonly SideName[] = ['A', 'B'];
export const otherSide = (side: SideName): SideName => (side === 'A' ? 'B' : 'A');

/** What kind of databases the pair has; every scenario is visited in several. */
export interface Mode {
  /** A stream of hints, or scans with a gate. */
  readonly capture: boolean;
  /** The person allowed a marker on both sides. */
  readonly marker: boolean;
  /** Batches are transactions of the side; otherwise every record is written for itself. Sides with a marker have them. */
  readonly transactions: boolean;
  /** Databases of documents, with all that is hostile in them; left out: tables in a file. */
  readonly documents?: 'replica set' | 'standalone';
}

/** A request of the person whose writes may replace what the person saw. */
export interface Decision {
  readonly kind: 'decision' | 'undo';
  /** Ids the person had before their eyes, per place; a place that is not named is not decided. */
  readonly seen: ReadonlyMap<Place, ReadonlySet<WriteId>>;
  /** After a crash in the middle of it, what is still missing of it may be written by a sync. */
  readonly survives: boolean;
  /** One id for each place and side, made at the first write. */
  readonly ids: Map<string, WriteId>;
}

export interface EngineWrite {
  readonly side: SideName;
  readonly place: Place;
  readonly from: GhostRecord;
  readonly to: GhostRecord;
}

/** Two sides, the people at them, the ghost history, and the bytes of the state. The engine itself is not part of it. */
export class World {
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly history: History;
  readonly sides: { readonly A: SimData; readonly B: SimData };
  readonly ids: Prng;
  readonly stats: Stats;
  trace: string[] = [];
  /** The committed bytes of the state database while no engine has it open. */
  state: Uint8Array | null = null;
  stateCopy: Uint8Array | null = null;
  now = Date.UTC(2026, 0, 5, 9);
  violation: Violation | null = null;

  decision: Decision | null = null;
  interrupted: Decision[] = [];
  /** *Send again* that waits for a rule of the database: it stays the person's wish until the sides are equal. */
  readonly standing = new Map<Place, Decision>();
  engineWrites: EngineWrite[] = [];
  /** What somebody else wrote as the engine was about to, when its answer was lost: nobody can tell the two apart. */
  takenForWritten: EngineWrite[] = [];
  /** Written since the last commit of the state: after a crash nobody may know their outcome. */
  recent: EngineWrite[] = [];
  unknown: EngineWrite[] = [];
  /** Ids of values that an undo restored and that still stand apart, per field; `*`: the record as a whole. */
  readonly undone = new Map<Place, Map<string, WriteId[]>>();

  /** Fields of which the pair knows nothing yet. */
  unmapped: Readonly<Record<string, readonly string[]>>;

  /** What the person was last shown; a resolution names it, however old it is by then. */
  shown: readonly ConflictItem[] = [];
  held: readonly Place[] = [];
  braked = false;
  /** The call is a live step. */
  isLive = false;
  /** Records the last sync read. */
  readBySync = 0;

  /** Where oracles look away; each for a reason that stands in docs/simulation.md. */
  readonly flags = { untrusted: false, stateLost: false, missed: false, untold: 0 };
  readonly halfDecided = new Set<Place>();
  /** Fields that an undo ever restored; `*`: the record as a whole. */
  readonly wasUndone = new Map<Place, ReadonlySet<string>>();
  readonly unknowable = new Set<Place>();
  readonly shaky = new Set<Place>();
  /** Written and edited before anybody could look, or dropped with its collection, which nobody deleted: a conflict about it is no mistake. */
  readonly blurred = new Set<Place>();
  /** Records the engine deleted since a person last answered, per side and collection. */
  readonly deleted = new Map<string, Set<Place>>();
  readonly letGo = new Set<Place>();
  /** Deletes that a person had brought back: they may not be written any more. */
  readonly revoked = new Set<WriteId>();
  pendingAnswer: { readonly answer: BrakeAnswer; readonly deletes: boolean; readonly decision: Decision } | null = null;
  readonly judgedItems = new Set<string>();

  constructor(scenario: Scenario, mode: Mode, seed: number, from?: World) {
    this.scenario = scenario;
    this.mode = mode;
    this.ids = prng(seed, 7);
    this.history = new History(from?.history);
    const schema = new SimSchema(scenario.collections);
    this.sides = from
      ? { A: from.sides.A.clone(), B: from.sides.B.clone() }
      : { A: new SimData('A', schema, scenario.window), B: new SimData('B', schema, scenario.window) };
    this.stats = newStats();
    this.unmapped = from ? from.unmapped : (scenario.later ?? {});
    if (from) this.#copyFrom(from);
    else this.#populate();
    // Before the first sync there is no base: one-sided records are copied, whoever deleted the other.
    if (!from && scenario.unpaired) Object.assign(this.flags, { stateLost: true, untrusted: true });
  }

  #populate(): void {
    for (const [place, values] of Object.entries(this.scenario.init)) {
      const cells = new Map(
        this.sides.A.schema.fieldsOf(place.slice(0, place.indexOf('/'))).map((field) => [field, values[field] ?? null]),
      );
      const by = this.history.add({ tag: '0', place, past: [], values: cells, inserts: true });
      const record = { by, cells: new Map([...cells].map(([field, value]) => [field, { value, by }])) };
      for (const side of sides)
        if ((this.scenario.only?.[place] ?? side) === side) this.sides[side].content.records.set(place, record);
    }
    for (const side of sides) {
      const data = this.sides[side];
      if (this.scenario.power) data.durable = { ...data.content, records: new Map(data.content.records), log: [] };
    }
  }

  #copyFrom(from: World): void {
    this.state = from.state;
    this.stateCopy = from.stateCopy;
    this.now = from.now;
    this.decision = from.decision && copyDecision(from.decision);
    this.interrupted = from.interrupted.map(copyDecision);
    for (const [place, decision] of from.standing) this.standing.set(place, copyDecision(decision));
    this.engineWrites = [...from.engineWrites];
    this.takenForWritten = [...from.takenForWritten];
    this.recent = [...from.recent];
    this.unknown = [...from.unknown];
    this.shown = from.shown;
    this.held = from.held;
    this.braked = from.braked;
    this.pendingAnswer = from.pendingAnswer && {
      ...from.pendingAnswer,
      decision: copyDecision(from.pendingAnswer.decision),
    };
    for (const [place, fields] of from.undone) this.undone.set(place, new Map(fields));
    for (const [place, fields] of from.wasUndone) this.wasUndone.set(place, fields);
    Object.assign(this.flags, from.flags);
    for (const set of ['halfDecided', 'unknowable', 'shaky', 'blurred', 'letGo', 'revoked', 'judgedItems'] as const)
      for (const entry of from[set]) this[set].add(entry);
    for (const [name, places] of from.deleted) this.deleted.set(name, new Set(places));
  }

  /** The process died: what it wrote since its last commit is unknown to it, and what a person decided may be half done. */
  afterCrash(): void {
    this.answerLost();
    if (!this.decision) return;
    if (this.decision.kind === 'decision') for (const place of this.decision.seen.keys()) this.halfDecided.add(place);
    if (this.decision.survives) this.interrupted.push(this.decision);
    this.decision = null;
  }

  answerLost(): void {
    this.unknown.push(...this.recent);
    if (!this.mode.marker) for (const place of this.shaky) this.unknowable.add(place);
    this.committed();
  }

  /** The engine knows what it wrote. */
  committed(): void {
    this.recent = [];
    this.shaky.clear();
  }

  /** The person's answer to a brake is durable: the counting begins anew, and what it says holds over crashes. */
  brakeAnswered(): void {
    const { pendingAnswer } = this;
    this.pendingAnswer = null;
    if (!pendingAnswer || pendingAnswer.answer === 'keep') return;
    this.deleted.clear();
    // Of records that went, or changed, with their collection nobody else wanted it: the answer is the wish, until both
    // sides are equal.
    if (!pendingAnswer.deletes) for (const place of this.places()) this.standing.set(place, pendingAnswer.decision);
    const apart = this.places().filter((place) => sides.some((side) => !this.sides[side].get(place).cells));
    for (const place of apart) {
      if (pendingAnswer.answer === 'let-go') this.letGo.add(place);
      else {
        this.standing.set(place, pendingAnswer.decision);
        for (const side of sides)
          if (pendingAnswer.deletes && !this.sides[side].get(place).cells)
            this.revoked.add(this.sides[side].get(place).by);
      }
    }
  }

  /** A world that goes on by itself; what happens in it leaves no trace here, but for its counts. */
  fork(seed: number): World {
    return new World(this.scenario, this.mode, seed, this);
  }

  get schema(): SimSchema {
    return this.sides.A.schema;
  }

  /** Every place that anybody ever wrote or may write. */
  places(): Place[] {
    return [
      ...new Set([
        ...Object.keys(this.scenario.init),
        ...this.scenario.editable,
        ...sides.flatMap((side) => [...this.sides[side].content.records.keys()]),
      ]),
    ].toSorted();
  }

  /** Whoever edits an undone field again knows what was undone. */
  undoneIds(place: Place, field: string): WriteId[] {
    const fields = this.undone.get(place);
    return [...(fields?.get(field) ?? []), ...(fields?.get('*') ?? [])];
  }

  /** Everything that stands on both sides now, as a person would see it who is asked about all of it. */
  everythingSeen(): Map<Place, Set<WriteId>> {
    return new Map(
      this.places().map((place) => [
        place,
        new Set(
          sides.flatMap((side) => {
            const shown = this.sides[side].seen().get(place);
            return [shown.by, ...cellsOf(shown).map((cell) => cell.by)];
          }),
        ),
      ]),
    );
  }

  note(line: string): void {
    this.trace.push(line);
  }
}

/** Ids belong to the history of their world. */
const copyDecision = (decision: Decision): Decision => ({ ...decision, ids: new Map(decision.ids) });
