import type Database from 'better-sqlite3';
import type { Seal, WriteBatch, WriteIntent, WriteResult } from '../../engine/port/connector.ts';
import { sameState } from '../../engine/port/record.ts';
import { must } from '../../../shared/lib/assert.ts';
import { applyIntent, type Applied, type Written } from './apply-intent.ts';
import { applyGroup } from './apply-group.ts';
import { sealMarker } from './marker.ts';
import { isCounted } from './notes/noted-table.ts';
import type { OwnNotes } from './notes/own-notes.ts';
import type { WritableCollection } from './writable.ts';

export interface WriteContext {
  readonly db: Database.Database;
  collection(name: string): WritableCollection;
  /** Throws if the definitions are not those that were bound. Called inside the transaction. */
  checkSchema(): void;
  /** Throws instead if the path leads to another file. */
  begin(): void;
  /** Of the transaction that has begun; `null` where no trigger of ours notes anything. */
  notes(): OwnNotes | null;
  commit(): void;
}

export interface BatchOutcome {
  readonly results: readonly WriteResult[];
  /** Triggers changed more than what was asked: a scan has to look. */
  readonly sideEffects: boolean;
}

const APPLIED: WriteResult = { status: 'applied' };

/** A trigger or a constraint rolled the whole transaction back (RAISE(ROLLBACK)); the batch starts over without this intent. */
class TransactionGone extends Error {
  readonly at: number;
  readonly result: WriteResult;
  constructor(at: number, result: WriteResult) {
    super('The transaction was rolled back by a statement');
    this.at = at;
    this.result = result;
  }
}

/** What was written has to be taken back alone, and no savepoint was set for it; the batch starts over with one for each such record. */
class TakeBack extends Error {}

/** The whole batch in one transaction. Throws driver errors that concern all of it; then nothing was applied. */
export function writeBatch(context: WriteContext, batch: WriteBatch): BatchOutcome {
  const refused = new Map<number, WriteResult>();
  for (let careful = false; ;) {
    try {
      return new BatchWriter(context, batch.intents, refused, careful).run(batch.seal);
    } catch (error) {
      if (error instanceof TransactionGone) refused.set(error.at, error.result);
      else if (error instanceof TakeBack) careful = true;
      else throw error;
      if (context.db.inTransaction) context.db.exec('ROLLBACK');
    }
  }
}

class BatchWriter {
  readonly #context: WriteContext;
  readonly #intents: readonly WriteIntent[];
  readonly #refused: ReadonlyMap<number, WriteResult>;
  /** Records whose references are judged get a savepoint: most batches need none, and it costs as much as the write. */
  readonly #careful: boolean;
  readonly #results: WriteResult[] = [];
  /** By intent: what was written and may be stored otherwise. */
  readonly #reread = new Map<number, Written>();

  constructor(
    context: WriteContext,
    intents: readonly WriteIntent[],
    refused: ReadonlyMap<number, WriteResult>,
    careful: boolean,
  ) {
    this.#context = context;
    this.#intents = intents;
    this.#refused = refused;
    this.#careful = careful;
  }

