import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, errorCodes } from '../../shared/contract/errors.ts';
import { countText, numberText } from '../../shared/lib/count-text.ts';
import { sizeText } from '../../shared/lib/size-text.ts';
import { exitCodeOf, worstExit } from '../../electron/cli/exit-codes.ts';
import { fileOf } from '../../electron/api/live/file-address.ts';
import { absoluteAddress } from '../../electron/cli/parse/address.ts';
import { wireKeyOf } from '../../electron/api/mapping/key-text.ts';
import { nameList, splitKey } from '../../electron/cli/parse/keys.ts';
import { pairName } from '../../electron/cli/parse/pair-name.ts';
import { assignment, givenRecord, givenValue } from '../../electron/cli/parse/values.ts';
import { whereFilter } from '../../electron/cli/parse/where.ts';
import { readPlanFile, writePlanFile } from '../../electron/cli/plan-file.ts';
import { commandPrefix, withRunnableCommands } from '../../electron/cli/text/command-line.ts';
import { shellQuote } from '../../shared/lib/shell-quote.ts';
import { keyRefOf, keyWord } from '../../electron/cli/text/key-word.ts';
import { fieldText, guardLine, quoted, safeJson, safeText, safeValue } from '../../electron/cli/text/safe-text.ts';
import { styleFor } from '../../electron/cli/text/style.ts';
import { tableLines, widthOf } from '../../electron/cli/text/table.ts';
import { windows } from '../../electron/cli/text/value-window.ts';
import { wrapped } from '../../electron/cli/text/wrap.ts';
import { encodeKey } from '../../electron/engine/port/key-codec.ts';
import { ageText, durationText, whenText } from '../../electron/cli/text/times.ts';
import { stampOf } from '../../electron/api/live/side-stamps.ts';

const ESC = String.fromCharCode(27);
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const ACTS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cf}/u;

function hintOf(work: () => unknown): string {
  try {
    work();
  } catch (cause) {
    if (cause instanceof AppError) return cause.hint;
    throw cause;
  }
  throw new Error('It was not refused.');
}

describe('text that is not ours', () => {
  it('shows control, escape and direction marks instead of sending them', () => {
    expect(safeText(`a${ESC}[31mb\u0007\u202ec\nd`)).toBe('a\\x1b[31mb\\u0007\\u202ec\\nd');
  });

  it('cuts what is long, and says so', () => {
    expect(safeText('x'.repeat(500), 10)).toBe('xxxxxxxxx…');
    expect(safeValue('x'.repeat(500))).toHaveLength(60);
  });

  it('tells NULL, not there and empty text apart', () => {
    expect([safeValue(null), safeValue(undefined), safeValue('')]).toEqual(['NULL', 'not there', 'empty text']);
  });

  it('[W14] a text that reads like nothing stands in quotes, also beside a long one', () => {
    const texts = ['NULL', 'not there', 'empty text', 'no record', '‘NULL’'];
    expect(texts.map((each) => safeValue(each))).toEqual(texts.map((each) => `‘${each}’`));
    expect([safeValue('null'), safeValue('NULLs')]).toEqual(['null', 'NULLs']);
    expect(windows([null, 'NULL', 'x'.repeat(100)]).slice(0, 2)).toEqual(['NULL', '‘NULL’']);
    const record = { title: null, up: 'NULL', note: 'v' };
    expect(['title', 'up', 'note', 'gone'].map((field) => quoted(fieldText(record, field)))).toEqual([
      'NULL',
      '‘NULL’',
      '‘v’',
      'not there',
    ]);
  });

  it('never lets anything through that acts, whatever it is given', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 50 });
    const clean = fc.check(fc.property(anything, (text) => !ACTS.test(safeText(text))));
    expect(clean.failed).toBe(false);
    fc.assert(fc.property(anything, (text) => !ACTS.test(guardLine(text, false).replaceAll('\n', ''))));
    fc.assert(fc.property(anything, (text) => !ACTS.test(safeJson({ text }).replaceAll('\n', ''))));
  });

  it('JSON keeps every value although it is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(JSON.parse(safeJson({ [text]: text }))).toEqual({ [text]: text });
      }),
    );
  });

  it('a line keeps our own styles and no other sequence', () => {
    expect(guardLine(`${ESC}[1mbold${ESC}[0m ${ESC}[2J`, true)).toBe(`${ESC}[1mbold${ESC}[0m \\x1b[2J`);
    expect(guardLine(`${ESC}[1mbold${ESC}[0m`, false)).toBe('\\x1b[1mbold\\x1b[0m');
  });
});

