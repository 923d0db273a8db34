import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Everything that must hold, in order and with one summary: preflight, bundle, window, desktop, format, types, lint, then vitest over
 * all tests, or over the folders named as arguments. A check counts as one, passed or failed; the rest still runs after a failure.
 * The very last line is `N passed, N failed, N skipped`, alone.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const report = join(root, 'reports', 'vitest.json');
const filters = process.argv.slice(2);

const checks = [
  { title: 'format', package: 'oxfmt', command: 'oxfmt', args: ['--check'] },
  { title: 'types of shared', package: 'typescript', command: 'tsc', args: ['-p', 'shared'] },
  { title: 'types of electron', package: 'typescript', command: 'tsc', args: ['-p', 'electron'] },
  { title: 'types of renderer', package: 'typescript', command: 'tsc', args: ['-p', 'renderer'] },
  { title: 'types of the shell', package: 'typescript', command: 'tsc', args: ['-p', 'electron/shell'] },
  { title: 'types of test', package: 'typescript', command: 'tsc', args: ['-p', 'test'] },
  { title: 'types of test/window', package: 'typescript', command: 'tsc', args: ['-p', 'test/window'] },
  { title: 'lint', package: 'oxlint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
];

const summary = [];
const named = [];
const total = { passed: 0, failed: 0, skipped: 0 };

await check('preflight', [join(root, 'build', 'preflight.js')]);
if (total.failed === 0) {
  // Programs under test run as people have them after npm ci.
  await check('bundle', [join(root, 'build', 'bundle.js')]);
  await check('window', [join(root, 'build', 'window.js')]);
  await check('desktop', [join(root, 'build', 'desktop.js')]);
  for (const one of checks) await check(one.title, [script(one.package, one.command), ...one.args]);
  await tests();
}
finish();

async function check(title, args) {
  const startedMs = Date.now();
  const code = await run(args);
  add(title, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }, startedMs);
}

async function tests() {
  const startedMs = Date.now();
  // A report of an earlier run must never be taken for this one's.
  rmSync(report, { force: true });
  const code = await run([
    script('vitest', 'vitest'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  add('tests', counts(code), startedMs);
}

/** Counts of the report; what failed without a failed test of its own (a file that does not load, an error outside tests) counts too. */
function counts(code) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = numFailedTests + broken.length;
  named.push(...broken.map(({ name, message }) => line(name, message)));
  for (const { name, assertionResults } of testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') named.push(line(`${name} > ${fullName}`, failureMessages[0] ?? ''));
  return {
    passed: numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

/** One failure for the end of the output, where a reader of a long log looks first. */
function line(name, message) {
  return `FAILED  ${relative(root, name)}: ${message.split('\n')[0].slice(0, 300)}`;
}

/** The script behind a command of a package: called by path, so that it works wherever the PATH leads. */
function script(name, command) {
  const manifest = join(root, 'node_modules', name, 'package.json');
  const entry = require(manifest).bin;
  return join(dirname(manifest), typeof entry === 'string' ? entry : entry[command]);
}

/** The exit code of `node args`, with the output passed on as it comes. */
function run(args) {
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function add(title, { passed, failed, skipped }, startedMs) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1).padStart(7);
  summary.push(`${failed === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${title}`);
}

function finish() {
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  process.stdout.write(
    `\n${[...summary, ...named].join('\n')}\n\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
  );
}
