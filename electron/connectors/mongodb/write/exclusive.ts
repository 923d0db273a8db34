import type { ClientSession } from 'mongodb';
import type { Seal, WriteIntent, WriteResult } from '../../../engine/port/connector.ts';
import { must } from '../../../../shared/lib/assert.ts';
import type { Found } from '../bound-collection.ts';
import { documentOf } from '../bson/walk.ts';
import { driverIdOf } from '../id-key.ts';
import { sealMarker } from '../marker.ts';
import { readKeys } from '../read/read.ts';
import { inTransaction } from './transaction.ts';
import type { WriteContext } from './pinned.ts';
import { prepare } from './prepare.ts';
import { isOwnKey, ownerAmong, rejectionOf } from './refusals.ts';
import { partsOf, runsOf } from './runs.ts';
import { sendSteps, type StatementError } from './send.ts';
import { type Step } from './step.ts';
import { standIns } from './stand-in.ts';

/** A statement failed, which ends the whole transaction; it starts over without this intent, or after another look. */
class TransactionGone extends Error {
  readonly step: Step;
  readonly error: StatementError;
  constructor(step: Step, error: StatementError) {
    super('A statement ended the transaction');
    this.step = step;
    this.error = error;
  }
}

/** How often another document may turn up under a key that was free when it was read. */
const MOST_SURPRISES = 20;

/** The whole batch in one transaction. Throws the driver's errors; then nothing was applied. */
export async function writeExclusively(
  context: WriteContext,
  intents: readonly WriteIntent[],
  seal?: Seal,
): Promise<readonly WriteResult[]> {
  const refused = new Map<number, WriteResult>();
  for (let surprises = 0; ;) {
    const writer = { current: null as BatchWriter | null };
    try {
      return await inTransaction(context.database, context.doing, async (session) => {
        writer.current = new BatchWriter(context, intents, { refused, session });
        return writer.current.run(seal);
      });
    } catch (error) {
      if (!(error instanceof TransactionGone)) throw error;
      if (isOwnKey(error.error) && surprises++ < MOST_SURPRISES) continue;
      const rejection = await rejectionOf(context.database, error.step, error.error);
      const written = writer.current?.written ?? [];
      const ownerKey = rejection.ownerKey ?? ownerAmong(written, error.step, rejection.index);
      refused.set(error.step.at, { ...rejection, ...(ownerKey === undefined ? {} : { ownerKey }) });
    }
  }
}

interface Attempt {
  readonly refused: ReadonlyMap<number, WriteResult>;
  readonly session: ClientSession;
}

class BatchWriter {
  readonly written: Step[] = [];
  readonly #context: WriteContext;
  readonly #intents: readonly WriteIntent[];
  readonly #attempt: Attempt;
  readonly #results: WriteResult[] = [];

  constructor(context: WriteContext, intents: readonly WriteIntent[], attempt: Attempt) {
    this.#context = context;
    this.#intents = intents;
    this.#attempt = attempt;
  }