describe('styles', () => {
  it('are off without a terminal, with NO_COLOR and on a dumb terminal', () => {
    expect(styleFor(true, {}).colors).toBe(true);
    expect(styleFor(false, {}).colors).toBe(false);
    expect(styleFor(true, { NO_COLOR: '1' }).colors).toBe(false);
    expect(styleFor(true, { NO_COLOR: '' }).colors).toBe(true);
    expect(styleFor(true, { TERM: 'dumb' }).colors).toBe(false);
  });
});

describe('commands that are printed', () => {
  const awkward = ["it's", 'a b', '$HOME', '`x`', '"q"', '\\', `${ESC}[31m`, 'ü\u202e', '', '*', '-x', 'a\nb'];

  it.each(awkward)('quote %j so that a shell gives it back', (word) => {
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' });
    expect(stdout).toBe(word);
    expect(ACTS.test(shellQuote(word))).toBe(false);
  });

  it('begin with what runs this program here, and name the home that was given', () => {
    const base = { cwd: '/work', launcher: '/work/build/tandem.js', home: '' };
    expect(commandPrefix({ ...base, env: { npm_command: 'exec' } })).toBe('npx tandem');
    expect(commandPrefix({ ...base, env: { PATH: '/nowhere' } })).toBe('node build/tandem.js');
    expect(commandPrefix({ ...base, cwd: '/x', env: {}, home: '/h o' })).toBe(
      "node /work/build/tandem.js --home '/h o'",
    );
    const bin = mkdtempSync(join(tmpdir(), 'tandem-bin-'));
    symlinkSync(process.execPath, join(bin, 'tandem'));
    expect(commandPrefix({ ...base, env: { PATH: bin }, home: '/h' })).toBe('tandem --home /h');
    rmSync(bin, { recursive: true });
  });

  it('replace only commands in the texts of the engine', () => {
    const text = 'See `tandem conflicts --all`, tandem.yaml and tandem pairs.';
    expect(withRunnableCommands(text, 'npx tandem --home /h', ['conflicts', 'pair'])).toBe(
      'See `npx tandem --home /h conflicts --all`, tandem.yaml and tandem pairs.',
    );
  });

  it('are not begun twice where they can be typed already', () => {
    for (const text of ['See: npx tandem pair add --help', 'See: tandem pair add --help'])
      expect(withRunnableCommands(text, 'npx tandem', ['pair'])).toBe('See: npx tandem pair add --help');
  });

  it('name a record by what people read where that leads back to it, else by its bytes', () => {
    expect(keyWord({ hex: '0a', text: '7' })).toBe('7');
    expect(keyWord({ hex: '0a', text: 'DE, 4711' })).toBe('hex:0a');
    const key = (...values: Parameters<typeof encodeKey>[0]): string =>
      keyWord(
        wireKeyOf(
          encodeKey(
            values,
            values.map(() => 'binary'),
          ),
        ),
      );
    expect(key(3n, 'a')).toBe('3,a');
    expect(key('Smith, J')).toBe('Smith, J');
    expect(key('Smith, J', '\\')).toBe('Smith\\, J,\\\\');
    expect([key(1.5), key(-7n), key('a b')]).toEqual(['1.5', '-7', 'a b']);
    for (const unsure of [null, '', ' a', 'hex:00', 'a\u0301', '-x', Buffer.from('x')])
      expect(key(unsure)).toMatch(/^hex:/);
    expect(keyRefOf('hex:0a', 1)).toEqual({ hex: '0a' });
    expect(keyRefOf('hex:0', 1)).toEqual({ parts: ['hex:0'] });
  });
});

