import { setImmediate as next } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Office } from './cli-support.ts';

const TRIES = 20;

/** A rename that is killed as soon as the new marker stands on that side; the name that was meant. */
async function killedRename(office: Office, side: 'a' | 'b'): Promise<string> {
  const marks = new Database(office[side], { readonly: true });
  onTestFinished(() => void marks.close());
  const pairs = marks.prepare<[], { pair: string }>('SELECT pair FROM _tandem_marker');
  for (let i = 0; i < TRIES; i++) {
    const name = `name${i}`;
    const rename = office.start('pair', 'rename', nameOf(office), name);
    let killed = false;
    while (!killed && rename.child.exitCode === null) {
      if (pairs.all().some(({ pair }) => pair === name)) killed = rename.child.kill('SIGKILL');
      await next();
    }
    await rename.ended;
    if (killed && nameOf(office) !== name) return name;
  }
  throw new Error(`None of ${TRIES} renames was killed between its markers and its end.`);
}

const nameOf = (office: Office): string => (office.json('pair', 'list') as [{ name: string }])[0].name;
const marked = (office: Office): unknown[] =>
  [office.a, office.b].flatMap((path) => office.rows(path, 'SELECT pair FROM _tandem_marker').flat());

test.each(['a', 'b'] as const)(
  '[P24] [L16] killed once the new marker stands on %s it can be repeated, and removing the pair leaves no marker',
  async (side) => {
    const office = new Office('CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)', "INSERT INTO t VALUES (1,'x'),(2,'y')");
    onTestFinished(() => office.close());
    office.tandem('pair', 'add', 'shop', office.a, office.b, '--marker', '--no-input');
    office.tandem('sync');
    const meant = await killedRename(office, side);
    expect(marked(office)).toContain(meant);
    office.sql(office.a, "UPDATE t SET v = 'new' WHERE id = 1");
    expect(office.tandem('sync')).toMatchObject({ code: 0 });
    expect(office.tandem('pair', 'rename', nameOf(office), meant)).toMatchObject({ code: 0 });
    expect(marked(office)).toEqual([meant, meant]);
    office.sql(office.b, "UPDATE t SET v = 'newer' WHERE id = 2");
    expect(office.tandem('sync')).toMatchObject({ code: 0 });
    expect(office.rows(office.a, 'SELECT v FROM t ORDER BY id').flat()).toEqual(['new', 'newer']);
    const again = await killedRename(office, side);
    expect(marked(office)).toContain(again);
    expect(office.tandem('pair', 'remove', nameOf(office), '--purge', '--yes')).toMatchObject({ code: 0 });
    const tables = "SELECT name FROM sqlite_schema WHERE name LIKE '%tandem%'";
    expect([office.rows(office.a, tables), office.rows(office.b, tables)]).toEqual([[], []]);
  },
);
