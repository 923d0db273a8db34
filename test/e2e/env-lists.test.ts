import { expect, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { database, EnvFolder } from './env-support.ts';

interface Listed {
  readonly pair: string;
}

await describeOwnMongo('a .env beside other pairs of the home', { kind: 'standalone' }, (start) => {
  test('[MO78] holds, history and the list of brakes are about its pair, and about another one that is named', async () => {
    const [here, there] = [await start(), await start()];
    const folder = new EnvFolder();
    const listed = (...words: string[]): string[] => {
      const { out } = folder.tandem('--json', ...words);
      return (JSON.parse(out) as Listed[]).map(({ pair }) => pair);
    };
    const rows = Array.from({ length: 12 }, (_, i) => `(${i}, 'a')`).join(', ');
    folder.sql(folder.a, `CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES ${rows}`);
    expect(folder.tandem('pair', 'add', 'notes', '--a', folder.a, '--b', folder.b, '--create').code).toBe(0);
    folder.tandem('sync', 'notes');
    folder.sql(folder.a, "UPDATE notes SET text = 'b' WHERE id = 1");
    folder.tandem('sync', 'notes');
    folder.tandem('--yes', 'undo', '2');
    folder.sql(folder.a, 'DELETE FROM notes WHERE id > 1');
    folder.tandem('sync', 'notes');

    await (await database(here.url(), 'shop')).collection('orders').insertOne({ name: 'rice' });
    folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'shop' });
    expect(folder.tandem('sync').code).toBe(0);
    expect([listed('holds'), listed('brake', 'list'), listed('history')]).toEqual([[], [], ['shop']]);
    const other = ['--pair', 'notes'];
    expect([listed('holds', ...other), listed('brake', 'list', ...other)]).toEqual([['notes'], ['notes']]);
    expect(new Set(listed('history', ...other))).toEqual(new Set(['notes']));
  });
});
