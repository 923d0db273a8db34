import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pretendNode, runProgram, scriptTree } from '../support/script-tree.ts';
import type { Ended, ScriptTree, Started } from '../support/script-tree.ts';

let tree: ScriptTree;
beforeEach(() => {
  tree = scriptTree();
});
afterEach(() => tree.remove());

const script = (
  file: string,
  args: readonly string[] = [],
  more: Partial<Started> & { node?: string } = {},
): Promise<Ended> => {
  const { node, ...rest } = more;
  return runProgram({
    command: process.execPath,
    args: [...(node === undefined ? [] : pretendNode(node)), join(tree.path, file), ...args],
    ...rest,
  });
};

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('preflight', () => {
  test('on the right Node with its packages it is silent', async () => {
    tree.link('node_modules');
    expect(await script('build/preflight.js')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  test.each(['18.20.8', '20.20.2', '22.21.9'])('on Node %s it stops and says so in three parts', async (node) => {
    tree.link('node_modules');
    const { code, stderr } = await script('build/preflight.js', [], { node });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `Starting on Node ${node} stopped: Tandem needs Node 22.22 or newer.`,
      'Nothing was run and nothing was changed.',
      expect.stringContaining('npm ci'),
      '',
    ]);
  });

  test('without better-sqlite3 it stops and says how to get it', async () => {
    const { code, stderr } = await script('build/preflight.js');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Loading better-sqlite3 on .* stopped: .*\nNothing was run.*\nRun "npm ci"/);
  });
});

/** A command of two sources that says which file it was started from, and what is needed to bundle it. */
function sources(): void {
  tree.link('node_modules/vite');
  tree.put('package-lock.json', '{}');
  tree.put('shared/word.ts', `export const word: string = 'started from';`);
  tree.put(
    'electron/cli/main.ts',
    `import { word } from '../../shared/word.ts'; console.log(word, import.meta.filename);`,
  );
}

describe('the bundle of the command', () => {
  test('is what is run, for as long as the sources are those that it was made of', async () => {
    sources();
    const tandem = async (): Promise<string> => (await script('build/tandem.js')).stdout;
    expect(await tandem()).toBe(`started from ${join(tree.path, 'electron/cli/main.ts')}\n`);
    expect(await script('build/bundle.js')).toMatchObject({ code: 0, stderr: '' });
    expect(await tandem()).toMatch(/^started from .*dist.cli-[0-9a-f]{16}.main\.js\n$/);
    tree.put('shared/word.ts', `export const word: string = 'now from';`);
    expect(await tandem()).toBe(`now from ${join(tree.path, 'electron/cli/main.ts')}\n`);
  });

  test('that is damaged is not run, and made again by the next call, also by two at once', async () => {
    sources();
    await script('build/bundle.js');
    const main = join(tree.path, 'dist', readdirSync(join(tree.path, 'dist')).at(0) ?? '', 'main.js');
    writeFileSync(main, '');
    expect((await script('build/tandem.js')).stdout).toBe(`started from ${join(tree.path, 'electron/cli/main.ts')}\n`);
    const made = await Promise.all([script('build/bundle.js'), script('build/bundle.js')]);
    expect(made.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect((await script('build/tandem.js')).stdout).toBe(`started from ${main}\n`);
  });

  test('that cannot be made is told, and leaves the sources to be run', async () => {
    sources();
    tree.put('electron/cli/main.ts', `import './gone.ts';`);
    const { code, stderr } = await script('build/bundle.js');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Bundling the command failed: [^]*\nIt runs from its sources, and starts more slowly\.\n$/);
    tree.put('electron/cli/main.ts', `console.log('started');`);
    expect(await script('build/tandem.js')).toMatchObject({ code: 0, stdout: 'started\n' });
  });
});

