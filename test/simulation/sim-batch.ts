import type { Marker, WriteBatch, WriteIntent, WriteResult } from '../../electron/engine/port/connector.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { showRecord, valueOf, type GhostRecord } from './ghosts.ts';
import type { Host } from './host.ts';
import { SimBulk } from './sim-bulk.ts';
import { failure, refuseIfBusy } from './sim-failure.ts';
import { copyContent } from './sim-content.ts';
import type { SimData } from './sim-data.ts';
import { placeOf } from './sim-places.ts';
import { applyTogether } from './sim-write.ts';
import { Violation } from './violation.ts';

/** One `write` call on a simulated side, with the faults that may meet it. */
export class SimBatch {
  readonly #host: Host;
  readonly #data: SimData;
  readonly #batch: WriteBatch;
  readonly #check: () => void;

  constructor(host: Host, data: SimData, batch: WriteBatch, check: () => void) {
    this.#host = host;
    this.#data = data;
    this.#batch = batch;
    this.#check = check;
  }

  async write(): Promise<readonly WriteResult[]> {
    const { name } = this.#data;
    await this.#host.at(`${name} write`);
    refuseIfBusy(this.#data, 'write');
    this.#check();
    if (this.#data.leaveOldPrimary()) this.#sentToOldPrimary();
    for (const intent of this.#batch.intents) await this.#expectBeforeImage(intent);
    const results = await this.#carryOut();
    this.#data.flush();
    if (this.#data.loseAnswer) this.#lose();
    this.#data.catchUp();
    await this.#host.at(`${name} write, answered`);
    return results;
  }

  async #carryOut(): Promise<readonly WriteResult[]> {
    const { documents, transactions } = this.#host.world.mode;
    const { intents, seal } = this.#batch;
    if (!documents || seal || intents.some(({ group }) => group !== undefined))
      return transactions ? this.#atOnce() : this.#oneByOne();
    const bulk = new SimBulk({
      host: this.#host,
      data: this.#data,
      apply: (unit) => this.#apply(unit),
      lose: () => this.#lose(),
    });
    return bulk.run(intents);
  }

  /** It cannot have the write acknowledged by most members, and takes it back when it hears of the other one. */
  #sentToOldPrimary(): never {
    this.#host.world.stats.lostToOldPrimary++;
    throw failure('lost-answer', `${this.#data.name} was no primary any more.`);
  }

  /** One transaction: what is not yet committed when the process dies never was. */
  #atOnce(): WriteResult[] {
    const results: WriteResult[] = [];
    const before = copyContent(this.#data.content);
    for (const unit of this.#units()) results.push(...this.#apply(unit));
    const missed = this.#batch.intents
      .filter((_, i) => results[i]?.status !== 'applied')
      .map(({ collection, key }) => ({ collection, key }));
    const { seal } = this.#batch;
    const { marker } = before;
    if (seal && marker) this.#data.content.marker = { ...marker, batch: seal.batch, missed } satisfies Marker;
    return results;
  }

  /** No transaction around: between two records others may write, the process may die, the connection may be cut. */
  async #oneByOne(): Promise<WriteResult[]> {
    const results: WriteResult[] = [];
    for (const [i, unit] of this.#units().entries()) {
      if (i > 0) await this.#host.at(`${this.#data.name} write, record ${i + 1}`);
      if (this.#data.loseAnswer === 'part' && i > 0) this.#lose();
      results.push(...this.#apply(unit));
      this.#data.flush();
    }
    return results;
  }

  #units(): WriteIntent[][] {
    const units: WriteIntent[][] = [];
    for (const intent of this.#batch.intents) {
      const last = units.at(-1);
      if (last && intent.group !== undefined && last[0]?.group === intent.group) last.push(intent);
      else units.push([intent]);
    }
    return units;
  }

  #apply(unit: readonly WriteIntent[]): WriteResult[] {
    const { world } = this.#host;
    const results = this.#host.judged(() => applyTogether(world, this.#data, unit));
    for (const [i, intent] of unit.entries()) {
      const result = results[i];
      const place = placeOf(intent.collection, intent.key);
      if (result?.status === 'rejected') world.stats.uniqueClashes++;
      if (result?.status === 'blocked') world.stats.blocked++;
      world.note(
        `engine writes ${this.#data.name}.${place}: ${intent.op} ${result?.status}${result?.status === 'applied' ? `, now ${showRecord(this.#data.get(place))}` : ''}`,
      );
    }
    return results;
  }

  /** Somebody wrote the same in the meantime: without an answer nobody can tell that it was not we, and an undo takes it back (E53). */
  #takenForWritten(intent: WriteIntent): void {
    if (intent.op !== 'update') return;
    const { world } = this.#host;
    const place = placeOf(intent.collection, intent.key);
    const to = this.#data.get(place);
    const same = intent.changes.filter(({ name, to: value }) => name !== 'id' && valueOf(to, name) === (value ?? null));
    if (!to.cells || same.length === 0) return;
    const before = new Map(same.map(({ name, from }) => [name, from ?? null] as const));
    const was = (field: string, value: Value): Value => (before.has(field) ? (before.get(field) ?? null) : value);
    const cells = new Map([...to.cells].map(([field, cell]) => [field, { ...cell, value: was(field, cell.value) }]));
    world.takenForWritten.push({ side: this.#data.name, place, from: { ...to, cells }, to });
  }

  #lose(): never {
    const part = this.#data.loseAnswer === 'part';
    this.#data.loseAnswer = null;
    const { world } = this.#host;
    for (const intent of this.#batch.intents) this.#takenForWritten(intent);
    // Without a word to us it goes on to the other members, as long as they hear the primary. Else nobody can see yet
    // whether it stays, and it may appear after we have looked: a conflict about it is no mistake.
    if (!this.#data.isCutOff) this.#data.catchUp();
    else for (const { collection, key } of this.#batch.intents) world.blurred.add(placeOf(collection, key));
    if (part) world.stats.partBatches++;
    world.stats.lostAnswers++;
    world.answerLost();
    throw failure('lost-answer', `The connection to ${this.#data.name} was cut while it was writing.`);
  }

  /** Oracle before-image: what the intent would overwrite stands durable in the journal (L3). */
  async #expectBeforeImage(intent: WriteIntent): Promise<void> {
    const place = placeOf(intent.collection, intent.key);
    const current = this.#data.get(place);
    if (!current.cells) return;
    const images = await this.#host.beforeImages(intent.collection, intent.key, this.#data.name);
    const fields =
      intent.op === 'update'
        ? intent.changes
            .filter((change) => change.name !== 'id' && change.from === valueOf(current, change.name))
            .map((change) => change.name)
        : [...current.cells.keys()];
    const kept = images.some(
      ({ before }) =>
        before !== null && fields.every((field) => (before.get(field) ?? null) === valueOf(current, field)),
    );
    if (kept || this.#willMiss(intent, current)) return;
    this.#host.judged(() => {
      throw new Violation(
        'before-image',
        `${this.#data.name}.${place} (${showRecord(current)}) is overwritten before its before-image is durable`,
      );
    });
  }

  #willMiss(intent: WriteIntent, current: GhostRecord): boolean {
    if (intent.op === 'insert') return true;
    if (intent.op === 'delete')
      return [...(current.cells ?? [])].some(
        ([field, cell]) => intent.expect.values[intent.expect.names.indexOf(field)] !== cell.value,
      );
    return intent.changes.some((change) => change.name !== 'id' && change.from !== valueOf(current, change.name));
  }
}
