import type { CollectionSpec } from '../../engine/port/connector.ts';

/** An office small enough to be looked through, with what SQLite lets a schema say of it. */
export const sampleTables: readonly string[] = [
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT, role TEXT)',
  'CREATE TABLE members(id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT, email TEXT, city TEXT)',
  'CREATE TABLE events(id INTEGER PRIMARY KEY, title TEXT NOT NULL, starts_at TEXT, seats INTEGER, host INTEGER REFERENCES members(id))',
  'CREATE TABLE letters(id INTEGER PRIMARY KEY, subject TEXT NOT NULL, body TEXT)',
];

const columns = {
  admins: ['id', 'username', 'name', 'email', 'role'],
  members: ['id', 'name', 'phone', 'email', 'city'],
  events: ['id', 'title', 'starts_at', 'seats', 'host'],
  letters: ['id', 'subject', 'body'],
} as const;
export type SampleTable = keyof typeof columns;

export const sampleSpecs: readonly CollectionSpec[] = Object.entries(columns).map(([name, fields]) => ({
  name,
  physical: name,
  key: ['id'],
  fields: fields.map((field) => ({ name: field, physical: field })),
}));
