import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dumpOf } from '../support/file-pair.ts';
import { renameOver, snapshot } from '../support/restore-world.ts';
import { Office, type Running } from './cli-support.ts';

const schema = 'CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)';
const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
  INSERT INTO members SELECT i, 'Member ' || i, '+49 ' || i FROM n`;
const today = `UPDATE members SET phone = '+49 30 ' || id WHERE id <= 12; DELETE FROM members WHERE id = 50;
  INSERT INTO members VALUES (101, 'New', NULL)`;

/** An office in step, of which a copy of Remote and of the home was taken before today's work. */
async function office(marker: string): Promise<Office> {
  const made = new Office(schema, rows);
  onTestFinished(() => made.close());
  made.sql(made.b, 'PRAGMA journal_mode = DELETE');
  expect(made.tandem('pair', 'add', 'office', '--a', made.a, '--b', made.b, marker, '--yes')).toMatchObject({
    code: 0,
  });
  expect(made.tandem('sync')).toMatchObject({ code: 0 });
  await snapshot(made.b, join(made.dir, 'yesterday.db'));
  cpSync(made.home, join(made.dir, 'yesterday-home'), { recursive: true });
  return made;
}

async function heard(running: Running, words: RegExp): Promise<void> {
  for (const until = Date.now() + 30_000; !words.test(running.said()); await wait(50))
    if (Date.now() > until) throw new Error(`Never said ${String(words)}: ${running.said()}`);
}

async function untilEqual({ a, b }: Office): Promise<void> {
  for (const until = Date.now() + 30_000; JSON.stringify(dumpOf(a)) !== JSON.stringify(dumpOf(b)); await wait(50))
    if (Date.now() > until) throw new Error('The two files do not become equal');
}

describe.each(['--marker', '--no-marker'])("yesterday's data under the command line, %s", (marker) => {
  it.each([
    ['copied over the file', copyFileSync, /restored to an earlier state/],
    ['renamed into its place', renameOver, /was replaced/],
  ])(
    '[L6] Remote %s while watch runs: nothing is written here, exit 5, cause in plain words',
    async (_, put, words) => {
      const made = await office(marker);
      const watch = made.start('watch', 'office');
      made.sql(made.a, today);
      await untilEqual(made);
      const here = dumpOf(made.a);
      put(join(made.dir, 'yesterday.db'), made.b);
      // A look can fall between the emptying of the file and its new content.
      await heard(watch, new RegExp(`${words.source}|does not exist on Remote any more`));
      watch.child.kill('SIGINT');
      await watch.ended;
      const sync = made.tandem('sync', 'office');
      expect(sync.code).toBe(5);
      expect(sync.out + sync.err).toMatch(words);
      expect(dumpOf(made.a)).toEqual(here);
      const [brake] = made.json('brake', 'list') as readonly { readonly id: number }[];
      expect(made.tandem('brake', 'answer', `${brake?.id}`, 'bring-back')).toMatchObject({ code: 0 });
      expect(made.tandem('compare', 'office')).toMatchObject({ code: 0 });
    },
  );

  it('[L6] the home put back: nothing is written on either side, exit 5, cause in plain words', async () => {
    const made = await office(marker);
    made.sql(made.a, today);
    expect(made.tandem('sync')).toMatchObject({ code: 0 });
    rmSync(made.home, { recursive: true });
    cpSync(join(made.dir, 'yesterday-home'), made.home, { recursive: true });
    made.sql(made.a, "INSERT INTO members VALUES (102, 'Only here', NULL)");
    made.sql(made.b, 'DELETE FROM members WHERE id = 51');
    const [here, there] = [dumpOf(made.a), dumpOf(made.b)];
    const sync = made.tandem('sync', 'office');
    expect(sync.code).toBe(5);
    expect(sync.out + sync.err).toMatch(/own notes .* older/);
    expect([dumpOf(made.a), dumpOf(made.b)]).toEqual([here, there]);
    expect(made.tandem('brake', 'answer', '1', 'bring-back')).toMatchObject({ code: 0 });
    expect(made.tandem('compare', 'office')).toMatchObject({ code: 0 });
  });
});
