import type { WriteIntent, WriteResult } from '../../../engine/port/connector.ts';
import type { BoundCollection, Found } from '../bound-collection.ts';
import { isAnswerLost, outcomeUnknown, type Doing, translateError } from '../errors.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { readKeys } from '../read/read.ts';
import { isDone, missed } from './outcome.ts';
import { prepare } from './prepare.ts';
import { isOwnKey, rejectionOf } from './refusals.ts';
import { partsOf, type Run, runsOf } from './runs.ts';
import { sendSteps, type Sent, WriteConcernFailed } from './send.ts';
import { changed, rejected, type Step, uncarried } from './step.ts';
import { AppError } from '../../../../shared/contract/errors.ts';
import { must } from '../../../../shared/lib/assert.ts';

export interface WriteContext {
  readonly database: MongoDatabase;
  readonly doing: Doing;
  collection(name: string): BoundCollection;
}

const INCOMPARABLE =
  'the server does not find what stands there equal to itself, so it cannot be written without a transaction';

/** Intents in a transaction; only where there are transactions. */
type Exclusively = (intents: readonly WriteIntent[]) => Promise<readonly WriteResult[]>;

/**
 * Carries out a batch without a transaction: each statement compares once more what was read, and is atomic by itself.
 */
export class PinnedWriter {
  readonly #context: WriteContext;
  readonly #intents: readonly WriteIntent[];
  readonly #exclusively: Exclusively | null;
  readonly #results: WriteResult[] = [];

  constructor(context: WriteContext, intents: readonly WriteIntent[], exclusively: Exclusively | null) {
    this.#context = context;
    this.#intents = intents;
    this.#exclusively = exclusively;
  }

  async run(): Promise<readonly WriteResult[]> {
    try {
      for (const run of runsOf(this.#intents, 0, this.#intents.length)) await this.#carryOut(run);
    } catch (error) {
      throw this.#wordingFor(error);
    }
    return this.#results;
  }

  /** What was applied before the failure stands, and a caller has to look (C37). */
  #wordingFor(error: unknown): Error {
    const { database, doing } = this.#context;
    const isOpen = isAnswerLost(error) || error instanceof WriteConcernFailed;
    return isOpen || this.#results.some((result) => result?.status === 'applied')
      ? outcomeUnknown(doing, database.place, error)
      : translateError(error, doing, database.place);
  }

  async #carryOut({ from, to }: Run): Promise<void> {
    const { database } = this.#context;
    const places = Array.from({ length: to - from }, (_, i) => from + i);
    const { op, collection } = must(this.#intents[from], 'an intent');
    const bound = this.#context.collection(collection);
    if (op === 'delete' && this.#exclusively) return this.#alone(bound, places);
    const keys = places.map((at) => must(this.#intents[at], 'an intent').key);
    // An insert that meets a document fails by itself, and only then somebody has to look.
    const current = op === 'insert' ? new Map<Key, Found>() : await readKeys(database, bound, keys);
    const comparing = this.#exclusively ? 'exact' : 'best';
    const steps: Step[] = [];
    const alone: number[] = [];
    for (const at of places) {
      const intent = must(this.#intents[at], 'an intent');
      const prepared = prepare(intent, { at, bound, current: current.get(intent.key), comparing });
      if ('step' in prepared) steps.push(prepared.step);
      else if ('result' in prepared) this.#results[at] = prepared.result;
      else if (this.#exclusively) alone.push(at);
      else this.#results[at] = rejected(prepared.code, prepared.why).result;
    }
    for (const part of partsOf(steps, database.callSize)) await this.#send(bound, part);
    await this.#alone(bound, alone);
  }

  /** What others keep writing is not written here: it is changed, and planned again. */
  async #alone(bound: BoundCollection, places: readonly number[]): Promise<void> {
    const intents = places.map((at) => must(this.#intents[at], 'an intent'));
    if (intents.length === 0 || !this.#exclusively) return;
    try {
      const results = await this.#exclusively(intents);
      for (const [i, at] of places.entries()) this.#results[at] = must(results[i], 'a result');
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'busy') throw error;
      const keys = intents.map(({ key }) => key);
      const found = await readKeys(this.#context.database, bound, keys);
      for (const [i, at] of places.entries()) this.#results[at] = standing(found.get(must(keys[i], 'a key')));
    }
  }

  async #send(bound: BoundCollection, steps: readonly Step[]): Promise<void> {
    const { database } = this.#context;
    const sent = await this.#sent(bound, steps);
    const open = steps.filter((_, i) => !sent.errors.has(i));
    const isCertain = sent.matched === open.length;
    const toRead = [
      ...(isCertain ? [] : open),
      ...steps.filter((_, i) => sent.errors.has(i) && isOwnKey(sent.errors.get(i) as never)),
    ];
    const found = await readKeys(
      database,
      bound,
      toRead.map(({ intent }) => intent.key),
    );
    for (const [i, step] of steps.entries()) {
      const error = sent.errors.get(i);
      if (error && !isOwnKey(error)) this.#results[step.at] = await rejectionOf(database, step, error);
      else if (error) this.#results[step.at] = standing(found.get(step.intent.key));
      else if (isCertain) this.#results[step.at] = step.result;
      else this.#results[step.at] = await this.#missed(step, found.get(step.intent.key), sent.matched === 0);
    }
  }

  /**
   * What met nothing was changed by others. The totals of a command do not say which of its statements those are: what
   * stands there as it was to be counts as applied, unless none met anything.
   */
  async #missed(step: Step, found: Found | undefined, isNone: boolean): Promise<WriteResult> {
    const isSame = found !== undefined && 'raw' in found && step.before !== undefined && found.raw.equals(step.before);
    if (!isSame || isDone(step, found)) return isNone ? standing(found) : missed(step, found);
    // The very bytes stand there that were read: the server does not find them equal to themselves.
    if (!this.#exclusively) return rejected('other', INCOMPARABLE).result;
    return must((await this.#exclusively([step.intent]))[0], 'a result');
  }

  /** After a lost answer the documents themselves can say that all was done; that nothing was done they cannot. */
  async #sent(bound: BoundCollection, steps: readonly Step[]): Promise<Sent> {
    const { database } = this.#context;
    try {
      return await sendSteps(database, steps);
    } catch (error) {
      if (!isAnswerLost(error)) throw error;
      const found = await readKeys(
        database,
        bound,
        steps.map(({ intent }) => intent.key),
      ).catch(() => null);
      if (!found || !steps.every((step) => isDone(step, found.get(step.intent.key)))) throw error;
      return { matched: steps.length, errors: new Map() };
    }
  }
}

/** Others wrote what stands there, also where it is just what was to be written. */
function standing(found: Found | undefined): WriteResult {
  if (found === undefined) return changed(null).result;
  return 'record' in found ? changed(found.record).result : uncarried(found).result;
}
