import type { AppError } from '../../shared/contract/errors.ts';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import type { Connector, Hint } from './port/connector.ts';
import type { Key } from './port/key-codec.ts';
import type { Ports } from './ports.ts';
import type { AutoResolveReport, HoldAnswered, HoldsReport, ResolveReport, UndoReport } from './reports/decision.ts';
import type { PairStatus, Receipt } from './reports/pair.ts';
import type { FieldPreview, PairPreview, PlanReport } from './reports/plan.ts';
import type { Progress, RunRecords, RunReport, TimelineEntry } from './reports/run.ts';
import type { BrakeReport, ConflictItem, HoldCount, HoldReport } from './reports/waiting.ts';
import type {
  ConflictFilter,
  HoldFilter,
  HoldRequest,
  HoldsRequest,
  ResolveRequest,
  SyncRequest,
  UndoTarget,
} from './requests.ts';
import type { PairSettings, SideName } from './settings.ts';
import type { StateStore } from './state/store.ts';

export interface PairEngineParts {
  readonly settings: PairSettings;
  readonly sides: { readonly A: Connector; readonly B: Connector };
  readonly store: StateStore;
  readonly ports: Ports;
}

/** Everything about one pair. Calls go through one queue; a second `sync` meanwhile is refused with `sync-in-progress`. */
export interface PairEngine {
  /** Counts before the first sync; writes nothing anywhere. */
  preview(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<PairPreview>;
  /** What taking in these fields of the pair's collections would do; writes nothing anywhere. */
  previewFields(
    fields: Readonly<Record<string, readonly string[]>>,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<readonly FieldPreview[]>;
  /** What a sync would do now. Writes nothing to a side. */
  plan(
    request: Pick<SyncRequest, 'collections' | 'direction' | 'signal' | 'onProgress'> & { readonly sample?: number },
  ): Promise<PlanReport>;
  /** Passes until nothing is left to do, or only what waits for a person. */
  sync(request: SyncRequest): Promise<RunReport>;
  /** A sync failed before the engine was asked: it stands in the history. */
  neverBegan(request: Pick<SyncRequest, 'trigger' | 'who'>, cause: AppError): Promise<void>;
  conflicts(filter: ConflictFilter): Promise<readonly ConflictItem[]>;
  resolve(request: ResolveRequest): Promise<ResolveReport>;
  /** With `dryRun` says what would be decided and written; decisions that depend on one another are tried each for itself. */
  autoResolve(request: {
    readonly max: number;
    readonly who: string;
    readonly dryRun?: boolean | undefined;
  }): Promise<AutoResolveReport>;
  /** Records that rest after an undo, each with its possible answers; looks at no side. */
  holds(filter?: HoldFilter): Promise<readonly HoldReport[]>;
  /** The same, with what would be refused as both sides stand. Fails where they cannot be looked at now, or the pair is at work. */
  judgedHolds(filter?: HoldFilter): Promise<readonly HoldReport[]>;
  countHolds(): Promise<readonly HoldCount[]>;
  /** Refused with the reason where the answer could not be carried out; the hold stands then. */
  answerHold(request: HoldRequest): Promise<HoldAnswered>;
  /** One answer for many holds, in one run; what cannot take it still rests and is named. */
  answerHolds(request: HoldsRequest): Promise<HoldsReport>;
  /** With `dryRun` only says what would be written and what unique values and references would refuse. */
  undo(target: UndoTarget, who: string, dryRun?: boolean): Promise<UndoReport>;
  brakes(filter?: { readonly all?: boolean }): Promise<readonly BrakeReport[]>;
  answerBrake(id: number, answer: BrakeAnswer, who: string): Promise<RunReport>;
  runs(limit: number): Promise<readonly RunReport[]>;
  run(id: number): Promise<RunReport | null>;
  /** What a run wrote, by record, the first `limit` of them; the counts are complete. */
  recordsOf(run: number, limit?: number): Promise<RunRecords>;
  timeline(collection: string, key: Key): Promise<readonly TimelineEntry[]>;
  /** The keys that the history knows in a collection, whether it is part of the pair or was. */
  keysInHistory(collection: string): Promise<readonly Key[]>;
  /** Compares everything on both sides, re-reads differences, and stores the receipt. */
  compare(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<Receipt>;
  status(): Promise<PairStatus>;
  /** Puts markers under another name beside those of the pair, which the pair can then be given; answers on which sides. */
  markAs(name: string): Promise<readonly SideName[]>;
  /** A hint from outside: these keys, or the whole collection, may have changed. */
  hint(collection: string, keys?: readonly Key[]): Promise<void>;
  /**
   * Listens to the sides that tell of changes by themselves, once it has resolved, in the place of whoever listened before:
   * calls `onHint` when a sync with the trigger `live` has something to read, until `stopListening` or `close`.
   * The hint `collections`: what the pair does not have yet may have come, for its settings to take up.
   */
  listen(onHint: (hint: Hint) => void): Promise<void>;
  stopListening(): void;
  close(): Promise<void>;
}
