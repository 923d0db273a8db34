import { afterAll, beforeAll, expect, it, describe } from 'vitest';
import { Office, shapeOf, shopRows, shopSchema } from './cli-support.ts';

/** Scripts rely on these documents: keys and types change only on purpose. */
describe('the documents of --json', () => {
  let office: Office;
  beforeAll(() => {
    office = new Office(shopSchema, shopRows);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
    office.tandem('sync');
    office.sql(office.a, "UPDATE admins SET name='A' WHERE id=2; UPDATE posts SET body='x' WHERE id=1");
    office.sql(office.b, "UPDATE admins SET name='B' WHERE id=2");
  });
  afterAll(() => office.close());

  it('sync is a list with a run for each pair', () => {
    const { code, out, err } = office.tandem('sync', '--json');
    expect(code).toBe(4);
    expect(err).toBe('');
    expect(shapeOf(JSON.parse(out))).toMatchSnapshot('sync');
    expect(JSON.parse(out)).toMatchObject([
      {
        pair: 'shop',
        status: 'completed',
        trigger: 'manual',
        localToRemote: { admins: 0, posts: 1 },
        remoteToLocal: { admins: 0, posts: 0 },
        conflicts: { admins: 1, posts: 0 },
      },
    ]);
  });

  it('plan holds what would be done, a sample of it, and the entries of a saved plan', () => {
    office.sql(office.a, "UPDATE posts SET body='y' WHERE id=2");
    expect(shapeOf(office.json('plan'))).toMatchSnapshot('plan');
    office.tandem('sync');
  });

  it('a conflict has at least id, pair, collection, kind, key, fields, base, local, remote and status', () => {
    const list = office.json('conflicts');
    expect(shapeOf(list)).toMatchSnapshot('conflicts');
    expect(list).toMatchObject([
      {
        id: 1,
        pair: 'shop',
        collection: 'admins',
        kind: 'update/update',
        key: { text: '2' },
        fields: ['name'],
        base: { name: 'Mary' },
        local: { name: 'A' },
        remote: { name: 'B' },
        status: 'open',
      },
    ]);
    expect(shapeOf(office.json('show', '1'))).toEqual((shapeOf(list) as unknown[])[0]);
  });

  it('resolve, undo, holds and history', () => {
    expect(shapeOf(office.json('resolve', '1', '--strategy', 'keep_remote'))).toMatchSnapshot('resolve');
    expect(shapeOf(office.json('auto-resolve'))).toMatchSnapshot('auto-resolve');
    const [run] = (office.json('history') as { id: number; localToRemote: Record<string, number> }[]).filter(
      ({ localToRemote }) => localToRemote['posts'] === 1,
    );
    const { records, ...shown } = office.json('run', 'show', String(run?.id)) as { records: unknown };
    expect(shapeOf(shown)).toEqual(shapeOf(run));
    expect(shapeOf(records)).toMatchSnapshot('records');
    expect(shapeOf(office.json('undo', String(run?.id)))).toMatchSnapshot('undo');
    expect(shapeOf(office.json('holds'))).toMatchSnapshot('holds');
  });

  it('pairs, status, receipt, timeline, configuration, doctor, hint and brakes', () => {
    expect(shapeOf(office.json('pair', 'list'))).toEqual([shapeOf(office.json('pair', 'show'))]);
    expect(shapeOf(office.json('pair', 'test'))).toMatchSnapshot('pair test');
    expect(shapeOf(office.json('compare'))).toMatchSnapshot('compare');
    expect(shapeOf(office.json('status'))).toMatchSnapshot('status');
    expect(shapeOf(office.json('timeline', 'posts', '1'))).toMatchSnapshot('timeline');
    expect(shapeOf(office.json('config'))).toMatchSnapshot('config');
    expect(shapeOf(office.json('config', 'check'))).toMatchSnapshot('config check');
    expect(shapeOf(office.json('doctor'))).toMatchSnapshot('doctor');
    expect(shapeOf(office.json('pause'))).toMatchSnapshot('pause');
    expect(shapeOf(office.json('resume'))).toMatchSnapshot('resume');
    expect(shapeOf(office.json('network'))).toMatchSnapshot('network');
    expect(office.json('hint', 'posts', '1')).toEqual({ ok: true, pair: 'shop', collections: ['posts'], keys: 1 });
    expect(office.json('brake', 'list')).toEqual([]);
  });
});
