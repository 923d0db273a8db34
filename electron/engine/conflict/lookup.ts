import { AppError } from '../../../shared/contract/errors.ts';
import type { ConflictFilter, UndoTarget } from '../requests.ts';
import type { StateStore } from '../state/store.ts';
import type { BrakeRow, KeyRef } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { decidedRows } from './decided-rows.ts';
import { recordsOf } from './records.ts';
import type { UndoScope } from './undo.ts';
import { otherKeyOf } from './clash.ts';

const PAGE = 1000;

/** Finding what a person named, or saying that it is not there. */
export class Lookup {
  readonly #store: StateStore;
  readonly #pair: number;
  readonly #name: string;

  constructor(store: StateStore, pair: number, name: string) {
    this.#store = store;
    this.#pair = pair;
    this.#name = name;
  }

  /** The items a filter means; the hidden half of a unique clash stands for the half that is shown. */
  async items(where: ConflictFilter): Promise<readonly ItemRow[]> {
    const exact = where.id !== undefined;
    const rows = await this.#store.items(this.#pair, {
      open: !exact && where.ids === undefined && !where.all,
      visible: !exact,
      limit: where.limit ?? 100_000,
      ...(where.id === undefined ? {} : { id: where.id }),
      ...(where.ids === undefined ? {} : { ids: where.ids }),
      ...(where.collection === undefined ? {} : { collection: where.collection }),
      ...(where.kind === undefined ? {} : { kind: where.kind }),
    });
    const [only] = rows;
    if (exact && !only) throw this.noConflict(where.id ?? 0);
    return exact && only ? [await this.#shown(only)] : rows;
  }

  /** The same items as they stand now. */
  async again(items: readonly ItemRow[]): Promise<readonly ItemRow[]> {
    const rows: ItemRow[] = [];
    for (const { id } of items) rows.push(...(await this.#store.items(this.#pair, { id, open: false, limit: 1 })));
    return rows;
  }

  async #shown(item: ItemRow): Promise<ItemRow> {
    const other = item.extra.mirror === true ? otherKeyOf(item) : null;
    if (other === null) return item;
    const partner = (await this.#store.resting(this.#pair, item.collection, [other])).get(other)?.item;
    return partner?.kind === 'unique' ? partner : item;
  }

  /** What is to be taken back: a run, a record of it, or all records that a decision wrote. */
  async undoTarget(target: UndoTarget): Promise<UndoScope> {
    if ('run' in target) {
      const records = 'key' in target ? [{ collection: target.collection, key: target.key }] : null;
      return { run: target.run, records, decisions: await this.#decisionsOf(target.run) };
    }
    const [item] = await this.#store.items(this.#pair, { id: target.conflict, open: false, limit: 1 });
    if (!item) throw this.noConflict(target.conflict);
    const records = recordsOf(item);
    const { decided } = await decidedRows(this.#store, this.#pair, item);
    const last = decided.findLast(({ status }) => status === 'applied');
    if (last) return { run: last.run, records, decisions: [{ item: item.id, records }] };
    const undone = decided.findLast(({ status }) => status === 'undone');
    throw this.#refused(
      `Undoing conflict ${target.conflict} failed: ${undone ? `run ${undone.run}, which carried it out, was undone already` : 'nothing was written for it'}.`,
      undone ? await this.#whereNow(records, undone.run) : '',
    );
  }

  /** The decisions of a run that are about more than one record. */
  async #decisionsOf(run: number): Promise<UndoScope['decisions']> {
    const found: UndoScope['decisions'][number][] = [];
    for (let afterId = 0; ;) {
      const items = await this.#store.items(this.#pair, { decidedIn: run, open: false, afterId, limit: PAGE });
      const last = items.at(-1);
      if (!last) return found;
      afterId = last.id;
      for (const item of items) {
        const records = recordsOf(item);
        if (records.length > 1) found.push({ item: item.id, records });
      }
    }
  }

  /** Where what was undone is to be seen: among the holds, or, once those have ended, in the history. */
  async #whereNow(records: readonly KeyRef[], run: number): Promise<string> {
    for (const { collection, key } of records) {
      const resting = await this.#store.holds(this.#pair, { collection, key, limit: 1 });
      if (resting.length > 0) return 'See: tandem holds';
    }
    return `What it wrote and what became of it: tandem run show ${run}`;
  }

  async brake(id: number): Promise<BrakeRow> {
    const brake = (await this.#store.brakes(this.#pair, true)).find((row) => row.id === id);
    if (!brake)
      throw this.#error('not-found', `Brake ${id} does not exist in ${this.#name}.`, 'See: tandem brake list --all');
    if (brake.answer === null || brake.answer === 'keep') return brake;
    throw this.#error(
      'already-resolved',
      `Brake ${id} was answered already: ${brake.answer}.`,
      'See: tandem brake list --all',
    );
  }

  noConflict(id: number): AppError {
    return this.#error('not-found', `Conflict ${id} does not exist in ${this.#name}.`, 'See: tandem conflicts --all');
  }

  #refused(message: string, hint: string): AppError {
    return this.#error('refused', message, hint);
  }

  #error(code: AppError['code'], message: string, hint: string): AppError {
    return new AppError({
      code,
      operation: 'look-up',
      subject: { pair: this.#name },
      message,
      next: 'Nothing was written.',
      hint,
    });
  }
}

export const brakedError = (pair: string): AppError =>
  new AppError({
    code: 'brake',
    operation: 'resolve',
    subject: { pair },
    retry: 'after-user-action',
    message: `${pair} is stopped by a brake; nothing is written before it is answered.`,
    next: 'Nothing was written.',
    hint: 'See: tandem brake list --all',
  });
