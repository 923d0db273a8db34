import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/support/long-first.ts';

// A terminal hosted by an Electron application leaks this variable, and native modules then load the wrong way.
delete process.env['ELECTRON_RUN_AS_NODE'];

export default defineConfig({
  resolve: { alias: { electron: join(import.meta.dirname, 'test', 'support', 'no-electron.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/test-servers.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Half of what the tests do is waiting, for servers, disks and pauses.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    reporters: ['default'],
  },
});