describe('lines on a terminal', () => {
  const commandAt = (line: string): number => line.indexOf('npx tandem');
  const wrap = (line: string): string[] => wrapped(line, 40, commandAt);

  it('prose goes on below its text, in any style', () => {
    expect(wrap('  1. Ask whoever made the change; until then it waits.')).toEqual([
      '  1. Ask whoever made the change; until',
      '     then it waits.',
    ]);
    expect(
      wrap(`${ESC}[33m${'ab '.repeat(20).trim()}${ESC}[0m`).map((line) => line.replaceAll(/.\[\d+m/g, '')),
    ).toEqual(['ab '.repeat(13).trim(), 'ab '.repeat(7).trim()]);
  });

  it('a command that does not fit stands whole on a line of its own', () => {
    expect(wrap('    See the details of what it did: npx tandem run show 23 --all --json')).toEqual([
      '    See the details of what it did:',
      '      npx tandem run show 23 --all --json',
    ]);
    expect(wrap(`  Choose another name, or look at it with \`npx tandem pair show shop\`.`)).toEqual([
      '  Choose another name, or look at it',
      '  with',
      '    `npx tandem pair show shop`.',
    ]);
    expect(wrap(`Undo it: ${ESC}[1mnpx tandem undo run 23 --dry-run --yes${ESC}[0m`)).toEqual([
      'Undo it:',
      `  ${ESC}[1mnpx tandem undo run 23 --dry-run --yes${ESC}[0m`,
    ]);
  });

  it('commands and tables stay whole', () => {
    for (const line of [`   npx tandem resolve 1 --strategy ${'x '.repeat(20)}`, `name  ${'value '.repeat(10)}`])
      expect(wrap(line)).toEqual([line]);
  });
});

describe('long values beside each other', () => {
  const xs = 'x'.repeat(300);

  it('show where they differ, and their length', () => {
    expect(windows([`${xs}a`, `${xs}b`, 'short'])).toEqual([
      `…${'x'.repeat(12)}a (301 letters)`,
      `…${'x'.repeat(12)}b (301 letters)`,
      'short',
    ]);
    expect(windows([`a${xs}`, `b${xs}`])).toEqual([
      `a${'x'.repeat(59)}… (301 letters)`,
      `b${'x'.repeat(59)}… (301 letters)`,
    ]);
    expect(windows([`${xs}a`, xs])).toEqual([`…${'x'.repeat(12)}a (301 letters)`, `…${'x'.repeat(12)} (300 letters)`]);
  });

  it('also of bytes', () => {
    const bytes = (last: number): { $binary: { base64: string; subType: '00' } } => ({
      $binary: { base64: Buffer.from([...Buffer.alloc(100), last]).toString('base64'), subType: '00' },
    });
    expect(windows([bytes(1), bytes(2)])).toEqual([
      `101 bytes: …${'0'.repeat(12)}01`,
      `101 bytes: …${'0'.repeat(12)}02`,
    ]);
  });

  it('never look the same where the first two differ', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 50, maxLength: 150 });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        fc.pre(one !== other);
        const [mine, theirs] = windows([one, other]);
        expect(mine).not.toBe(theirs);
      }),
    );
  });
});

