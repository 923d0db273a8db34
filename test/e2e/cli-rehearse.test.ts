import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office, shapeOf, shopRows, shopSchema } from './cli-support.ts';

describe('sync --rehearse', () => {
  let office: Office;
  beforeAll(() => {
    office = new Office(shopSchema, shopRows);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
    office.tandem('sync');
    office.sql(office.a, "UPDATE admins SET name='A' WHERE id=2; UPDATE posts SET body='x' WHERE id=1");
    office.sql(office.b, "UPDATE admins SET name='B' WHERE id=2");
  });
  afterAll(() => office.close());

  it('says what would come of it with the exit code of the sync, and leaves both sides and the history as they are', () => {
    const before = [office.hash(office.a), office.hash(office.b), office.tandem('history', '--json').out];
    const { code, out } = office.tandem('sync', '--rehearse');
    expect(out).toMatch(/Pushed to remote: 1 record\n +posts +1/);
    expect(out).toContain('1 conflict would wait for you.');
    expect(out.match(/is unchanged: SHA-256 [0-9a-f]{16}… before and after/g)).toHaveLength(2);
    expect(code).toBe(4);
    expect([office.hash(office.a), office.hash(office.b), office.tandem('history', '--json').out]).toEqual(before);
    expect(office.json('conflicts')).toEqual([]);
  });

  it('is one document with --json, and does not go with --plan or --key', () => {
    expect(shapeOf(office.json('sync', '--rehearse'))).toMatchSnapshot('rehearsal');
    expect(office.tandem('sync', '--rehearse', '--collections', 'posts', '--key', '1').code).toBe(2);
  });

  it('the sync that follows does what was rehearsed', () => {
    const [rehearsed] = office.json('sync', '--rehearse') as { run: { localToRemote: object; conflicts: object } }[];
    const [synced] = office.json('sync') as { localToRemote: object; conflicts: object }[];
    expect(synced).toMatchObject({
      localToRemote: rehearsed?.run.localToRemote,
      conflicts: rehearsed?.run.conflicts,
    });
  });
});
