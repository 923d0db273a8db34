import { type ClientSession, MongoServerError } from 'mongodb';
import type { Seal, WriteIntent, WriteResult } from '../../../engine/port/connector.ts';
import { must } from '../../../../shared/lib/assert.ts';
import type { Found } from '../bound-collection.ts';
import { documentOf } from '../bson/walk.ts';
import { apply, int32, named } from '../bson/statement.ts';
import { elementOfKey } from '../id-key.ts';
import { sealMarker } from '../marker.ts';
import { codeOf } from '../errors.ts';
import { readKeys } from '../read/read.ts';
import { inTransaction } from './transaction.ts';
import type { WriteContext } from './pinned.ts';
import { prepare } from './prepare.ts';
import { isOwnKey, ownerAmong, rejectionOf } from './refusals.ts';
import { partsOf, runsOf } from './runs.ts';
import { type Sent, sendSteps, type StatementError } from './send.ts';
import { rejected, type Step } from './step.ts';
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

/**
 * What these steps write the server does not keep as it is: everything is taken back, and starts over without them.
 * Without steps: it refused a whole command for one of those that hold what no driver sends, so each goes by itself.
 */
class NotKept extends Error {
  readonly steps: readonly Step[];
  readonly why: string;
  constructor(steps: readonly Step[], why: string) {
    super('The server does not keep what was written');
    this.steps = steps;
    this.why = why;
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
  let isApart = false;
  for (let surprises = 0; ;) {
    const writer = { current: null as BatchWriter | null };
    try {
      return await inTransaction(context.database, context.doing, async (session) => {
        writer.current = new BatchWriter(context, intents, { refused, session, isApart });
        return writer.current.run(seal);
      });
    } catch (error) {
      if (error instanceof NotKept) {
        isApart ||= error.steps.length === 0;
        for (const { at, odd } of error.steps)
          refused.set(at, rejected('type', `it holds ${odd}, ${error.why}`).result);
        continue;
      }
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
  /** Steps that hold what no driver sends go one by one. */
  readonly isApart: boolean;
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
      if (step.intended) now.set(place, bound.found(step.intended));
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
    for (const run of sameKind(steps.flatMap(halves), this.#attempt.isApart)) {
      for (const part of partsOf(run, this.#context.database.callSize)) {
        const { errors } = await this.#sent(part);
        const [failure] = errors;
        this.written.push(...part.slice(0, failure?.[0]));
        if (failure) throw new TransactionGone(must(part[failure[0]], 'the step that failed'), failure[1]);
        await this.#assertKept(part.filter(({ odd }) => odd !== ''));
        for (const step of part) this.#results[step.at] = step.result;
      }
    }
  }

  async #sent(part: readonly Step[]): Promise<Sent> {
    try {
      return await sendSteps(this.#context.database, part, this.#attempt.session);
    } catch (error) {
      if (!isRefusal(error) || part.every(({ odd }) => odd === '')) throw error;
      throw new NotKept(part.length > 1 ? [] : part, `which the server does not take: ${error.message}`);
    }
  }

  /** Reads what no driver sends once more: some servers write another value for it, and tell nobody. */
  async #assertKept(odd: readonly Step[]): Promise<void> {
    const changed: Step[] = [];
    for (const [bound, steps] of Map.groupBy(odd, (step) => step.bound)) {
      // Where a key comes twice, the last of its steps stands.
      const last = new Map(steps.map((step) => [step.intent.key, step]));
      const found = await readKeys(this.#context.database, bound, [...last.keys()], this.#attempt.session);
      for (const [key, step] of last) if (!holds(found.get(key), step.intended)) changed.push(step);
    }
    if (changed.length > 0) throw new NotKept(changed, 'and the server would keep another in its place');
  }
}

const holds = (found: Found | undefined, document: Buffer | null): boolean =>
  found !== undefined && 'raw' in found && document !== null && found.raw.equals(document);

/** A server that cannot read what no driver sends refuses the whole command for it. */
const isRefusal = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && UNREAD.has(codeOf(error) ?? -1);

/** Something went wrong inside, a bad value, what cannot be parsed, a wrong type, no BSON. */
const UNREAD: ReadonlySet<number> = new Set([1, 2, 9, 14, 22]);

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
  const q = apply('_id', apply('$eq', elementOfKey(step.intent.key)));
  const statement = documentOf([named('q', q), named('limit', int32(1))]);
  return [
    { ...step, op: 'delete', statement, odd: '' },
    { ...step, op: 'insert' },
  ];
}

function sameKind(steps: readonly Step[], isApart: boolean): Step[][] {
  const runs: Step[][] = [];
  for (const step of steps) {
    const last = runs.at(-1)?.at(-1);
    const isAlone = isApart && (step.odd !== '' || last?.odd !== '');
    if (last && !isAlone && last.op === step.op && last.bound === step.bound) runs.at(-1)?.push(step);
    else runs.push([step]);
  }
  return runs;
}
