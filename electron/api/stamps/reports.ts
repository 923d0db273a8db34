import { isSync } from '../../../shared/model/words.ts';
import type { ConflictItem } from '../../engine/reports/waiting.ts';
import type { BookkeepingFacet } from '../../engine/port/connector.ts';
import { toAppError } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { pairOptionsOf } from '../settings/pair-settings.ts';
import type { ReportCollection } from './report-collections.ts';
import { conflictDocument, configDocument, runDocument, type ReportDocument } from './report-documents.ts';

const RUNS = 200;
/** So many documents go in one call. */
const PAGE = 500;

/** What this process has reported of one pair; another process begins anew, and the same documents take the same places. */
interface Reported {
  /** The last conflict that was looked at. */
  upTo: number;
  /** Conflicts that were open then. */
  open: ReadonlySet<number>;
  /** By collection and id: what stands there. */
  readonly said: Map<string, string>;
}

/** Keeps the reports in the local databases of stamping pairs up to date. */
export class Reports {
  readonly #pairs = new Map<string, Reported>();
  /** One after the other per pair, so that no older state is written over a newer one. */
  readonly #turns = new Map<string, Promise<void>>();

  /** After a run, a decision or a change of settings. A failure is said and stops nothing; the next call makes up for it. */
  write(host: Host, open: OpenPair): Promise<void> {
    const { name } = open.settings;
    const turn = (this.#turns.get(name) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#write(host, open));
    this.#turns.set(name, turn);
    return turn;
  }

  forget(pair: string): void {
    this.#pairs.delete(pair);
  }

  async #write(host: Host, open: OpenPair): Promise<void> {
    const { settings, sides, entry } = open;
    const { bookkeeping } = sides.A;
    if (!settings.stamp || !bookkeeping) return;
    const known = this.#pairs.get(settings.name) ?? { upTo: 0, open: new Set<number>(), said: new Map() };
    this.#pairs.set(settings.name, known);
    const runs = async (): Promise<readonly ReportDocument[]> =>
      (await open.engine.runs(RUNS)).filter(isSync).map(runDocument);
    const parts: readonly (() => Promise<void>)[] = [
      async () => this.#put(bookkeeping, known, 'sync_logs', await runs()),
      () => this.#put(bookkeeping, known, 'sync_config', [configDocument(settings.name, pairOptionsOf(entry))]),
      () => this.#conflicts(open, bookkeeping, known),
    ];
    const failures: string[] = [];
    for (const part of parts)
      await part().catch((cause: unknown) => failures.push(toAppError(cause, 'stamps').message));
    if (failures.length === 0) return;
    const message = `The reports in the database of ${entry.a.name} could not be written, and will be with the next run. ${failures.join(' ')}`;
    host.ports.log.warn(message, { pair: settings.name });
  }

  async #conflicts({ engine, settings }: OpenPair, bookkeeping: BookkeepingFacet, known: Reported): Promise<void> {
    const open = await engine.conflicts({});
    const fresh = await engine.conflicts({ all: true, afterId: known.upTo });
    const still = new Set(open.map(({ id }) => id));
    const closed: ConflictItem[] = [];
    for (const id of known.open) if (!still.has(id)) closed.push(...(await engine.conflicts({ id, all: true })));
    const keyOf = (name: string): string => settings.collections.find((each) => each.name === name)?.key[0] ?? '_id';
    const items = new Map([...fresh, ...closed, ...open].map((item) => [item.id, item]));
    const documents = [...items.values()].map((item) => conflictDocument(item, keyOf(item.collection)));
    await this.#put(bookkeeping, known, 'conflict_logs', documents);
    known.open = still;
    known.upTo = fresh.at(-1)?.id ?? known.upTo;
  }

  async #put(
    bookkeeping: BookkeepingFacet,
    { said }: Reported,
    collection: ReportCollection,
    documents: readonly ReportDocument[],
  ): Promise<void> {
    const texts = documents.map((document) => [nameOf(collection, document['_id']), JSON.stringify(document)] as const);
    const news = texts.filter(([name, text]) => said.get(name) !== text);
    for (let at = 0; at < news.length; at += PAGE) {
      const page = news.slice(at, at + PAGE);
      await bookkeeping.report(
        collection,
        page.map(([, text]) => text),
      );
      for (const [name, text] of page) said.set(name, text);
    }
    // Whatever is still subject to change is among the documents; of the rest nothing need be remembered.
    const told = new Set(texts.map(([name]) => name));
    for (const name of said.keys()) if (name.startsWith(`${collection} `) && !told.has(name)) said.delete(name);
  }
}

const nameOf = (collection: ReportCollection, id: unknown): string => `${collection} ${JSON.stringify(id)}`;
