import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callNames, calls } from '../../shared/contract/calls.ts';
import { AppError, errorCodes, type ErrorCode } from '../../shared/contract/errors.ts';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { statusOf } from '../../electron/server/http-errors.ts';
import { Office } from '../contract/home-support.ts';
import { documented, engineOf, Served } from './server-support.ts';

const root = join(import.meta.dirname, '..', '..');

const people = 'CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT UNIQUE);';

/** A pair of two real files, behind a server. */
async function office(rows = "INSERT INTO people VALUES(1,'Ann'),(2,'Bob');") {
  const bench = new Office();
  const [a, b] = [bench.sql('a.db', people + rows), bench.sql('b.db', people)];
  const served = await Served.start({ engine: await bench.connect() });
  await served.json('/api/v1/pairs', { method: 'POST', body: { name: 'shop', a, b } });
  return { bench, served };
}

describe('calls over REST', () => {
  it('[SV16] add a pair, sync it, decide a conflict, undo, and look at a record', async () => {
    const { bench, served } = await office();
    const run = { method: 'POST', body: {} };
    expect(await served.json('/api/v1/pairs/shop/runs', run)).toMatchObject({ localToRemote: { people: 2 } });
    expect(bench.rows('b.db', 'SELECT * FROM people')).toHaveLength(2);
    bench.sql('a.db', "UPDATE people SET name='Anna' WHERE id=1");
    bench.sql('b.db', "UPDATE people SET name='Annie' WHERE id=1");
    await served.json('/api/v1/pairs/shop/runs', { method: 'POST' });
    const open = (await served.json('/api/v1/conflicts?pair=shop&limit=5')) as { readonly id: number }[];
    expect(open).toMatchObject([{ collection: 'people', local: { name: 'Anna' }, remote: { name: 'Annie' } }]);
    const body = { id: open[0]?.id, strategy: 'keep_local' };
    const report = (await served.json('/api/v1/conflicts/resolve', { method: 'POST', body })) as {
      readonly runs: { readonly run: number }[];
    };
    expect(bench.rows('b.db', 'SELECT name FROM people WHERE id=1')).toEqual([{ name: 'Anna' }]);
    expect(await served.json(`/api/v1/conflicts/${body.id}?pair=shop`)).toMatchObject({ status: 'resolved' });
    expect(await served.json('/api/v1/undo', { method: 'POST', body: { run: report.runs[0]?.run } })).toMatchObject({
      restored: 1,
    });
    for (const key of ['1', '%5B%221%22%5D'])
      expect(await served.json(`/api/v1/pairs/shop/records/people/${key}/timeline`)).toContainEqual(
        expect.objectContaining({ what: 'written', side: 'B' }),
      );
    expect(await served.json('/api/v1/brakes?all=true')).toEqual([]);
    expect(await served.json('/api/v1/config', { method: 'PATCH', body: { values: { batchSize: 10 } } })).toMatchObject(
      {
        exists: true,
      },
    );
    expect(await served.json('/api/v1/pairs/shop?purge=true', { method: 'DELETE' })).toMatchObject({ purged: true });
  });

  it.each([
    { what: 'a text for a number', path: '/api/v1/runs?limit=many' },
    { what: 'a number that is none of ours', path: '/api/v1/runs/-1' },
    { what: 'an unknown parameter', path: '/api/v1/runs?colour=red' },
    { what: 'a parameter twice', path: '/api/v1/runs?limit=1&limit=2' },
    { what: 'yes for true', path: '/api/v1/brakes?all=yes' },
    { what: 'an unknown field', path: '/api/v1/undo', body: { colour: 'red' } },
    { what: 'a parameter beside its content', path: '/api/v1/pairs/shop/runs?direction=both', body: {} },
    { what: 'the pair twice', path: '/api/v1/pairs/shop/runs', body: { pair: 'other' } },
    { what: 'a list for an object', path: '/api/v1/pairs/shop/runs', body: [] },
    { what: 'a field of another kind', path: '/api/v1/pairs/shop/runs', body: { collections: 'people' } },
    { what: 'bytes of a key that are none', path: '/api/v1/pairs/shop/records/people/hex:xyz/timeline' },
  ])('[SV17] $what is refused, and nothing is done', async ({ path, body }) => {
    const { bench, served } = await office();
    const asking = body === undefined ? {} : { method: 'POST', body };
    expect(await served.json(path, { ...asking, status: 400 })).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/ failed: /),
      next: 'Nothing was done.',
    });
    expect(bench.rows('b.db', 'SELECT * FROM people')).toEqual([]);
  });

  it('[SV17] a list stands in an address as often as it has entries', async () => {
    const { bench, served } = await office();
    bench.sql('b.db', "INSERT INTO people VALUES(1,'Annie')");
    await served.json('/api/v1/pairs/shop/runs', { method: 'POST' });
    const index = '/api/v1/conflicts/index?kind';
    expect(await served.json(`${index}=unique`)).toMatchObject({ total: 0 });
    expect(await served.json(`${index}=unique&kind=insert/insert`)).toMatchObject({ total: 1 });
  });

  it('[SV17] what is not there is 404, in the words of the engine', async () => {
    const { served } = await office();
    for (const path of ['/api/v1/pairs/shap', '/api/v1/runs/99', `/api/v1/pairs/${'x'.repeat(9000)}`])
      expect(await served.json(path, { status: 404 })).toMatchObject({ code: 'not-found' });
    expect(await served.json('/api/v1/pairs/shap', { status: 404 })).toMatchObject({ hint: 'Did you mean shop?' });
  });

  it.each(errorCodes)('[SV10] an error of the code %s is answered whole, with its status', async (code: ErrorCode) => {
    const error = new AppError({
      code,
      operation: 'pairs.list',
      message: 'Writing 12 records stopped: “ü\u0000\n”.',
      next: 'Nothing was lost.',
      hint: 'Wait.',
      subject: { pair: 'shop', side: 'Remote', collection: 'orders', record: '7', path: '/x/y.db' },
      retry: 'backoff',
      cause: 'ECONNRESET',
    });
    const dispatcher = new Dispatcher({ 'engine.hello': () => Promise.reject(error) });
    const served = await Served.start({ engine: engineOf({ dispatcher }) });
    const body = { contract: 1, schema: '', client: '' };
    const asking = { method: 'POST', body, status: statusOf[code] };
    expect(await served.json('/api/v1/engine/hello', asking)).toEqual(error.toBody());
  });

  it('[SV10] the table of docs/spec/server.md has every code with its status', () => {
    const text = readFileSync(join(root, 'docs/spec/server.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (\d{3}) +\|[^|]*\| (`.*`) +\|$/gm)];
    const told = rows.flatMap(([, status, codes = '']) =>
      codes.split(', ').map((code) => [code.replaceAll('`', ''), Number(status)] as const),
    );
    expect(Object.fromEntries(told)).toEqual(statusOf);
  });
});