describe('what is typed', () => {
  it('a key of one field is taken as it stands; a longer one is split at commas', () => {
    expect(splitKey('Smith, J', 1)).toEqual(['Smith, J']);
    expect(splitKey('DE,4711', 2)).toEqual(['DE', '4711']);
    expect(splitKey('3, a', 2)).toEqual(['3', 'a']);
    expect(splitKey('3,\\ a', 2)).toEqual(['3', ' a']);
    expect(splitKey('a\\,b,c\\\\', 2)).toEqual(['a,b', 'c\\']);
  });

  it('lists of names take spaces and commas', () => {
    expect(nameList(['a,b', 'c', 'a'])).toEqual(['a', 'b', 'c']);
  });

  it('a value is text as typed, Extended JSON, or a whole record', () => {
    expect(givenValue('5')).toEqual({ typed: '5' });
    expect(() => givenValue('…')).toThrow('only stands for a value');
    expect(givenValue('{"$numberLong":"5"}')).toEqual({ value: { $numberLong: '5' } });
    expect(givenRecord('5')).toBeUndefined();
    expect(givenRecord('{broken')).toBeUndefined();
    expect(givenRecord('{"id":1,"x":1.5,"n":null,"t":"a","ok":true}')).toEqual({
      id: { $numberLong: '1' },
      x: { $numberDouble: '1.5' },
      n: null,
      t: 'a',
      ok: { $extended: true },
    });
    expect(givenRecord('{"a":[1,2.0]}')).toEqual({ a: { $extended: [1, { $numberDouble: '2.0' }] } });
    expect(() => givenRecord('{"a":{"$numberLong":5}}')).toThrow(AppError);
  });

  it('whole numbers of a record are taken as written, and refused where no INTEGER holds them', () => {
    expect(
      givenRecord(
        '{"a":9007199254740993,"b":-9223372036854775808,"c":1.0,"d":1e3,"e":-0,"__proto__":9223372036854775807}',
      ),
    ).toEqual(
      Object.fromEntries([
        ['a', { $numberLong: '9007199254740993' }],
        ['b', { $numberLong: '-9223372036854775808' }],
        ['c', { $numberDouble: '1.0' }],
        ['d', { $numberDouble: '1e3' }],
        ['e', { $numberLong: '0' }],
        ['__proto__', { $numberLong: '9223372036854775807' }],
      ]),
    );
    expect(() => givenRecord('{"n":12345678901234567890}')).toThrow('no INTEGER can hold');
    expect(() => givenRecord('{"n":1e400}')).toThrow('larger than any number');
    const list = { $extended: { list: [1, 2.5] } };
    expect(givenRecord(JSON.stringify({ l: list }))).toEqual({ l: list });
  });

  it('a record that names a field twice is refused; braces and colons within texts are no names', () => {
    expect(() => givenRecord('{"s":"a","s":"b"}')).toThrow('it names s twice');
    expect(() => givenRecord('{"s":"a", "\\u0073" :"b"}')).toThrow('it names s twice');
    expect(givenRecord('{"s":"{\\"s\\":1}","t":"s","x":{"$extended":{"s":1}}}')).toMatchObject({
      s: '{"s":1}',
      t: 's',
    });
  });

  it('NAME=VALUE splits at the first sign', () => {
    expect(assignment('a=b=c', '--field')).toEqual(['a', 'b=c']);
    expect(() => assignment('ab', '--field')).toThrow('NAME=VALUE');
    expect(assignment('=7', '--field')).toEqual(['', '7']);
    expect(() => assignment('=7', 'config set')).toThrow('NAME=VALUE');
  });

  it('--where takes kind, collection and pair, each once', () => {
    expect(whereFilter('kind=update/update,collection=posts')).toEqual({ kind: 'update/update', collection: 'posts' });
    expect(() => whereFilter('kind=unique,kind=unique')).toThrow('twice');
    expect(() => whereFilter('kin=unique')).toThrow('no condition');
  });

  it('--where takes a kind of conflict as lists show it too, and an error names both forms', () => {
    expect(whereFilter('kind=Two edits')).toEqual({ kind: 'update/update' });
    expect(whereFilter('kind=deleted / edited')).toEqual({ kind: 'delete/update' });
    expect(hintOf(() => whereFilter('kind='))).toContain('update/update (Two edits), delete/update (Deleted / edited)');
    expect(hintOf(() => whereFilter('kind=uniqe'))).toContain('Did you mean unique?');
  });

  it('the name of a pair takes plain letters, and a refusal says which are not possible', () => {
    expect(pairName('shop-2.eu_x')).toBe('shop-2.eu_x');
    expect(() => pairName('büro süd')).toThrow('“ü” and the space are not possible; a name takes the letters a–z');
    expect(() => pairName('-x')).toThrow('has to begin with a letter a–z or a digit');
    expect(() => pairName('x'.repeat(65))).toThrow('65 letters, and at most 64');
    expect(() => pairName('')).toThrow('empty');
  });

  it('a path becomes absolute; what is no path stays for the connector to judge', () => {
    expect(absoluteAddress('a.db', '/x')).toBe('/x/a.db');
    expect(absoluteAddress('sqlite:../a.db', '/x/y')).toBe('sqlite:/x/a.db');
    for (const same of ['postgres://h/d', 'file:a.db', ':memory:', 'sqlite:', 'sqlite://host/x', ' a.db'])
      expect(absoluteAddress(same, '/x')).toBe(same);
    expect([fileOf('/x/a.db'), fileOf('sqlite:/x/a.db'), fileOf('postgres://h/d')]).toEqual([
      '/x/a.db',
      '/x/a.db',
      null,
    ]);
  });
});

