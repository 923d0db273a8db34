import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openLogFile } from '../../electron/api/host/log-file.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { splitUrl } from '../../electron/api/secrets/split-url.ts';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import type { ConnectorKind } from '../../electron/engine/port/connector.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { filesBelow, Office } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT);';
const SECRET = 'hunter2-geheim';

/** An office whose log is written to its home, with everything that is told to a client. */
async function listening(kinds: readonly ConnectorKind[] = [sqliteKind]) {
  const office = new Office();
  mkdirSync(office.path('home'));
  const log = openLogFile(office.home.logs, 'debug');
  const parts = programParts(log);
  const client = await office.connect({ kinds, ports: parts.ports });
  const told: unknown[] = [];
  await client.subscribe((event) => told.push(event));
  const attempt = async (work: Promise<unknown>): Promise<unknown> => {
    const answer = await work.catch((cause: unknown) => (cause instanceof AppError ? cause.toBody() : cause));
    told.push(answer);
    return answer;
  };
  return { office, client, log, told, attempt };
}

const holding = (office: Office): string[] =>
  filesBelow(office.path('home')).filter((path) => readFileSync(path).includes(SECRET));

describe('a password in an address', () => {
  it.each([
    ['of a kind that there is not', `oracle://ann:${SECRET}@host:1521/db`, 'url-unknown'],
    ['of such a kind without its slashes', `oracle:ann:${SECRET}@host/db`, 'url-unknown'],
    ['without a kind', `ann:${SECRET}@host/office.db`, 'url-unknown'],
    ['with an @ in it', `oracle://ann:p@${SECRET}@host/db`, 'url-unknown'],
    ['with a slash in it', `postgres://ann:a/${SECRET}@host/db`, 'usage'],
    ['with an @ and a slash in it', `postgres://ann:a@b/${SECRET}@host/db`, 'usage'],
    ['with a question mark in it', `postgres://ann:a?${SECRET}@host/db`, 'usage'],
    ['behind the ? of a kind that there is not', `oracle://host/db?ssl=1&password=${SECRET}`, 'url-unknown'],
    ['behind the ? under a longer name', `oracle://host/db?sslpassword=${SECRET}`, 'url-unknown'],
    ['behind the ? without slashes', `oracle:host?sslpassword=${SECRET}`, 'url-unknown'],
    ['behind a semicolon', `oracle:host;user=ann;password=a;${SECRET}`, 'url-unknown'],
    ['with an & in it', `oracle://host/db?password=a&${SECRET}`, 'usage'],
    ['behind the ? of a SQLite file, which takes none', `sqlite:office.db?password=${SECRET}`, 'usage'],
    ['as the key of a SQLite file, which takes none', `office.db?key=a&${SECRET}`, 'usage'],
    ['of a SQLite file, which takes none', `sqlite://ann:${SECRET}@host/office.db`, 'usage'],
  ])('[S4] [L14] %s is refused and leaves no trace', async (_title, url, code) => {
    const { office, client, log, told, attempt } = await listening();
    const good = office.sql('a.db', table);
    office.sql('b.db', table);
    await client.call('pairs.add', { name: 'good', a: good, b: office.path('b.db') });
    for (const answer of [
      await attempt(client.call('pairs.add', { name: 'shop', a: good, b: url })),
      await attempt(client.call('pairs.add', { name: 'shop', a: url, b: good, create: true })),
      await attempt(client.call('pairs.edit', { pair: 'good', b: url })),
    ])
      expect(answer).toMatchObject({ code });
    for (const call of ['pairs.list', 'status.show', 'config.get', 'doctor.run'] as const)
      await attempt(client.call(call, {}));
    expect(JSON.stringify(told)).not.toContain(SECRET);
    log.close();
    await office.close();
    expect(holding(office)).toEqual([]);
  });

  it('[S4] that is taken stands in the store of passwords and nowhere else', async () => {
    const { office, client, log, told, attempt } = await listening([login, sqliteKind]);
    const [a, b] = [office.sql('a.db', table), office.sql('b.db', table)];
    const url = (path: string, password = SECRET): string => `login://ann:${password}@host${path}`;
    await attempt(client.call('pairs.add', { name: 'shop', a: url(a), b: url(b) }));
    expect((await client.call('pairs.show', { pair: 'shop' })).b.url).toBe(`login://ann@host${b}`);
    office.sql('a.db', "INSERT INTO admins VALUES (1, 'ann')");
    expect(await attempt(client.call('runs.start', { pair: 'shop' }))).toMatchObject({ status: 'completed' });
    for (const call of [
      'pairs.list',
      'status.show',
      'config.get',
      'doctor.run',
      'runs.list',
      'conflicts.list',
    ] as const)
      await attempt(client.call(call, {}));
    expect(await attempt(client.call('pairs.add', { name: 'other', a: url(a, `${SECRET}-wrong`), b }))).toMatchObject({
      code: 'auth',
      message: 'Opening the database failed: *** is not the password of ann.',
    });
    expect(JSON.stringify(told)).not.toContain(SECRET);
    log.close();
    await office.close();
    expect(holding(office).map((path) => path.slice(office.home.state.length + 1))).toEqual(['secrets.json']);
    const again = await office.connect({ kinds: [login] });
    expect(await again.call('runs.start', { pair: 'shop' })).toMatchObject({ status: 'completed' });
    await again.call('pairs.remove', { pair: 'shop', purge: true });
    expect(holding(office)).toEqual([]);
  });

  it('[S4] behind the ? is taken like that of the user, and given to the driver again', async () => {
    const { office, client, log, told, attempt } = await listening([login, sqliteKind]);
    const [a, b] = [office.sql('a.db', table), office.sql('b.db', table)];
    const url = (path: string): string => `login://ann:${SECRET}@host${path}?sslpassword=${SECRET}-too&ssl=1`;
    await attempt(client.call('pairs.add', { name: 'shop', a, b: url(b) }));
    expect((await client.call('pairs.show', { pair: 'shop' })).b.url).toBe(`login://ann@host${b}?sslpassword=&ssl=1`);
    expect(await attempt(client.call('runs.start', { pair: 'shop' }))).toMatchObject({ status: 'completed' });
    for (const call of ['pairs.list', 'status.show', 'config.get', 'doctor.run'] as const)
      await attempt(client.call(call, {}));
    expect(JSON.stringify(told)).not.toContain(SECRET);
    log.close();
    await office.close();
    expect(holding(office).map((path) => path.slice(office.home.state.length + 1))).toEqual(['secrets.json']);
  });

  it('[S4] text like one in the name of a file is a part of the name', async () => {
    const { office, client } = await listening();
    const odd = office.sql('ann:word@office.db', table);
    const { pair } = await client.call('pairs.add', { name: 'shop', a: `sqlite:${odd}`, b: office.sql('b.db', table) });
    expect(pair.a.url).toBe(`sqlite:${odd}`);
    expect(splitUrl(`sqlite:${odd}`)).toEqual({ url: `sqlite:${odd}`, password: null });
  });
});

/** Files behind a login, as a server would be: it says the wrong password in its own words. */
const login: ConnectorKind = {
  kind: 'login',
  matches: (url) => url.startsWith('login://'),
  async open({ url, ...options }) {
    const { hostname, password, searchParams, pathname } = new URL(url);
    const certificate = searchParams.get('sslpassword');
    if (hostname === 'host' && certificate !== null && certificate !== `${SECRET}-too`)
      throw new AppError({ code: 'auth', operation: 'open', message: 'The certificate cannot be read.' });
    if (password !== SECRET)
      throw new AppError({
        code: 'auth',
        operation: 'open',
        message: `Opening the database failed: ${password} is not the password of ann.`,
      });
    return sqliteKind.open({ ...options, url: decodeURIComponent(pathname) });
  },
};
