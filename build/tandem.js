#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundledMain } from './bundle-place.js';
import { broughtNode, isRightNode, wrongNodeText } from './right-node.js';

/**
 * The command `tandem`, from its bundle or from its sources. On the right Node it runs in this process, so that a
 * signal, even one that nobody can catch, reaches the engine itself. On an older one the Node that the lockfile brought
 * takes over; there `kill -9` on the launcher lets the engine end in its own order.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = bundledMain(root) ?? join(root, 'electron', 'cli', 'main.ts');

if (isRightNode()) await runHere();
else runWith(broughtNode(root));

async function runHere() {
  // Before 24.12 Node announces on stderr that it strips types; that says nothing to people who use the command.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0];
    if (type !== 'ExperimentalWarning') emitWarning(warning, ...rest);
  };
  process.argv[1] = main;
  await import('./lean-heap.js');
  keepCompiled();
  await import(pathToFileURL(main).href);
}

/** Sources once read start faster the next time. Where nothing can be kept, nothing is lost. */
function keepCompiled() {
  const folder = cacheFolder();
  if (folder !== null) module.enableCompileCache?.(folder);
}

/** The user's own folder for what can be made again; `null` where there is none or none can be made. */
function cacheFolder() {
  try {
    const { base, below } = cachePlace(process);
    let folder = base;
    // One by one and only below what is there: making a whole path at once may never end where nothing can be made.
    for (const name of below) {
      folder = join(folder, name);
      if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    }
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory() ? folder : null;
  } catch {
    return null;
  }
}

function cachePlace({ env, platform }) {
  if (platform === 'win32') return { base: env.LOCALAPPDATA, below: ['Tandem', 'cache', 'compiled'] };
  if (platform === 'darwin') return { base: homedir(), below: ['Library', 'Caches', 'Tandem', 'compiled'] };
  const named = env.XDG_CACHE_HOME;
  if (named && isAbsolute(named)) return { base: named, below: ['tandem', 'compiled'] };
  return { base: homedir(), below: ['.cache', 'tandem', 'compiled'] };
}

function runWith(node) {
  if (node === null) {
    process.stderr.write(wrongNodeText());
    process.exitCode = 1;
    return;
  }
  const leanHeap = new URL('lean-heap.js', import.meta.url).href;
  const args = ['--disable-warning=ExperimentalWarning', `--import=${leanHeap}`, main, ...process.argv.slice(2)];
  // Before the program is started: a busy machine may let it speak, and be answered by a signal, before the next line here.
  const stopForwarding = forwardSignals((signal) => child.kill(signal));
  // By the channel the program learns that the launcher is gone, also where that was killed.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: childEnv() });
  child.once('error', (error) => {
    stopForwarding();
    process.stderr.write(
      `Starting ${node} stopped: ${error.message}\nNothing was run and nothing was changed.\nRun "npm ci" again.\n`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    const { hungUp } = stopForwarding();
    // An older Node aborts when it ends by itself after its terminal was closed; by the signal it ends in order.
    if (hungUp) process.kill(process.pid, 'SIGHUP');
    else if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

/** The other Node starts with the sources themselves, so that it is told by its environment where to keep them. */
function childEnv() {
  const folder = process.env.NODE_COMPILE_CACHE ?? cacheFolder();
  return folder === null ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

/** A terminal sends Ctrl-C to both processes by itself; a second one from here would mean "at once" to the engine. */
function forwardSignals(forward) {
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  let hungUp = false;
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      if (signal === 'SIGHUP') hungUp = true;
      if (signal !== 'SIGINT' || !terminal) forward(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    return { hungUp };
  };
}
