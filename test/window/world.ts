import { join } from 'node:path';
import { Office } from '../e2e/cli-support.ts';

/** A temple's office, a shop's price list and a members' portal, each kept in step by one home; invented, like every name in it. */
export class World {
  readonly office = new Office(TEMPLE, TEMPLE_ROWS);

  path(name: string): string {
    return join(this.office.dir, name);
  }

  /** The command as a person gives it; fails loudly, since a world that is not as told proves nothing. */
  tandem(...words: readonly string[]): void {
    const { code, out, err } = this.office.tandem(...words);
    if (![0, 4, 5].includes(code ?? -1)) throw new Error(`tandem ${words.join(' ')} ended with ${code}: ${out}${err}`);
  }

  addPair(name: string, schema: string, rows: string): void {
    for (const side of ['a', 'b'])
      this.office.sql(this.path(`${name}-${side}.db`), `PRAGMA journal_mode=WAL; ${schema}`);
    this.office.sql(this.path(`${name}-a.db`), rows);
    this.tandem('pair', 'add', name, '--a', `${name}-a.db`, '--b', `${name}-b.db`);
    this.tandem('sync', name);
  }

  /** The pair of the office alone, in step. */
  static temple(): World {
    const world = new World();
    world.tandem('pair', 'add', 'temple-office', '--a', 'a.db', '--b', 'b.db');
    world.tandem('sync', 'temple-office');
    return world;
  }

  /** Both sides of the office edited: several kinds of conflicts wait. */
  static disputed(): World {
    const world = World.temple();
    world.dispute();
    return world;
  }

  dispute(): void {
    this.office.sql(this.office.a, DISPUTE_A);
    this.office.sql(this.office.b, DISPUTE_B);
    this.tandem('sync', 'temple-office');
  }

  /** Conflicts, a brake, a pair in step, and one whose file is gone: what every page has something of. */
  static full(): World {
    const world = World.disputed();
    const products = Array.from(
      { length: 60 },
      (_, i) => `(${i + 1}, 'INC-${String(i + 1).padStart(3, '0')}', ${100 + i})`,
    );
    world.addPair(
      'price-list',
      'CREATE TABLE products(id INTEGER PRIMARY KEY, name TEXT, price REAL);',
      `INSERT INTO products VALUES ${products.join(',')};`,
    );
    world.office.sql(world.path('price-list-a.db'), 'DELETE FROM products WHERE id > 5;');
    world.tandem('sync', 'price-list');
    world.addPair(
      'member-portal',
      'CREATE TABLE visits(id INTEGER PRIMARY KEY, who TEXT);',
      "INSERT INTO visits VALUES (1,'Asha'),(2,'Ravi');",
    );
    world.tandem('compare', 'member-portal');
    world.shop();
    return world;
  }

  /** Two files that are no pair yet: what is equal, on one side only, different, twice, without a key. */
  shop(): void {
    const schema = `PRAGMA journal_mode=WAL;
      CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE);
      CREATE TABLE products(sku TEXT PRIMARY KEY, name TEXT, price REAL);
      CREATE TABLE notes(about TEXT, said TEXT);`;
    for (const name of ['shop-here.db', 'shop-there.db']) this.office.sql(this.path(name), `${schema} ${SHOP_BOTH}`);
    this.office.sql(this.path('shop-here.db'), SHOP_HERE);
    this.office.sql(this.path('shop-there.db'), SHOP_THERE);
  }

  /** All of that, and a shop: a run that was undone, of which records rest, and changes on both sides that no run has seen. */
  static lived(): World {
    const world = World.full();
    world.addShop();
    return world;
  }

  addShop(): void {
    this.addPair('corner-shop', SHOP, SHOP_ROWS);
    this.tandem('config', 'set', 'autoSyncEnabled=false', '--pair', 'corner-shop');
    this.office.sql(this.path('corner-shop-a.db'), "UPDATE products SET stock=20 WHERE id='SWT-002';");
    this.office.sql(this.path('corner-shop-b.db'), "UPDATE products SET stock=21 WHERE id='SWT-002';");
    this.tandem('sync', 'corner-shop');
    this.tandem(
      'resolve',
      '--where',
      'pair=corner-shop',
      '--strategy',
      'keep_local',
      '--notes',
      'counted on the shelf',
    );
    this.office.sql(this.path('corner-shop-a.db'), "UPDATE products SET price = price + 15 WHERE id LIKE 'INC%';");
    this.tandem('sync', 'corner-shop');
    this.tandem('undo', 'run', String(this.lastRun('corner-shop')));
    this.office.sql(this.path('corner-shop-a.db'), SHOP_LATER_A);
    this.office.sql(this.path('corner-shop-b.db'), SHOP_LATER_B);
  }

  /** The one value that a query of a database of this world has. */
  one(name: string, sql: string): unknown {
    const [row] = this.office.rows(this.path(name), sql) as (readonly unknown[])[];
    return row?.[0];
  }

  /** The number of the newest run of the pair. */
  lastRun(pair: string): number {
    const [run] = this.office.json('history', '--pair', pair, '--json') as { readonly id: number }[];
    return run?.id ?? 0;
  }

  close(): void {
    this.office.close();
  }
}

const TEMPLE = `
CREATE TABLE members(id TEXT PRIMARY KEY, name TEXT, phone TEXT, street TEXT, pledge, spouse TEXT, email TEXT, gothram TEXT, star TEXT, city TEXT);
CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, name TEXT, role TEXT);
CREATE TABLE events(id INTEGER PRIMARY KEY, title TEXT, description TEXT);
`;

