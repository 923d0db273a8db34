import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronBinary } from './electron-binary.js';

/**
 * `npm run test:electron`: the scenarios of the desktop in a real Electron. Without one that is said so loudly that
 * nobody takes the silence for a success, and it ends with 0; under REQUIRE_ELECTRON=1 with 1.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, 'reports', 'electron-real.json');
mkdirSync(dirname(report), { recursive: true });

const { path, why } = electronBinary(root);
if (path === null) skip(why);
else runScenarios(path);

function skip(reason) {
  say({ status: 'skipped', reason });
  const line = `REAL ELECTRON NOT RUN: ${reason}`;
  const edge = '═'.repeat(line.length + 2);
  process.stdout.write(`╔${edge}╗\n║ ${line} ║\n╚${edge}╝\n`);
  process.exitCode = process.env.REQUIRE_ELECTRON === '1' ? 1 : 0;
}

function runScenarios(electron) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/shell/scenarios.test.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TANDEM_TEST_ELECTRON: electron },
  });
  say({ status: status === 0 ? 'passed' : 'failed', electron });
  process.exitCode = status ?? 1;
}

function say(result) {
  writeFileSync(report, `${JSON.stringify({ at: new Date().toISOString(), ...result }, null, 2)}\n`);
}
