import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offered, Office, shopRows, shopSchema } from './cli-support.ts';

const ESC = String.fromCharCode(27);
/** Escape, bell, CSI of the C1 set, right-to-left override, Arabic letter mark. */
const HOSTILE = `${ESC}[31mred${ESC}]0;title\u0007\u009b2J\u202eevil\u061c`;
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;

describe('what was typed wrongly', () => {
  let office: Office;
  beforeAll(() => {
    office = new Office(shopSchema, shopRows);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
  });
  afterAll(() => office.close());

  it.each([
    { words: ['synk'], near: 'Did you mean sync?' },
    { words: ['sync', '--colections', 'posts'], near: 'Did you mean --collections?' },
    { words: ['sync', 'shpo'], near: 'Did you mean shop?' },
    { words: ['sync', '--collections', 'post'], near: 'Did you mean posts?' },
    { words: ['plan', '--collections', 'admin'], near: 'Did you mean admins?' },
    { words: ['timeline', 'postss', '1'], near: 'Did you mean posts?' },
    { words: ['hint', 'shop', 'admin'], near: 'Did you mean admins?' },
    { words: ['resolve', '1', '--strategy', 'keep_lokal'], near: 'Did you mean keep_local?' },
    { words: ['resolve', '--where', 'kind=uniqe', '--strategy', 'keep_remote'], near: 'Did you mean unique?' },
    { words: ['resolve', '--where', 'colection=posts', '--strategy', 'keep_remote'], near: 'Did you mean collection?' },
    { words: ['sync', '--direction', 'a-to-c'], near: 'Did you mean a-to-b?' },
    { words: ['brake', 'answer', '1', 'let-it-go'], near: 'let-go' },
    { words: ['pair', 'lst'], near: 'Did you mean pair list?' },
    { words: ['config', 'shw'], near: 'Did you mean config show?' },
    { words: ['sync', '--dry-run'], near: 'shows what a sync would do' },
    { words: ['resolve', '--all', '--strategy', 'keep_local'], near: 'many with --where' },
    { words: ['holds', 'anser'], near: 'Did you mean holds answer?' },
    { words: ['run', '3'], near: 'Did you mean run show 3?' },
    { words: ['pair', 'music'], near: 'Did you mean pair show music?' },
    { words: ['add', 'shop'], near: 'Did you mean pair add?' },
    { words: ['brake', '1'], near: 'There are: brake list, brake answer.' },
    { words: ['pair', 'add', 'shop', 'a.db'], near: 'pair add shop HERE.db THERE.db' },
    { words: ['pair', 'add', 'shop', 'a.db', 'b.db', '--a', 'a.db'], near: 'pair add shop HERE.db THERE.db' },
    { words: ['pair', 'add', 'büro', 'a.db', 'b.db'], near: '“ü” is not possible' },
    { words: ['resolve', '1', '--strategy', 'merge', '--field', 'name=…'], near: 'in place of …' },
    { words: ['completion', 'basch'], near: 'Did you mean bash?' },
  ])('$words ends with 2 and names what is near', ({ words, near }) => {
    const { code, out, err } = office.tandem(...words);
    expect(err).toContain(near);
    expect(err).toContain('Nothing was done.');
    expect(code).toBe(2);
    expect(out).toBe('');
  });

  it('prints a command that can be typed once as it stands, under npx too', () => {
    const launcher = join(import.meta.dirname, '..', '..', 'build', 'tandem.js');
    for (const words of ['pair add', 'run 3', 'resolve', 'sync shpo --nope', 'brake answer 99 keep']) {
      const { err } = office.shell(`npm_command=exec TANDEM_HOME=${office.home} node ${launcher} ${words}`);
      expect(err).toContain('npx tandem ');
      expect(err).not.toContain('npx npx');
    }
  });

  it('-h, -v and -V are the long options', () => {
    expect(office.tandem('-h').out).toContain('Usage: tandem');
    expect(office.tandem('pair', 'add', '-h').out).toContain('Usage: tandem pair add [options] <name> <a> <b>');
    const short = spawnSync(process.execPath, [join(import.meta.dirname, '..', '..', 'build', 'tandem.js'), '-V'], {
      encoding: 'utf8',
    });
    for (const said of [short.stdout, office.tandem('-v').out]) expect(said).toBe(office.tandem('--version').out);
  });

  it('keeps an unknown key and a bad value out of the configuration, with 3', () => {
    expect(office.tandem('config', 'set', 'batchSiz=5')).toMatchObject({ code: 3 });
    expect(office.tandem('config', 'set', 'batchSiz=5').err).toContain('Did you mean batchSize?');
    expect(office.tandem('config', 'set', 'batchSize=0').code).toBe(3);
  });

  it('ends with 2 for a conflict, a run and a brake that are not there', () => {
    for (const words of [
      ['show', '99'],
      ['resolve', '99', '--strategy', 'keep_local'],
      ['undo', '99'],
      ['undo', 'conflict', '99'],
      ['run', 'show', '99'],
      ['brake', 'answer', '99', 'keep'],
    ])
      expect(office.tandem(...words).code).toBe(2);
  });

  it('prints with --json one document also for an error, with the same exit code', () => {
    const { code, out, err } = office.tandem('sync', 'shpo', '--json');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'not-found', hint: 'Did you mean shop?' } });
    expect(err).toContain('shpo');
    expect(code).toBe(2);
  });

  it('refuses a plan file that is none', () => {
    writeFileSync(join(office.dir, 'x.plan'), '{"version":1}');
    expect(office.tandem('sync', '--plan', 'x.plan')).toMatchObject({ code: 2 });
    expect(office.tandem('sync', '--plan', 'none.plan').err).toContain('there is no such file');
  });
});

