import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { prng } from '../../simulation/prng.ts';
import { tokenTables, type Acknowledged, type TokenTable } from '../token-world.ts';

/**
 * Another program that writes to one side: `token-writer.ts FILE LOG SIDE SEED`. Every value it writes is new in the
 * world. After each COMMIT it notes what it wrote and what it saw before, durably. Ends when its input ends.
 */
const [path = '', logPath = '', sideName = 'A', seed = '1'] = process.argv.slice(2);
const side = sideName === 'B' ? 'B' : 'A';
const dice = prng(Number(seed), side === 'A' ? 1 : 2);
const db = new Database(path, { timeout: 8000 });
db.pragma('foreign_keys = ON');
const log = openSync(logPath, 'a');

type Row = Record<string, string | number | null>;
let written = 0;
let stopped = false;
process.stdin.resume().once('end', () => (stopped = true));

const token = (): string => `${side}${++written}`;

function acknowledge(lines: readonly Acknowledged[]): void {
  if (lines.length === 0) return;
  writeSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  fsyncSync(log);
}

function anyRow({ name, key }: TokenTable): Row | undefined {
  const count = db.prepare<[], number>(`SELECT count(*) FROM ${name}`).pluck().get() ?? 0;
  if (count === 0) return undefined;
  return db.prepare<[number], Row>(`SELECT * FROM ${name} ORDER BY ${key} LIMIT 1 OFFSET ?`).get(dice.below(count));
}

/** Half of the edits go to the first records of a table, so that both sides meet there. */
function hotRow({ name, key }: TokenTable): Row | undefined {
  return db.prepare<[number], Row>(`SELECT * FROM ${name} ORDER BY ${key} LIMIT 1 OFFSET ?`).get(dice.below(6));
}

function update(table: TokenTable): Acknowledged[] {
  const row = dice.chance(0.5) ? hotRow(table) : anyRow(table);
  if (!row) return [];
  const field = dice.pick(table.tokens);
  const value = token();
  const key = row[table.key] ?? '';
  db.prepare(`UPDATE ${table.name} SET ${field} = ? WHERE ${table.key} = ?`).run(value, key);
  return [{ side, table: table.name, key, op: 'update', set: { [field]: value }, saw: row }];
}

/** Mostly keys of this side's own; now and then one that the other side may take as well. */
function freshKey(table: TokenTable): string | number {
  const number = dice.chance(0.15) ? 90_000 + dice.below(40) : (side === 'A' ? 1000 : 50_000) + ++written;
  return table.key === 'id' ? number : `${table.name[0] ?? ''}${number}`;
}

function insert(table: TokenTable): Acknowledged[] {
  const key = freshKey(table);
  if (db.prepare(`SELECT 1 FROM ${table.name} WHERE ${table.key} = ?`).get(key)) return [];
  const set = Object.fromEntries(table.tokens.map((field) => [field, token()]));
  const more: Row = {};
  if (table.name === 'people') more['username'] = `name${dice.below(60)}`;
  if (table.name === 'items') more['note'] = db.prepare<[], number>('SELECT max(id) FROM notes').pluck().get() ?? null;
  const row: Row = { [table.key]: key, ...set, ...more };
  const columns = Object.keys(row);
  const sql = `INSERT OR IGNORE INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  if (db.prepare(sql).run(...Object.values(row)).changes === 0) return [];
  return [{ side, table: table.name, key, op: 'insert', set, saw: null }];
}

function remove(table: TokenTable): Acknowledged[] {
  const row = anyRow(table);
  if (!row) return [];
  const key = row[table.key] ?? '';
  const lines: Acknowledged[] = [{ side, table: table.name, key, op: 'delete', set: {}, saw: row }];
  if (table.name === 'notes') {
    for (const item of db.prepare<[typeof key], Row>('SELECT * FROM items WHERE note = ?').all(key)) {
      db.prepare('DELETE FROM items WHERE id = ?').run(item['id']);
      lines.push({ side, table: 'items', key: item['id'] ?? 0, op: 'delete', set: {}, saw: item });
    }
  }
  db.prepare(`DELETE FROM ${table.name} WHERE ${table.key} = ?`).run(key);
  return lines;
}

/** Two people change places in a unique index, in one transaction. */
function swap(): Acknowledged[] {
  const people = tokenTables.find(({ name }) => name === 'people');
  const [one, two] = people ? [anyRow(people), anyRow(people)] : [];
  if (!one || !two || one['code'] === two['code']) return [];
  const set = db.prepare('UPDATE people SET username = ? WHERE code = ?');
  set.run(null, one['code']);
  set.run(one['username'], two['code']);
  set.run(two['username'], one['code']);
  return [];
}

function transaction(): Acknowledged[] {
  const table = dice.pick(tokenTables);
  const kind = dice.below(100);
  if (kind < 70) return update(table);
  if (kind < 86) return insert(table);
  if (kind < 96) return remove(table);
  return swap();
}

const commit = db.transaction(() => Array.from({ length: 1 + dice.below(2) }, transaction).flat());

while (!stopped) {
  acknowledge(commit.immediate());
  await wait(15 + dice.below(40));
}
closeSync(log);
db.close();