const TEMPLE_ROWS = `
INSERT INTO members VALUES
 ('MEM-04417','Devika Raman','98840 11272','14 Car Street',1100,NULL,'devika.r@mail.in',NULL,'Rohini','Chennai'),
 ('MEM-04418','Gopal Iyer','98400 20011','3 Tank Road',500,'Meera','gopal@mail.in','Kaundinya','Ashwini','Chennai'),
 ('MEM-04419','Anand Krishnan','98411 77120','9 North Mada Street',250,NULL,'anand@mail.in','Atreya','Swati','Madurai'),
 ('MEM-04420','Saroja Venkat','98402 60606','21 Temple View',750,'Venkat','saroja@mail.in','Bharadwaja','Revati','Trichy');
INSERT INTO admins VALUES (1,'lakshmi','Lakshmi Narayan','editor'),(2,'suresh','Suresh Babu','viewer');
INSERT INTO events VALUES (1,'Karthigai Deepam','Lamps are lit at six.
Procession at seven.
Prasadam afterwards.'),(2,'Vaikuntha Ekadashi','Doors open at four.');
`;

const DISPUTE_A = `
UPDATE members SET phone='98840 55310', street='27 Car Street', pledge=1500, spouse='', email='devika.raman@mail.in' WHERE id='MEM-04417';
DELETE FROM members WHERE id='MEM-04418';
UPDATE members SET phone='98411 77121' WHERE id='MEM-04419';
UPDATE members SET street='22 Temple View', city='Tiruchirappalli' WHERE id='MEM-04420';
INSERT INTO admins VALUES (3,'john_admin','John Mathew','editor');
UPDATE admins SET role='owner' WHERE id=1;
UPDATE events SET description='Lamps are lit at half past six.
Procession at seven.
Prasadam afterwards.' WHERE id=1;
`;

const DISPUTE_B = `
UPDATE members SET phone='+91 98840 11272', street='14 Car Street, 2nd floor', pledge=1250.5, spouse='Raman', gothram='Bharadwaja' WHERE id='MEM-04417';
UPDATE members SET pledge=900 WHERE id='MEM-04418';
UPDATE members SET phone='98411 77125' WHERE id='MEM-04419';
UPDATE members SET street='21 Temple View, Block B', city='Trichy 620' WHERE id='MEM-04420';
INSERT INTO admins VALUES (4,'john_admin','Johnson Peter','viewer');
UPDATE admins SET role='admin' WHERE id=1;
UPDATE events SET description='Lamps are lit at six.
Procession at eight, from the east gate.
Prasadam afterwards.' WHERE id=1;
`;

const SHOP_BOTH = `
INSERT INTO customers VALUES (1,'Lotus Flowers','info@lotus.example'),(2,'Shanti Store','orders@shanti.example'),(3,'Om Sweets','om@sweets.example');
INSERT INTO products VALUES ('INC-001','Sandal incense',120),('INC-002','Jasmine incense',95),('CAM-001','Camphor',40);
`;

const SHOP_HERE = `
UPDATE customers SET name='Lotus Flower House' WHERE id=1;
INSERT INTO customers VALUES (4,'Surya Traders','hello@surya.example');
INSERT INTO products VALUES ('LMP-001','Brass lamp',1450),('LMP-002','Clay lamp',25);
CREATE TABLE suppliers(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO suppliers VALUES (1,'Mysore Incense Works');
`;

const SHOP_THERE = `
UPDATE customers SET name='Lotus Flowers Ltd' WHERE id=1;
INSERT INTO customers VALUES (5,'Surya Trading','hello@surya.example');
INSERT INTO products VALUES ('BEL-001','Hand bell',380);
`;

const SHOP = `
CREATE TABLE products(id TEXT PRIMARY KEY, name TEXT, price REAL, stock INTEGER);
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, status TEXT, carrier TEXT, total REAL);
`;

const SHOP_ROWS = `
INSERT INTO products VALUES
 ('INC-012','Sandal incense 50 g',120,40),('INC-014','Jasmine incense 50 g',115,31),('INC-020','Camphor tablets 100 g',225,12),
 ('CND-001','Brass lamp, small',520,8),('CND-004','Ghee lamp, small',60,90),('CND-014','Camphor burner',310,5),
 ('BKS-001','Tirukkural, pocket edition',80,17),('BKS-032','Bhagavad Gita, Hindi',165,9),('GAR-004','Jasmine garland',60,0),
 ('POO-003','Kumkum 100 g',45,61),('SWT-002','Laddu box, 6',180,22),('TXT-019','Silk shawl',2150,3);
INSERT INTO orders VALUES
 (10884,'Lotus Flowers','packed',NULL,1460),(10885,'Om Book Centre','new',NULL,90),(10886,'Shanti Store','new','',820),
 (10887,'Mysore Agarbathi','packed',NULL,2200);
`;

const SHOP_LATER_A = `
UPDATE orders SET status='shipped', carrier='India Post' WHERE id=10884;
UPDATE orders SET status='packed' WHERE id=10886;
UPDATE orders SET total=95 WHERE id=10885;
DELETE FROM products WHERE id='CND-004';
INSERT INTO orders VALUES (10901,'Meera Pillai','new',NULL,1460);
`;

const SHOP_LATER_B = `
UPDATE products SET stock=16 WHERE id='BKS-001';
UPDATE orders SET total=110 WHERE id=10885;
INSERT INTO orders VALUES (10902,'Walk-in','new',NULL,90);
`;
