import type { WriteIntent, WriteResult } from '../../electron/engine/port/connector.ts';
import { fieldOf, sameState, type State } from '../../electron/engine/port/record.ts';
import type { Host } from './host.ts';
import type { SimData } from './sim-data.ts';
import { placeOf } from './sim-places.ts';
import { imageOf } from './sim-write.ts';

/** What a batch on a database of documents needs of the call that it belongs to. */
export interface BulkParts {
  readonly host: Host;
  readonly data: SimData;
  readonly apply: (unit: readonly WriteIntent[]) => WriteResult[];
  readonly lose: () => never;
}

/**
 * A batch outside of a transaction, as the connector for MongoDB sends it: one unordered command after the other, each
 * statement atomic by itself and comparing once more what was read. The answer tells how many statements met a
 * document, and not which; where some did not, the documents are read.
 */
export class SimBulk {
  readonly #parts: BulkParts;
  readonly #results = new Map<WriteIntent, WriteResult>();
  readonly #term: number;

  constructor(parts: BulkParts) {
    this.#parts = parts;
    this.#term = parts.data.term;
  }

  async run(intents: readonly WriteIntent[]): Promise<WriteResult[]> {
    for (const command of commandsOf(intents)) await this.#carryOut(command);
    return intents.map((intent) => this.#results.get(intent) as WriteResult);
  }

  async #carryOut(command: readonly WriteIntent[]): Promise<void> {
    const { host, data } = this.#parts;
    const [first] = command;
    // What others keep writing needs a transaction, and a delete compares all of the document.
    if (first?.op === 'delete' && host.world.mode.documents === 'replica set') return this.#alone(command);
    const before = first?.op === 'insert' ? new Map<WriteIntent, State>() : await this.#look(command);
    const sent = command.filter((intent) => !this.#isMissedAlready(intent, before.get(intent)));
    if (host.world.mode.documents === 'replica set') data.runAhead();
    const answers = await this.#send(sent);
    if (await this.#isFoundDone(sent)) {
      for (const intent of sent) this.#results.set(intent, { status: 'applied' });
      return;
    }
    const met = sent.filter((intent) => answers.get(intent)?.status === 'applied');
    const refused = sent.filter((intent) => isRefusal(intent, answers.get(intent)));
    for (const intent of [...met, ...refused]) this.#results.set(intent, answers.get(intent) as WriteResult);
    if (met.length + refused.length < sent.length) await this.#find(sent, met, before);
  }

  /** What was read is not what is expected, so nothing is sent for it. */
  #isMissedAlready(intent: WriteIntent, read: State | undefined): boolean {
    if (intent.op === 'insert') return false;
    const actual = read ?? null;
    const meets =
      intent.op === 'delete'
        ? sameState(actual, intent.expect)
        : actual !== null && intent.changes.every(({ name, from }) => fieldOf(actual, name) === from);
    if (!meets) this.#miss(intent, actual);
    return !meets;
  }

  #miss(intent: WriteIntent, actual: State): void {
    this.#parts.host.world.stats.misses++;
    this.#results.set(intent, { status: 'changed', actual });
  }

  /** In any order, and others write in between. */
  async #send(sent: readonly WriteIntent[]): Promise<Map<WriteIntent, WriteResult>> {
    const { host, data, apply } = this.#parts;
    const answers = new Map<WriteIntent, WriteResult>();
    for (const [i, intent] of sent.toReversed().entries()) {
      if (i > 0) await host.at(`${data.name} write, record ${i + 1}`);
      if (this.#isDeposed || (data.loseAnswer === 'part' && i > 0)) break;
      answers.set(intent, apply([intent])[0] as WriteResult);
      data.flush();
    }
    return answers;
  }

  /** Most members hold it when the answer comes. Where none comes the documents may tell that all was done. */
  async #isFoundDone(sent: readonly WriteIntent[]): Promise<boolean> {
    const { host, data, lose } = this.#parts;
    if (data.loseAnswer === null) await host.at(`${data.name} write, held by most`);
    if (sent.length === 0 || (data.loseAnswer === null && !this.#isDeposed)) {
      data.acknowledge();
      return false;
    }
    if (!data.isCutOff) data.acknowledge();
    const now = await this.#look(sent);
    if (!sent.every((intent) => isDone(intent, now.get(intent) ?? null))) lose();
    data.loseAnswer = null;
    host.world.stats.adoptedAnswers++;
    return true;
  }

  get #isDeposed(): boolean {
    return this.#parts.data.term !== this.#term;
  }

  /** What stands there as it was to be counts as applied, unless none met anything; whoever wrote it, it is there. */
  async #find(
    sent: readonly WriteIntent[],
    met: readonly WriteIntent[],
    before: ReadonlyMap<WriteIntent, State>,
  ): Promise<void> {
    const { world } = this.#parts.host;
    const open = sent.filter((intent) => met.includes(intent) || !this.#results.has(intent));
    const now = await this.#look(open);
    world.stats.totalsShort++;
    for (const intent of open) {
      const actual = now.get(intent) ?? null;
      if (met.length > 0 && isDone(intent, actual)) this.#results.set(intent, { status: 'applied' });
      else if (intent.op !== 'insert' && !met.includes(intent) && sameState(actual, before.get(intent) ?? null))
        await this.#alone([intent]);
      else {
        this.#miss(intent, actual);
        if (met.includes(intent)) this.#untold(intent);
      }
    }
  }

  /** It was written, and by the time anybody could look somebody had changed it. */
  #untold({ collection, key }: WriteIntent): void {
    const { world } = this.#parts.host;
    world.stats.appliedUntold++;
    world.blurred.add(placeOf(collection, key));
  }

  async #alone(intents: readonly WriteIntent[]): Promise<void> {
    const { data, apply, lose, host } = this.#parts;
    if (this.#isDeposed) lose();
    for (const intent of intents) this.#results.set(intent, apply([intent])[0] as WriteResult);
    data.flush();
    if (data.loseAnswer) lose();
    data.catchUp();
    await host.at(`${data.name} write, transaction answered`);
  }

  async #look(intents: readonly WriteIntent[]): Promise<Map<WriteIntent, State>> {
    const { host, data } = this.#parts;
    await host.at(`${data.name} write, documents read`);
    const seen = data.seen();
    return new Map(
      intents.map((intent) => {
        const place = placeOf(intent.collection, intent.key);
        return [intent, imageOf(place, seen.get(place))];
      }),
    );
  }
}

/** Next to each other, of one collection and one kind; no key twice. */
function commandsOf(intents: readonly WriteIntent[]): WriteIntent[][] {
  const commands: WriteIntent[][] = [];
  for (const intent of intents) {
    const last = commands.at(-1);
    const [first] = last ?? [];
    const fits = first?.op === intent.op && first.collection === intent.collection;
    if (last && fits && last.every(({ key }) => key !== intent.key)) last.push(intent);
    else commands.push([intent]);
  }
  return commands;
}

/** The answer names statements that failed: a unique value, and a key that an insert found taken. */
const isRefusal = ({ op }: WriteIntent, result: WriteResult | undefined): boolean =>
  result?.status === 'rejected' || (op === 'insert' && result?.status === 'changed');

function isDone(intent: WriteIntent, actual: State): boolean {
  if (intent.op === 'delete') return actual === null;
  if (intent.op === 'insert') return sameState(actual, intent.to);
  return actual !== null && intent.changes.every(({ name, to }) => fieldOf(actual, name) === to);
}
