import type Database from 'better-sqlite3';

export type Cell = string | number | null;
export type CellRow = readonly Cell[];

/** One table: how it is made, and its rows. The order of the tables is the order of their references. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly create: string;
  /** `count` rows, the same ones each time. */
  rows(count: number): Iterable<CellRow>;
  /** Share of all records of the shape. */
  readonly share: number;
}

/** A number that looks random and is the same each time. */
function mixed(seed: number): number {
  let x = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ren',
  'sta',
  'vo',
  'dur',
  'bel',
  'ni',
  'tha',
  'gor',
  'wen',
  'os',
  'fi',
  'ran',
  'zu',
];

function words(seed: number, length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) {
    text += syllables[mixed(seed + i * 7919) & 15];
    if (i % 3 === 2) text += ' ';
  }
  return text.slice(0, length);
}

const day = (seed: number): string => new Date(1_600_000_000_000 + (mixed(seed) % 100_000_000) * 1000).toISOString();

function* numbered(count: number, row: (id: number) => CellRow): Iterable<CellRow> {
  for (let id = 1; id <= count; id++) yield row(id);
}

/** 8 columns, about 170 bytes a row, one unique index beside the key. */
export const people: Table = {
  name: 'people',
  columns: ['id', 'code', 'name', 'email', 'amount', 'quantity', 'note', 'seen'],
  create: `CREATE TABLE people(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT,
    amount REAL, quantity INTEGER, note TEXT, seen TEXT)`,
  rows: (count) =>
    numbered(count, (id) => [
      id,
      `C-${String(mixed(id)).padStart(10, '0')}-${id}`,
      words(id, 18),
      `${words(id * 3, 10).replaceAll(' ', '.')}@example.org`,
      (mixed(id * 5) % 1_000_000) / 100,
      mixed(id * 11) % 1000,
      words(id * 13, 72),
      day(id * 17),
    ]),
  share: 1,
};

const parent = (seed: number, of: number): number => 1 + (mixed(seed) % Math.max(1, of));

/** A shop for music like Chinook: six tables, references between them, a key of two columns, one that refers to itself. */
export function shop(all: number): readonly Table[] {
  const count = (share: number): number => Math.max(1, Math.floor(all * share));
  const [artists, albums, tracks, lists] = [count(0.02), count(0.05), count(0.35), count(0.03)];
  return [
    {
      name: 'artist',
      columns: ['id', 'name'],
      create: 'CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT)',
      rows: (n) => numbered(n, (id) => [id, words(id, 24)]),
      share: 0.02,
    },
    {
      name: 'album',
      columns: ['id', 'title', 'artist_id'],
      create:
        'CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT NOT NULL, artist_id INTEGER NOT NULL REFERENCES artist(id))',
      rows: (n) => numbered(n, (id) => [id, words(id, 30), parent(id, artists)]),
      share: 0.05,
    },
    {
      name: 'track',
      columns: ['id', 'name', 'album_id', 'composer', 'milliseconds', 'bytes', 'price'],
      create: `CREATE TABLE track(id INTEGER PRIMARY KEY, name TEXT NOT NULL, album_id INTEGER REFERENCES album(id),
        composer TEXT, milliseconds INTEGER NOT NULL, bytes INTEGER, price REAL NOT NULL)`,
      rows: (n) =>
        numbered(n, (id) => [
          id,
          words(id, 28),
          parent(id, albums),
          id % 4 === 0 ? null : words(id * 3, 22),
          100_000 + (mixed(id) % 400_000),
          mixed(id * 7) % 10_000_000,
          0.99,
        ]),
      share: 0.35,
    },
    {
      name: 'playlist',
      columns: ['id', 'name', 'copied_from'],
      create: 'CREATE TABLE playlist(id INTEGER PRIMARY KEY, name TEXT, copied_from INTEGER REFERENCES playlist(id))',
      rows: (n) => numbered(n, (id) => [id, words(id, 16), id > 10 && id % 3 === 0 ? id - 7 : null]),
      share: 0.03,
    },
    {
      name: 'playlist_track',
      columns: ['playlist_id', 'track_id'],
      create: `CREATE TABLE playlist_track(playlist_id INTEGER NOT NULL REFERENCES playlist(id),
        track_id INTEGER NOT NULL REFERENCES track(id), PRIMARY KEY (playlist_id, track_id))`,
      rows: (n) => numbered(n, (id) => [1 + (id % lists), 1 + (Math.floor(id / lists) % tracks)]),
      share: 0.25,
    },
    {
      name: 'invoice_line',
      columns: ['id', 'track_id', 'unit_price', 'quantity'],
      create: `CREATE TABLE invoice_line(id INTEGER PRIMARY KEY, track_id INTEGER NOT NULL REFERENCES track(id),
        unit_price REAL NOT NULL, quantity INTEGER NOT NULL)`,
      rows: (n) => numbered(n, (id) => [id, parent(id, tracks), 0.99, 1 + (id % 3)]),
      share: 0.3,
    },
  ];
}

/** All rows of a shape of `all` records, in the order of the tables. */
export function rowsOf(
  tables: readonly Table[],
  all: number,
): readonly { readonly table: Table; readonly rows: CellRow[] }[] {
  return tables.map((table) => ({ table, rows: [...table.rows(Math.max(1, Math.floor(all * table.share)))] }));
}

export const insertInto = (db: Database.Database, { name, columns }: Table): Database.Statement<Cell[]> =>
  db.prepare<Cell[]>(`INSERT INTO ${name}(${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);

/** Bytes of the values of a row as text and numbers take them: 8 a number, UTF-8 for text. */
export function cellBytes(cell: unknown): number {
  if (typeof cell === 'string') return Buffer.byteLength(cell);
  if (cell instanceof Uint8Array) return cell.byteLength;
  return cell === null || cell === undefined ? 0 : 8;
}

export function bytesPerRow(filled: readonly { readonly rows: readonly CellRow[] }[]): number {
  let bytes = 0;
  let rows = 0;
  for (const { rows: some } of filled)
    for (const row of some) {
      rows++;
      for (const cell of row) bytes += cellBytes(cell);
    }
  return bytes / Math.max(1, rows);
}
