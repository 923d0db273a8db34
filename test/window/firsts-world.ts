import { World } from './world.ts';

const TABLES = `
CREATE TABLE people(id INTEGER PRIMARY KEY, phone TEXT);
CREATE TABLE visits(id INTEGER PRIMARY KEY, person INTEGER REFERENCES people(id));
CREATE TABLE codes(id INTEGER PRIMARY KEY, code TEXT UNIQUE);
CREATE TABLE pins(id INTEGER PRIMARY KEY, pin TEXT UNIQUE, person INTEGER REFERENCES people(id));
`;
const ROWS = `
INSERT INTO people VALUES (1,'1'),(2,'2');
INSERT INTO codes VALUES (1,'a'),(2,'b'),(3,'c');
`;
const ON_A = `
UPDATE people SET phone='of A' WHERE id=1;
DELETE FROM people WHERE id=2;
INSERT INTO visits VALUES (9,1);
UPDATE codes SET code='x' WHERE id=1;
DELETE FROM codes WHERE id=2;
INSERT INTO pins VALUES (1,'q',1);
`;
const ON_B = `
UPDATE people SET phone='of B' WHERE id=2;
DELETE FROM people WHERE id=1;
UPDATE codes SET code='x' WHERE id=2;
INSERT INTO pins VALUES (2,'q',NULL);
`;

/** Two files in which conflicts wait for one another; no record has a name but its key. */
export class FirstsWorld extends World {
  constructor() {
    super();
    this.addPair('firsts', TABLES, ROWS);
    this.office.sql(this.path('firsts-a.db'), ON_A);
    this.office.sql(this.path('firsts-b.db'), ON_B);
    this.tandem('sync', 'firsts');
  }
}