  async run(seal: Seal | undefined): Promise<readonly WriteResult[]> {
    const intents = this.#intents;
    for (let from = 0; from < intents.length;) {
      const { group } = must(intents[from], 'an intent');
      let to = from + 1;
      while (to < intents.length && intents[to]?.group === group) to++;
      await (group === undefined ? this.#singles(from, to) : this.#group(from, to));
      from = to;
    }
    const missed = intents.filter((_, at) => this.#results[at]?.status !== 'applied');
    if (seal) await sealMarker(this.#context.database, this.#attempt.session, seal, missed);
    return this.#results;
  }

  async #singles(from: number, to: number): Promise<void> {
    for (const run of runsOf(this.#intents, from, to)) {
      const { steps, results } = await this.#prepared(run.from, run.to);
      for (const [at, result] of results) this.#results[at] = result;
      await this.#send(steps);
    }
  }

  /** One member that cannot be carried out keeps all of them from being sent. */
  async #group(from: number, to: number): Promise<void> {
    const members = Array.from({ length: to - from }, (_, i) => from + i);
    const known = members.some((at) => this.#attempt.refused.has(at));
    const { steps, results } = known ? { steps: [], results: this.#attempt.refused } : await this.#prepared(from, to);
    const failed = members.some((at) => (results.get(at)?.status ?? 'applied') !== 'applied');
    if (failed) {
      for (const at of members) {
        const result = results.get(at);
        this.#results[at] = result && result.status !== 'applied' ? result : { status: 'group-failed' };
      }
      return;
    }
    for (const [at, result] of results) this.#results[at] = result;
    await this.#send(inGroupOrder(steps));
  }

  /** Compares intent by intent with what stands there, each seeing those before it. */
  async #prepared(from: number, to: number): Promise<{ steps: Step[]; results: Map<number, WriteResult> }> {
    const now = await this.#current(from, to);
    const steps: Step[] = [];
    const results = new Map<number, WriteResult>();
    for (let at = from; at < to; at++) {
      const intent = must(this.#intents[at], 'an intent');
      const refused = this.#attempt.refused.get(at);
      if (refused) {
        results.set(at, refused);
        continue;
      }
      const bound = this.#context.collection(intent.collection);
      const place = `${intent.collection}\0${intent.key}`;
      const prepared = prepare(intent, { at, bound, current: now.get(place), comparing: 'none' });
      if ('needs' in prepared) throw new Error(prepared.why);
      if ('result' in prepared) {
        results.set(at, prepared.result);
        continue;
      }
      const { step } = prepared;
      steps.push(step);
      if (step.intended) now.set(place, bound.found(documentOf(step.intended)));
      else now.delete(place);
    }
    return { steps, results };
  }

  async #current(from: number, to: number): Promise<Map<string, Found>> {
    const { database } = this.#context;
    const now = new Map<string, Found>();
    const members = this.#intents.slice(from, to);
    for (const name of new Set(members.map(({ collection }) => collection))) {
      const keys = new Set(members.filter(({ collection }) => collection === name).map(({ key }) => key));
      const found = await readKeys(database, this.#context.collection(name), [...keys], this.#attempt.session);
      for (const [key, document] of found) now.set(`${name}\0${key}`, document);
    }
    return now;
  }

  async #send(steps: readonly Step[]): Promise<void> {
    for (const run of sameKind(steps.flatMap(halves))) {
      for (const part of partsOf(run, this.#context.database.callSize)) {
        const { errors } = await sendSteps(this.#context.database, part, this.#attempt.session);
        const [failure] = errors;
        this.written.push(...part.slice(0, failure?.[0]));
        if (failure) throw new TransactionGone(must(part[failure[0]], 'the step that failed'), failure[1]);
        for (const step of part) this.#results[step.at] = step.result;
      }
    }
  }
}

/** Deletes first, then what gives way to another, then updates and inserts; in the order given where a key comes twice. */
function inGroupOrder(steps: readonly Step[]): readonly Step[] {
  const keys = new Set(steps.map(({ intent }) => `${intent.collection}\0${intent.key}`));
  if (keys.size < steps.length) return steps;
  const of = (op: Step['op']): Step[] => steps.filter((step) => step.op === op);
  return [...of('delete'), ...standIns(steps), ...of('respell'), ...of('update'), ...of('insert')];
}

/** No update changes how an `_id` is written: the document goes, and comes again. */
function halves(step: Step): Step[] {
  if (step.op !== 'respell') return [step];
  const statement = { q: { _id: { $eq: driverIdOf(step.intent.key) } }, limit: 1 };
  return [
    { ...step, op: 'delete', statement, bytes: 0 },
    { ...step, op: 'insert' },
  ];
}

function sameKind(steps: readonly Step[]): Step[][] {
  const runs: Step[][] = [];
  for (const step of steps) {
    const last = runs.at(-1)?.at(-1);
    if (last && last.op === step.op && last.bound === step.bound) runs.at(-1)?.push(step);
    else runs.push([step]);
  }
  return runs;
}
