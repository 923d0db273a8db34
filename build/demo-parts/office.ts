import { Buffer } from 'node:buffer';
import { faker } from '@faker-js/faker/locale/en_IN';
import Database from 'better-sqlite3';
import { officeSchema } from './office-schema.ts';

export interface OfficeWish {
  /** The same seed makes the same rows on every machine. */
  readonly seed: number;
  /** How many times the usual 3,500 records. */
  readonly scale?: number;
}

type Cell = string | number | null | Buffer;
type Rows = readonly (readonly Cell[])[];

const TODAY = '2025-11-03T09:00:00.000Z';
const ritualNames =
  'Abhishekam,Archana,Aarti,Homam,Kalyanam,Navagraha puja,Satyanarayan katha,Annadanam,Deepotsavam,Vahana puja,Upanayanam,Namakaranam,Annaprashana,Griha pravesh,Vidyarambham,Ayushya homam,Sudarshana homam,Rudra japam,Lalita sahasranama,Vishnu sahasranama,Ekadashi vrata,Pradosham,Shanti puja,Gau puja';
const purposes = ['General fund', 'Annadanam', 'Roof repair', 'Library', 'Festival', 'School'];
const roles = ['owner', 'editor', 'viewer'];

const day = (): string => faker.date.recent({ days: 700, refDate: TODAY }).toISOString().slice(0, 10);
const moment = (): string => faker.date.soon({ days: 200, refDate: TODAY }).toISOString().slice(0, 16);
const anyOf = <T>(list: readonly T[]): T => faker.helpers.arrayElement(list);
const upTo = (n: number): number => faker.number.int({ min: 1, max: n });
const some = <T>(value: T, share = 0.8): T | null => (faker.datatype.boolean(share) ? value : null);
const code = (prefix: string, n: number, width: number): string => `${prefix}-${String(n).padStart(width, '0')}`;

const times = (count: number, make: (n: number) => readonly Cell[]): Rows =>
  Array.from({ length: count }, (_, i) => make(i + 1));

/** Makes a database of the office at `path`; nothing may be there. Answers how many records each table has. */
export function makeOffice(path: string, { seed, scale = 1 }: OfficeWish): ReadonlyMap<string, number> {
  faker.seed(seed);
  faker.setDefaultRefDate(TODAY);
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('foreign_keys = ON');
    db.exec(officeSchema);
    const tables = officeRows((n) => Math.max(1, Math.round(n * scale)));
    db.transaction(() => tables.forEach(([table, rows]) => insert(db, table, rows)))();
    return new Map(tables.map(([table, rows]) => [table, rows.length]));
  } finally {
    db.close();
  }
}

function insert(db: Database.Database, table: string, rows: Rows): void {
  const columns = db
    .prepare<[], string>(`SELECT name FROM pragma_table_xinfo('${table}') WHERE hidden = 0 ORDER BY cid`)
    .pluck()
    .all();
  const statement = db.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const row of rows) statement.run(...row);
}

