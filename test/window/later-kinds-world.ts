import { copyFileSync } from 'node:fs';
import { World } from './world.ts';

export const laterKinds = ['bounce', 'undone', 'restored'] as const;

const PEOPLE = 'CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT, city TEXT);';
const ROWS = `INSERT INTO people VALUES ${Array.from({ length: 12 }, (_, i) => `(${i + 1},'p${i + 1}','Bern')`).join(',')};`;

/** Pairs in which the kinds of conflicts wait that more than two edits bring about: two records of each, 1 and 2. */
export class LaterKindsWorld extends World {
  constructor() {
    super();
    for (const kind of laterKinds) this.addPair(kind, PEOPLE, ROWS);
    this.#bounce();
    this.#undone();
    this.#restored();
  }

  #on(pair: string, side: 'a' | 'b', sql: string): void {
    this.office.sql(this.path(`${pair}-${side}.db`), sql);
  }

  /** Each side writes its own name into each record that is written, until somebody takes the triggers away. */
  #bounce(): void {
    for (const side of ['a', 'b'] as const)
      this.#on(
        'bounce',
        side,
        `CREATE TRIGGER own AFTER UPDATE ON people WHEN NEW.city <> 'of ${side}'
         BEGIN UPDATE people SET city = 'of ${side}' WHERE id = NEW.id; END;`,
      );
    this.#on('bounce', 'a', "UPDATE people SET name = 'new' WHERE id < 3;");
    this.tandem('sync', 'bounce');
    for (const side of ['a', 'b'] as const) this.#on('bounce', side, 'DROP TRIGGER own;');
  }

  #undone(): void {
    this.#on('undone', 'a', "UPDATE people SET city = 'sent' WHERE id < 3;");
    this.tandem('sync', 'undone');
    this.tandem('undo', 'run', String(this.lastRun('undone')));
    for (const side of ['a', 'b'] as const)
      this.#on('undone', side, `UPDATE people SET city = 'of ${side}' WHERE id < 3;`);
    this.tandem('sync', 'undone');
  }

  /** One record waited before side B came back from a copy, one was edited on the copy: neither is answered with the brake. */
  #restored(): void {
    copyFileSync(this.path('restored-b.db'), this.path('yesterday.db'));
    this.#on('restored', 'a', "UPDATE people SET city = 'Basel' WHERE id BETWEEN 2 AND 9;");
    this.tandem('sync', 'restored');
    for (const side of ['a', 'b'] as const)
      this.#on('restored', side, `UPDATE people SET city = 'of ${side}' WHERE id = 1;`);
    this.tandem('sync', 'restored');
    this.#on('restored', 'b', 'PRAGMA wal_checkpoint(TRUNCATE);');
    copyFileSync(this.path('yesterday.db'), this.path('restored-b.db'));
    this.#on('restored', 'b', "UPDATE people SET city = 'of b' WHERE id < 3;");
    this.tandem('sync', 'restored');
    const [brake] = this.office.json('brake', 'list') as { readonly id: number }[];
    this.tandem('brake', 'answer', String(brake?.id), 'bring-back');
  }
}
