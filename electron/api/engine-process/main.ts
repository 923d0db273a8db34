import { openLogFile } from '../host/log-file.ts';
import { programParts } from '../host/program-parts.ts';
import { resolveHome } from '../host/home.ts';
import { runEngineProcess } from './engine-process.ts';

/** What Electron gives a utility process; a forked process of Node gets the same from whoever forks it. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const { parentPort } = process as { readonly parentPort?: ParentPort };

// Electron only warns of them in such a process; whoever supervises it is to see an end.
process.on('unhandledRejection', (cause) => {
  process.stderr.write(`${String(cause instanceof Error ? cause.stack : cause)}\n`);
  process.exit(1);
});

if (parentPort === undefined) {
  process.stderr.write('This file is the engine of the desktop program, and is started by it.\n');
  process.exit(2);
}

runEngineProcess({
  port: {
    post: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
  },
  parts: ({ home, logLevel }) => programParts(openLogFile(resolveHome(home === '' ? undefined : home).logs, logLevel)),
  // A message that was just posted is on its way only after this turn.
  exit: (code) => void setTimeout(() => process.exit(code), 20),
});
