import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesktop, desktopFolder } from './desktop-build.js';
import { electronBinary, noDisplay } from './electron-binary.js';

/** `npm start`: the desktop program, or one line why it cannot be opened, and the same pages in the browser. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);

const { path, why } = electronBinary(root);
const reason = why || noDisplay();
if (reason === '') {
  await buildDesktop(root);
  run(path, [join(desktopFolder(root), 'main.cjs'), ...args]);
} else {
  process.stderr.write(
    `The desktop program cannot be opened: ${reason}. Its pages are opened in the browser instead.\n`,
  );
  run(process.execPath, [join(root, 'build', 'tandem.js'), ...args, 'open']);
}

/** Ends as the program does. */
function run(program, programArgs) {
  const child = spawn(program, programArgs, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; this one waits for the end of the other.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`Starting ${program} failed: ${error.message}\nNothing was run.\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => (process.exitCode = code ?? 1));
}
