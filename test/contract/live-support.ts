import { expect, onTestFinished } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import type { WireLivePair } from '../../shared/contract/live-shapes.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import { must } from '../../shared/lib/assert.ts';
import { Office } from './home-support.ts';

export const soon = { timeout: 20_000, interval: 20 };
const schema = 'CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';

const until = (holds: () => unknown): Promise<void> => expect.poll(holds, soon).toBe(true);
export const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A pair of two files, and an engine that can be told to keep it in step. */
export class LiveShop {
  readonly office = new Office();
  readonly events: AnyEvent[] = [];
  #engine: Connection | null = null;

  private constructor() {
    this.office.sql('a.db', `PRAGMA journal_mode=WAL; ${schema} INSERT INTO posts VALUES(1,'first')`);
    this.office.sql('b.db', `PRAGMA journal_mode=WAL; ${schema}`);
  }

  static async open(options: Readonly<Record<string, unknown>> = {}): Promise<LiveShop> {
    const shop = new LiveShop();
    await shop.begin();
    await shop.engine.call('pairs.add', {
      name: 'shop',
      a: shop.office.path('a.db'),
      b: shop.office.path('b.db'),
      options,
    });
    return shop;
  }

  /** As the program starts. */
  async begin(): Promise<void> {
    await this.office.close();
    this.#engine = await this.office.connect();
    const subscription = await this.#engine.subscribe((event) => void this.events.push(event));
    onTestFinished(() => subscription.close());
  }

  get engine(): Connection {
    return must(this.#engine, 'an engine');
  }

  /** Kept in step from here on. */
  async live(): Promise<this> {
    await this.engine.call('live.start', {});
    return this;
  }

  /** Kept in step, and has carried what stood there. A run that still looks would take edits along. */
  async settled(): Promise<this> {
    await this.live();
    await until(() => this.triggers.includes('start') && this.arrived === 1);
    return this;
  }

  async view(pair = 'shop'): Promise<WireLivePair> {
    const [view] = await this.engine.call('live.list', { pair });
    return must(view, 'the pair');
  }

  add(id: number): void {
    this.office.sql('a.db', `INSERT INTO posts VALUES(${id},'more')`);
  }

  /** How many stand on the other side. */
  get arrived(): number {
    return this.office.rows('b.db', 'SELECT id FROM posts').length;
  }

  /** Why runs were started. */
  get triggers(): readonly string[] {
    return this.events.flatMap((event) => (event.name === 'run.finished' ? [event.data.trigger] : []));
  }
}