describe('the command tandem', () => {
  beforeEach(() => {
    tree.put(
      'electron/cli/main.ts',
      `const args: readonly string[] = process.argv.slice(2);
       if (args[0] === 'wait') {
         setInterval(() => {}, 1000);
         process.on('SIGTERM', () => { console.log('ending'); process.exit(143); });
         process.on('SIGINT', () => { console.log('interrupted'); process.exit(130); });
         console.log('ready');
       } else {
         let stdin = '';
         for await (const chunk of process.stdin) stdin += String(chunk);
         console.log(JSON.stringify({ args, cwd: process.cwd(), stdin }));
         process.exitCode = 4;
       }`,
    );
    const platform = process.platform === 'win32' ? 'win' : process.platform;
    tree.put(`node_modules/node-${platform}-${process.arch}/package.json`, '{}');
    tree.put(`node_modules/node-${platform}-${process.arch}/bin/.keep`, '');
    symlinkSync(process.execPath, join(tree.path, `node_modules/node-${platform}-${process.arch}/bin/node`));
  });

  const nodes = [{ node: '24.21.0' }, { node: '22.22.0' }, { node: '20.20.2' }, { node: '18.0.0' }];

  test.each(nodes)(
    'on Node $node it passes arguments, folder, input, output and exit code through',
    async ({ node }) => {
      const { code, stdout, stderr } = await script('build/tandem.js', ['plan', 'a b', '--json'], {
        node,
        cwd: tree.path,
        stdin: 'secret',
      });
      expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({ args: ['plan', 'a b', '--json'], cwd: tree.path, stdin: 'secret' });
    },
  );

  test.each(nodes)('on Node $node a signal reaches the program, which ends in its own way', async ({ node }) => {
    const ended = await script('build/tandem.js', ['wait'], { node, kill: { signal: 'SIGTERM', when: 'ready' } });
    expect(ended).toMatchObject({ code: 143, stdout: 'ready\nending\n' });
    const interrupted = await script('build/tandem.js', ['wait'], { node, kill: { signal: 'SIGINT', when: 'ready' } });
    expect(interrupted).toMatchObject({ code: 130, stdout: 'ready\ninterrupted\n' });
  });

  test('on an old Node without the right one it stops and says how to get it', async () => {
    tree.remove();
    tree = scriptTree();
    const { code, stdout, stderr } = await script('build/tandem.js', [], { node: '20.20.2' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Starting on Node 20.20.2 stopped: Tandem needs Node 22.22 or newer.');
  });
});

describe('build/test.js', () => {
  /** The tests are run by the real vitest; the other tools are stand-ins that pass or fail as told. */
  function tools(failing: readonly string[]): void {
    tree.link('node_modules/vitest');
    tree.link('node_modules/better-sqlite3');
    sources();
    tree.put('build/window.js', '');
    tree.put('build/desktop.js', '');
    for (const [name, command] of [
      ['oxfmt', 'oxfmt'],
      ['oxlint', 'oxlint'],
      ['typescript', 'tsc'],
    ] as const) {
      tree.put(`node_modules/${name}/package.json`, JSON.stringify({ type: 'module', bin: { [command]: 'run.js' } }));
      tree.put(
        `node_modules/${name}/run.js`,
        `process.exitCode = ${failing.includes(name) ? 1 : 0}; console.log('${name} ran');`,
      );
    }
    tree.put(
      'test/good.test.ts',
      `import { expect, test } from 'vitest'; test('a', () => expect(1).toBe(1)); test('b', () => expect(2).toBe(2));`,
    );
  }

  test('ends with the counts of all checks and tests, alone on the last line', async () => {
    tools([]);
    const { code, stdout } = await script('build/test.js');
    expect(lastLine(stdout)).toBe('14 passed, 0 failed, 0 skipped');
    expect(stdout.endsWith('skipped\n')).toBe(true);
    expect(code).toBe(0);
  });

  test('a failed check counts as one, and the rest still runs', async () => {
    tools(['oxfmt', 'typescript']);
    const { code, stdout } = await script('build/test.js');
    expect(stdout).toContain('oxlint ran');
    expect(lastLine(stdout)).toBe('7 passed, 7 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('failed and skipped tests, files that do not load and errors outside tests are all counted', async () => {
    tools([]);
    tree.put(
      'test/bad.test.ts',
      `import { expect, test } from 'vitest'; test('a', () => expect(1).toBe(2)); test.skip('b', () => {}); test.todo('c');`,
    );
    tree.put('test/broken.test.ts', `import './gone.ts';`);
    const { code, stdout } = await script('build/test.js');
    expect(lastLine(stdout)).toBe('14 passed, 2 failed, 2 skipped');
    expect(code).toBe(1);
  });

  test('an error outside of every test is a failure, although all tests passed', async () => {
    tools([]);
    tree.put(
      'test/late.test.ts',
      `import { test } from 'vitest'; test('a', () => { void Promise.reject(new Error('late')); });`,
    );
    const { code, stdout } = await script('build/test.js');
    expect(lastLine(stdout)).toBe('15 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('a filter that fits no test is a failure, and an earlier report is not taken for this one', async () => {
    tools([]);
    await script('build/test.js');
    const { code, stdout } = await script('build/test.js', ['test/nowhere']);
    expect(lastLine(stdout)).toBe('12 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('on the wrong Node nothing else runs', async () => {
    tools([]);
    tree.put('build/preflight.js', 'process.exitCode = 1;');
    const { code, stdout } = await script('build/test.js');
    expect(stdout).not.toContain('ran');
    expect(lastLine(stdout)).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });
});

describe('.ci/run', () => {
  /** A stand-in for npm that answers each command as told; the first word after `npm` (or `npm run`) picks the answer. */
  const runWith = async (
    answers: Readonly<Record<string, { readonly says?: string; readonly code?: number }>>,
  ): Promise<Ended & { asked: string[] }> => {
    tree.put(
      'bin/npm',
      `#!${process.execPath}
const args = process.argv.slice(2);
const name = args[0] === 'run' ? args[1] : args[0];
if (name === 'config') { console.log('strict-allow-scripts = false'); process.exit(0); }
console.log('asked: ' + args.join(' '));
const { says = '', code = 0 } = ${JSON.stringify(answers)}[name] ?? {};
if (says) console.log(says);
process.exit(code);
`,
      0o755,
    );
    const env = { PATH: `${join(tree.path, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
    const ended = await runProgram({ command: join(tree.path, '.ci/run'), args: [], env });
    return { ...ended, asked: [...ended.stdout.matchAll(/^asked: (.*)$/gm)].map((match) => match[1] ?? '') };
  };

  test('installs, tests, simulates and mutates, and ends with the sum of all', async () => {
    const { code, stdout, asked } = await runWith({
      test: { says: '100 passed, 0 failed, 2 skipped' },
      simulate: { says: '2000 passed, 0 failed, 0 skipped' },
      'test:mutations': { says: '50 passed, 0 failed, 0 skipped' },
    });
    expect(asked).toEqual([
      'ci --no-audit --no-fund --strict-allow-scripts',
      'test',
      'run simulate',
      'run test:mutations',
    ]);
    expect(lastLine(stdout)).toBe('2150 passed, 0 failed, 2 skipped');
    expect(code).toBe(0);
  });

  test('a part that fails does not keep the others from running, and the exit code says so', async () => {
    const { code, stdout, asked } = await runWith({
      test: { says: '99 passed, 1 failed, 0 skipped', code: 1 },
      simulate: { code: 1 },
    });
    expect(asked).toHaveLength(4);
    expect(lastLine(stdout)).toBe('100 passed, 2 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('a part that counts no failure and ends with an error is one', async () => {
    const { code, stdout } = await runWith({ test: { says: '5 passed, 0 failed, 0 skipped', code: 134 } });
    expect(lastLine(stdout)).toBe('7 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });

  test('without an installation nothing else is tried', async () => {
    const { code, stdout, asked } = await runWith({ ci: { code: 1 } });
    expect(asked).toHaveLength(1);
    expect(lastLine(stdout)).toBe('0 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  });
});