describe('sides that do not fit', () => {
  let office: Office;
  beforeAll(() => (office = new Office(shopSchema, shopRows)));
  afterAll(() => office.close());

  it.each([
    { why: 'an address of no kind', a: 'oracle://x/y', code: 3 },
    { why: 'a missing file', a: 'missing.db', code: 6 },
    { why: 'the same file twice', a: 'b.db', code: 3 },
    { why: 'a text that is no database', a: 'text.db', code: 3 },
  ])('$why ends with $code in three parts, and saves nothing', ({ a, code }) => {
    writeFileSync(join(office.dir, 'text.db'), 'this is not a database at all, only text\n'.repeat(100));
    const before = [office.hash(office.a), office.hash(office.b)];
    const ended = office.tandem('pair', 'add', 'shop', '--a', a, '--b', 'b.db');
    expect(ended.code).toBe(code);
    expect(ended.err.trim().split('\n')).toHaveLength(3);
    expect(office.json('pair', 'list')).toEqual([]);
    expect([office.hash(office.a), office.hash(office.b)]).toEqual(before);
  });

  it('an address of no kind is told in plain words', () => {
    const { err } = office.tandem('pair', 'add', 'shop', 'oracle://x/y', 'b.db');
    expect(err).toContain('Tandem cannot tell from this address what kind of database it is.');
  });

  it('a broken configuration ends with 3 and names the line', () => {
    mkdirSync(office.home, { recursive: true });
    const file = join(office.home, 'tandem.yaml');
    writeFileSync(file, 'version: 1\nbusyTimeoutSecond: 5\n');
    const { code, err } = office.tandem('status');
    expect(code).toBe(3);
    expect(err).toContain('busyTimeoutSeconds');
    const check = office.tandem('config', 'check');
    expect(check.code).toBe(3);
    expect(check.out).toContain('line 2');
    writeFileSync(file, 'version: 1\n');
  });
});

describe('guards', () => {
  let office: Office;
  beforeAll(() => {
    const rows = Array.from({ length: 40 }, (_, i) => `(${i + 10}, 1, 'p')`).join(',');
    office = new Office(shopSchema, `${shopRows} INSERT INTO posts VALUES ${rows};`);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
    office.tandem('sync');
  });
  afterAll(() => office.close());

  it('[L9] a brake on one collection ends with 5 although the others were written; --yes does not answer it', () => {
    office.sql(office.a, "DELETE FROM posts; INSERT INTO admins VALUES(3,'eve','Eve')");
    const { code, out } = office.tandem('sync', '--yes');
    expect(code).toBe(5);
    expect(out).toMatch(/Pushed to remote: 1 record\n +admins +1/);
    expect(out).toContain('Stopped by brake');
    expect(office.rows(office.b, 'SELECT count(*) FROM posts')).toEqual([[42]]);
    expect(office.rows(office.b, 'SELECT count(*) FROM admins')).toEqual([[3]]);
    expect(office.tandem('status', '--check').code).toBe(5);
    expect(office.tandem('sync').code).toBe(5);
  });

  it('each answer to a brake can be typed as it is printed', () => {
    const answers = offered(office.tandem('brake', 'list').out);
    expect(answers.map((command) => command.split(' ').at(-1))).toEqual(['--full', 'bring-back', 'let-go', 'keep']);
    expect(office.shell(answers[0] ?? '').out).toContain('posts 42');
    expect(office.shell(answers[3] ?? '').code).toBe(5);
    expect(office.shell(answers[1] ?? '').code).toBe(0);
    expect(office.rows(office.a, 'SELECT count(*) FROM posts')).toEqual([[42]]);
    expect(office.tandem('status', '--check').code).toBe(0);
  });

  it('of several pairs each is tried, and the exit code is that of the worst', () => {
    office.sql(join(office.dir, 'c.db'), shopSchema);
    office.sql(join(office.dir, 'd.db'), shopSchema);
    office.tandem('pair', 'add', 'other', '--a', 'c.db', '--b', 'd.db');
    expect(office.tandem('plan').err).toContain('Name one of them: shop, other.');
    renameSync(office.b, `${office.b}.away`);
    const { code, out, err } = office.tandem('sync', '--json');
    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject([
      { pair: 'shop', status: 'failed', error: { code: 'file-missing' } },
      { pair: 'other', status: 'completed', error: null },
    ]);
    expect(err).toContain('b.db');
    expect(office.tandem('pair', 'test', 'shop').code).toBe(6);
    expect(office.tandem('status').code).toBe(0);
    expect(office.tandem('status', '--check').code).toBe(6);
  });
});