  run(seal: Seal | undefined): BatchOutcome {
    const { db } = this.#context;
    this.#context.begin();
    this.#context.checkSchema();
    const before = totalChanges(db);
    const notes = this.#context.notes();
    for (let at = 0; at < this.#intents.length;) at = this.#step(at);
    this.#lookAtStored();
    const applied = this.#results.filter((result) => result.status === 'applied').length;
    const sideEffects = totalChanges(db) - before - (notes?.count() ?? 0) > applied && this.#anyTriggers();
    if (notes) this.#forgetOwn(notes);
    if (seal) sealMarker(db, seal, this.#missed());
    this.#context.commit();
    return { results: this.#results, sideEffects };
  }

  /** Carries out the intent at `at`, or its whole group; returns where to go on. */
  #step(at: number): number {
    const group = must(this.#intents[at], 'an intent').group;
    if (group === undefined) {
      this.#single(at);
      return at + 1;
    }
    let end = at + 1;
    while (this.#intents[end]?.group === group) end++;
    this.#group(at, end);
    return end;
  }

  #single(at: number): void {
    const refused = this.#refused.get(at);
    if (refused) {
      this.#results[at] = refused;
      return;
    }
    const intent = must(this.#intents[at], 'an intent');
    const collection = this.#context.collection(intent.collection);
    // A failing statement leaves nothing behind, except in a trigger that says RAISE(FAIL).
    const guarded = collection.hasTriggers || (this.#careful && isJudged(collection, intent));
    const work = (): Applied => this.#applyAndJudge(collection, intent);
    this.#settle(at, guarded ? this.#guarded(at, work) : work());
  }

  #applyAndJudge(collection: WritableCollection, intent: WriteIntent): Applied {
    const outcome = applyIntent(collection, intent);
    if ('failed' in outcome) return outcome;
    const failed = judge(outcome.written);
    if (failed && !this.#careful && !collection.hasTriggers) throw new TakeBack();
    return failed ? { failed } : outcome;
  }

  #group(from: number, end: number): void {
    const members = this.#intents.slice(from, end).map((intent, i) => ({
      intent,
      collection: this.#context.collection(intent.collection),
      refused: this.#refused.get(from + i),
    }));
    const { db } = this.#context;
    db.exec('SAVEPOINT tandem');
    const outcomes = applyGroup(members, judge, (i, result) => this.#assertAlive(from + i, result));
    const failed = outcomes.some((outcome) => outcome === undefined || 'failed' in outcome);
    db.exec(failed ? 'ROLLBACK TO tandem; RELEASE tandem' : 'RELEASE tandem');
    for (let i = 0; i < members.length; i++) {
      const outcome = outcomes[i];
      if (failed && (outcome === undefined || 'written' in outcome))
        this.#results[from + i] = { status: 'group-failed' };
      else if (outcome) this.#settle(from + i, outcome);
    }
  }

  #guarded(at: number, work: () => Applied): Applied {
    const { savepoint, release } = statementsOf(this.#context.db);
    savepoint.run();
    const outcome = work();
    if ('failed' in outcome) {
      this.#assertAlive(at, outcome.failed);
      this.#context.db.exec('ROLLBACK TO tandem');
    }
    release.run();
    return outcome;
  }

  #settle(at: number, outcome: Applied): void {
    if ('failed' in outcome) {
      this.#assertAlive(at, outcome.failed);
      this.#results[at] = outcome.failed;
      return;
    }
    this.#results[at] = APPLIED;
    this.#reread.set(at, outcome.written);
  }

  #assertAlive(at: number, result: WriteResult): void {
    if (!this.#context.db.inTransaction) throw new TransactionGone(at, result);
  }

  /** At the end, for a trigger of a later write may have changed an earlier record; the last intent of a key answers for it. */
  #lookAtStored(): void {
    const last = new Map<string, number>();
    for (const [at, { collection, key }] of this.#reread) last.set(`${collection.bound.spec.name}\0${key}`, at);
    for (const at of last.values()) {
      const { collection, key, intended, reread } = must(this.#reread.get(at), 'a written record');
      if (!reread) continue;
      const stored = collection.currentState(key);
      if (!sameState(stored, intended)) this.#results[at] = { status: 'applied', stored };
    }
  }

  #anyTriggers(): boolean {
    return [...this.#reread.values()].some(({ collection }) => collection.hasTriggers);
  }

  /** What a trigger of the user's changed along with it is news. */
  #forgetOwn(notes: OwnNotes): void {
    const written = new Set(this.#intents.map(({ collection }) => this.#context.collection(collection)));
    if ([...written].some(({ hasTriggers, isTriggered }) => hasTriggers || isTriggered)) return;
    notes.forget([...written].flatMap(({ bound }) => (isCounted(bound) ? [bound.table.name] : [])));
  }

  #missed(): readonly Pick<WriteIntent, 'collection' | 'key'>[] {
    return this.#intents.filter((_, at) => this.#results[at]?.status !== 'applied');
  }
}

function isJudged({ checks }: WritableCollection, intent: WriteIntent): boolean {
  if (intent.op === 'insert') return checks.outgoing.length > 0;
  return checks.incoming.length > 0 || (intent.op === 'update' && checks.outgoing.length > 0);
}

/** Does every reference that the write touches still hold? */
function judge({ collection: { bound }, key, outgoing, incoming }: Written): WriteResult | undefined {
  for (const { reference, sql } of outgoing) {
    if (bound.statement(sql).get(...bound.keyParameters(key)))
      return { status: 'blocked', by: 'parent-missing', reference };
  }
  for (const { check, values } of incoming) {
    if (bound.statement(check.sql).get(...values, ...values))
      return { status: 'blocked', by: 'child-exists', reference: check.reference };
  }
  return undefined;
}

function totalChanges(db: Database.Database): number {
  return Number(db.prepare<[], bigint>('SELECT total_changes()').pluck().get());
}

interface Savepoints {
  readonly savepoint: Database.Statement<[]>;
  readonly release: Database.Statement<[]>;
}
const savepoints = new WeakMap<Database.Database, Savepoints>();

/** Prepared once a connection: one per record is too many to parse. */
function statementsOf(db: Database.Database): Savepoints {
  const known = savepoints.get(db) ?? {
    savepoint: db.prepare<[]>('SAVEPOINT tandem'),
    release: db.prepare<[]>('RELEASE tandem'),
  };
  savepoints.set(db, known);
  return known;
}
