import { defaultBrakes, type CollectionSettings, type PairSettings } from '../../electron/engine/settings.ts';

/** A small office in which every value that counts is written once in the life of the world. */
export const tokenSchema = `
  CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, tag TEXT);
  CREATE TABLE people (code TEXT PRIMARY KEY, username TEXT COLLATE NOCASE UNIQUE, name TEXT, phone TEXT) WITHOUT ROWID;
  CREATE TABLE items (id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes(id), label TEXT);
  CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT, hint TEXT);
`;

export interface TokenTable {
  readonly name: string;
  readonly key: string;
  /** Fields whose every value is a token. */
  readonly tokens: readonly string[];
}

export const tokenTables: readonly TokenTable[] = [
  { name: 'notes', key: 'id', tokens: ['title', 'body', 'tag'] },
  { name: 'people', key: 'code', tokens: ['name', 'phone'] },
  { name: 'items', key: 'id', tokens: ['label'] },
  { name: 'options', key: 'name', tokens: ['value', 'hint'] },
];

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const values = (rows: readonly string[]): string => rows.join(', ');

export const tokenRows = [
  `INSERT INTO notes VALUES ${values(range(30).map((i) => `(${i}, '0-nt${i}', '0-nb${i}', '0-ng${i}')`))}`,
  `INSERT INTO people VALUES ${values(range(16).map((i) => `('p${i}', 'user${i}', '0-pn${i}', '0-pp${i}')`))}`,
  `INSERT INTO items VALUES ${values(range(20).map((i) => `(${i}, ${i}, '0-il${i}')`))}`,
  `INSERT INTO options VALUES ${values(range(12).map((i) => `('o${i}', '0-ov${i}', '0-oh${i}')`))}`,
].join(';\n');

/** In `options` the local side wins, so that there are automatic decisions with a losing value. */
export const tokenCollection = (settings: CollectionSettings): CollectionSettings =>
  settings.name === 'options' ? { ...settings, policy: 'local' } : settings;

/** The writers change everything again and again, which a brake would rightly stop; brakes have tests of their own. */
export const tokenSettings: Partial<PairSettings> = {
  brakes: { ...defaultBrakes, deletePercent: 1e9, smallPercent: 1e9, changePercent: 1e9 },
};

/** What a writer notes after its commit: which values it wrote, and which it saw there before. */
export interface Acknowledged {
  readonly side: 'A' | 'B';
  readonly table: string;
  readonly key: string | number;
  readonly op: 'insert' | 'update' | 'delete';
  readonly set: Readonly<Record<string, string>>;
  readonly saw: Readonly<Record<string, unknown>> | null;
}