describe('names and values that would act on a terminal', () => {
  let office: Office;
  beforeAll(() => {
    const table = `"t ${HOSTILE}"`;
    const field = `"f ${HOSTILE}"`;
    office = new Office(`CREATE TABLE ${table}(id TEXT PRIMARY KEY, ${field} TEXT)`);
    const insert = (value: string): string => `INSERT INTO ${table} VALUES('k${HOSTILE}', '${value}${HOSTILE}')`;
    office.sql(office.a, insert('a'.repeat(10_000)));
    office.sql(office.b, insert('b'));
  });
  afterAll(() => office.close());

  it('never reach it raw, in any command, and are cut where they are long', () => {
    const add = office.tandem('pair', 'add', 'odd', '--a', 'a.db', '--b', 'b.db', '--name-a', `Here${HOSTILE}`);
    expect(add.code).toBe(0);
    expect(office.tandem('sync').code).toBe(4);
    const commands = [
      ['pair', 'list'],
      ['pair', 'show'],
      ['pair', 'test'],
      ['plan'],
      ['status'],
      ['conflicts'],
      ['show', '1'],
      ['compare'],
      ['history'],
      ['config'],
      ['doctor'],
      ['conflicts', '--json'],
      ['pair', 'show', '--json'],
      ['sync', '--collections', HOSTILE],
      ['sync', HOSTILE],
      ['pair', HOSTILE],
    ];
    for (const words of commands) {
      const { out, err } = office.tandem(...words);
      expect(out + err).not.toBe('');
      expect(out).not.toMatch(RAW);
      expect(err).not.toMatch(RAW);
    }
    const { out } = office.tandem('conflicts');
    expect(out).toContain('\\x1b[31mred');
    expect(out).toContain('aaa…');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(1000);
  });

  it('JSON says the same values, escaped', () => {
    const [conflict] = office.json('conflicts') as { remote: Record<string, string> }[];
    expect(Object.values(conflict?.remote ?? {})).toContain(`b${HOSTILE}`);
  });

  it('a printed command and a key by its bytes work also for such a record', () => {
    const [conflict] = office.json('conflicts') as { collection: string; key: { hex: string } }[];
    const key = `hex:${conflict?.key.hex ?? ''}`;
    expect(office.tandem('timeline', conflict?.collection ?? '', key)).toMatchObject({ code: 0, err: '' });
    const take = offered(office.tandem('conflicts').out).find((command) => command.includes('keep_remote'));
    expect(office.shell(take ?? '')).toMatchObject({ code: 0, err: '' });
    expect(office.rows(office.a, 'SELECT * FROM sqlite_schema')).toHaveLength(2);
    expect(office.tandem('status', '--check').code).toBe(0);
  });
});

describe('a table that vanished', () => {
  let office: Office;
  beforeAll(() => {
    office = new Office(shopSchema, shopRows);
    office.tandem('pair', 'add', 'shop', 'a.db', 'b.db');
    office.tandem('sync');
  });
  afterAll(() => office.close());

  it('has to be put back first; only what works is offered, and what was written is said', () => {
    office.sql(office.a, 'DROP TABLE posts');
    const stopped = office.tandem('sync');
    expect(stopped).toMatchObject({ code: 5 });
    expect(stopped.out).toContain('shop: stopped by a brake in');
    const gone = office.tandem('brake', 'list').out;
    expect(gone).toContain('Put posts back on This computer first:');
    expect(gone).not.toMatch(/brake answer 1 (bring-back|let-go)/);
    expect(office.tandem('pair', 'test')).toMatchObject({ code: 3 });
    expect(office.tandem('pair', 'test').out).toContain('posts: It is missing on This computer.');

    office.sql(office.a, 'CREATE TABLE posts(id INTEGER PRIMARY KEY, admin INTEGER REFERENCES admins(id), body TEXT)');
    const back = offered(office.tandem('brake', 'list').out).find((command) => command.endsWith('bring-back'));
    const answered = office.shell(back ?? '');
    expect(answered.out).toContain('Brought back: 2 records inserted on This computer.');
    expect(answered.code).toBe(0);
    const again = office.tandem('brake', 'answer', '1', 'let-go');
    expect(again).toMatchObject({ code: 5 });
    expect(again.err).toContain('brake list --all');
  });

  it('a receipt stands in the status, with its time', () => {
    const { out } = office.tandem('compare');
    expect(office.shell(offered(out.replace(/^.*stands in: /m, ''))[0] ?? '').out).toMatch(
      /last receipt +\d\d:\d\d:\d\d \(.*\): both sides were equal then/,
    );
  });
});