describe('times, numbers and tables', () => {
  const now = Date.parse(new Date('2026-05-14T12:00:00').toISOString());
  const iso = (local: string): string => new Date(local).toISOString();

  it.each([
    ['2026-05-14T10:42:31', '10:42'],
    ['2026-05-13T18:06:00', 'yesterday 18:06'],
    ['2026-05-10T08:15:00', 'Sunday 08:15'],
    ['2026-01-12T08:15:00', '12 January'],
    ['2025-11-12T08:15:00', '12 November 2025'],
    ['2026-05-15T08:15:00', '15 May'],
  ])('%s is told as %s', (local, words) => {
    expect(whenText(iso(local), now)).toBe(words);
  });

  it('seconds stand in details', () => {
    expect(whenText(iso('2026-05-14T10:42:31'), now, true)).toBe('10:42:31');
    expect(whenText(iso('2026-01-12T08:15:00'), now, true)).toBe('12 January 08:15:00');
  });

  it('durations and ages', () => {
    expect([0.01, 0.44, 20.4, 44 * 60, 5400, 7200].map(durationText)).toEqual([
      '0.1 s',
      '0.4 s',
      '20 s',
      '44 min',
      '1 h 30 min',
      '2 h',
    ]);
    expect(ageText(iso('2026-05-14T11:58:00'), now)).toBe('2 min ago');
    expect(ageText(iso('2026-05-10T12:00:00'), now)).toBe('4 days ago');
    expect(ageText(iso('2026-05-14T12:30:00'), now)).toBe('dated 12:30');
  });

  it('numbers are exact, separated from 10,000 on, and carry their noun', () => {
    expect([999, 1204, 10_000, 1_234_567].map(numberText)).toEqual(['999', '1204', '10,000', '1,234,567']);
    expect([countText(1, 'record'), countText(2, 'record')]).toEqual(['1 record', '2 records']);
  });

  it('columns are aligned by what a terminal shows', () => {
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('e\u0301')).toBe(1);
    expect(
      tableLines(
        [{ head: 'a' }, { head: 'n', right: true }],
        [
          ['日本', '1'],
          ['x', '10'],
        ],
      ),
    ).toEqual(['a      n', '日本   1', 'x     10']);
  });
});

describe('exit codes', () => {
  it('every error code has one, and only those that are documented', () => {
    expect(Object.fromEntries(errorCodes.map((code) => [code, exitCodeOf(code)]))).toMatchSnapshot('exit codes');
  });

  it('several pairs answer with the worst', () => {
    expect(worstExit([])).toBe(0);
    expect(worstExit([0, 4, 5])).toBe(5);
    expect(worstExit([4, 6, 0])).toBe(6);
    expect(worstExit([5, 130, 1])).toBe(130);
  });
});

describe('files', () => {
  it('a plan is written whole, read back, and replaces nothing but a plan', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tandem-plan-'));
    const plan = { version: 3 as const, pair: 'shop', at: '2026-05-14T12:00:00.000Z', entries: [] };
    writePlanFile(join(dir, 'p'), plan);
    writePlanFile(join(dir, 'p'), plan);
    expect(readPlanFile(join(dir, 'p'))).toEqual(plan);
    writeFileSync(join(dir, 'other'), 'mine');
    expect(() => writePlanFile(join(dir, 'other'), plan)).toThrow('that is no plan');
    expect(() => writePlanFile(join(dir, 'no', 'where'), plan)).toThrow('no such file or folder');
    expect(() => readPlanFile(dir)).toThrow('it is a folder');
    rmSync(dir, { recursive: true });
  });

  it('the stamp of a pair changes with the database, its log, and its identity', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tandem-stamp-'));
    const [a, b] = [join(dir, 'a.db'), join(dir, 'b.db')];
    for (const path of [a, b]) writeFileSync(path, 'x');
    const pair = { a: { label: '', url: a }, b: { label: '', url: `sqlite:${b}` } };
    const seen = [stampOf(pair)];
    writeFileSync(`${b}-wal`, 'y');
    seen.push(stampOf(pair));
    utimesSync(a, 1, 1);
    seen.push(stampOf(pair));
    rmSync(a);
    seen.push(stampOf(pair));
    expect(new Set(seen).size).toBe(4);
    expect(stampOf({ a: { label: '', url: 'postgres://h/d' }, b: { label: '', url: 'mongodb://h/d' } })).toBeNull();
    rmSync(dir, { recursive: true });
  });
});

describe('sizes', () => {
  it('KB whole, MB with one decimal', () => {
    expect([1, 512, 600 * 1024, 1.2 * 1024 ** 2, 76 * 1024 ** 3].map(sizeText)).toEqual([
      '1 byte',
      '512 bytes',
      '600 KB',
      '1.2 MB',
      '76.0 GB',
    ]);
  });
});