describe('a call that takes long', () => {
  /** So many batches that a sync takes a while. */
  const many =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 20000) INSERT INTO people SELECT i, i FROM n;';
  const arrived = (bench: Office): number => bench.rows('b.db', 'SELECT id FROM people').length;

  async function begun() {
    const { bench, served } = await office(many);
    await served.json('/api/v1/config', { method: 'PATCH', body: { values: { batchSize: 10 } } });
    return { bench, served };
  }

  it('[SV18] ends after its batch when the request is broken off', async () => {
    const { bench, served } = await begun();
    const headers = { authorization: `Bearer ${served.token}` };
    const asked = request({
      host: '127.0.0.1',
      port: served.port,
      path: '/api/v1/pairs/shop/runs',
      method: 'POST',
      headers,
    });
    asked.on('error', () => undefined);
    asked.end();
    await expect.poll(() => arrived(bench), { timeout: 20_000 }).toBeGreaterThan(20);
    asked.destroy();
    const last = async (): Promise<unknown> => served.json('/api/v1/runs?limit=1');
    await expect.poll(last, { timeout: 20_000 }).toMatchObject([{ status: 'cancelled' }]);
    expect(arrived(bench)).toBeLessThan(20_000);
  });

  it('[SV18] [SV13] is answered when the server ends, and the next sync goes on', async () => {
    const { bench, served } = await begun();
    const answer = served.json('/api/v1/pairs/shop/runs', { method: 'POST', status: 409 });
    await expect.poll(() => arrived(bench), { timeout: 20_000 }).toBeGreaterThan(20);
    await served.running.close();
    expect(await answer).toMatchObject({
      code: 'cancelled',
      next: expect.stringContaining('The batch in progress was finished'),
    });
    const reached = arrived(bench);
    expect(reached).toBeLessThan(20_000);
    const next = await bench.connect();
    await next.call('config.set', { values: { batchSize: 1000 } });
    await next.call('runs.start', { pair: 'shop' });
    expect(arrived(bench)).toBe(20_000);
  });
});

describe('what a fuzzer found', () => {
  it('[SV16] the largest number of a record that the description allows is looked for', async () => {
    const { served } = await office();
    const asked = { status: 404 };
    expect(await served.json(`/api/v1/runs/${Number.MAX_SAFE_INTEGER}`, asked)).toMatchObject({ code: 'not-found' });
    expect((await served.ask('/api/v1/runs/9007199254740993')).status).toBe(400);
  });
});

describe('the description', () => {
  it('[SV19] is that of docs/openapi.json', async () => {
    const served = await Served.start();
    const text = `${JSON.stringify(JSON.parse((await served.ask('/api/v1/openapi.json')).text), null, 1)}\n`;
    expect(documented(join(root, 'docs', 'openapi.json'), text)).toBe(text);
  });

  it('[SV19] names no schema that it does not hold, and asks for no content where every field may be left out', async () => {
    const served = await Served.start();
    const { text } = await served.ask('/api/v1/openapi.json');
    const { components, paths } = JSON.parse(text) as {
      readonly components: { readonly schemas: object };
      readonly paths: Record<string, Record<string, unknown>>;
    };
    const named = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Json', ...named]));
    expect(paths['/api/v1/live/resume']?.['post']).toMatchObject({ requestBody: { required: false } });
    expect(paths['/api/v1/pairs']?.['post']).toMatchObject({ requestBody: { required: true } });
  });

  it('[SV16] [SV19] has every call at its method and path, and the page has it too', async () => {
    const served = await Served.start();
    const { paths } = (await served.json('/api/v1/openapi.json')) as {
      readonly paths: Record<string, Record<string, { readonly operationId?: string; readonly description?: string }>>;
    };
    const page = (await served.ask('/api/v1/docs')).text;
    for (const name of callNames) {
      const { method, path, doc } = calls[name];
      const braced = path.replaceAll(/:(\w+)/g, '{$1}');
      expect(paths[braced]?.[method.toLowerCase()]).toMatchObject({ operationId: name, description: doc });
      expect(page).toContain(`<code>${method} ${braced}</code>`);
    }
    expect(page).not.toMatch(/<script|style=|https?:/);
  });
});
