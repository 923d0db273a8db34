import { World } from './world.ts';

const TABLES = `
CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT UNIQUE, city TEXT);
CREATE TABLE pets(id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id), name TEXT);
`;
const LOOSE = `${TABLES} CREATE TABLE things(id INTEGER PRIMARY KEY, size ANY, colour TEXT) STRICT;`;
const NARROW = `${TABLES} CREATE TABLE things(id INTEGER PRIMARY KEY, size INTEGER, colour TEXT CHECK(colour <> 'pink')) STRICT;`;

const ROWS = `
INSERT INTO people VALUES (1,'ann','Bern'),(2,'bob','Bern'),(3,'cyd','Bern'),(4,'dan','Bern');
INSERT INTO pets VALUES (1,1,'Rex');
INSERT INTO things VALUES (1,10,'red'),(2,20,'blue'),(3,30,'green');
`;

const ON_A = `
UPDATE people SET city='of A' WHERE id=1;
DELETE FROM people WHERE id=2;
DELETE FROM people WHERE id=3;
INSERT INTO people VALUES (10,'eve','of A'),(11,'fay','of A');
INSERT INTO pets VALUES (4,4,'Leo');
UPDATE things SET size='large' WHERE id=1;
UPDATE things SET colour='pink' WHERE id=2;
`;
const ON_B = `
UPDATE people SET city='of B' WHERE id=1;
UPDATE people SET city='of B' WHERE id=2;
INSERT INTO pets VALUES (3,3,'Tom');
INSERT INTO people VALUES (10,'eva','of B'),(12,'fay','of B');
PRAGMA foreign_keys=OFF;
DELETE FROM people WHERE id=4;
`;

/** Two files in which every kind of conflict that two edits can bring about waits. */
export class KindsWorld extends World {
  constructor() {
    super();
    const { office } = this;
    for (const [side, tables] of [
      ['a', LOOSE],
      ['b', NARROW],
    ] as const) {
      const path = this.path(`kinds-${side}.db`);
      office.sql(path, `PRAGMA journal_mode=WAL; ${tables} ${ROWS}`);
    }
    this.tandem('pair', 'add', 'kinds', '--a', 'kinds-a.db', '--b', 'kinds-b.db');
    this.tandem('sync', 'kinds');
    office.sql(this.path('kinds-a.db'), ON_A);
    office.sql(this.path('kinds-b.db'), ON_B);
    this.tandem('sync', 'kinds');
  }
}
