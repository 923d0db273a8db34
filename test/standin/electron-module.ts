import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerDriver } from './driver-end.ts';
import { Host } from './host.ts';
import type { Keyring } from './small-parts.ts';

/* What a program that was started with `register.cjs` gets as `require('electron')`. */

const host = new Host({
  appData: process.env['STANDIN_APP_DATA'] ?? join(tmpdir(), 'standin'),
  keyring: (process.env['STANDIN_KEYRING'] ?? 'ok') as Keyring,
});

answerDriver(host);
// The program sets up what has to stand before it is ready.
setImmediate(() => void host.start());

const electron = host.electron;
export { electron as 'module.exports' };