/** Parents before their children. */
function officeRows(n: (count: number) => number): [string, Rows][] {
  const size = { admins: n(12), employees: n(40), members: n(600), rooms: 10, events: n(120), vendors: n(40) };
  const rituals = ritualNames.split(',');
  const people = peopleRows(size);
  return [
    ...people,
    ['events', times(size.events, (i) => eventRow(i, size))],
    ['bookings', bookingRows(size, n(700))],
    [
      'rituals',
      times(rituals.length, (i) => [i, rituals[i - 1] ?? '', 5 * upTo(60), 15 * upTo(8), faker.lorem.sentence(6)]),
    ],
    ['schedules', scheduleRows(rituals.length)],
    [
      'vendors',
      times(size.vendors, (i) => [
        i,
        faker.company.name(),
        faker.person.fullName(),
        some(faker.phone.number()),
        code('GST', 4000 + i, 6),
      ]),
    ],
    [
      'donations',
      times(n(900), (i) => [
        i,
        some(upTo(size.members), 0.9),
        50 * upTo(200),
        anyOf(purposes),
        day(),
        code('R', 20000 + i, 6),
      ]),
    ],
    [
      'expenses',
      times(n(250), (i) => [
        i,
        upTo(size.vendors),
        upTo(90_000) / 100,
        anyOf(['Flowers', 'Kitchen', 'Repairs', 'Power']),
        day(),
      ]),
    ],
    [
      'inventory',
      times(n(150), (i) => [
        code('SKU', i, 4),
        faker.commerce.productName(),
        upTo(400),
        anyOf(['piece', 'kg', 'litre']),
        upTo(size.vendors),
        code('H', upTo(size.rooms), 2),
      ]),
    ],
    [
      'documents',
      times(n(60), (i) => [
        i,
        faker.system.fileName(),
        some(upTo(size.members)),
        Buffer.from(faker.string.hexadecimal({ length: 64, prefix: '' }), 'hex'),
        day(),
      ]),
    ],
    [
      'messages',
      times(n(300), (i) => [i, upTo(size.admins), faker.lorem.words(4), faker.lorem.sentence(10), moment()]),
    ],
    [
      'tasks',
      times(n(160), (i) => [
        i,
        faker.lorem.words(3),
        employee(size),
        i > 20 ? some(upTo(20), 0.3) : null,
        day(),
        upTo(2) - 1,
      ]),
    ],
    [
      'settings',
      times(24, (i) => [
        `${faker.hacker.noun().replaceAll(' ', '_')}.${i}`,
        faker.lorem.word(),
        some(faker.lorem.sentence(4), 0.5),
      ]),
    ],
  ];
}

interface Sizes {
  readonly admins: number;
  readonly employees: number;
  readonly members: number;
  readonly rooms: number;
  readonly events: number;
  readonly vendors: number;
}

const employee = ({ employees }: Pick<Sizes, 'employees'>): string => code('EMP', upTo(employees), 3);

function peopleRows(size: Sizes): [string, Rows][] {
  return [
    [
      'admins',
      times(size.admins, (i) => [
        i,
        `admin_${i}`,
        faker.person.fullName(),
        `admin${i}@office.example`,
        roles[i % 3] ?? 'viewer',
        day(),
      ]),
    ],
    [
      'employees',
      times(size.employees, (i) => [
        code('EMP', i, 3),
        faker.person.fullName(),
        `staff${i}@office.example`,
        faker.person.jobTitle(),
        1000 + upTo(4000) / 2,
        day(),
        i > 4 ? code('EMP', upTo(4), 3) : null,
      ]),
    ],
    [
      'members',
      times(size.members, (i) => [
        i,
        code('MEM', i, 5),
        faker.person.firstName(),
        faker.person.lastName(),
        some(faker.internet.email()),
        some(faker.phone.number()),
        faker.location.city(),
        day(),
      ]),
    ],
    ['rooms', times(size.rooms, (i) => [code('H', i, 2), `${faker.color.human()} hall`, 10 * upTo(30)])],
  ];
}

const eventRow = (i: number, size: Sizes): readonly Cell[] => [
  i,
  `${faker.word.adjective()} ${anyOf(['lecture', 'concert', 'festival', 'workshop', 'puja'])}`,
  code('H', upTo(size.rooms), 2),
  employee(size),
  moment(),
  10 * upTo(20),
];

/** Each event and member together at most once. */
function bookingRows(size: Sizes, count: number): Rows {
  const pairs = new Set<string>();
  while (pairs.size < Math.min(count, size.events * size.members))
    pairs.add(`${upTo(size.events)} ${upTo(size.members)}`);
  return [...pairs].map((pair) => [...pair.split(' ').map(Number), upTo(4), anyOf(['paid', 'reserved', 'cancelled'])]);
}

/** One ritual per hall, weekday and hour. */
function scheduleRows(rituals: number): Rows {
  return times(56, (i) => [
    i,
    upTo(rituals),
    code('H', 1 + (i % 8), 2),
    i % 7,
    `${String(6 + (i % 9)).padStart(2, '0')}:00`,
  ]);
}
